"""From the home page to the 年报 columns: scores of links, and what kind of page was reached.

Best-first: the link whose words come nearest to 政府信息公开年报 is opened first, until nothing
promising is left or the budget is spent. Words, weights and limits are data with their reasons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.parsing.titles import read_title
from spiders.entries import is_column_label, list_entries, looks_like_report
from spiders.menus import tree_links
from spiders.page import Link, Page, squeeze, text_of

MAX_PAGES = 40
"""Pages opened in search of columns; portals seen need 2 to 15."""
MAX_AGENCY_PAGES = 150
"""Departments' own pages opened for bodies that no common column lists."""
COLUMN_SCORE = 90
COLUMN_PATH = 70
"""Score of a bare address whose directory is named like a column of annual reports."""
FOLLOW_SCORE = 15

_WORDS: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern), score)
    for pattern, score in (
        (r"信息公开(工作)?(年度)?(年报|年度报告)|公开年报|信息公开工作报告", 100),
        (r"^(部门|乡镇|镇街|街道|单位|市级|县级|区级|各级|历年)?(年报|年度报告)(专栏)?$", 95),
        # 报告年报, 年报汇总: other words beside it, but no body whose report it is.
        (
            r"^(?!.*(局|委|办|镇|乡|街道|政府|院|厅|处|中心)(年报|年度报告))"
            r"[\u4e00-\u9fff]{0,5}(年报|年度报告)(专栏|专题|专区|汇总|汇编|公示|公开|查询|列表|集中公开)?$",
            91,
        ),
        (r"政府信息公开(专栏|平台|专题|网)?$", 62),
        (r"法定主动公开", 55),
        (r"信息公开(专栏|平台|目录)?$", 52),
        (r"政务公开|政府信息", 45),
        (r"(公开|信息)目录|主动公开|公开平台|重点领域", 40),
        (r"(部门|乡镇|镇街|街道|单位).{0,4}(信息)?公开|公开.{0,4}(部门|乡镇|街道|单位)", 38),
        (r"信息公开|政府公开|^公开$|^政务$", 36),
        (r"公开(指南|制度|规定)|依申请公开", 18),
        # Some bodies file their reports among what else the statute asks for.
        (r"^其[他它](法定|应当?|主动)?.{0,6}(信息|公开|内容)$|^法定(公开)?信息$", 18),
        (r"^(网站|站点|本站)?(地图|导航)$", 17),
        # Where bodies have pages of their own; followed only while some are listed nowhere.
        (
            r"^(各?部门|乡镇|镇街|街道|乡镇街道|镇\(街道\)|[市县区]直(部门|单位|机关)|[市县区]?政府(部门|工作部门|组成部门)|组成部门)"
            r"(网站|子站|站群|导航|频道|之窗|信息|动态|概况|列表)?$",
            24,
        ),
        (r"^(点击)?(进入|网站首页|中文版?|简体中文|简体版?)(网站|首页|主页)?$", 16),
    )
)
_NOISE = re.compile(
    # Reports and pages of other kinds that share the words.
    r"统计|企业|财政|预算|决算|法治政府|社会责任|绩效|审计|工作报告$|招标|采购|新闻|要闻|视频|办事|互动|解读"
    r"|登录|注册|邮箱|意见箱|申请表|在线申请|RSS|English"
)
_GATHERING = frozenset({None, "汇总", "一览"})
"""What makes no report of a title may well name a column: 年报汇总."""
_REPORT_COLUMN = re.compile(r"信息公开")
_PATH: tuple[tuple[re.Pattern[str], int], ...] = (
    # Directory names that portals use for these columns; weaker than words, since copied.
    (
        re.compile(
            r"(zfxxgknb|xxgknb|gknb|gkndbg|xxgkndbg|zfxxgkndbg|xxgkgzndbg|AnnualReport)", re.I
        ),
        70,
    ),
    (re.compile(r"/(nb|ndbg|nianbao|gknianbao)(/|\.|_|$)", re.I), 40),
    (re.compile(r"/(zfxxgk|xxgk|zwgk|fdzdgk|xxgkml|gkml|openness|public)(/|\.|_|$)", re.I), 20),
)
_SECTIONS = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请",
    "行政复议",
    "存在的主要问题",
    "其他需要报告的事项",
    "本年新收政府信息公开申请",
    "本年制发件数",
)
_MORE = re.compile(r"^[\s\[【(（]*(更多|查看更多|more|>>|》|\+)[\s\]】)）>]*\S{0,2}$", re.I)
_POSITION = re.compile(r"(?:当前|您?所在|您的|现在)(?:的)?(?:位置|栏目)\s*[:：是]?\s*(.{4,80})")
_SPECIAL = re.compile(r"(?:专栏|专题|栏目|专区|列表|汇总)\s*[>»]*$")
_YEAR_FOLDER = re.compile(
    r"^(?:19|20)\d{2}\s*年?度?(?:年报|年度报告|政府信息公开(?:工作)?(?:年报|年度报告))?$"
)
_GROUP_FOLDER = re.compile(
    r"^(?:(?:市|县|区|州|旗|省)?(?:政府|直|级|属)?(?:各)?(?:工作)?(?:部门|单位|直属单位)|乡镇|镇街|街道|乡镇街道|镇\(?街道?\)?"
    r"|(?:市|县|区|州|旗)(?:人民)?政府|(?:各)?县[（(]?(?:市|区)[、,，]?区?[）)]?|各?区县|开发区|垂直管理部门)(?:政府信息公开)?(?:年报|年度报告)?$"
    r"|^(?:往年|历年|历史|以往|过往|早期|往期)(?:年度)?(?:政府信息公开|信息公开)?(?:工作)?(?:年报|年度报告|信息|内容|数据)?(?:归档|存档|回顾)?$"
)


