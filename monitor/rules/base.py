"""What a rule is, and how the rules of the package are found.

A rule is a class with its text in class attributes and one method that yields verdicts: `Rule`
judges a report by itself, `YearRule` a report beside that of the year before, `GroupRule` a
government's report beside those of its bodies. None ever raises for anything a report may hold.
Adding a rule is adding a class to a module of this package: the walk in `load_rules` finds it.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from storage.domain import AnnualReport, Verdict
from storage.vocab import FormatVersion, Layer, Outcome, SectionId, Severity

FORMATS: Mapping[FormatVersion, str] = {
    FormatVersion.FMT2019: "《中华人民共和国政府信息公开工作年度报告格式（试行）》（国办公开办函〔2019〕60号）",
    FormatVersion.FMT2021: "《中华人民共和国政府信息公开工作年度报告格式》（国办公开办函〔2021〕30号）",
}
REGULATION = "《中华人民共和国政府信息公开条例》（国务院令第711号）"
UNIFORM = frozenset(FORMATS)
"""The format versions with fixed sections and tables."""
EVERY = frozenset(FormatVersion)
UNREAD = "DOC-UNREAD"
"""Code of the reader's note on a part of the document that it could not read."""
RELIABLE = 0.5
"""Below this confidence of reading, no rule of severity error judges."""
_REQUIRED = ("code", "severity", "message", "basis", "bad", "good", "hint")


class RuleError(Exception):
    """A rule class that is incomplete, or two with one code."""


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule's entry in the catalogue, in Chinese. ``message``: what it demands."""

    code: str
    severity: Severity
    layer: Layer
    message: str
    basis: str
    bad: str
    good: str
    hint: str
    versions: tuple[FormatVersion, ...]
    limits: tuple[tuple[str, float], ...] = ()
    """Thresholds with their Chinese names."""


def limit(default: float, label: str) -> Any:
    """A field of a rule's thresholds, with its name in the catalogue."""
    return field(default=default, metadata={"label": label})


class CatalogueEntry(ABC):
    """What every rule has: its texts, and the gates before it speaks. ``{format}`` in ``basis``
    becomes the name of the form the report follows."""

    code: ClassVar[str]
    severity: ClassVar[Severity]
    layer: ClassVar[Layer] = Layer.REPORT
    versions: ClassVar[frozenset[FormatVersion]] = UNIFORM
    absence: ClassVar[bool] = False
    """It speaks of what is not there: that may stand in a part which could not be read."""
    message: ClassVar[str]
    basis: ClassVar[str]
    bad: ClassVar[str]
    good: ClassVar[str]
    hint: ClassVar[str]
    limits: ClassVar[Any] = None
    """A dataclass of fields made with `limit`; None: the rule has no threshold."""

    def __init__(self) -> None:
        missing = [name for name in _REQUIRED if not getattr(type(self), name, None)]
        if missing:
            raise RuleError(f"规则 {type(self).__name__} 缺少 {'、'.join(missing)}")
        self._bases: dict[FormatVersion | None, str] = {
            v: self.basis.format(format=name) for v, name in FORMATS.items()
        }

    def gate(self, report: AnnualReport) -> Verdict | None:
        """Why the rule can't speak of a report at all; None where it can."""
        version = report.format_version
        if version is not None and version not in self.versions:
            return self.verdict(
                report, Outcome.NOT_APPLICABLE, "本规则不适用于该报告所用的格式版本"
            )
        if self.severity is Severity.ERROR and report.confidence < RELIABLE:
            return self.verdict(
                report,
                Outcome.NOT_ASSESSABLE,
                f"文档读取的完整程度只有 {report.confidence:.0%}，不作判断",
            )
        if self.absence:
            for issue in report.issues:
                if issue.code == UNREAD:
                    why = f"{issue.message}，缺少的内容可能在其中，不作判断"
                    return self.verdict(report, Outcome.NOT_ASSESSABLE, why)
        return None

    def info(self) -> RuleInfo:
        names = "、".join(FORMATS[v] for v in sorted(self.versions, reverse=True) if v in FORMATS)
        return RuleInfo(
            self.code,
            self.severity,
            self.layer,
            self.message,
            self.basis.format(format=names),
            self.bad,
            self.good,
            self.hint,
            tuple(sorted(self.versions)),
            tuple((f.metadata["label"], getattr(self.limits, f.name)) for f in fields(self.limits))
            if self.limits is not None
            else (),
        )

    def verdict(
        self,
        report: AnnualReport,
        outcome: Outcome,
        message: str,
        subject: str = "",
        *,
        severity: Severity | None = None,
        layer: Layer | None = None,
        evidence: Mapping[str, Any] | None = None,
    ) -> Verdict:
        """A verdict of this rule. ``severity`` only where one finding weighs less than the rule,
        ``layer`` only where it has another source."""
        return Verdict(
            self.code,
            outcome,
            severity or self.severity,
            layer or self.layer,
            message,
            self._bases.get(report.format_version) or self._bases[version_of(report)],
            evidence or {},
            self.hint if outcome is Outcome.FAIL else None,
            subject,
        )


