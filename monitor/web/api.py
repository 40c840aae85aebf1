"""JSON: statuses, findings, revisions (contract sections 5 to 7) and scores, page by page."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import select

from monitor.web import queries
from monitor.web.params import Read, Year
from storage import repositories
from storage.canonical import change_json, finding_json, score_json, status_json

router = APIRouter()

Limit = Annotated[int, Query(ge=1, le=1000, description="每页条数")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="跳过条数")]


@router.get("/api/statuses")
def statuses(read: Read, year: Year, limit: Limit = 100, offset: Offset = 0) -> dict[str, Any]:
    with read() as s:
        total, lines = queries.status_page(
            s, year, queries.StatusFilter(), limit=limit, offset=offset
        )
    return _page(year, total, limit, offset, [status_json(line) for line in lines])


@router.get("/api/findings")
def findings(read: Read, year: Year, limit: Limit = 100, offset: Offset = 0) -> dict[str, Any]:
    """Open and acknowledged findings of a year, worst first."""
    with read() as s:
        total, found = queries.finding_page(
            s, queries.FindingFilter(year=year), limit=limit, offset=offset
        )
    return _page(year, total, limit, offset, [finding_json(finding) for finding, _ in found])


@router.get("/api/changes")
def changes(read: Read, year: Year, limit: Limit = 100, offset: Offset = 0) -> dict[str, Any]:
    """Revisions of a year's reports (contract section 7); the years are compared by the program."""
    with read() as s:
        found = repositories.revisions(s, year=year)
    items = [change_json(change) for change in found[offset : offset + limit]]
    return _page(year, len(found), limit, offset, items)


@router.get("/api/scores")
def scores(read: Read, year: Year, limit: Limit = 100, offset: Offset = 0) -> dict[str, Any]:
    """Scores of a year by the default profile, with the lines that explain them."""
    with read() as s:
        found = repositories.scores(s, year=year, profile="default")
    items = [score_json(score) for score in found[offset : offset + limit]]
    return _page(year, len(found), limit, offset, items)


@router.api_route("/healthz", methods=["GET", "HEAD"])
def healthz(read: Read) -> dict[str, str]:
    """Answers ok while the database answers."""
    with read() as s:
        s.execute(select(1))
    return {"status": "ok"}


def _page(year: int, total: int, limit: int, offset: int, items: list[Any]) -> dict[str, Any]:
    return {"year": year, "total": total, "limit": limit, "offset": offset, "items": items}
