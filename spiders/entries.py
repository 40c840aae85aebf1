"""The lines of lists on a page, whatever the markup: li, tr, dl, p or bare links.

A line is the largest block that holds one link (or a list item with few); lines with the same
parent are a group. Groups that show dates or titles of annual reports are the page's lists;
navigation, which shows neither, is not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from weakref import WeakKeyDictionary

from lxml.html import HtmlElement

from crawler.parsing.dates import find_dates
from spiders import titles
from spiders.lists import Entry
from spiders.page import Link, Page, is_furniture, squeeze, text_of

PAGER_WORDS = re.compile(
    r"^[\[(（<«‹\s]*(?:首\s*页|上一?页|下一?页|前一?页|后一?页|尾\s*页|末\s*页|最后一?页|(?:点击|点此)?(?:加载|显示)?更多|详细|查看|查看更多|下载"
    r"|prev\w*|next\w*|first|last|more|go|\d{1,3}|\.{2,3}|[<>«»‹›]+)[\])）>»›+\s]*$",
    re.I,
)
_REPORT_WORDS = re.compile(
    r"年报|年度报告|年度工作报告|公开[^，。]{0,12}报告|信息公开[^，。]{0,6}总结"
)
_COLUMN_LABEL = re.compile(
    # The name of a column, which stands in every navigation; a report's title says more.
    r"^(?:政府|政务|法定主动|主动|部门|乡镇|镇街|街道|单位|市级|县级|区级|各级|历年|年度)*(?:信息)?(?:公开)?(?:工作)?"
    r"(?:(?:年度)?(?:年报|年度报告|年报公开)|(?<=公开)报告|(?<=公开工作)报告)(?:专栏|栏目|列表)?$"
)
_YEAR = re.compile(r"^(?:19|20)\d{2}\s*年?度?$")
_BODY = re.compile(
    r"^[\u4e00-\u9fff（）()·、]{2,30}(?:局|委|委员会|办|办公室|厅|院|署|站|所|队|行|会|中心|政府|镇|乡|街道|街道办|办事处"
    r"|管委会|公司|开发区|园区)$"
)
"""Names of bodies as lists print them; which body it is only the registry tells."""
_BODY_YEAR = re.compile(
    r"^[\u4e00-\u9fff·、]{2,30}(?:局|委|委员会|办|办公室|厅|院|署|政府|镇|乡|街道|办事处)[（(\[]?(?:19|20)\d{2}\s*年?度?[)）\]]?$"
)
"""教育局（2023）: body and year are all that a line says."""
_CUT = re.compile(r"(?:\.{2,}|…+)$")
_ITEM_TAGS = frozenset({"li", "tr", "dd", "dt", "article"})
_ITEM_LINKS = 4
"""A list item may hold a column link, a title and downloads; more make it a menu."""
_LINE_TEXT = 600
"""A line is short; a larger block with one link is the page itself."""
_DAY = r"[\[(（]?(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?[\])）]?"
_DAY_AROUND = re.compile(rf"^{_DAY}\s+|\s+{_DAY}$|{_DAY}$")
"""A date printed inside the link; left in, its year would be taken for the report's."""
_CLIMB = 12
_BESIDE = 40
"""Characters of a block that still belongs to the line before it: a date, a department."""
_BESIDE_BLOCKS = 8


@dataclass
class Group:
    """Lines with a common parent, in page order."""

    container: HtmlElement
    entries: list[Entry] = field(default_factory=list)

    @property
    def dated(self) -> int:
        return sum(e.date is not None for e in self.entries)

    @property
    def reports(self) -> int:
        return sum(looks_like_report(e.title) for e in self.entries)


@lru_cache(maxsize=8192)
def looks_like_report(title: str) -> bool:
    """Whether a title may be that of an annual report, also one without agency or year."""
    if is_column_label(title):
        return False
    reading = titles.read(title)
    return reading.excluded is None and (
        reading.is_report_title or bool(_REPORT_WORDS.search(title))
    )


