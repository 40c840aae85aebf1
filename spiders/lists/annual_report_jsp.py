"""Annual reports of 大汉 ``/module/xxgk/xxgkAnnualReport.jsp?area=<organ>&fbtime=<year>``.

One address is one body's report of one year. The column is a page with a tree or menu of organs
(often ``tree.jsp?area=`` in a frame) and a choice of years: every organ is a part of the column, read
as a column of its own, whose years are opened one by one (:mod:`spiders.lists.year_pages`).
``area`` is a credit code or the portal's own number; the tree's words tell whose it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from lxml.html import HtmlElement

from spiders.columns import is_document, names_group
from spiders.lists import Entry, Extent
from spiders.lists.js_literals import NoLiteral, literal
from spiders.lists.script_values import code_of, with_pairs
from spiders.lists.year_pages import YearPages
from spiders.page import Page, squeeze, text_of
from spiders.query import Query

_SIGN = re.compile(r"xxgkAnnualReport\.jsp", re.I)
_TREE = re.compile(r"[\"'(\s=]([^\"'()\s<>]{0,300}?tree\w{0,40}\.jsp\?[^\"'()\s<>]*)", re.I)
_ADDRESS = re.compile(
    r"[\"'(\s=]([^\"'()\s<>+]{0,300}xxgkAnnualReport\.jsp)(\?[^\"'()\s<>+]*)?", re.I
)
_AREA = re.compile(r"\barea=([\w-]{2,40})", re.I)
_CODE = re.compile(r"^(?=.*\d)[0-9A-Za-z][\w-]{2,39}$")
_CREDIT = re.compile(r"^[1-9NY][\dA-Z]{17}$")
_NAME = re.compile(r"^(?=.*[\u4e00-\u9fff])[\u4e00-\u9fff\w（）()、·\s]{2,40}$")
_CALL = re.compile(
    r"(?<![\w.$])[\w.$]{1,80}\s{0,5}\(((?:[^()\"']|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'){4,300})\)"
)
_STRING = re.compile(
    r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|(?<![\w.])(\d{3,20})(?![\w.])"
)
_ESCAPE = re.compile(r"\\(.)")
_NAME_KEYS = ("name", "title", "text", "label", "organname", "orgname", "deptname")
_CODE_KEYS = ("area", "areacode", "code", "orgcode", "organcode", "id", "value", "key")
_CLICKED = ("a", "option", "li", "span", "td", "div", "button", "p")
_YEARS = YearPages("fbtime")


class AnnualReportJsp:
    name = "annual_report_jsp"

    def fingerprint(self, page: Page) -> float:
        if _own(page):
            return 0.93
        if _is_tree(page):
            return 0.93 if _organs(page) else 0.0
        code = code_of(page)
        if not _SIGN.search(code):
            return 0.0
        # One link to it stands in the menu of every page.
        return 0.93 if _tree(page) or len(_organs(page)) > 1 else 0.0

    def column(self, page: Page) -> bool:
        """The address says what the page shows."""
        return self.fingerprint(page) > 0 and not _is_tree(page)

    def entries(self, page: Page) -> list[Entry]:
        return _YEARS.entries(page) if _has_years(page) else _single(page)

    def next_requests(self, page: Page) -> list[Query]:
        if page.asked is None and (tree := _tree(page)):
            more = [Query(tree, referer=page.url)]
        else:
            more = []
        return more + (_YEARS.next_requests(page) if _own(page) else [])

    def extent(self, page: Page) -> Extent:
        if _own(page):
            if _has_years(page):
                return _YEARS.extent(page)
            return Extent(1, open_end=None if _organs(page) else "页面没有列出其他年度")
        if _is_tree(page):
            lost = None if _organs(page) else "机关目录树里没有读到机关"
            return Extent(open_end=lost, total=0)
        return Extent(open_end=None if _organs(page) or _tree(page) else "页面没有列出机关")

    def parts(self, page: Page) -> list[Entry]:
        """Every organ under its own address; the page's own under the page's."""
        own = _area(page.url) if _own(page) else None
        return [
            Entry(page.url if area == own else _address(page, area), name)
            for area, name in _organs(page).items()
        ]


def _own(page: Page) -> bool:
    return bool(_SIGN.search(urlsplit(page.url).path)) and _area(page.url) is not None


def _has_years(page: Page) -> bool:
    return _own(page) and bool(_YEARS.years(page) or _YEARS.own_year(page))


def _is_tree(page: Page) -> bool:
    return "tree" in urlsplit(page.url).path.rpartition("/")[2].lower()


def _single(page: Page) -> list[Entry]:
    """The report of a page that knows no years."""
    return [Entry(page.url, page.title)] if _own(page) and is_document(page) else []


def _area(url: str) -> str | None:
    found = {k.lower(): v for k, v in parse_qs(urlsplit(url).query).items()}
    return found["area"][0] if "area" in found else None


def _tree(page: Page) -> str | None:
    """Where the organs stand, if in a page of their own."""
    if page.asked is not None or len(_organs(page)) > 1:
        return None
    m = _TREE.search(html.unescape(page.text))
    return page.absolute(m[1]) if m else None


def _address(page: Page, area: str) -> str:
    """An organ's address: as the page writes it, with the newest year that is offered."""
    known = _ADDRESS.search(code_of(page))
    path = known[1] if known else "/module/xxgk/xxgkAnnualReport.jsp"
    base = page.absolute(path) or urljoin(page.url, "/module/xxgk/xxgkAnnualReport.jsp")
    if _own(page):
        base = page.url.partition("?")[0]
    pairs = [("area", area)]
    if year := next(iter(_YEARS.years(page)), _YEARS.own_year(page)):
        pairs.append(("fbtime", str(year)))
    return with_pairs(base, pairs)


