"""What a rule is, and how the rules of the package are found.

A rule is a class with its text in class attributes and one method ``judge``. It takes a report
and yields verdicts; it never raises for anything a report may hold. Adding a rule is adding a
class to a module of this package: the walk in `load_rules` finds it.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from storage.domain import AnnualReport, Verdict
from storage.vocab import FormatVersion, Layer, Outcome, Severity

FORMATS: Mapping[FormatVersion, str] = {
    FormatVersion.FMT2019: "《中华人民共和国政府信息公开工作年度报告格式（试行）》（国办公开办函〔2019〕60号）",
    FormatVersion.FMT2021: "《中华人民共和国政府信息公开工作年度报告格式》（国办公开办函〔2021〕30号）",
}
REGULATION = "《中华人民共和国政府信息公开条例》（国务院令第711号）"
UNIFORM = frozenset(FORMATS)
"""The format versions with fixed sections and tables."""
EVERY = frozenset(FormatVersion)
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


class Rule(ABC):
    """One rule. ``{format}`` in ``basis`` becomes the name of the form the report follows."""

    code: ClassVar[str]
    severity: ClassVar[Severity]
    layer: ClassVar[Layer] = Layer.REPORT
    versions: ClassVar[frozenset[FormatVersion]] = UNIFORM
    message: ClassVar[str]
    basis: ClassVar[str]
    bad: ClassVar[str]
    good: ClassVar[str]
    hint: ClassVar[str]

    def __init__(self) -> None:
        missing = [name for name in _REQUIRED if not getattr(type(self), name, None)]
        if missing:
            raise RuleError(f"规则 {type(self).__name__} 缺少 {'、'.join(missing)}")
        self._bases = {v: self.basis.format(format=name) for v, name in FORMATS.items()}

    @abstractmethod
    def judge(self, report: AnnualReport) -> Iterable[Verdict]:
        """Verdicts on a report of one of ``versions``; one per subject."""

    def check(self, report: AnnualReport) -> Iterator[Verdict]:
        """`judge`, after the gates that hold for every rule."""
        version = report.format_version
        if version is not None and version not in self.versions:
            yield self.verdict(report, Outcome.NOT_APPLICABLE, "本规则不适用于该报告所用的格式版本")
        elif self.severity is Severity.ERROR and report.confidence < RELIABLE:
            yield self.verdict(
                report,
                Outcome.NOT_ASSESSABLE,
                f"文档读取的完整程度只有 {report.confidence:.0%}，不作判断",
            )
        else:
            yield from self.judge(report)

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
            self._bases[version_of(report)],
            evidence or {},
            self.hint if outcome is Outcome.FAIL else None,
            subject,
        )


def version_of(report: AnnualReport) -> FormatVersion:
    """The form the report should be held against: the one it uses, else the one of its year."""
    version = report.format_version
    if version is not None and version is not FormatVersion.PRE2019:
        return version
    early = report.year is not None and report.year <= 2020
    return FormatVersion.FMT2019 if early else FormatVersion.FMT2021


def load_rules(package: str) -> tuple[Rule, ...]:
    """One instance of every rule class in the modules of ``package``, by code.

    Raises RuleError for a duplicate code or an incomplete class.
    """
    rules: dict[str, Rule] = {}
    path = importlib.import_module(package).__path__
    for found in pkgutil.iter_modules(path):
        module = importlib.import_module(f"{package}.{found.name}")
        for name, member in inspect.getmembers(module, inspect.isclass):
            if member.__module__ != module.__name__ or member is Rule or name.startswith("_"):
                continue  # imported here, or the common part of several rules
            if issubclass(member, Rule):
                rule = member()
                if rule.code in rules:
                    raise RuleError(f"规则代码 {rule.code} 重复：{member.__name__}")
                rules[rule.code] = rule
    return tuple(rules[code] for code in sorted(rules))
