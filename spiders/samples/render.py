"""Templates → bytes, in the portal's own encoding."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from spiders.samples.layout import Layout
from spiders.samples.places import Site
from spiders.samples.postings import NEWS

TEMPLATES = Path(__file__).parent / "templates"
_ENVIRONMENT = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)


@dataclass(frozen=True, slots=True)
class Page:
    """A response body; ``modified``: when its content last changed in the simulated time."""

    body: bytes
    content_type: str
    modified: datetime

    @property
    def etag(self) -> str:
        return f'"{hashlib.blake2b(self.body, digest_size=10).hexdigest()}"'


@dataclass(frozen=True, slots=True)
class Renderer:
    """Puts a portal's header, navigation and footer around its pages."""

    site: Site
    layout: Layout
    bases: Mapping[str, str]

    def page(self, template: str, modified: datetime, **context: object) -> Page:
        """Render ``template``; the keys of ``context`` are those that the template names."""
        site, layout = self.site, self.layout
        disclosure = "政务公开" if layout.landing else "政府信息公开"
        nav = [
            ("首页", layout.home),
            (f"走进{site.place}", "/zjbd/"),
            ("新闻中心", layout.column(NEWS)),
            (disclosure, layout.landing or layout.platform),
            ("办事服务", "/bsfw/"),
            ("互动交流", "/hdjl/"),
        ]
        gbk = site.encoding == "gbk"
        html = _ENVIRONMENT.get_template(template).render(
            site=site,
            base=self.bases[site.id],
            charset="gb2312" if gbk else "utf-8",
            nav=nav,
            website_reports=layout.website_reports,
            **context,
        )
        # The old portal names no charset in its header and a narrower one on its pages.
        content_type = "text/html" if gbk else "text/html; charset=utf-8"
        body = html.encode(site.encoding, errors="xmlcharrefreplace")
        return Page(body, content_type, modified)

    def file(self, name: str, content_type: str, modified: datetime) -> Page:
        """A file of the templates folder, with the portal's colour."""
        text = (TEMPLATES / name).read_text(encoding="utf-8")
        body = text.replace("COLOUR", self.site.colour).encode()
        return Page(body, f"{content_type}; charset=utf-8", modified)
