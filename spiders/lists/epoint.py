"""Lists of Epoint portals: ``POST …/rest/lightfrontaction/getgovinfolist`` with JSON.

The body is ``{"deptcode", "categorynum", "pageIndex", "pageSize", "siteGuid"}``, for some servers
inside of ``{"params": …}`` or as the text of a form's field ``params``; names and their casing are
those of the page's script where it shows them. The answer ``{"custom": {"total", "data": [{"infourl", "title",
"realtitle", "infodate"}]}}``, where ``custom`` may be a text. The category stands in the page's
address (``?categorynum=003001003``), the site's number in a script file that all pages share
(``var siteInfo = {siteGuid, projectName}``), which is asked for where the page has it not.

Trap: ``pageIndex`` counts from 1 on some servers and from 0 on others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from spiders.lists import Entry, Extent
from spiders.lists.js_literals import NoLiteral
from spiders.lists.known_record import entry_of
from spiders.lists.numbered import (
    count_at,
    following,
    number_of,
    rows_at,
    with_number,
)
from spiders.lists.script_calls import Call, calls
from spiders.lists.script_values import at_root, code_of, value
from spiders.lists.sent import object_at, sent
from spiders.page import Page
from spiders.query import JSON, Query

_SIGN = re.compile(r"/rest/lightfrontaction/getgovinfolist", re.I)
_SHELL = re.compile(r"getgovinfolist|EWB[-_]\w+|govInfoPub", re.I)
_SETTINGS = re.compile(
    r"(?:webBuilderCommon|ajaxReq|siteInfo|govInfo\w*|common\w*)(?:[.-]\w+)*\.js\b", re.I
)
_GUID = re.compile(r"siteGuid[\"']?\s*[:=]\s*[\"']([0-9a-fA-F-]{8,40})[\"']")
_PROJECT = re.compile(r"projectName[\"']?\s*[:=]\s*[\"'](/?[\w/-]+)[\"']")
_STRINGIFIED = re.compile(r"\{?JSON\.stringify\s*\(\s*")
_ROWS = ("custom.data", "custom.list", "custom.infodata", "data", "result.data")
_TOTAL = ("custom.total", "custom.count", "custom.totalcount", "total")
_INTERFACE = "/rest/lightfrontaction/getgovinfolist"
_SIZE = 20


class Epoint:
    name = "epoint"

    def fingerprint(self, page: Page) -> float:
        if not _SHELL.search(f"{urlsplit(page.url).path} {page.text}"):
            return 0.0
        return 0.95 if _category(page, page.url) or _SIGN.search(page.text) else 0.0

    def entries(self, page: Page) -> list[Entry]:
        rows = rows_at(page.json, *_ROWS) if _is_answer(page) else None
        return [e for row in rows or () if (e := _entry(page, row))]

    def next_requests(self, page: Page) -> list[Query]:
        if not _is_answer(page):
            return _questions(page)
        rows = rows_at(page.json, *_ROWS)
        total = count_at(page.json, *_TOTAL)
        if page.asked is None or rows is None:
            return []
        plain = _unpacked(page.asked)
        if not rows and total and number_of(plain):
            # Past the end: this server counts from 0.
            return [_packed(with_number(plain, 0), page.asked)]
        return [_packed(q, page.asked) for q in following(plain, total, len(rows))]

    def extent(self, page: Page) -> Extent:
        if not _is_answer(page):
            lost = None if _questions(page) else "页面没有写明列表接口的栏目编号或站点编号"
            return Extent(open_end=lost, step=True)
        rows, total = rows_at(page.json, *_ROWS), count_at(page.json, *_TOTAL)
        if rows is None or total is None:
            return Extent(open_end="列表接口返回的不是列表数据")
        past = not rows and total > 0 and bool(page.asked and number_of(_unpacked(page.asked)))
        return Extent(None, total, step=past)


def _is_answer(page: Page) -> bool:
    return page.asked is not None and page.asked.body is not None


def _questions(page: Page) -> list[Query]:
    """The list's first page; where the site's number is not known, the script file that has it."""
    shell = (page.asked.referer if page.asked else None) or page.url
    category = _category(page, shell)
    text = code_of(page)
    guid = _GUID.search(text)
    shown = _shown(page)
    call = shown.call if shown else next(iter(calls(page, _SIGN)), None)
    if shown is None or any(
        k.lower() == "siteguid" and _open(v) for k, v in shown.parameters.items()
    ):
        settled = bool(call or _PROJECT.search(text) or page.asked)
        files = _settings_files(page) if page.asked is None and not (guid and settled) else []
        if files or guid is None:
            return files
    if not category:
        return []
    asked = parse_qs(urlsplit(shell).query)
    body: dict[str, Any] = {
        "deptcode": asked.get("deptcode", [value(page, "deptcode") or ""])[0],
        "categorynum": category,
        "pageIndex": 1,
        "pageSize": _SIZE,
        "siteGuid": guid[1] if guid else "",
    }
    if shown:
        query = shown.query(page, body)
        return [replace(query, referer=shell)] if query else []
    url = (call.query(page, 1) if call else None) or _interface(page, text)
    if url is None:
        return []
    if call and isinstance(call.data.get("params"), dict):
        body = {"params": body}
    return [Query(url.url, json.dumps(body).encode(), JSON, shell)]


@dataclass(frozen=True)
class _Shown:
    """A question whose parameters the page's script shows: under ``field``, or "" where they are all
    that is sent; as a form or as JSON."""

    call: Call
    field: str
    parameters: Mapping[str, Any]
    form: bool

    def query(self, page: Page, known: Mapping[str, Any]) -> Query | None:
        """The same for the first page, its own names kept and what is known put in."""
        ours = {key.lower(): told for key, told in known.items()}
        told = {
            key: 1 if key.lower() == "pageindex" else ours.get(key.lower(), v) if _open(v) else v
            for key, v in self.parameters.items()
        }
        data = {**self.call.data, self.field: told} if self.field else told
        call = replace(self.call, data=data, post=True, as_json=not self.form)
        return call.query(page, 1, _SIZE)


def _open(told: Any) -> bool:
    """Whether a parameter's value is not known from the script that sends it."""
    return isinstance(told, str) and ("{" in told or not told)


