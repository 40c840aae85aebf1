"""Lists with a pager of ordinary links: 下一页, 尾页, numbers, or a select of addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit
from weakref import WeakKeyDictionary

from lxml.html import HtmlElement

from spiders.entries import list_entries, looks_like_report
from spiders.lists import Entry, Extent
from spiders.lists.plain_list import stated
from spiders.lists.script_values import PAGE_NAMES
from spiders.page import Page, squeeze, text_of
from spiders.query import Query

_NEXT = re.compile(
    r"^[\s\[(]*(?:下一?页|后一?页|下\s+页|(?:点击|点此)?(?:加载|显示)更多(?:内容|信息)?|load\s*more|next(?:\s*page)?|[>›»]{1,2}|下一页\s*[>›»]+)[\s\])]*$",
    re.I,
)
_LAST = re.compile(r"^[\s\[(]*(?:尾\s*页|末\s*页|最后一?页|last|>\||>>\|)[\s\])]*$", re.I)
_OTHER = re.compile(r"^[\s\[(]*(?:首\s*页|第一页|上一?页|前一?页|prev\w*|first)[\s\])]*$", re.I)
_NUMBER = re.compile(r"^[\s\[(]*(\d{1,3})[\s\])]*$")
_DISABLED = re.compile(
    r"disab|forbid|unable|nolink|gray|grey|(?:^|[\s_-])(?:off|end|no)(?:$|[\s_-])", re.I
)
_REGION = re.compile(
    r"(?:^|[\s_-])(?:page|pages|pager|paging|pagination|fanye|fenye|pagelist|pagenav)\w*", re.I
)
_CLICKED = frozenset({"a", "button", "li", "span"})
_TAGS = ("a", "span", "strong", "b", "em", "li", "button", "i", "font", "option", "td", "button")


class LinkPager:
    name = "link_pager"

    def fingerprint(self, page: Page) -> float:
        return 0.5 if pager_of(page) is not None or _siblings(page) else 0.0

    def entries(self, page: Page) -> list[Entry]:
        return list_entries(page)

    def next_requests(self, page: Page) -> list[Query]:
        region = pager_of(page)
        if region is None:
            return [Query(u) for u in _siblings(page)]
        found = [url for number, url in _numbers(page, region) if number > 1 and url]
        for words in (_NEXT, _LAST):
            found += [u for e in _elements(region, words) if (u := _address(page, e))]
        found = found or _siblings(page)
        return [Query(u) for u in dict.fromkeys(found) if u != page.url]

    def extent(self, page: Page) -> Extent:
        told, region = stated(page), pager_of(page)
        if region is None:
            return told
        if told.open_end:
            # A list that is printed with links to its pages needs no script: that is a box's.
            printed = any(looks_like_report(e.title) for e in list_entries(page))
            if not (printed and self.next_requests(page)) and page.asked is None:
                return told
        numbers = _numbers(page, region)
        pages = max([told.pages or 0, *(n for n, _ in numbers)]) or None
        return Extent(pages, told.total, _open_end(page, region, numbers, told))


def _siblings(page: Page) -> list[str]:
    """Addresses that are the page's own but for the number of the page: pagers of mere pictures."""
    own = urlsplit(page.url)
    given = dict(parse_qsl(own.query, keep_blank_values=True))
    found: dict[str, None] = {}
    for link in page.links:
        other = urlsplit(link.url)
        if (other.netloc, other.path) != (own.netloc, own.path) or link.url == page.url:
            continue
        asked = dict(parse_qsl(other.query, keep_blank_values=True))
        different = {k for k in {*asked, *given} if asked.get(k) != given.get(k)}
        if len(different) == 1 and (name := different.pop()).lower() in PAGE_NAMES:
            number = asked.get(name, "")
            if number.isdecimal() and int(number) > 1:
                found[link.url] = None
    return list(found)


def _open_end(
    page: Page, region: HtmlElement, numbers: list[tuple[int, str | None]], told: Extent
) -> str | None:
    """A next page that only a script can open, unless the page shows that there is none."""
    following = [e for e in _elements(region, _NEXT) if _may_open(e) and not _dead(e)]
    if any(_address(page, e) for e in following) or not following:
        return None
    if told.pages == 1 or (numbers and max(n for n, _ in numbers) == 1):
        return None
    if told.total is not None and told.total <= len(list_entries(page)):
        return None
    reachable = {n for n, url in numbers if url}
    shown = {n for n, _ in numbers}
    if shown and len(shown - reachable) <= 1 and len(shown) == max(shown):
        return None  # every other number is a link; the one without is the page itself
    return "“下一页”由脚本翻页，没有可读的地址"


