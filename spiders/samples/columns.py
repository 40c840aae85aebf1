"""A portal's column of annual reports, where it is no printed list at its folder's address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from spiders.samples import mechanics
from spiders.samples.expectations import listed_postings
from spiders.samples.places import Engine
from spiders.samples.postings import COMMON, Posting
from spiders.samples.render import Page

if TYPE_CHECKING:
    from spiders.samples.pages import Pages

OTHER_LISTS = (Engine.JPAGE, Engine.GKMLPT, Engine.VSB, Engine.FRAMES)
Handler = Callable[[datetime], Page | None]


class Columns:
    """The pages and interfaces of one portal's column of annual reports."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages

    def handlers(self, printed: Handler) -> dict[str, Handler]:
        """By address. ``printed``: the list as other portals print it, for the frame."""
        layout, engine = self.pages.layout, self.pages.site.engine
        folder = layout.folders[COMMON]
        found: dict[str, Handler] = {layout.column(COMMON): partial(self._shell, folder)}
        if engine is Engine.FRAMES:
            found[folder + mechanics.FRAME] = printed
        elif engine is Engine.VSB:
            entries = sum(p.site == self.pages.site.id for p in self.pages.world.postings)
            for number in range(1, 1 + entries // self.pages.site.per_page):
                found[f"{folder}{number}.htm"] = partial(self._backward, folder, number)
        return found

    def answer(self, path: str, asked: Mapping[str, str], now: datetime) -> Page | None:
        """What an interface of the portal answers to a question; None where it has none there."""
        lines = self._lines(now)
        if self.pages.site.engine is Engine.JPAGE and path == mechanics.JPAGE_PROXY:
            found, kind = mechanics.record_group(lines, asked), "text/xml;charset=UTF-8"
        elif self.pages.site.engine is Engine.GKMLPT and path == mechanics.GKMLPT_LIST:
            base = self.pages.bases[self.pages.site.id]
            found = mechanics.catalogue_list(lines, self.pages.site.per_page, base, asked)
            kind = "application/json;charset=UTF-8"
        else:
            return None
        return Page(found, kind, self.pages.latest(self._listed(now), now)) if found else None

    def _listed(self, now: datetime) -> list[Posting]:
        return listed_postings(self.pages.world, self.pages.site.id, COMMON, now)

    def _lines(self, now: datetime) -> list[mechanics.Line]:
        return [self.pages.entry(p, "") for p in self._listed(now)]

    def _shell(self, folder: str, now: datetime) -> Page:
        """The page of the column, with what its engine puts into it."""
        engine, lines = self.pages.site.engine, self._lines(now)
        if engine is Engine.JPAGE:
            return self._column(now, mechanics.record_page(lines, self.pages.site.per_page))
        if engine is Engine.GKMLPT:
            shown = mechanics.catalogue_page(len(lines))
            return self._column(now, shown, title="政府信息公开目录")
        if engine is Engine.FRAMES:
            return self._column(now, mechanics.frame(folder + mechanics.FRAME))
        found = self._backward(folder, 0, now)
        assert found is not None
        return found

    def _backward(self, folder: str, number: int, now: datetime) -> Page | None:
        """``number``: that of the file; 0 is the first page, the others count from the last."""
        lines, size = self._lines(now), self.pages.site.per_page
        count = max(1, -(-len(lines) // size))
        page = count - number if number else 0
        if not 0 <= page < count or (number and page == 0):
            return None
        stem = folder.rstrip("/").rpartition("/")[2]
        pager = mechanics.backward_pager(count, page, stem)
        return self._column(now, pager, lines[page * size : (page + 1) * size])

    def _column(
        self,
        now: datetime,
        inside: Markup,
        entries: Sequence[mechanics.Line] | None = None,
        title: str = "政府信息公开年报",
    ) -> Page:
        return self.pages.renderer.page(
            "list.html",
            self.pages.latest(self._listed(now), now),
            title=title,
            column_type="政府信息公开",
            platform=self.pages.layout.platform,
            sidebar=self.pages.sidebar(),
            entries=entries,
            list_class="",
            pager="",
            inside=inside,
        )
