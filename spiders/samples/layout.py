"""Addresses on a portal: where its pages stand, per engine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from spiders.samples.mechanics import GKMLPT_INDEX
from spiders.samples.places import Engine, Site, Trouble
from spiders.samples.postings import COMMON, NEWS, STATUTORY, Posting


@dataclass(frozen=True, slots=True)
class Layout:
    """Root-relative addresses; folders end in ``/``. ``landing``: 政务公开, one click more."""

    home: str
    landing: str | None
    platform: str
    guide: str
    rules: str
    apply: str
    website_reports: str
    folders: dict[str, str]
    index: str
    files: dict[str, str] = field(default_factory=dict)
    """columns whose address is none of their folder's"""

    def column(self, key: str) -> str:
        """Address of a list: a folder, or its index page where the engine names it."""
        if key in self.files:
            return self.files[key]
        folder = self.folders[key]
        return folder if self.index == "index.html" else folder + self.index

    def page(self, key: str, number: int) -> str:
        """Address of the ``number``-th page of a list (0 is the first): ``index_1.html`` …"""
        stem, _, suffix = self.index.partition(".")
        return self.folders[key] + (f"{stem}_{number}.{suffix}" if number else self.index)


def layout_of(site: Site) -> Layout:
    if site.engine is Engine.UCAP:
        return _ucap(site)
    root = {
        "p-qinglan": "/zwgk/zfxxgk/",
        "p-huaidu": "/xxgk/",
        "p-shuiwu": "/tjsw/xxgk/",
    }.get(site.id, "/zfxxgk/")
    own = {agency: f"/bm/{_slug(agency)}/zfxxgk/nb/" for agency in site.own_columns}
    common = {} if site.trouble is Trouble.NO_COLUMN else {COMMON: f"{root}zfxxgknb/"}
    return Layout(
        home="/",
        landing="/zwgk/" if root.startswith("/zwgk/") else None,
        platform=root,
        guide=f"{root}zfxxgkzn/",
        rules=f"{root}zfxxgkzd/",
        apply=f"{root}ysqgk/",
        website_reports="/wzgznb/",
        folders={**common, NEWS: "/xwzx/bdyw/", STATUTORY: f"{root}fdzdgknr/", **own},
        index="index.html",
        files=_files(site, f"{root}zfxxgknb"),
    )


def _files(site: Site, column: str) -> dict[str, str]:
    if site.engine is Engine.VSB:
        return {COMMON: f"{column}.htm"}
    return {COMMON: GKMLPT_INDEX} if site.engine is Engine.GKMLPT else {}


def _ucap(site: Site) -> Layout:
    root = f"/{site.id.removeprefix('p-')}"
    own = {agency: f"{root}{_slug(agency)}/gknb/" for agency in site.own_columns}
    return Layout(
        home="/",
        landing=None,
        platform=f"{root}/xxgk/xxgk.shtml",
        guide=f"{root}/gkzn/gkzn.shtml",
        rules=f"{root}/gkzd/gkzd.shtml",
        apply=f"{root}/ysqgk/ysqgk.shtml",
        website_reports=f"{root}/wzgznb/wzgznb.shtml",
        folders={
            COMMON: f"{root}/xxgknb/",
            NEWS: f"{root}/zwyw/",
            STATUTORY: f"{root}/fdzdgk/",
            **own,
        },
        index="list.shtml",
    )


def _slug(agency: str) -> str:
    return agency.rpartition("-")[2]


def department_page(site: Site, agency: str) -> str:
    """A department's own 政府信息公开 page."""
    if site.engine is Engine.UCAP:
        return f"/{site.id.removeprefix('p-')}{_slug(agency)}/zfxxgk/zfxxgk.shtml"
    return f"/bm/{_slug(agency)}/zfxxgk/"


def article_address(site: Site, layout: Layout, posting: Posting) -> str:
    """The page's address; each engine writes the date in its own way."""
    folder = layout.folders[posting.columns[0]]
    day = posting.addressed
    if site.engine is Engine.UCAP:
        name = hashlib.blake2b(f"{site.id} {posting.number}".encode(), digest_size=16).hexdigest()
        return f"{folder}{day:%Y%m}/{name}.shtml"
    if site.engine is Engine.PLAIN:
        return f"{folder}{day:%Y}/{day:%m-%d}/{posting.number}.html"
    return f"{folder}{day:%Y%m}/t{day:%Y%m%d}_{posting.number}.html"


def file_address(article: str) -> str:
    """Where the file stands that an article shows in a viewer."""
    return article.replace(".html", ".doc")