def _may_open(element: HtmlElement) -> bool:
    """Whether a click may bring more; 下一页 as plain text is how dead ones are printed."""
    if element.tag in {"a", "button"} or element.get("onclick"):
        return True
    return "更多" in text_of(element)


def _dead(element: HtmlElement) -> bool:
    marks = " ".join(e.get("class") or "" for e in (element, element.getparent()) if e is not None)
    return bool(_DISABLED.search(marks)) or element.get("disabled") is not None


def _address(page: Page, element: HtmlElement) -> str | None:
    if element.tag == "option":
        value = element.get("value") or ""
        return page.absolute(value) if re.search(r"[/.?=]", value) else None
    if element.tag not in _CLICKED or _dead(element):
        return None
    url = next((k.url for k in page.links if k.element is element), None)
    return url if url != page.url else None


def _elements(region: HtmlElement, words: re.Pattern[str]) -> Iterator[HtmlElement]:
    for element in region.iter(*_TAGS):
        if words.match(_words(element)):
            yield element


def _words(element: HtmlElement) -> str:
    """What a reader sees of a pager's element, be it a picture."""
    pictures = (i.get("alt") or i.get("title") for i in element.iter("img"))
    return (
        squeeze(text_of(element))
        or squeeze(element.get("title"))
        or squeeze(next(filter(None, pictures), None))
    )


def _numbers(page: Page, region: HtmlElement) -> list[tuple[int, str | None]]:
    """(page number, address or None) of every number in the pager, once each."""
    found: dict[int, str | None] = {}
    for element in region.iter(*_TAGS):
        m = _NUMBER.match(squeeze(text_of(element)))
        if m and int(m[1]) > 0:
            found[int(m[1])] = found.get(int(m[1])) or _address(page, element)
    # Stray numbers (totals, page sizes) are not page numbers: those begin at 1 or are links.
    if any(found.values()) or set(found) == {1}:
        return [
            (n, u) for n, u in sorted(found.items()) if u or n <= max(_linked(found), default=1) + 1
        ]
    return []


def _linked(found: dict[int, str | None]) -> list[int]:
    return [n for n, url in found.items() if url]


def pager_of(page: Page) -> HtmlElement | None:
    """The smallest block that holds the pager."""
    if page not in _pagers:
        _pagers[page] = _pager_of(page)
    return _pagers[page]


_pagers: WeakKeyDictionary[Page, HtmlElement | None] = WeakKeyDictionary()
"""Several mechanisms ask for the pager of the same page."""


def _pager_of(page: Page) -> HtmlElement | None:
    for element in page.root.iter("a", "span", "button", "li"):
        words = _words(element)
        if len(words) > 12 or not (_NEXT.match(words) or _OTHER.match(words) or _LAST.match(words)):
            continue
        if _OTHER.match(words) and not _in_pager(element):
            continue  # 首页 alone is the link to the home page
        return _surrounding(element)
    for element in page.root.iter("div", "ul", "p", "nav", "table", "select"):
        marks = f"{element.get('class') or ''} {element.get('id') or ''}"
        if _REGION.search(marks) and any(
            _NUMBER.match(squeeze(text_of(e))) for e in element.iter("a", "option")
        ):
            return element
    return None


def _in_pager(element: HtmlElement) -> bool:
    around = squeeze(text_of(_surrounding(element)))
    return (
        bool(re.search(r"上一?页|下一?页|尾\s*页|末\s*页|共\s*\d+\s*页", around))
        and len(around) < 300
    )


def _surrounding(element: HtmlElement) -> HtmlElement:
    """Up to the block that holds more than one pager word, but no more than the pager."""
    node = element
    for ancestor in element.iterancestors():
        if ancestor.tag in {"body", "html"} or len(squeeze(text_of(ancestor))) > 200:
            break
        node = ancestor
    return node


MECHANISM = LinkPager()
