"""Names of a list's further pages where no link shows them: tried one after the other on page two.

A naming is an address with ``{n}`` for the number of a page or ``{m}`` for the number less one. The
first that brings new lines is taken for all pages; what stays unread keeps the list incomplete.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml.html import HtmlElement

from spiders.lists.script_values import PAGE_NAMES, with_pairs
from spiders.page import Page, clean_url
from spiders.query import FORM, Query

MAX_PAGES = 300
_SUM = re.compile(
    # "17318-" + n + ".html", also where the string begins with other markup.
    r"[\"'`]([^\n\"`]{0,200}?)[\"'`]\s*\+\s*(\(?\s*(?:parseInt\s*\(\s*)?[\w.$]+\s*\)?\s*(?:[-+]\s*1)?\s*\)?)"
    r"\s*(?:\+\s*[\"'`]([^\n\"'`]{0,80}))?"
)
_EITHER = re.compile(
    # '/nb' + (n > 1 ? '-p' + n : '') + '.html', and the other way round: the first page has no number.
    r"\(\s*[\w.$]+\s*[<>=!]=?=?\s*\d\s*\?\s*(?:([\"'`][^?:()\n]{0,60}?)\s*:\s*(?:\"\"|''|``)|(?:\"\"|''|``)\s*:\s*([\"'`][^?:()\n]{0,60}?))\s*\)"
)
_JOINED = re.compile(r"([\"'])\s*\+\s*\1")
_TEMPLATE = re.compile(r"`([^`\n]{0,200}?)\$\{\s*([^{}]{1,30})\}([^`\n]{0,80})`")
_TAIL = re.compile(r"[\w./:?&=%+-]*$")
_FILE = re.compile(r"^\.(?:[sj]?html?|aspx?|jsp|php|do|action)\b")
_NUMBERED = re.compile(r"(?:[?&](?:" + "|".join(sorted(PAGE_NAMES)) + r")|[?&]\w*page\w*)=$", re.I)
_POSTBACK = re.compile(r"__doPostBack\(\s*'([^'\s]{1,120})'\s*,\s*'(Page\$)?\d{1,4}'\s*\)")
_FIRST = re.compile(r"^(.*[-_])1$")
_FIELD = re.compile(r"^(?:\w{0,8}[_.]?)?page(?:no|num|index|number)?$|^pn$", re.I)
_EXTENSIONS = ("html", "shtml", "htm")


def first_question(names: Iterable[str], count: int, page: Page) -> list[Query]:
    """The question for page two by the first naming; the others are kept in its note."""
    known = list(dict.fromkeys(names))
    if not known or count < 2:
        return []
    told = {"names": known, "at": 0, "count": count, "title": _plain(page.title)}
    return [_question(told, 2, page.url)]


def same_list(page: Page) -> bool:
    """Whether an answer bears the title of the list's first page: a name that was only guessed may
    be that of another list."""
    told = _note(page.asked)
    if told is None:
        return True
    own = _plain(page.title)
    return own.startswith(told["title"]) or (bool(own) and told["title"].startswith(own))


def _plain(title: str) -> str:
    return re.sub(r"[\s\d\-_|第页/]", "", title)


def rest(page: Page, count: int | None = None) -> list[Query]:
    """All further pages by the naming that brought page two. ``count``: pages that this one shows;
    pagers often tell no more than the next few."""
    told = _note(page.asked)
    if told is None or page.asked is None:
        return []
    most = min(max(told["count"], count or 0), MAX_PAGES)
    first = 3 if told["number"] == 2 else told["count"] + 1
    told |= {"count": most}
    return [_question(told, n, page.asked.referer or "") for n in range(first, most + 1)]


def next_naming(query: Query) -> list[Query]:
    """Page two by the next naming; where the last page is not there, by the one that counts from 0:
    what was read as page two then was page three."""
    told = _note(query)
    if told is not None and 2 < told["number"] == told["count"]:
        twin = told["names"][told["at"]].replace("{n}", "{m}")
        at = told["names"].index(twin) if twin in told["names"] else told["at"]
        return [_question(told | {"at": at}, 2, query.referer or "")] if at != told["at"] else []
    if told is None or told["number"] != 2 or told["at"] + 1 >= len(told["names"]):
        return []
    return [_question(told | {"at": told["at"] + 1}, 2, query.referer or "")]


def script_names(page: Page) -> Iterator[str]:
    """Addresses that the page's scripts put together with a number."""
    script = "\n".join([page.script, *_handlers(page)])
    if "?" in script:
        script = _EITHER.sub(lambda m: m[1] or m[2], script)
        script = _JOINED.sub("", script)
    found = [(m[1], m[2], m[3] or "") for p in (_SUM, _TEMPLATE) for m in p.finditer(script)]
    for before, number, after in found:
        head = (_TAIL.search(before) or [""])[0]
        if not (_FILE.match(after) or _NUMBERED.search(head)):
            continue
        tail = re.match(r"[\w./:?&=%+-]*", after)
        mark = "{m}" if re.search(r"-\s*1", number) else "{n}"
        url = page.absolute(f"{head}0{mark}0{tail[0] if tail else ''}".replace(mark, "PAGE"))
        if url and "0PAGE0" in url:
            yield url.replace("0PAGE0", mark)


