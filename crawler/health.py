"""How a run went: what was read to its end, what failed and why, and what that vouches for."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from OpenSSL.SSL import Error as TlsError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from twisted.internet.error import ConnectError, ConnectionClosed

from storage.domain import ColumnRead, Problem, UnresolvedCandidate
from storage.vocab import ProblemKind, RunOutcome

WALLS = frozenset({ProblemKind.BLOCKED, ProblemKind.CAPTCHA})
NETWORK = frozenset({ProblemKind.DNS, ProblemKind.CONNECT, ProblemKind.TIMEOUT, ProblemKind.TLS})
GONE = frozenset({404, 410})


class Trouble(IgnoreRequest):
    """A request or response that must not go on, with its kind; the message is Chinese.

    ``opens``: a wall that stands only until a script has run, so that a browser gets past it.
    ``answer``: the response that was refused, where it proves something by itself.
    """

    answer: Response | None = None

    def __init__(self, kind: ProblemKind, message: str, *, opens: bool = False) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.opens = opens


_MESSAGES: tuple[
    tuple[type[BaseException] | tuple[type[BaseException], ...], ProblemKind, str], ...
] = (
    (CannotResolveHostError, ProblemKind.DNS, "域名无法解析"),
    (DownloadTimeoutError, ProblemKind.TIMEOUT, "等待超时"),
    (TlsError, ProblemKind.TLS, "TLS 握手失败"),
    (DownloadConnectionRefusedError, ProblemKind.CONNECT, "连接被拒绝"),
    (ResponseDataLossError, ProblemKind.CONNECT, "响应不完整，连接中断"),
    (DownloadCancelledError, ProblemKind.TOO_LARGE, "内容超过大小上限，未下载"),
    ((zlib.error, EOFError, gzip.BadGzipFile), ProblemKind.DECODE, "压缩内容无法解开"),
    (UnsupportedURLSchemeError, ProblemKind.CONNECT, "不支持的地址类型"),
    (ConnectionClosed, ProblemKind.CONNECT, "连接中断"),
    ((ConnectError, OSError), ProblemKind.CONNECT, "连接失败"),
)
_IGNORED: tuple[tuple[str, ProblemKind, str], ...] = (
    # Scrapy's own refusals, told by their text.
    ("robots.txt", ProblemKind.ROBOTS, "robots.txt 不允许访问"),
    ("max redirections", ProblemKind.REDIRECT_LOOP, "重定向次数过多"),
    ("during decompression", ProblemKind.TOO_LARGE, "解压后超过大小上限，未读取"),
)


def problem_of(error: BaseException, url: str) -> Problem:
    """What a failed request means. Servers find failures that no list foresees: those keep the
    name of their error."""
    if isinstance(error, Trouble):
        return Problem(error.kind, error.message, url)
    if isinstance(error, IgnoreRequest):
        for sign, kind, message in _IGNORED:
            if sign in str(error):
                return Problem(kind, message, url)
    for cause in _causes(error):
        for types, kind, message in _MESSAGES:
            if isinstance(cause, types):
                return Problem(kind, message, url)
    if isinstance(error, DownloadFailedError):
        return Problem(ProblemKind.CONNECT, "连接失败", url)
    return Problem(ProblemKind.CONNECT, f"请求失败：{type(error).__name__}", url)


def problem_of_status(status: int, url: str) -> Problem | None:
    """What a status means; None for one that brings content."""
    if 200 <= status < 300:
        return None
    if status >= 500:
        return Problem(ProblemKind.HTTP_5XX, f"服务器返回 {status}", url)
    return Problem(ProblemKind.HTTP_4XX, f"服务器返回 {status}", url)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, then what Scrapy and Twisted wrapped into it."""
    queue: list[BaseException] = [error]
    for _ in range(20):
        if not queue:
            return
        current = queue.pop(0)
        yield current
        queue += [e for e in (current.__cause__,) if e is not None]
        queue += [f.value for f in getattr(current, "reasons", ()) or () if hasattr(f, "value")]


@dataclass
class RunRecord:
    """What a run gathers while it goes."""

    columns: list[ColumnRead] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unresolved: list[UnresolvedCandidate] = field(default_factory=list)
    candidates: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    reports: dict[int, set[str]] = field(default_factory=dict)
    """addresses of the reports seen in this run by report year"""

    def problem(self, problem: Problem) -> None:
        if problem not in self.problems:
            self.problems.append(problem)

    def seen(self, year: int, url: str) -> None:
        self.reports.setdefault(year, set()).add(url)

    def conclude(self, min_reports: Mapping[int, int], years: Iterable[int] | None) -> RunOutcome:
        """The outcome; adds the problems that only show at the end.

        Healthy: every column read to its proven end, none empty, no wall anywhere, and no fewer
        reports than the registry expects.
        """
        read = [column for column in self.columns if column.how]
        for column in read:
            self._column_problem(column)
        short = self._fewer_than(min_reports, set(years) if years else None)
        if not read:
            if not self.problems:
                self.problem(Problem(ProblemKind.COLUMN_NOT_FOUND, "没有找到年报栏目"))
            return RunOutcome.FAILED
        whole = all(c.complete and c.entries for c in self.columns)
        walled = any(p.kind in WALLS for p in self.problems)
        return RunOutcome.HEALTHY if whole and not walled and not short else RunOutcome.PARTIAL

    def _column_problem(self, column: ColumnRead) -> None:
        if column.entries == 0:
            message = f"栏目里没有读到条目：{column.message}" if column.message else "栏目是空的"
            self.problem(Problem(ProblemKind.EMPTY_COLUMN, message, column.url))
        elif not column.complete:
            message = column.message or "列表没有读到末尾"
            self.problem(Problem(ProblemKind.LIST_INCOMPLETE, message, column.url))

    def _fewer_than(self, min_reports: Mapping[int, int], asked: set[int] | None) -> bool:
        short = False
        for year, least in sorted(min_reports.items()):
            found = len(self.reports.get(year, ()))
            if found < least and (asked is None or year in asked):
                short = True
                message = f"{year} 年度只找到 {found} 份年报，登记要求至少 {least} 份"
                self.problem(Problem(ProblemKind.LIST_INCOMPLETE, message))
        return short