def score_link(text: str, url: str) -> int:
    """0–120: how surely a link leads towards annual reports; below FOLLOW_SCORE not followed."""
    words = squeeze(text).replace(" ", "")
    best = max((score for pattern, score in _WORDS if pattern.search(words)), default=0)
    if best >= COLUMN_SCORE and read_title(words).excluded not in _GATHERING:
        return 0  # 解读, 培训会 and the like speak of reports
    if best < COLUMN_SCORE and len(words) > 16:
        best = 0  # a headline that mentions the words
    if _NOISE.search(words) and not _REPORT_COLUMN.search(words):
        return 0
    if _NOISE.search(words) and best < COLUMN_SCORE:
        best //= 4
    path = max((score for pattern, score in _PATH if pattern.search(urlsplit(url).path)), default=0)
    return best + path // 4 if best else (path if not words or path >= 70 else path // 2)


def names_column(text: str) -> bool:
    """Whether a link's text or a page's title is that of a column of annual reports."""
    words = squeeze(text).replace(" ", "")
    if _NOISE.search(words) and not _REPORT_COLUMN.search(words):
        return False
    reading = read_title(words)
    if reading.excluded not in _GATHERING or (
        reading.is_report_title and reading.year and reading.agency
    ):
        return False
    return any(p.search(words) for p, score in _WORDS if score >= COLUMN_SCORE)


def is_document(page: Page) -> bool:
    """Whether a page is itself a report's text (a directory may be the article)."""
    return sum(word in page.visible for word in _SECTIONS) >= 4 and len(page.visible) > 250


def is_column(page: Page, label: str) -> bool:
    """Whether a page is a column of annual reports, by the link that led to it or its own name."""
    if is_document(page):
        return False
    own = [page.meta.get("columnname", ""), *_crumb(page), *page.heads]
    parts = [t for t in re.split(r"[-_|—–>]+", page.title) if t.strip()]
    if parts and not (looks_like_report(parts[0]) and read_title(parts[0]).year):
        own += parts
    return names_column(label) or any(names_column(t) or is_column_label(t) for t in own if t)


def _crumb(page: Page) -> list[str]:
    """The last step of 当前位置：首页 > 政务公开 > 年报."""
    m = _POSITION.search(page.visible)
    steps = [s for s in re.split(r"[>»›/＞\\]|--", m[1]) if s.strip()] if m else []
    return [steps[-1].split()[0]] if len(steps) > 1 and steps[-1].split() else []


