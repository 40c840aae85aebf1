"""Scores with their history: a row for every value a body's score of a year ever had."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from storage.canonical import plain
from storage.domain import Score, ScoreLine
from storage.models import ScoreRow
from storage.repositories.writing import clean, table_of


def save_scores(s: Session, scores: Iterable[Score], now: datetime) -> int:
    """Keep scores that differ, in value or reasons, from the newest kept; how many were new."""
    given = list(scores)
    newest: dict[tuple[str, int, str], ScoreRow] = {}
    for year in sorted({score.year for score in given}):
        for row in _newest(s, year):
            newest[row.agency, row.year, row.profile] = row
    new = []
    for score in given:
        lines = [_line(line) for line in score.lines]
        known = newest.get((score.agency, score.year, score.profile))
        if known is not None and (known.value, known.lines) == (score.value, lines):
            continue
        new.append(
            {"agency": score.agency, "year": score.year, "profile": score.profile,
             "value": score.value, "full": score.full, "lines": lines, "at": now}
        )  # fmt: skip
    if new:
        s.execute(insert(table_of(ScoreRow)), new)
    return len(new)


def scores(s: Session, *, year: int, profile: str) -> list[Score]:
    """The newest scores of a year by body."""
    return [_score(row) for row in _newest(s, year) if row.profile == profile]


def agency_scores(s: Session, agency: str, profile: str) -> dict[int, Score]:
    """A body's newest score of every year."""
    query = select(ScoreRow).filter_by(agency=agency, profile=profile).order_by(ScoreRow.id)
    return {row.year: _score(row) for row in s.scalars(query)}


def score_history(s: Session, agency: str, year: int, profile: str) -> list[tuple[datetime, Score]]:
    """Every score a body had for a year, with the moment from which it held, oldest first."""
    query = select(ScoreRow).filter_by(agency=agency, year=year, profile=profile)
    return [(row.at, _score(row)) for row in s.scalars(query.order_by(ScoreRow.id))]


def _newest(s: Session, year: int) -> list[ScoreRow]:
    last = (
        select(func.max(ScoreRow.id))
        .where(ScoreRow.year == year)
        .group_by(ScoreRow.agency, ScoreRow.profile)
    )
    query = select(ScoreRow).where(ScoreRow.id.in_(last)).order_by(ScoreRow.agency)
    return list(s.scalars(query))


def _line(line: ScoreLine) -> dict[str, Any]:
    return {
        "rule": line.rule,
        "subject": clean(line.subject),
        "message": clean(line.message),
        "points": plain(line.points),
        "note": line.note,
    }


def _score(row: ScoreRow) -> Score:
    lines = tuple(ScoreLine(**{**x, "points": Decimal(x["points"])}) for x in row.lines)
    return Score(row.agency, row.year, row.profile, row.value, row.full, lines)
