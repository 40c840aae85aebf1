"""A run that was killed goes on where it was: what it archived is not asked for again.

Innermost of the middlewares, in the place of the network: what comes from the archive is judged
(walls, soft errors) like everything else, and costs no request and no pause.
"""

from __future__ import annotations

from typing import Any

from scrapy.crawler import Crawler
from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes

from crawler.services import Services
from storage.archive import Archive, ArchivedResponse, ArchiveError
from storage.repositories import Archived

_FLAG = "archived as "
"""Begins the flag of a response that this run archived before it was killed; its capture follows."""
RENDERED = "X-Nianbao-Rendered"
"""Header of what a browser drew; it stands in the archive under the address of the page."""


class ResumeMiddleware:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ResumeMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> Response | None:
        """The archived answer to a request of the run that is gone on with; None to ask."""
        spider: Any = self.crawler.spider
        places: list[Archived] | None = spider.archived.get(kept_as(request.url, request))
        if not places or request.meta.get("through"):
            return None
        services: Services = spider.services
        found = await services.call(lambda: _read(services.archive, places))
        return None if found is None else _response(request, *found)


def capture_of(response: Response) -> int | None:
    """The capture that a response was read from; None for one that came from the network."""
    return next((int(f.removeprefix(_FLAG)) for f in response.flags if f.startswith(_FLAG)), None)


def kept_as(url: str, request: Request) -> str:
    """The address under which an answer is archived: a POST by pywb's convention, its body too."""
    if request.method != "POST":
        return url
    mark = "&" if "?" in url else "?"
    return f"{url}{mark}__wb_method=POST&{request.body.decode('utf-8', 'replace')}"


def _read(archive: Archive, places: list[Archived]) -> tuple[ArchivedResponse, int] | None:
    """The newest answer of the server itself; a record that is damaged is asked for anew."""
    for place in places:
        try:
            kept = archive.read(place.warc_file, place.warc_offset)
        except ArchiveError:
            continue
        if not any(name.lower() == RENDERED.lower() for name, _ in kept.headers):
            return kept, place.capture
    return None


def _response(request: Request, kept: ArchivedResponse, capture: int) -> Response:
    headers = Headers()
    for name, value in kept.headers:
        headers.appendlist(name, value)
    kind = responsetypes.from_args(headers=headers, url=request.url, body=kept.body)
    return kind(
        request.url,
        kept.http_status,
        headers,
        kept.body,
        [f"{_FLAG}{capture}"],
        request=request,
    )