class Rule(CatalogueEntry):
    """A rule that needs nothing but the report itself."""

    @abstractmethod
    def judge(self, report: AnnualReport) -> Iterable[Verdict]:
        """Verdicts on a report of one of ``versions``; one per subject."""

    def check(self, report: AnnualReport) -> Iterator[Verdict]:
        """`judge`, after the gates that hold for every rule."""
        if stopped := self.gate(report):
            yield stopped
        else:
            yield from self.judge(report)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The report of the year before. ``name``: of the body that published it; ``same_body``
    False where that is a predecessor (renamed or merged)."""

    report: AnnualReport
    year: int
    name: str
    same_body: bool = True


class YearRule(CatalogueEntry):
    """A rule on a report beside the one of the year before."""

    @abstractmethod
    def compare(self, report: AnnualReport, earlier: Earlier) -> Iterable[Verdict]:
        """Verdicts on ``report``; one per subject."""

    def check(self, report: AnnualReport, earlier: Earlier | None) -> Iterator[Verdict]:
        """`compare`, after the gates; ``earlier`` None: there is none that could be read."""
        if stopped := self.gate(report):
            yield stopped
        elif earlier is None:
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到上一年度的报告，不作判断")
        elif self.gate(earlier.report) is not None:
            why = f"{earlier.year} 年度报告的格式或读取的完整程度不允许比较，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
        else:
            yield from self.compare(report, earlier)


@dataclass(frozen=True, slots=True)
class Member:
    """A body that belongs to a government, with its report of the same year."""

    agency: str
    name: str
    report: AnnualReport


class GroupRule(CatalogueEntry):
    """A rule on a government's report beside those of the bodies that belong to it."""

    @abstractmethod
    def compare(self, report: AnnualReport, members: Sequence[Member]) -> Iterable[Verdict]:
        """Verdicts on ``report``; one per subject."""

    def check(self, report: AnnualReport, members: Sequence[Member]) -> Iterator[Verdict]:
        """`compare`, after the gates."""
        if stopped := self.gate(report):
            yield stopped
        elif not members:
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到所属机关的报告，不作判断")
        else:
            yield from self.compare(report, members)


@dataclass(frozen=True, slots=True)
class Match:
    """A text of another report that a section is like. ``own``: of the body itself (or its
    predecessor) in an earlier year; ``similarity``: 0–1; ``passages``: (here, there), side by
    side."""

    agency: str
    name: str
    year: int
    own: bool
    similarity: float
    passages: tuple[tuple[str, str], ...] = ()


class ReuseRule(CatalogueEntry):
    """A rule on texts that a report shares with others."""

    @abstractmethod
    def compare(
        self, report: AnnualReport, matches: Mapping[SectionId, Sequence[Match]] | None
    ) -> Iterable[Verdict]:
        """Verdicts on ``report``. ``matches``: by section that could be compared, the likest
        first; None: none was."""

    def check(
        self, report: AnnualReport, matches: Mapping[SectionId, Sequence[Match]] | None
    ) -> Iterator[Verdict]:
        """`compare`, after the gates."""
        if stopped := self.gate(report):
            yield stopped
        else:
            yield from self.compare(report, matches)


def version_of(report: AnnualReport) -> FormatVersion:
    """The form the report should be held against: the one it uses, else the one of its year."""
    version = report.format_version
    if version is not None and version is not FormatVersion.PRE2019:
        return version
    early = report.year is not None and report.year <= 2020
    return FormatVersion.FMT2019 if early else FormatVersion.FMT2021


def load_rules(package: str) -> tuple[CatalogueEntry, ...]:
    """One instance of every rule class in the modules of ``package``, by code.

    Raises RuleError for a duplicate code or an incomplete class.
    """
    rules: dict[str, CatalogueEntry] = {}
    path = importlib.import_module(package).__path__
    for found in pkgutil.iter_modules(path):
        module = importlib.import_module(f"{package}.{found.name}")
        for name, member in inspect.getmembers(module, inspect.isclass):
            if member.__module__ != module.__name__ or name.startswith("_"):
                continue  # imported here, or the common part of several rules
            if module.__name__ != __name__ and issubclass(member, CatalogueEntry):
                rule = member()
                if rule.code in rules:
                    raise RuleError(f"规则代码 {rule.code} 重复：{member.__name__}")
                rules[rule.code] = rule
    return tuple(rules[code] for code in sorted(rules))
