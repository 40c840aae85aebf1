"""The end of a report: who signed it, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crawler.parsing.dates import only_date
from crawler.parsing.numbers import normalise
from crawler.parsing.titles import is_body_name

_LONGEST = 45
_NAME = 30
_NEAR = 3
"""So many lines may follow an unnamed date that is the signature's, such as an attachment's name."""
_PROSE = 80


@dataclass(frozen=True, slots=True)
class Signature:
    """``body`` as printed; both None where the report is not signed."""

    body: str | None
    day: date | None


@dataclass(frozen=True, slots=True)
class _Dated:
    day: date
    body: str | None


def take_signature(lines: Sequence[str]) -> tuple[list[str], Signature]:
    """Cut "body, date" off the end, and the page's furniture behind it; other lines stay."""
    unnamed: list[tuple[int, date]] = []
    for index, line in enumerate(lines):
        dated = _dated(line)
        behind = lines[index + 1 :]
        if dated is None or any(_is_prose(text) for text in behind):
            continue
        above = lines[index - 1] if index else ""
        if dated.body is None and index > 0 and _is_name(above):
            return list(lines[: index - 1]), Signature(normalise(above), dated.day)
        if dated.body is None and behind and _is_name(behind[0]):
            return list(lines[:index]), Signature(normalise(behind[0]), dated.day)
        if dated.body is not None:
            return list(lines[:index]), Signature(dated.body, dated.day)
        unnamed.append((index, dated.day))
    # Several dates without a name are those of a list.
    if len(unnamed) == 1 and len(lines) - unnamed[0][0] - 1 <= _NEAR:
        return list(lines[: unnamed[0][0]]), Signature(None, unnamed[0][1])
    if len(lines) > 1 and _is_name(lines[-1]):
        return list(lines[:-1]), Signature(normalise(lines[-1]), None)
    return list(lines), Signature(None, None)


def _dated(line: str) -> _Dated | None:
    """A line that is a date, or a body's name with one."""
    if len(line) > 2 * _LONGEST or len(plain := normalise(line)) > _LONGEST:
        return None
    found = only_date(plain)
    if found is None:
        return None
    day, name = found
    if name and not is_body_name(name):
        return None
    return _Dated(day, name or None)


def _is_name(line: str) -> bool:
    plain = normalise(line)
    return len(plain) <= _NAME and is_body_name(plain)


def _is_prose(line: str) -> bool:
    return "。" in line or len(line) > _PROSE
