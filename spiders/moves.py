"""Columns that say where they have moved (栏目已迁移至…): they hold only what was there before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spiders.columns import is_column, names_column, promising_links, report_entries
from spiders.entries import looks_like_report
from spiders.page import Page, squeeze, text_of
from spiders.search import Found
from storage.domain import Problem
from storage.vocab import ProblemKind

if TYPE_CHECKING:
    from spiders.walk import ColumnWalk

_MOVED = re.compile(r"(?:已|现)?(?:迁移|搬迁|迁|移|转移|调整|变更)[至到]")
_SEE = re.compile(
    r"(?:年报|年度报告|报告|内容|信息).{0,8}请?(?:点击|点此|详见|请见|移步|访问|登录)"
)
_NOTE = 80
"""Characters of the words around such a link."""


async def follow_move(walk: ColumnWalk, page: Page, agency: str | None, nesting: int) -> None:
    """Read the column at the new address, itself or one step behind it; lost where there is none."""
    spider = walk.spider
    for url, certain in [(u, c) for u, c in moved_to(page) if spider.hosts.allows(u)][:1]:
        if spider.was_opened(url):
            continue
        target = await spider.open(url)
        if isinstance(target, Problem):
            walk.lost(url, target)
            continue
        links = [(url, "")] if is_column(target, "") or report_entries(target) else []
        links = links or [(u, k) for u, k, _ in promising_links(target) if names_column(k)][:1]
        for address, label in links:
            column = await spider.open(address)
            if isinstance(column, Problem):
                walk.lost(address, column)
            else:
                await walk.read(Found(column, label, agency), address, nesting + 1)
        if not links and certain:
            message = "栏目写明已迁移，但在新地址没有找到年报栏目"
            walk.lost(url, Problem(ProblemKind.LIST_INCOMPLETE, message, url))


def moved_to(page: Page) -> list[tuple[str, bool]]:
    """Where a column says that it has moved (栏目已迁移至…) or that more of it stands (…的年报请点击
    这里); whether it says that it moved."""
    found = []
    for link in page.links:
        parent = link.element.getparent()
        words = squeeze(text_of(parent)) if parent is not None else ""
        if not link.text or len(words) > _NOTE or looks_like_report(link.label):
            continue
        words = words.partition(link.text)[0]
        if _MOVED.search(words) or _SEE.search(words + link.text):
            found.append((link.url, bool(_MOVED.search(words))))
    return found
