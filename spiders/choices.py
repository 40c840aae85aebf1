"""Choices that only a script obeys: years and bodies that a page offers without an address.

A list that is printed beside such a choice is that of the year or body chosen first; nothing else
on the page says that it is a part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from lxml.html import HtmlElement

from crawler.parsing.titles import read_year
from spiders.columns import names_group
from spiders.entries import groups as lists_of
from spiders.lists import Entry
from spiders.page import Page, squeeze, text_of

_YEAR = re.compile(r"^((?:19|20)\d{2})\s*(?:年度?)?(?:年报|年度报告)?$")
_TAGS = ("option", "li", "a", "span", "div", "button", "dd", "label", "td", "p", "em", "b")
_CHOSEN = re.compile(
    r"(?:^|[\s_-])(?:on|cur|current|active|selected|sel|hover|checked)(?:$|[\s_-])", re.I
)
_TOLD = 4
_LEAST = 2
"""One year alone is a heading."""
_GOES_ON = re.compile(
    r"^data-(?:after|cursor|next(?:-?\w+)?|offset|last-?id|more(?:-?url)?|load-?more)$"
)
"""Attributes of lists that grow while one scrolls."""
_MARK = re.compile(r"[1-9/]|true")
_NEAR = 2
_WHOLE = frozenset({"body", "html"})
_PAGERS = ("div", "p", "ul", "ol", "td", "span", "nav")


def unread_choice(
    page: Page, entries: Iterable[Entry], body_of: Callable[[str], str | None]
) -> str | None:
    """Why what a page lists may be a part only (Chinese); None where no choice is left unread.

    ``entries``: all that was read of the column; ``body_of``: which own body a text names exactly.
    """
    read = list(entries)
    for kind, options in (
        ("年份", _open_years(page, read)),
        ("分组", _open_groups(page)),
        ("机关", _open_bodies(page, read, body_of)),
    ):
        if options:
            some = "、".join(options[:_TOLD]) + ("等" if len(options) > _TOLD else "")
            return f"页面有{kind}选项（{some}），由脚本切换，没有可读的地址"
    return None


def unread_options(
    page: Page, entries: Iterable[Entry], body_of: Callable[[str], str | None]
) -> list[str]:
    """The words of the first kind of choice that is left unread, as printed."""
    read = list(entries)
    return _open_years(page, read) or _open_groups(page) or _open_bodies(page, read, body_of)


def unread_rest(page: Page) -> str | None:
    """Why the list of a page that was read as the only one may go on (Chinese); None where nothing
    says so: page numbers without addresses below it, or a mark from which a script loads the rest."""
    for element in _around_lists(page):
        if any(_GOES_ON.match(k) and _MARK.search(v) for k, v in element.items()):
            return "列表由脚本续载，没有可读的地址"
    if (last := numbers_below(page)) is not None:
        return f"列表有页码 1 至 {last}，由脚本翻页，没有可读的地址"
    return None


def numbers_below(page: Page) -> int | None:
    """The last of the page numbers 1, 2, 3 … that stand below a list of reports."""
    for element in _around_lists(page, below=True):
        for parent in element.iter(*_PAGERS):
            numbers = [n for e in parent if (n := _number(e))]
            if len(numbers) >= _LEAST and numbers == list(range(1, len(numbers) + 1)):
                return len(numbers)
    return None


def _around_lists(page: Page, below: bool = False) -> Iterator[HtmlElement]:
    """The blocks of lists of reports, what holds them, and what follows; only that if ``below``."""
    for group in lists_of(page):
        if not group.reports:
            continue
        around = [e for e in islice(group.container.iterancestors(), _NEAR) if e.tag not in _WHOLE]
        if not below:
            yield from (group.container, *around)
        for node in (group.container, *around):
            yield from (e for e in node.itersiblings() if isinstance(e.tag, str))


def _number(element: HtmlElement) -> int:
    """The page number that an element shows; 0 for anything else."""
    words = squeeze(text_of(element)) if isinstance(element.tag, str) else ""
    return int(words) if words.isdecimal() and len(words) < 4 else 0


def _open_years(page: Page, read: list[Entry]) -> list[str]:
    listed = {
        y for e in read for y in (read_year(e.title), read_year(e.heading), _year(e.title)) if y
    }
    for options in _choices(page, lambda words: bool(_YEAR.match(words))):
        words = [squeeze(text_of(o)) for o in options]
        offered = {int(m[1]): w for w in words if (m := _YEAR.match(w))}
        # Sections of one page bear the same headings: their years are listed.
        if len(offered) >= _LEAST and len(offered.keys() - listed) >= _LEAST - 1:
            return [offered[y] for y in sorted(offered.keys() - listed, reverse=True)]
    return []


def _year(words: str) -> int | None:
    m = _YEAR.match(words.replace(" ", ""))
    return int(m[1]) if m else None


def _open_groups(page: Page) -> list[str]:
    """Tabs of groups of bodies, of which some show no list on the page."""
    shown = sum(group.reports > 0 for group in lists_of(page))
    for options in _choices(page, lambda words: names_group(words) and not _YEAR.match(words)):
        words = list(dict.fromkeys(squeeze(text_of(o)) for o in options))
        if len(words) >= _LEAST and shown < len(words):
            return words
    return []


def _open_bodies(page: Page, read: list[Entry], body_of: Callable[[str], str | None]) -> list[str]:
    shown = " ".join(f"{e.title} {e.context}" for e in read)
    headings = {e.heading for e in read}  # the words of the choice itself may stand above the list
    for options in _choices(page, lambda words: body_of(words) is not None):
        names = {body: words for o in options if (body := body_of(words := squeeze(text_of(o))))}
        unread = [words for words in names.values() if words not in shown and words not in headings]
        # Beside what is listed: a menu of bodies on a page that lists none of them is something else.
        if len(names) >= _LEAST and unread:
            return unread
    return []


def _choices(page: Page, fits: Callable[[str], bool]) -> Iterator[list[HtmlElement]]:
    """Groups of elements with one parent that a click or a change chooses, and no address opens."""
    linked = {k.element for k in page.links}
    groups: dict[HtmlElement, list[HtmlElement]] = {}
    for element in page.root.iter(*_TAGS):
        words = squeeze(text_of(element)) if len(element) < 3 else ""
        if not words or len(words) > 30 or not fits(words):
            continue
        if any(e in linked for e in (element, *element.iter("a"), *element.iterancestors("a"))):
            continue
        parent = element.getparent()
        if parent is not None and not _of_search(element):
            groups.setdefault(parent, []).append(element)
    for parent, members in groups.items():
        if (
            parent.tag in {"select", "datalist", "optgroup"}
            or any(map(_clickable, members))
            or any(_CHOSEN.search(m.get("class") or "") for m in members)
        ):
            yield members


def _clickable(element: HtmlElement) -> bool:
    return element.get("onclick") is not None or (
        element.tag == "a" and (element.get("href") or "#").strip().lower()[:1] in {"#", "j"}
    )


def _of_search(element: HtmlElement) -> bool:
    """Whether an option is one of a search form: a choice of what to look for."""
    form = next(element.iterancestors("form"), None)
    return form is not None and any(
        (field.get("type") or "text").lower() in {"text", "search"} for field in form.iter("input")
    )