def own_names(page: Page, dash_first: bool = False) -> Iterator[str]:
    """Names that follow from the page's own: ``17318-2.html``, ``index_1.html``, ``2.html``."""
    parts = urlsplit(page.url)
    own = PurePosixPath(parts.path)
    folder = page.url.partition("?")[0].rpartition("/")[0]
    if parts.query:
        for key, told in parse_qsl(parts.query):
            if _FIELD.match(key) and told in {"0", "1"}:
                mark = "MARKM" if told == "0" else "MARKN"
                yield _marked(with_pairs(page.url, [(key, mark)]))
        return
    bare = parts.path.endswith("/") or not own.suffix
    stem = "index" if bare else own.stem
    ends = _EXTENSIONS if bare else (own.suffix[1:],)
    if bare and not parts.path.endswith("/"):
        folder = page.url
    for end in ends:
        if m := _FIRST.match(stem):
            yield f"{folder}/{m[1]}{{n}}.{end}"
        names = [f"{stem}_{{m}}", f"{stem}_{{n}}", f"{stem}-{{n}}"]
        for name in [*names[2:], *names[1:2], *names[:1]] if dash_first else names:
            yield f"{folder}/{name}.{end}"
        if stem in {"index", "list", "1"}:
            yield f"{folder}/{{n}}.{end}"


def form_names(page: Page) -> Iterator[str]:
    """Forms with a field for the number of the page: POST is marked by ``#`` and the fields."""
    for form in page.root.iter("form"):
        fields = list(_fields(form))
        if not any(_FIELD.match(k) for k, _ in fields):
            continue
        data = urlencode([(k, "MARKN" if _FIELD.match(k) else v) for k, v in fields])
        action = page.absolute(form.get("action")) or page.url
        if (form.get("method") or "get").lower() == "post":
            yield _marked(f"{action}#{data}")
        else:
            yield _marked(with_pairs(action, parse_qsl(data, keep_blank_values=True)))


def posted_names(page: Page) -> Iterator[str]:
    """Pagers of ASP.NET: ``__doPostBack('pager','2')`` sends the page's form with both as fields."""
    for code in _handlers(page):
        m = _POSTBACK.search(code)
        form = next(page.root.iter("form"), None) if m else None
        if m is None or form is None:
            continue
        fields = dict(_fields(form)) | {
            "__EVENTTARGET": m[1],
            "__EVENTARGUMENT": f"{m[2] or ''}MARKN",
        }
        action = page.absolute(form.get("action")) or page.url
        yield _marked(f"{action}#{urlencode(fields)}")
        return


def _fields(form: HtmlElement) -> Iterator[tuple[str, str]]:
    for field in form.iter("input", "select"):
        name = field.get("name")
        if name and (field.get("type") or "").lower() not in {"submit", "button", "image"}:
            yield name, field.get("value") or ""


def _handlers(page: Page) -> Iterator[str]:
    for element in page.root.iter("a", "button", "span", "li", "select", "input"):
        for name in ("onclick", "onchange", "href"):
            code = element.get(name) or ""
            if name != "href" or code.startswith("javascript:"):
                yield code


def _marked(url: str) -> str:
    return url.replace("MARKN", "{n}").replace("MARKM", "{m}")


def _question(told: Mapping[str, Any], number: int, referer: str) -> Query:
    name: str = told["names"][told["at"]]
    url, _, form = name.replace("{n}", str(number)).replace("{m}", str(number - 1)).partition("#")
    url = clean_url(url) or url
    note = json.dumps({**told, "number": number})
    return Query(url, form.encode() if form else None, FORM, referer, note)


def _note(query: Query | None) -> dict[str, Any] | None:
    if query is None or not query.note.startswith("{"):
        return None
    told: dict[str, Any] = json.loads(query.note)
    return told if {"names", "at", "number", "count"} <= set(told) else None
