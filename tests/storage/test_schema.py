"""The published schema: what the program writes keeps it, what it must never write does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator, ValidationError

from storage import repositories as repo
from storage.canonical import finding_json, report_to_json, status_json
from storage.domain import AnnualReport, ColumnRead, Problem, UnresolvedCandidate
from storage.schema import json_schemas
from storage.session import Database
from storage.vocab import ProblemKind, RunOutcome
from tests.storage.samples import NOW, add_portal, report
from tests.storage.test_canonical import FINDING, LINES, contract, reports, validator

__all__ = ["contract"]

SCHEMAS = json_schemas()


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMAS)


@settings(max_examples=60, deadline=None)
@given(reports)
def test_every_report_keeps_it(value: AnnualReport) -> None:
    REPORT.validate(report_to_json(value))


REPORT = validator(SCHEMAS, "report")


def test_statuses_and_findings_keep_it() -> None:
    for line in LINES:
        validator(SCHEMAS, "status").validate(status_json(line))
    validator(SCHEMAS, "finding").validate(finding_json(FINDING))


def test_files_that_give_a_report_or_none() -> None:
    data = report_to_json(report())
    validator(SCHEMAS, "check").validate(
        {"file": "x", "report": {**data, "file": "x"}, "findings": [finding_json(FINDING)]}
    )
    validator(SCHEMAS, "error_line").validate(
        {"file": "x", "error": {"code": "unreadable", "message": "打不开"}}
    )


def test_run_results_keep_it(sqlite_database: Database, contract: dict[str, Any]) -> None:
    with sqlite_database.session() as s:
        add_portal(s)
        run = repo.start_run(s, "p", NOW)
        repo.finish_run(
            s,
            run,
            now=NOW,
            outcome=RunOutcome.PARTIAL,
            columns=[ColumnRead("http://x/", "jpage", 3, True)],
            problems=[Problem(ProblemKind.DNS, "解析不了")],
            unresolved=[UnresolvedCandidate("http://x/", None, None, 2023, None)],
            candidates=1,
            reports_new=1,
            reports_changed=0,
            reports_gone=0,
            requests=9,
            bytes_=99,
            seconds=1.5,
        )
        result = repo.run_result(s, run)
    validator(SCHEMAS, "crawl").validate(result)
    validator(contract, "crawl").validate(result)


@pytest.mark.parametrize("name", sorted(set(SCHEMAS["$defs"]) - {"cell", "decimal_cell"}))
def test_it_has_all_that_the_contract_names(contract: dict[str, Any], name: str) -> None:
    ours, theirs = SCHEMAS["$defs"][name], contract["$defs"][name]
    assert set(theirs["properties"]) <= set(ours["properties"])
    for key, schema in theirs["properties"].items():
        if "enum" in schema:
            own = ours["properties"][key]
            values = own.get("enum") or [
                value for option in own["anyOf"] for value in option.get("enum", [None])
            ]
            assert set(values) == set(schema["enum"]), key


@pytest.mark.parametrize(
    "cell",
    [
        {"value": 0, "raw": "", "state": "blank", "at": "x"},
        {"value": 0, "raw": "/", "state": "mark", "at": "x"},
        {"value": 0, "raw": None, "state": "absent", "at": None},
        {"value": None, "raw": "3", "state": "number", "at": "x"},
        {"value": 3, "raw": "3", "state": "number", "at": None},
        {"value": "3", "raw": "3", "state": "number", "at": "x"},
        {"value": 3, "raw": "3", "state": "number"},
        {"value": 3, "raw": "3", "state": "number", "at": "x", "unit": "件"},
    ],
    ids=str,
)
def test_cells_that_must_never_be_written(cell: dict[str, Any]) -> None:
    data = report_to_json(report())
    REPORT.validate(data)
    data["table3"]["granted"]["total"] = cell
    with pytest.raises(ValidationError):
        REPORT.validate(data)


def test_money_is_text_and_rows_are_those_of_the_form() -> None:
    data = report_to_json(report())
    data["table2"]["fees"]["amount_wan"]["value"] = 1.5
    with pytest.raises(ValidationError):
        REPORT.validate(data)
    for change in ({"color": 1}, {"table3": {"made_up": {}}}, {"period": ["2023-01-01"]}):
        with pytest.raises(ValidationError):
            REPORT.validate({**report_to_json(report()), **change})
