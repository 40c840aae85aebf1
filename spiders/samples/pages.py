"""The pages of one portal at a given moment, from its templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from random import Random

from markupsafe import Markup, escape

from settings import SHANGHAI
from spiders.samples import mechanics, texts
from spiders.samples.columns import OTHER_LISTS, Columns, Handler
from spiders.samples.expectations import listed_postings
from spiders.samples.layout import article_address, department_page, file_address, layout_of
from spiders.samples.mechanics import Line
from spiders.samples.media import png
from spiders.samples.places import AGENCIES, BY_ID, CITY, ELSEWHERE, SITES, Engine, Site
from spiders.samples.postings import COMMON, NEWS, STATUTORY, Posting
from spiders.samples.render import Page, Renderer
from spiders.samples.reports import PICTURE, Defect, report_html
from spiders.samples.world import World
from storage.domain import Agency
from storage.vocab import AgencyKind

_BUILT = datetime(2023, 1, 3, 8, tzinfo=SHANGHAI)
_PAGED = (Engine.TRS_CREATE, Engine.TRS_COUNT)
_LIST_DATE = {
    "p-qinglan": "[{:%Y-%m-%d}]",
    "p-huaidu": "{:%Y/%m/%d}",
    "p-luming": "{:%Y年%m月%d日}",
}
_DATE_LINE = {
    CITY: "发布日期：{day:%Y-%m-%d}　信息来源：{source}",
    "p-qinglan": "发布时间：{day.year}年{day.month}月{day.day}日 {clock}　来源：{source}",
    "p-huaidu": "日期：{day:%Y/%m/%d}　字体：【大 中 小】",
    "p-luming": "来源：{source}　发布日期：{day:%Y年%m月%d日}",
}
_TITLE_LENGTH = 24


@cache
def _pictures() -> dict[str, bytes]:
    return {
        "/images/nb.png": png(700, 940, lines=True),
        "/images/tj.png": png(640, 360, lines=False),
    }


def _fixed(page: Page) -> Handler:
    return lambda now: page


class Pages:
    """``bases``: portal id -> address, for the links between portals."""

    def __init__(self, site: Site, world: World, bases: Mapping[str, str]) -> None:
        self.site = site
        self.world = world
        self.bases = bases
        self.layout = layout_of(site)
        self.renderer = Renderer(site, self.layout, bases)
        self.bodies = [a for a in AGENCIES if ELSEWHERE.get(a.id, a.portal) == site.id]
        self._handlers: dict[str, Handler] = {}
        self.columns = Columns(self)
        self._static()
        for key in self.layout.folders:
            self._lists(key)
        for posting in (p for p in world.postings if p.site == site.id):
            address = article_address(site, self.layout, posting)
            self._handlers[address] = partial(self._article, posting)
            if site.engine is Engine.VIEWER and posting.is_report:
                self._handlers[file_address(address)] = partial(self._file, posting)

    @property
    def paths(self) -> tuple[str, ...]:
        """Every address that is served at some moment."""
        return tuple(self._handlers)

    def get(self, path: str, now: datetime) -> Page | None:
        """The page at ``path`` as it is at ``now``; None for 404."""
        handler = self._handlers.get(path)
        return handler(now) if handler else None

    # --- fixed pages ----------------------------------------------------------

    def _static(self) -> None:
        layout, add = self.layout, self._handlers
        for path in ("/", "/index.html"):
            add[path] = self._home
        add["/robots.txt"] = _fixed(Page(self._robots(), "text/plain", _BUILT))
        add["/css/site.css"] = _fixed(self.renderer.file("site.css", "text/css", _BUILT))
        add["/js/page.js"] = _fixed(self.renderer.file("page.js", "text/javascript", _BUILT))
        for path, data in _pictures().items():
            add[path] = _fixed(Page(data, "image/png", _BUILT))
        self._text_page(layout.platform, "政府信息公开", texts.PLATFORM, departments=True)
        if layout.landing:
            self._text_page(layout.landing, "政务公开", texts.LANDING, landing=True)
        self._text_page(layout.guide, "政府信息公开指南", texts.GUIDE)
        self._text_page(layout.rules, "政府信息公开制度", texts.RULES)
        self._text_page(layout.apply, "依申请公开", texts.APPLY)
        self._text_page(layout.website_reports, "政府网站年度报表", texts.WEBSITE_REPORTS)
        for path, title in texts.FILLERS.items():
            self._text_page(path, title, texts.FILLER)
        for body in self._departments():
            title = f"{body.name}政府信息公开"
            path = department_page(self.site, body.id)
            self._text_page(path, title, texts.DEPARTMENT, body=body.id)

    def _robots(self) -> bytes:
        delay = "Crawl-delay: 0.05\n" if self.site.id == CITY else ""
        return f"User-agent: *\nDisallow: /search/\nDisallow: /admin/\n{delay}".encode()

    def _text_page(
        self,
        path: str,
        title: str,
        paragraphs: tuple[str, ...],
        *,
        departments: bool = False,
        landing: bool = False,
        body: str | None = None,
    ) -> None:
        words = {"name": BY_ID[body].name if body else self.site.name, "place": self.site.place}
        context = {
            "title": title,
            "heading": title if body else f"{self.site.place}{title}",
            "paragraphs": [p.format(**words) for p in paragraphs],
            "sidebar": self.sidebar(body) if not landing else self._landing_links(),
            "departments": self._department_links() if departments else [],
        }
        page = _fixed(self.renderer.page("platform.html", _BUILT, **context))
        self._handlers[path] = page
        if path.endswith("/"):
            self._handlers[f"{path}index.html"] = page

    def _departments(self) -> list[Agency]:
        return [a for a in self.bodies if a.kind is not AgencyKind.GOVERNMENT]

    def _department_links(self) -> list[tuple[str, str]]:
        return [(a.name, department_page(self.site, a.id)) for a in self._departments()]

    def _landing_links(self) -> list[tuple[str, str]]:
        return [
            ("政府信息公开", self.layout.platform),
            ("政策解读", "/zcjd/"),
            ("政民互动", "/zmhd/"),
            ("统计数据", self.layout.column(STATUTORY)),
        ]

    def sidebar(self, body: str | None = None) -> list[tuple[str, str]]:
        layout = self.layout
        links = [
            ("政府信息公开指南", layout.guide),
            ("政府信息公开制度", layout.rules),
            ("法定主动公开内容", layout.column(STATUTORY)),
            ("依申请公开", layout.apply),
        ]
        key = body if body in layout.folders else COMMON
        if key in layout.folders:
            links.insert(3, ("政府信息公开年报", layout.column(key)))
        return links

    # --- pages that change ----------------------------------------------------

    def _home(self, now: datetime) -> Page:
        layout = self.layout
        news = listed_postings(self.world, self.site.id, NEWS, now)
        others = [s for s in SITES if s.id != self.site.id] if self.site.id == CITY else [SITES[0]]
        return self.renderer.page(
            "home.html",
            self.latest(news, now),
            title=self.site.name,
            news=[self.entry(p, "") for p in news],
            news_list=layout.column(NEWS),
            statutory_list=layout.column(STATUTORY),
            disclosure=layout.landing or layout.platform,
            disclosure_name="政务公开" if layout.landing else "政府信息公开",
            apply=layout.apply,
            bodies=[a.name for a in self._departments()[1:7]],
            friends=[(s.name, self.bases[s.id]) for s in others],
        )

    def _lists(self, key: str) -> None:
        if key == COMMON and self.site.engine in OTHER_LISTS:
            self._handlers |= self.columns.handlers(partial(self._list, COMMON, 0))
            return
        self._handlers[self.layout.folders[key]] = partial(self._list, key, 0)
        entries = sum(p.site == self.site.id and key in p.columns for p in self.world.postings)
        for number in range(1 + entries // self.site.per_page):
            path = self.layout.page(key, number)
            self._handlers[path] = partial(self._list, key, number)

    def answer(self, path: str, asked: Mapping[str, str], now: datetime) -> Page | None:
        """What an interface of the portal answers to a question; None where it has none there."""
        return self.columns.answer(path, asked, now)

    def _list(self, key: str, number: int, now: datetime) -> Page | None:
        found = listed_postings(self.world, self.site.id, key, now)
        size = self.site.per_page if self.site.engine in _PAGED else max(len(found), 1)
        count = max(1, -(-len(found) // size))
        if number >= count:
            return None
        chosen = found[number * size : (number + 1) * size]
        body = key if key in BY_ID else None
        return self.renderer.page(
            "list.html",
            self.latest(found, now),
            title=self._column_title(key),
            column_type="政府信息公开" if key != NEWS else "新闻",
            platform=self.layout.platform,
            sidebar=self.sidebar(body),
            entries=[self.entry(p, self.layout.folders[key]) for p in chosen],
            list_class={Engine.PLAIN: "xxgk_list", Engine.UCAP: "pageList"}.get(
                self.site.engine, "gl-list"
            ),
            pager=self.site.engine.value,
            count=count,
            current=number,
        )

    def latest(self, found: list[Posting], now: datetime) -> datetime:
        """When a list last changed: something came, was corrected or went."""
        columns = {p.columns[0] for p in found}
        gone = [
            p.gone
            for p in self.world.postings
            if p.site == self.site.id and p.columns[0] in columns and p.gone and p.gone <= now
        ]
        return max([_BUILT, *gone, *(p.changed_at(now) for p in found)])

    def _column_title(self, key: str) -> str:
        names = {NEWS: "要闻动态", STATUTORY: "法定主动公开内容", COMMON: "政府信息公开年报"}
        return names.get(key) or f"{BY_ID[key].name}政府信息公开年报"

    def entry(self, posting: Posting, folder: str) -> Line:
        href = article_address(self.site, self.layout, posting)
        if folder and href.startswith(folder) and self.site.engine in _PAGED:
            href = f"./{href.removeprefix(folder)}"
        text = posting.title
        if self.site.engine is Engine.TRS_COUNT and len(text) > _TITLE_LENGTH:
            text = f"{text[:_TITLE_LENGTH]}..."
        day = _LIST_DATE.get(self.site.id, "{:%Y-%m-%d}").format(posting.listed)
        return Line(href, posting.title, text, day)

    def _article(self, posting: Posting, now: datetime) -> Page | None:
        if not posting.visible(now):
            return None
        source = BY_ID[posting.agency].name if posting.agency else self.site.name
        clock = f"{posting.appears:%H:%M}"
        line = _DATE_LINE.get(self.site.id, "发布时间：{day:%Y-%m-%d} {clock}:00")
        ucap = self.site.engine is Engine.UCAP
        return self.renderer.page(
            "article_ucap.html" if ucap else "article.html",
            posting.changed_at(now),
            title=posting.title,
            column=self.layout.column(posting.columns[0]),
            column_title=self._column_title(posting.columns[0]),
            with_meta=self.site.engine in _PAGED,
            shown=posting.shown,
            clock=clock,
            source=source,
            record=f"{self.site.site_code[:8]}/{posting.shown.year}-{posting.number % 100000:05d}",
            date_line=line.format(day=posting.shown, clock=clock, source=source),
            body_class="xxgk_content" if self.site.engine is Engine.PLAIN else "TRS_Editor",
            body=self._body(posting, now),
        )

    def _file(self, posting: Posting, now: datetime) -> Page | None:
        """The text of an article as a word processor saves it for the web."""
        if not posting.visible(now):
            return None
        text = Markup('<html><head><meta charset="utf-8"></head><body>{}</body></html>')
        body = text.format(self._text(posting, now)).encode()
        return Page(body, "application/msword", posting.changed_at(now))

    def _body(self, posting: Posting, now: datetime) -> Markup:
        if not posting.is_report:
            lines = [Markup("<p>　　{}</p>").format(text) for text in posting.paragraphs]
            if posting.title.startswith("图解"):
                lines.append(Markup('<p><img src="/images/tj.png" alt="图解"></p>'))
            return Markup("\n").join(lines)
        if self.site.engine is Engine.VIEWER:
            return mechanics.viewer(file_address(article_address(self.site, self.layout, posting)))
        if Defect.IMAGE in self.world.defects(posting, now):
            return Markup(PICTURE)  # noqa: S704 - a constant
        return self._text(posting, now)

    def _text(self, posting: Posting, now: datetime) -> Markup:
        report = self.world.report(posting, now)
        style = Random(f"style {posting.text_agency}")
        heading = escape(report.title)
        html = Markup(report_html(report, style))  # noqa: S704 - escaped by the writer
        # Many editors repeat the title above the text.
        return Markup('<p align="center"><b>{}</b></p>\n').format(heading) + html
