"""What failures mean, and what a run vouches for."""

from __future__ import annotations

import zlib

import pytest
from OpenSSL.SSL import Error as TlsError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from crawler.health import RunRecord, Trouble, problem_of, problem_of_status
from storage.domain import ColumnRead, Problem
from storage.vocab import ProblemKind, RunOutcome

U = "http://h.example/"


def tls() -> Exception:
    error = DownloadFailedError("failed")
    error.__cause__ = ResponseFailed([Failure(TlsError([("SSL", "", "unsafe legacy")]))])
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (CannotResolveHostError("x"), "dns"),
        (DownloadTimeoutError("x"), "timeout"),
        (DownloadConnectionRefusedError("x"), "connect"),
        (ResponseDataLossError("x"), "connect"),
        (DownloadFailedError("x"), "connect"),
        (ConnectionResetError("x"), "connect"),
        (tls(), "tls"),
        (DownloadCancelledError("x"), "too_large"),
        (zlib.error("x"), "decode"),
        (IgnoreRequest("Forbidden by robots.txt"), "robots"),
        (IgnoreRequest("max redirections reached"), "redirect_loop"),
        (IgnoreRequest("exceeded DOWNLOAD_MAXSIZE during decompression"), "too_large"),
        (Trouble(ProblemKind.CAPTCHA, "验证"), "captcha"),
        (RuntimeError("what no list foresees"), "connect"),
    ],
)
def test_kinds_of_failures(error: Exception, kind: str) -> None:
    problem = problem_of(error, U)
    assert problem.kind == kind
    assert any("一" <= c <= "鿿" for c in problem.message)


@pytest.mark.parametrize(
    ("status", "kind"), [(200, None), (404, "http_4xx"), (500, "http_5xx"), (599, "http_5xx")]
)
def test_kinds_of_statuses(status: int, kind: str | None) -> None:
    problem = problem_of_status(status, U)
    assert (problem.kind if problem else None) == kind


def record(*columns: ColumnRead, problem: ProblemKind | None = None) -> RunRecord:
    made = RunRecord(columns=list(columns))
    if problem:
        made.problem(Problem(problem, "…"))
    return made


WHOLE = ColumnRead(U, "plain_list", 5, True)
OPEN = ColumnRead(U, "plain_list", 5, False, "第 2 页未能读取")
EMPTY = ColumnRead(U, "plain_list", 0, True)
LOST = ColumnRead(U, "", 0, False, "超时")


@pytest.mark.parametrize(
    ("made", "outcome", "kinds"),
    [
        (record(WHOLE), "healthy", set()),
        (record(WHOLE, problem=ProblemKind.HTTP_4XX), "healthy", {"http_4xx"}),
        (record(WHOLE, problem=ProblemKind.BLOCKED), "partial", {"blocked"}),
        (record(WHOLE, problem=ProblemKind.CAPTCHA), "partial", {"captcha"}),
        (record(WHOLE, OPEN), "partial", {"list_incomplete"}),
        (record(WHOLE, EMPTY), "partial", {"empty_column"}),
        (record(EMPTY), "partial", {"empty_column"}),
        (record(WHOLE, LOST, problem=ProblemKind.TIMEOUT), "partial", {"timeout"}),
        (record(LOST, problem=ProblemKind.TIMEOUT), "failed", {"timeout"}),
        (record(), "failed", {"column_not_found"}),
        (record(problem=ProblemKind.DNS), "failed", {"dns"}),
    ],
)
def test_outcome(made: RunRecord, outcome: str, kinds: set[str]) -> None:
    assert made.conclude({}, None) == outcome
    assert {p.kind for p in made.problems} == kinds


def test_expected_numbers_of_reports() -> None:
    def with_reports() -> RunRecord:
        made = record(WHOLE)
        made.seen(2023, "a")
        made.seen(2023, "b")
        made.seen(2023, "a")
        return made

    assert with_reports().conclude({2023: 2}, None) is RunOutcome.HEALTHY
    assert with_reports().conclude({2023: 3}, None) is RunOutcome.PARTIAL
    assert with_reports().conclude({2022: 1}, None) is RunOutcome.PARTIAL
    assert with_reports().conclude({2022: 1}, [2023]) is RunOutcome.HEALTHY
