"""A site of simulated portals whose addresses have queries."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.spiders.served import Answer, Seen, Site


class Portal(Site):
    """Serves ``path*`` answers whatever its query, ``{port}`` in a text is the port."""

    def answer(self, seen: Seen) -> Answer:
        bare = urlsplit(seen.path).path
        route = self.routes.get(seen.path) or self.routes.get(f"{bare}*")
        if route is None and callable(self.routes.get(bare)):
            route = self.routes[bare]
        if route is None:
            return Answer("<title>404</title>Not Found", 404)
        answer = route(seen) if callable(route) else route
        answer = Answer(answer) if isinstance(answer, (str, bytes)) else answer
        if isinstance(answer.body, str) and "{port}" in answer.body:
            body = answer.body.replace("{port}", str(self.port))
            answer = Answer(body, answer.status, answer.headers, answer.wait)
        return answer