@lru_cache(maxsize=16)
def _organs(page: Page) -> Mapping[str, str]:
    """Names by area code, as links, menus, trees of scripts and clicks have them."""
    found: dict[str, str] = {}
    for area, name in (*_clickable(page), *_nodes(page), *_calls(page)):
        words = squeeze(html.unescape(name)).strip("·>》[]【】-")
        if _NAME.match(words) and not names_group(words):
            found.setdefault(area, words)
    return found


def _clickable(page: Page) -> Iterator[tuple[str, str]]:
    for element in page.root.iter(*_CLICKED):
        if element.find(".//a") is not None or element.find(".//option") is not None:
            continue
        words = squeeze(text_of(element)) or squeeze(element.get("title"))
        if 2 <= len(words) <= 40 and (code := _element_code(element)):
            yield code, words


def _element_code(element: HtmlElement) -> str | None:
    """The area code that an element stands for."""
    for name, told in element.items():
        if m := _AREA.search(html.unescape(told)):
            return str(m[1])
        if name in {"data-area", "data-code", "data-areacode", "area"} and _CODE.match(told):
            return str(told)
        if (name == "value" or name.startswith("data-")) and _CREDIT.match(told):
            return str(told)
        if name in {"onclick", "href"} and "(" in told:
            codes = [s for s in _strings(told) if _CREDIT.match(s)]
            if codes:
                return codes[0]
    parent = element.getparent()
    if element.tag == "option" and parent is not None:
        names = f"{parent.get('name') or ''} {parent.get('id') or ''}"
        value = element.get("value") or ""
        if re.search(r"area|org|dept|unit", names, re.I) and _CODE.match(value):
            return value
    return None


def _nodes(page: Page) -> Iterator[tuple[str, str]]:
    """Nodes of a tree in a script, or the tree as JSON."""
    if page.json is not None:
        yield from _walk(page.json)
        return
    script = page.script
    for m in re.finditer(r"=\s*(?=\[\s*\{)|\(\s*(?=\[\s*\{)|:\s*(?=\[\s*\{)", script):
        try:
            data, _ = literal(script, m.end())
        except NoLiteral:
            continue
        yield from _walk(data)


def _walk(data: Any) -> Iterator[tuple[str, str]]:
    if isinstance(data, list):
        for member in data:
            yield from _walk(member)
    elif isinstance(data, Mapping):
        plain = {str(k).lower(): v for k, v in data.items()}
        name = next((v for k in _NAME_KEYS if isinstance(v := plain.get(k), str)), None)
        addresses = [m[1] for v in plain.values() if isinstance(v, str) and (m := _AREA.search(v))]
        codes = [str(v) for k in _CODE_KEYS if (v := plain.get(k)) and _CODE.match(str(v))]
        if name and (addresses or codes):
            yield (addresses or codes)[0], name
        for member in data.values():
            if isinstance(member, (list, Mapping)):
                yield from _walk(member)


def _calls(page: Page) -> Iterator[tuple[str, str]]:
    """``d.add('1137…', '0', '县教育局', …)`` of written trees."""
    for m in _CALL.finditer(page.script):
        told = _strings(m[1])
        names = [s for s in told if _NAME.match(s) and not s.isdecimal()]
        areas = [a[1] for s in told if (a := _AREA.search(s))]
        codes = areas or [s for s in told if _CREDIT.match(s)]
        if not codes and _is_tree(page):
            codes = [s for s in told if _CODE.match(s) and len(s) >= 3]
        if len(names) == 1 and codes:
            yield codes[0], names[0]


def _strings(text: str) -> list[str]:
    """The strings and long numbers of a script; those of a call inside a string as well."""
    told = [html.unescape(_ESCAPE.sub(r"\1", a or b or c)) for a, b, c in _STRING.findall(text)]
    return told + [inner for s in told if "(" in s for inner in _strings(s)]


MECHANISM = AnnualReportJsp()