def is_column_label(text: str) -> bool:
    """Whether a text is just the name of a column of annual reports, not a report's title."""
    return bool(_COLUMN_LABEL.match(squeeze(text).replace(" ", "").strip("·>》«»[]【】:：")))


def list_entries(page: Page) -> list[Entry]:
    """Entries of all lists of the page in page order; an address is named once."""
    known = _read.get(page)
    if known is None:
        known = _read[page] = tuple(_entries(page))
    return list(known)


_read: WeakKeyDictionary[Page, tuple[Entry, ...]] = WeakKeyDictionary()
"""A dozen mechanisms look at the lines of the same page before one is chosen."""


def _entries(page: Page) -> list[Entry]:
    found: dict[str, Entry] = {}
    all_groups = groups(page)
    lists = [g for g in all_groups if is_list(g)]
    nameless = (g for g in all_groups if _is_cut(g) or _is_folders(g, page))
    for group in lists or nameless:
        for entry in group.entries:
            known = found.get(entry.url)
            if known is None or (known.date is None and entry.date):
                found[entry.url] = entry
    return list(found.values())


def _is_cut(group: Group) -> bool:
    """Lines whose titles are cut so short that they tell nothing."""
    cut = sum(bool(_CUT.search(e.title)) for e in group.entries)
    return cut >= 2 and cut * 2 > len(group.entries) and not is_furniture(group.container)


def _is_folders(group: Group, page: Page) -> bool:
    """Lines that all bear the column's name, and lead to folders of its own: a report each."""
    folder = page.url.rpartition("/")[0] + "/"
    return (
        len({e.url for e in group.entries}) > 1
        and all(e.url.startswith(folder) and is_column_label(e.title) for e in group.entries)
        and not is_furniture(group.container)
    )


def is_list(group: Group) -> bool:
    """Report titles make a list, or years under headings (a table of bodies and years), or bodies
    under years; dates do,
    unless the group is a box beside the content."""
    if group.reports or any(e.heading and _YEAR.match(e.title) for e in group.entries):
        return True
    bodies = sum(
        bool((_YEAR.match(e.heading) and _BODY.match(e.title)) or _BODY_YEAR.search(e.title))
        for e in group.entries
    )
    if bodies * 2 > len(group.entries):
        return True  # bodies under the heading of a year
    return group.dated * 2 >= len(group.entries) > 0 and not is_furniture(group.container)


def groups(page: Page) -> list[Group]:
    """All groups of lines of the page."""
    links = [k for k in page.links if not PAGER_WORDS.match(k.text or k.title)]
    addresses: dict[HtmlElement, set[str]] = defaultdict(set)
    for link in links:
        for ancestor in (link.element, *link.element.iterancestors()):
            addresses[ancestor].add(link.url)
    lines: dict[HtmlElement, list[Link]] = defaultdict(list)
    long: dict[HtmlElement, bool] = {}
    for link in links:
        if link.label:
            lines[_line(link.element, addresses, long)].append(link)
    found: dict[HtmlElement, Group] = {}
    headings: dict[HtmlElement, str] = {}
    for line, members in lines.items():
        parent = line.getparent()
        if parent is None:
            continue
        group = found.setdefault(parent, Group(parent))
        heading = _first_cell(line, addresses)
        if heading is None:
            if parent not in headings:
                headings[parent] = _heading(parent, addresses)
            heading = headings[parent]
        for link in _titles(members):
            beside = squeeze(text_of(line)) if line is not link.element else ""
            beside = beside.replace(link.text, " ", 1)
            context = _context(line, beside, addresses)
            title = _DAY_AROUND.sub("", link.label).strip() or link.label
            entry = Entry(link.url, title, _date(link, beside, context), context, heading)
            if entry.date or looks_like_report(title) or not is_furniture(line):
                group.entries.append(entry)
    return [g for g in found.values() if g.entries]