def names_group(text: str) -> bool:
    """Whether words name a group of bodies (市直部门, 乡镇) or a year: a folder, no body."""
    words = text.replace(" ", "").strip("·>》[]【】")
    return bool(_YEAR_FOLDER.match(words) or _GROUP_FOLDER.match(words))


def folder_links(page: Page) -> list[Link]:
    """Links to the parts of a column: years, departments, townships, each a column of its own."""
    links = (*page.links, *tree_links(page))
    return [k for k in links if names_group(k.label) and not PDF.search(urlsplit(k.url).path)]


def has_years(page: Page) -> bool:
    """Whether a page leads on by year: the reports stand one step further."""
    return any(_YEAR_FOLDER.match(k.label.replace(" ", "")) for k in folder_links(page))


def more_links(page: Page) -> list[tuple[Link, str]]:
    """更多 links of boxes that show the newest reports of a column's part, with the boxes' headings:
    the box itself is only a preview."""
    addresses: dict[HtmlElement, Link] = {k.element: k for k in page.links}
    return [(addresses[e], _heading_above(addresses[e])) for e in _mores(page) if e in addresses]


def closed_boxes(page: Page) -> bool:
    """Whether a box of reports has a 更多 that only a script can open."""
    opened = {k.element for k in page.links}
    return any(
        e.get("onclick") or e.tag == "a"
        for e in _mores(page)
        if e not in opened and not any(x in opened for x in (*e.iterancestors("a"), *e.iter("a")))
    )


def _mores(page: Page) -> Iterator[HtmlElement]:
    reports = {k.element for k in page.links if looks_like_report(k.label)}
    if not reports:
        return
    for element in page.root.iter("a", "span", "button", "p", "div", "em", "i"):
        words = squeeze(element.text_content()) if len(element) < 4 else ""
        if words and len(words) < 12 and _MORE.match(words) and _previews(element, reports):
            yield element


def _previews(more: HtmlElement, reports: set[HtmlElement]) -> bool:
    """Whether the first links around a 更多 are titles of reports."""
    for ancestor, _ in zip(more.iterancestors(), range(6), strict=False):
        if ancestor.tag in {"body", "html"}:
            return False
        others = [a for a in ancestor.iter("a") if a is not more]
        telling = [a for a in others if not _names_box(squeeze(text_of(a)))]
        if telling:
            return 2 * sum(a in reports for a in telling) >= len(telling)
    return False


def _names_box(words: str) -> bool:
    return not words or bool(_MORE.match(words)) or names_group(words) or names_column(words)


PDF = re.compile(r"\.(pdf|docx?|xlsx?|wps|ofd|zip|rar|rtf)$", re.I)


def promising_links(page: Page) -> list[tuple[str, str, int]]:
    """(address, label, score) of the links of a page that lead on, pager and reports left out."""
    # A box of the newest reports: where it leads may show what the column itself does not yet.
    found = [(k.url, heading or k.label, COLUMN_SCORE - 1) for k, heading in more_links(page)]
    column: bool | None = None
    for link in (*page.links, *tree_links(page)):
        label = link.label
        if _MORE.match(label):
            heading = _heading_above(link)
            label = heading if names_column(heading) else label
        reading = read_title(label)
        if PDF.search(urlsplit(link.url).path):
            continue
        score = score_link(label, link.url)
        if (
            looks_like_report(label)
            and (reading.year or reading.agency)
            and not _SPECIAL.search(label)
        ):
            # 2023年政府信息公开年度报告 outside of a column may lead to all reports of that year.
            if column is None:
                column = is_column(page, "")
            if column or reading.agency:
                continue
            score = min(score, COLUMN_SCORE - 1)
        if score >= FOLLOW_SCORE:
            found.append((link.url, label, score))
    return found


def report_entries(page: Page) -> int:
    """How many entries of the page's lists look like reports."""
    return sum(looks_like_report(e.title) for e in list_entries(page))


def _heading_above(link: Link) -> str:
    """The heading of the box whose 更多 link this is."""
    for ancestor, _ in zip(link.element.iterancestors(), range(4), strict=False):
        words = squeeze(text_of(ancestor)).replace(link.text, "", 1).strip()
        if words:
            return words if len(words) <= 24 else words[:24].split(" ")[0]
    return ""
