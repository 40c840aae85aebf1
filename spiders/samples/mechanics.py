"""Columns that are no printed list: records in the page, interfaces, frames, numbers that run backwards.

Each engine's column of annual reports as its family of portals serves it; the other lists of these
portals are printed. What a column holds comes from the pages that use this.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

CATALOGUE = 2629
"""Number of the category of annual reports on a portal with an open directory."""
SID = "990104"
JPAGE_PROXY = "/module/web/jpage/dataproxy.jsp"
GKMLPT_INDEX, GKMLPT_LIST = "/gkmlpt/index", f"/gkmlpt/api/all/{CATALOGUE}"
FRAME = "list.html"
VIEWER = "/js/pdfjs/web/viewer.html"
_UNIT = "38"
_COLUMN = "311"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a column; ``text`` as printed, which may be cut; ``day`` ISO."""

    href: str
    title: str
    text: str
    day: str


def records(lines: Sequence[Line], total: int) -> str:
    """A store of records in CDATA; its number of pages is wrong, as it often is."""
    told = "".join(
        f'<record><![CDATA[<li><a href="{line.href}" title="{escape(line.title)}">{escape(line.text)}</a>'
        f"<span>{line.day}</span></li>]]></record>"
        for line in lines
    )
    return (
        f"<datastore><totalrecord>{total}</totalrecord><totalpage>1</totalpage>"
        f"<recordset>{told}</recordset></datastore>"
    )


def record_page(lines: Sequence[Line], size: int) -> Markup:
    """The first group in the page, the script's parameters for the others."""
    script = (
        f"var param = {{col:1,appid:'1',webid:'9',path:'/',columnid:'{_COLUMN}',sourceContentType:1,"
        f"unitid:'{_UNIT}',webname:'门户',permissiontype:0}};\n$('#{_UNIT}').jpage({{perPage:{size},"
        f"totalRecord:{len(lines)},proxyUrl:'{JPAGE_PROXY}',ajaxParam:param}});"
    )
    store = records(lines[:size], len(lines))
    return Markup(  # noqa: S704 - titles are escaped above
        f"<div id='{_UNIT}'><script type='text/xml'>{store}</script></div><script>{script}</script>"
    )


def record_group(lines: Sequence[Line], asked: Mapping[str, str]) -> bytes | None:
    """What the interface answers; None for another column."""
    if asked.get("columnid") != _COLUMN:
        return None
    first = max(int(asked.get("startrecord") or 1), 1)
    last = int(asked.get("endrecord") or len(lines))
    return f"<?xml version='1.0'?>{records(lines[first - 1 : last], len(lines))}".encode()


def catalogue_page(count: int) -> Markup:
    """The shell of an open directory: a tree of categories in a script, and nothing printed."""
    tree = [
        {"id": 11, "name": "机构职能", "post_count": 0, "children": []},
        {"id": CATALOGUE, "name": "政府信息公开年报", "post_count": count, "children": []},
    ]
    config = f"window._CONFIG = {{ SID: '{SID}', TREE: {json.dumps(tree, ensure_ascii=False)} }};"
    return Markup(f"<div id='app'></div><script>{config}</script>")  # noqa: S704 - constants


def catalogue_list(
    lines: Sequence[Line], size: int, base: str, asked: Mapping[str, str]
) -> bytes | None:
    """A page of the category as JSON; None for another directory or behind the last page."""
    number = int(asked.get("page") or 1)
    shown = lines[(number - 1) * size : number * size]
    if asked.get("sid") != SID or not shown:
        return None
    articles = [
        {
            "id": number * 1000 + n,
            "title": line.title,
            # Without its scheme, as these portals write it.
            "url": f"{base.removeprefix('http:').rstrip('/')}{line.href}",
            "display_publish_time": f"{line.day} 10:00:00",
        }
        for n, line in enumerate(shown)
    ]
    told = {"total": len(lines), "articles": articles}
    return json.dumps(told, ensure_ascii=False).encode()


def backward_pager(count: int, current: int, stem: str) -> Markup:
    """A pager whose files are numbered from the last page: page two of three is ``2.htm`` …"""

    def file(page: int) -> str:
        below = f"{stem}/" if current == 0 else ""
        return f"{below}{count - page}.htm" if page else f"../{stem}.htm"

    told = [f"<span class='p_t'>共{count}页</span>"]
    if current:
        told.append(f"<span class='p_first'><a href='{file(0)}'>首页</a></span>")
    if current + 1 < count:
        told.append(f"<span class='p_next'><a href='{file(current + 1)}'>下页</a></span>")
        told.append(f"<span class='p_last'><a href='{file(count - 1)}'>尾页</a></span>")
    return Markup(f"<div class='p_pages'>{''.join(told)}</div>")  # noqa: S704 - numbers only


def frame(address: str) -> Markup:
    return Markup("<iframe src='{}' width='100%' height='800'></iframe>").format(address)


def viewer(file: str) -> Markup:
    """The article shows its text in a viewer of files."""
    return Markup("<iframe src='{}?file={}' width='100%' height='900'></iframe>").format(
        VIEWER, file
    )
