"""The project's own JSON Schema, derived from its types: the fields of :mod:`storage.domain`, the
words, rows and columns of :mod:`storage.vocab`.

It is stricter than the contract: every key is always there and no other is. A field that is added
to a type and not to its JSON (or the other way round) fails the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from storage.canonical import SCHEMA
from storage.domain import (
    Alert,
    AnnualReport,
    Change,
    ColumnRead,
    Delivery,
    Finding,
    ParseFailure,
    Problem,
    Published,
    StatusLine,
    Triage,
    UnresolvedCandidate,
)
from storage.vocab import (
    DECIMAL_COLUMNS,
    TABLE2_2019,
    TABLE2_2021,
    TABLE3_COLUMNS,
    TABLE3_ROW_NAMES,
    TABLE4_COLUMNS,
    TABLE4_GROUPS,
    CellState,
    RunOutcome,
)

_DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_MOMENT = {"type": "string", "format": "date-time"}
_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    date: _DAY,
    datetime: _MOMENT,
    NoneType: {"type": "null"},
}
_DECIMAL = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
_NOT_BLANK = {"properties": {"value": {"not": {"type": "null"}}, "at": {"type": "string"}}}
_EMPTY_STATES = [state.value for state in (CellState.BLANK, CellState.MARK, CellState.ABSENT)]


def json_schemas() -> dict[str, Any]:
    """One schema with ``$defs``: report, error_line, check, crawl, status, finding, change,
    alert."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "nianbao/1",
        "$defs": {
            "cell": _cell({"type": "integer"}),
            "decimal_cell": _cell(_DECIMAL),
            "report": _report(),
            "error_line": _object({"file": _PLAIN[str], "error": _error()}),
            "check": _object(
                {
                    "file": _PLAIN[str],
                    "report": {"$ref": "#/$defs/report"},
                    "findings": {"type": "array", "items": {"$ref": "#/$defs/finding"}},
                }
            ),
            "crawl": _crawl(),
            "status": _of(StatusLine, published=_or_null(_published())),
            "finding": _of(Finding, triage=_or_null(_of(Triage))),
            "change": _change(),
            "alert": _alert(),
        },
    }


def _cell(value: dict[str, Any]) -> dict[str, Any]:
    """A number never stands in a cell that shows none, and never without its place."""
    state = {"enum": [state.value for state in CellState]}
    text = _or_null(_PLAIN[str])
    return {
        **_object({"value": _or_null(value), "raw": text, "state": state, "at": text}),
        "allOf": [
            {
                "if": {"properties": {"state": {"enum": _EMPTY_STATES}}},
                "then": {"properties": {"value": {"type": "null"}}},
            },
            {"if": {"properties": {"state": {"const": "number"}}}, "then": _NOT_BLANK},
        ],
    }


def _report() -> dict[str, Any]:
    table2 = {
        row: (*TABLE2_2021.get(row, ()), *TABLE2_2019.get(row, ()))
        for row in (TABLE2_2021 | TABLE2_2019)
    }
    schema = _of(
        AnnualReport,
        table2=_table(table2),
        table3=_table(dict.fromkeys(TABLE3_ROW_NAMES, TABLE3_COLUMNS)),
        table4=_table(dict.fromkeys(TABLE4_GROUPS, TABLE4_COLUMNS)),
        schema={"const": SCHEMA},
    )
    schema["properties"]["file"] = _PLAIN[str]  # only where a file was read
    return schema


def _table(rows: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Rows and columns may be left out; others may not be there."""

    def row(columns: tuple[str, ...]) -> dict[str, Any]:
        cells = {
            column: {"$ref": f"#/$defs/{'decimal_cell' if column in DECIMAL_COLUMNS else 'cell'}"}
            for column in columns
        }
        return {"type": "object", "properties": cells, "additionalProperties": False}

    return {
        "type": "object",
        "properties": {name: row(columns) for name, columns in rows.items()},
        "additionalProperties": False,
    }


def _change() -> dict[str, Any]:
    number = {"anyOf": [_PLAIN[int], _DECIMAL, _PLAIN[NoneType]]}
    shown = {"anyOf": [_PLAIN[int], _PLAIN[str], _PLAIN[NoneType]]}
    schema = _of(Change, before=shown, after=shown, delta=number, ratio=_or_null(_PLAIN[float]))
    cell = {"anyOf": [{"$ref": "#/$defs/cell"}, {"$ref": "#/$defs/decimal_cell"}]}
    schema["properties"] |= {"before_cell": cell, "after_cell": cell}  # only of cells
    return schema


def _error() -> dict[str, Any]:
    schema = _of(ParseFailure)
    return _object({key: schema["properties"][key] for key in ("code", "message")})


def _published() -> dict[str, Any]:
    properties = _of(Published)["properties"]
    return _object({"date": properties.pop("day"), **properties})


def _crawl() -> dict[str, Any]:
    counts = ("candidates", "reports_new", "reports_changed", "reports_gone", "requests", "bytes")
    return _object(
        {
            "portal": _PLAIN[str],
            "run": _PLAIN[int],
            "outcome": _type(RunOutcome),
            "columns": _type(tuple[ColumnRead, ...]),
            "problems": _type(tuple[Problem, ...]),
            "unresolved": _type(tuple[UnresolvedCandidate, ...]),
            **{key: {"type": "integer", "minimum": 0} for key in counts},
            "seconds": {"type": "number", "minimum": 0},
        }
    )


def _alert() -> dict[str, Any]:
    return _of(Alert, deliveries={"type": "array", "items": _of(Delivery)})


def _of(kind: type, **own: dict[str, Any]) -> dict[str, Any]:
    """The schema of a dataclass; ``own`` replaces or adds the schemas of some fields."""
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    return _object({name: own.get(name) or _type(hints[name]) for name in [*names, *own]})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, _PLAIN[NoneType]]}


def _type(hint: Any) -> dict[str, Any]:
    """The schema of a type as the domain uses it; TypeError for one that it does not know."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [item.value for item in hint]}
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return {"anyOf": [_type(argument) for argument in arguments]}
    if origin is tuple and arguments[-1] is Ellipsis:
        return {"type": "array", "items": _type(arguments[0])}
    if origin is tuple:
        items = [_type(argument) for argument in arguments]
        return {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}
    if origin is Mapping or origin is dict:
        return {"type": "object"}
    if isinstance(hint, type):
        return _of(hint)
    raise TypeError(f"no schema for {hint}")
