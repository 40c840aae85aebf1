"""What stands on the simulated portals: one posting per article page."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random

from settings import SHANGHAI

COMMON = "common"
"""Key of a portal's common 年报 column; other columns have the id of their body as key."""
NEWS = "news"
STATUTORY = "statutory"
"""Key of the list 法定主动公开内容."""


@dataclass(frozen=True, slots=True)
class Posting:
    """An article page. The first of ``columns`` is the folder in which it lives.

    ``shown``: the date on the page and in its meta tags; ``listed``: the date in the list;
    ``addressed``: the date in the address. ``agency`` and ``year`` are what the title claims,
    ``text_agency`` and ``text_year`` whose report the page holds; None for everything else.
    ``edited``: from then on the corrected text is served; ``gone``: 404 and off the list.
    """

    number: int
    site: str
    columns: tuple[str, ...]
    title: str
    appears: datetime
    shown: date
    listed: date
    addressed: date
    agency: str | None = None
    year: int | None = None
    text_agency: str | None = None
    text_year: int | None = None
    edited: datetime | None = None
    gone: datetime | None = None
    paragraphs: tuple[str, ...] = ()

    def visible(self, now: datetime) -> bool:
        return self.appears <= now and (self.gone is None or now < self.gone)

    def changed_at(self, now: datetime) -> datetime:
        """When the page last changed, as seen at ``now``."""
        return self.edited if self.edited and self.edited <= now else self.appears

    @property
    def is_report(self) -> bool:
        return self.text_agency is not None


def number_of(*parts: object) -> int:
    """A stable seven-digit article number."""
    return 1_000_000 + zlib.crc32("/".join(map(str, parts)).encode()) % 9_000_000


def moment(day: date, rng: Random) -> datetime:
    """Some minute of that working day in Asia/Shanghai."""
    return datetime.combine(day, time(rng.randint(9, 17), rng.randint(0, 59)), SHANGHAI)
