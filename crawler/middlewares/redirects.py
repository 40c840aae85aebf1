"""Remembers the redirections behind an answer, so that they can be archived with it.

Scrapy follows them on its own and keeps their addresses only. Without a record of its own, an
address that sends on would look as if it had never been asked for.
"""

from __future__ import annotations

from scrapy.http import Request, Response

_STEPS = "redirections"


class RedirectRecorder:
    """Inside of Scrapy's redirects: it sees each of them. The list goes from request to request."""

    @classmethod
    def from_crawler(cls, crawler: object) -> RedirectRecorder:
        return cls()

    def process_response(self, request: Request, response: Response) -> Response:
        if 300 <= response.status < 400 and response.headers.get("Location"):
            request.meta.setdefault(_STEPS, []).append(response)
        return response


def redirections(response: Response) -> list[Response]:
    """The answers that sent on to this one, in order. Addresses that were asked more than once on
    the way (a check with a cookie) are left out: what stands there depends on who asks."""
    if response.request is None:
        return []
    steps: list[Response] = response.request.meta.get(_STEPS, [])
    asked = [step.url for step in steps] + [response.url]
    return [step for step in steps if asked.count(step.url) == 1]