def _titles(members: list[Link]) -> list[Link]:
    """The links of a line that are titles: one, or all of a row of years or reports."""
    telling = [k for k in members if _YEAR.match(k.label) or looks_like_report(k.label)]
    if len({k.url for k in telling}) > 1:
        return telling
    return [max(members, key=lambda k: len(k.label))]


def _first_cell(line: HtmlElement, addresses: dict[HtmlElement, set[str]]) -> str | None:
    """The words that begin a table's row; None outside of rows of several cells."""
    row = next((e for e in (line, line.getparent()) if e is not None and e.tag == "tr"), None)
    cells = list(row.iterchildren("td", "th")) if row is not None else []
    if len(cells) < 2 or addresses.get(cells[0]):
        return None
    return squeeze(text_of(cells[0]))[:_BESIDE]


def _heading(container: HtmlElement, addresses: dict[HtmlElement, set[str]]) -> str:
    """The short text above a list."""
    node: HtmlElement | None = container
    for _ in range(3):
        if node is None or node.tag in {"body", "html"}:
            return ""
        above = node.getprevious()
        while above is not None and not isinstance(above.tag, str):
            above = above.getprevious()
        if above is not None and not addresses.get(above):
            if words := squeeze(text_of(above)):
                return words if len(words) <= _BESIDE else ""
        elif above is not None:
            return ""
        node = node.getparent()
    return ""


def _line(
    a: HtmlElement, addresses: dict[HtmlElement, set[str]], long: dict[HtmlElement, bool]
) -> HtmlElement:
    """``long``: which blocks are too long for a line, as far as is known: a menu whose links all
    lead to one address is measured once, not once for each of them."""
    line = a
    for ancestor in _near(a):
        if ancestor.tag in _ITEM_TAGS and len(addresses[ancestor]) <= _ITEM_LINKS:
            if ancestor.tag == "tr" or not _holds_list(ancestor):
                line = ancestor
            break
    while True:
        parent = line.getparent()
        if parent is None or parent.tag in {"body", "html"} or addresses[parent] != addresses[line]:
            return line
        if parent not in long:
            long[parent] = _longer_than(parent, _LINE_TEXT)
        if long[parent]:
            return line
        line = parent


def _near(a: HtmlElement) -> Iterator[HtmlElement]:
    for count, ancestor in enumerate(a.iterancestors()):
        if count >= _CLIMB or ancestor.tag in {"body", "html", "ul", "ol", "table"}:
            return
        yield ancestor


def _holds_list(element: HtmlElement) -> bool:
    return next(element.iter("ul", "ol", "table"), None) is not None


def _longer_than(element: HtmlElement, limit: int) -> bool:
    size = 0
    for text in element.itertext():
        size += len(text)
        if size > limit * 4:
            return True
    return len(squeeze(text_of(element))) > limit


def _context(line: HtmlElement, beside: str, addresses: dict[HtmlElement, set[str]]) -> str:
    """The line's words ``beside`` the title; for dt and bare links also those up to the next line."""
    tail = [(line.tail or "")[:_BESIDE]]
    sibling = line.getnext()
    while sibling is not None and not addresses.get(sibling) and len(tail) < _BESIDE_BLOCKS:
        text = text_of(sibling) if isinstance(sibling.tag, str) else ""
        if len(squeeze(text)) > _BESIDE:
            break
        tail += [text, (sibling.tail or "")[:_BESIDE]]
        sibling = sibling.getnext()
    return squeeze(" ".join([beside, *tail]))[:300]


def _date(main: Link, beside: str, context: str) -> date | None:
    """The full date printed beside the title; month and day alone tell no year and are none."""
    for words in (beside, context, main.text):
        days = find_dates(words)
        if days:
            return days[-1] if len(set(days)) == 1 else days[0]
    return None
