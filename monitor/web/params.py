"""What requests may ask, and the session that answers them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.orm import Session

EARLIEST, LATEST = 1990, 2200
"""Report years that an address may name; keeps absurd numbers away from the database."""

Reader = Callable[[], AbstractContextManager[Session]]
Code = TypeVar("Code", bound=StrEnum)


def _reader(request: Request) -> Reader:
    return lambda: request.app.state.database.session(write=False)


Read = Annotated[Reader, Depends(_reader)]
Year = Annotated[int, Query(ge=EARLIEST, le=LATEST, description="报告年度")]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
Text = Annotated[str, Query(max_length=200)]


def given(text: str) -> str | None:
    """A form field; an empty one was not filled in. NUL is refused by PostgreSQL."""
    return text.replace("\0", "").strip() or None


def chosen(kind: type[Code], text: str, name: str) -> Code | None:
    """One of a vocabulary, or None where the field is empty; else the request is refused."""
    if given(text) is None:
        return None
    try:
        return kind(text.strip())
    except ValueError:
        raise RequestValidationError([{"loc": ("query", name), "msg": "unknown value"}]) from None


def chosen_year(text: str) -> int | None:
    value = given(text)
    if value is None:
        return None
    if value.isascii() and value.isdigit() and EARLIEST <= int(value) <= LATEST:
        return int(value)
    raise RequestValidationError([{"loc": ("query", "year"), "msg": "not a year"}])
