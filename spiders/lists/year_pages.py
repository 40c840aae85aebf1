"""Columns whose pages are the reports: one address, a year in its query, a select of years.

The page shows the newest report; a parameter (``nbYear``, ``title``, ``fbtime``) shows the others.
To read such a column is to open every year that it offers: a server that ignores the parameter
shows the same report under every year, and that proves nothing about the other years.
"""

from __future__ import annotations

import re
from collections import defaultdict
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.parsing.titles import read_title, read_year
from spiders.columns import is_document
from spiders.lists import Entry, Extent
from spiders.lists.script_values import code_of, with_pairs
from spiders.page import Page, squeeze, text_of
from spiders.query import Query

_YEAR = re.compile(r"^\D{0,3}((?:19|20)\d{2})(?!\d)")
_WHOLE = re.compile(r"^((?:19|20)\d{2})\s*(?:年度?)?(?:年报|报告)?$")
_FILE = re.compile(r"\.(?:pdf|docx?|wps|ofd|xlsx?|zip|rar)\b|download", re.I)
NOTHING = re.compile(
    r"暂无|没有(?:相关|找到|查到|数据|内容|记录)|无(?:相关|数据|记录)|尚未(?:发布|公开)|未(?:发布|公开)年报"
)

_SHORT = 800
"""Visible characters of a page that has nothing to show but its frame."""
_BUTTONS = ("a", "li", "span", "button", "dd", "div", "label")


class YearPages:
    """A column of this kind, by the names of its parameter, best known first."""

    def __init__(self, *names: str, in_scripts: bool = True) -> None:
        """``in_scripts``: the name means the parameter also outside of addresses."""
        self._names = names
        word = f"({'|'.join(names)})"
        begin = r"(?:[?&]|(?<![\w.\-])[\"'`]?)" if in_scripts else r"[?&]"
        year = r"[\"']?((?:19|20)\d{2})(?!\d)"
        self._set = re.compile(rf"{begin}{word}[\"'`]?\s*[=:]\s*{year}", re.I)
        self._used = re.compile(rf"{begin}{word}[\"'`]?\s*[=:]", re.I)

    def name_used(self, page: Page) -> str | None:
        """The parameter as the page or its address spells it."""
        m = self._used.search(f"?{urlsplit(page.url).query}") or self._used.search(code_of(page))
        return m[1] if m and (self.years(page) or self.own_year(page)) else None

    def years(self, page: Page) -> list[int]:
        """Every year that the page offers, its own address left out."""
        found = {int(m[2]) for m in self._set.finditer(code_of(page))}
        for select in page.root.iter("select"):
            options = [_option_year(o) for o in select.iter("option")]
            if sum(y is not None for y in options) * 2 >= len(options):
                found.update(y for y in options if y)
        rows: dict[HtmlElement, list[HtmlElement]] = defaultdict(list)
        for element in page.root.iter(*_BUTTONS):
            rows[element.getparent()].append(element)
        for row in rows.values():
            offered = [(e, y) for e in row if (y := _button_year(e))]
            if len({y for _, y in offered}) > 1 or any(_click(e) for e, _ in offered):
                found.update(y for _, y in offered)
        return sorted(found, reverse=True)

    def own_year(self, page: Page) -> int | None:
        m = self._set.search(page.asked.url if page.asked else page.url)
        return int(m[2]) if m else None

    def address(self, page: Page, year: int) -> str:
        """The page's own address for another year, its other parameters kept."""
        name = self.name_used(page) or self._names[0]
        return with_pairs(page.url, [(name, str(year))])

    # --- the mechanism's parts ---------------------------------------------------

    def entries(self, page: Page) -> list[Entry]:
        """The page itself, where it shows the report of the year asked for (or of the year before
        that, where portals count by the year of publication), or a file."""
        if page.asked is None and self.own_year(page) is None:
            return []  # one of the years shows it again, under an address of its own
        year = self.own_year(page)
        shown = _shown_year(page)
        if is_document(page):
            if year and shown and shown not in (year, year - 1):
                return []
        elif not _files(page):
            return []
        return [Entry(page.url, _title(page, year))]

    def next_requests(self, page: Page) -> list[Query]:
        if page.asked is not None:
            return []
        own = self.own_year(page)
        return [
            Query(self.address(page, year), referer=page.url)
            for year in self.years(page)
            if year != own
        ]

    def extent(self, page: Page) -> Extent:
        if page.asked is None and not self.years(page):
            return Extent(1, open_end="页面没有列出其他年度")
        if page.asked is None and self.own_year(page) is None:
            shown = is_document(page) and _shown_year(page)
            missed = shown and shown not in self.years(page)
            doubt = f"页面显示 {shown} 年度报告，年份列表里没有这一年" if missed else None
            return Extent(open_end=doubt, step=True)
        if self.entries(page):
            return Extent(1, of=str(self.own_year(page)))
        year, shown = self.own_year(page), _shown_year(page)
        if is_document(page):
            return Extent(open_end=f"按 {year} 年度打开的页面显示的是 {shown} 年度的报告")
        if NOTHING.search(page.visible) and len(page.visible) < _SHORT:
            return Extent(total=0)  # a year without a report, and it says so
        return Extent(open_end=f"{year} 年度的页面里没有报告正文，可能由脚本生成")


def _option_year(option: HtmlElement) -> int | None:
    m = _YEAR.match(option.get("value") or "") or _YEAR.match(squeeze(text_of(option)))
    return int(m[1]) if m else None


def _button_year(element: HtmlElement) -> int | None:
    """The year that an element stands for: by an attribute, by its click, or by its whole text."""
    if m := re.match(
        r"^(?:javascript:\s*)?[\w.]+\(\s*[\"']?((?:19|20)\d{2})[\"']?\s*[,)]", _click(element)
    ):
        return int(m[1])
    words = (squeeze(text_of(element)), *(v for k, v in element.items() if k.startswith("data-")))
    return next((int(m[1]) for w in words if (m := _WHOLE.match(w))), None)


def _click(element: HtmlElement) -> str:
    href = element.get("href") or ""
    return element.get("onclick") or (href if href.startswith("javascript:") else "")


def _shown_year(page: Page) -> int | None:
    """The year in the headline of the report that the page shows."""
    heads = [*page.headings, page.meta.get("articletitle", ""), page.title]
    for head in heads:
        reading = read_title(head)
        if reading.is_report_title and reading.year:
            return reading.year
    m = re.search(
        r"((?:19|20)\d{2})\s*年度?[^。]{0,30}信息公开[^。]{0,8}(?:年度)?报告", page.visible
    )
    return int(m[1]) if m else None


def _title(page: Page, year: int | None) -> str:
    """The headline where it names a year, else the year under which the page stands."""
    heads = [h for h in (*page.headings, page.meta.get("articletitle", "")) if "报告" in h]
    named = next((h for h in heads if read_year(h)), None)
    return named or (f"{year}年" if year else page.title)


def _files(page: Page) -> bool:
    places = [k.url for k in page.links]
    places += [
        e.get("src") or e.get("data") or "" for e in page.root.iter("embed", "object", "iframe")
    ]
    return any(_FILE.search(place) for place in places)