def _shown(page: Page) -> _Shown | None:
    asked = sent(page, _SIGN)
    for call in (*asked, *calls(page, _SIGN)):
        for field, told in (("", call.data), *call.data.items()):
            form = call in asked and not call.as_json
            if isinstance(told, str) and (m := _STRINGIFIED.match(told)):
                try:
                    told, form = object_at(page, told, m.end()), True
                except NoLiteral:
                    continue
            if isinstance(told, Mapping) and any(k.lower() == "categorynum" for k in told):
                return _Shown(call, field, told, form)
    return None


def _unpacked(query: Query) -> Query:
    """A question whose form has its parameters as JSON, as if they were posted without the form."""
    field = _field(query)
    return replace(query, body=field[1].encode(), content_type=JSON) if field else query


def _packed(query: Query, like: Query) -> Query:
    field = _field(like)
    if field is None or like.body is None or query.body is None:
        return query
    pairs = dict(parse_qsl(like.body.decode(), keep_blank_values=True))
    pairs[field[0]] = query.body.decode()
    return replace(query, body=urlencode(pairs).encode(), content_type=like.content_type)


def _field(query: Query) -> tuple[str, str] | None:
    if query.body is None or query.content_type == JSON:
        return None
    pairs = parse_qsl(query.body.decode(), keep_blank_values=True)
    return next(((k, v) for k, v in pairs if v.startswith("{") and v.endswith("}")), None)


def _interface(page: Page, text: str) -> Query | None:
    project = _PROJECT.search(text) or re.search(r"(/?EWB[-_]\w+)", text)
    path = f"/{project[1].strip('/')}" if project else ""
    url = at_root(page, f"{path}{_INTERFACE}")
    return Query(url) if url else None


def _settings_files(page: Page) -> list[Query]:
    found = (page.absolute(s.get("src")) for s in page.root.iter("script") if s.get("src"))
    return [Query(u, referer=page.url) for u in dict.fromkeys(found) if u and _SETTINGS.search(u)][
        :4
    ]


def _category(page: Page, shell: str) -> str | None:
    asked = {k.lower(): v[0] for k, v in parse_qs(urlsplit(shell).query).items()}
    return asked.get("categorynum") or value(page, "categorynum", "categoryNum") or None


def _entry(page: Page, row: Mapping[str, Any]) -> Entry | None:
    title = row.get("realtitle") or row.get("customtitle") or row.get("title")
    body = row.get("deptname") or row.get("publisher")
    return entry_of(page, title, row.get("infourl"), row.get("infodate"), body)


MECHANISM = Epoint()
