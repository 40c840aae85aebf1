"""The rules (spec sections 4 and 5): on one report, on two years, on a government and its
bodies, on reused text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from monitor.rules.base import (
    CatalogueEntry,
    Earlier,
    GroupRule,
    Match,
    Member,
    ReuseRule,
    Rule,
    RuleInfo,
    YearRule,
    load_rules,
)
from storage.domain import AnnualReport, Verdict
from storage.vocab import SectionId

__all__ = [
    "Earlier",
    "Match",
    "Member",
    "RuleInfo",
    "catalogue",
    "check_group",
    "check_report",
    "check_reuse",
    "check_years",
    "rule",
]


@cache
def _all() -> tuple[CatalogueEntry, ...]:
    return load_rules(__name__)


@cache
def _rules() -> tuple[Rule, ...]:
    return tuple(entry for entry in _all() if isinstance(entry, Rule))


def check_report(report: AnnualReport) -> list[Verdict]:
    """The verdicts of every rule that needs nothing but the report; all outcomes, by rule code;
    (rule, subject) occurs once, here and in the functions below."""
    return [verdict for rule in _rules() for verdict in rule.check(report)]


def check_years(report: AnnualReport, earlier: Earlier | None) -> list[Verdict]:
    """The verdicts of the rules that compare a report with that of the year before."""
    rules = [entry for entry in _all() if isinstance(entry, YearRule)]
    return [verdict for rule in rules for verdict in rule.check(report, earlier)]


def check_group(report: AnnualReport, members: Sequence[Member]) -> list[Verdict]:
    """The verdicts of the rules that compare a government's report with those of its bodies."""
    rules = [entry for entry in _all() if isinstance(entry, GroupRule)]
    return [verdict for rule in rules for verdict in rule.check(report, members)]


def check_reuse(
    report: AnnualReport, matches: Mapping[SectionId, Sequence[Match]] | None
) -> list[Verdict]:
    """The verdicts of the rules on texts that a report shares with others."""
    rules = [entry for entry in _all() if isinstance(entry, ReuseRule)]
    return [verdict for rule in rules for verdict in rule.check(report, matches)]


def catalogue() -> list[RuleInfo]:
    """All rules by code."""
    return [entry.info() for entry in _all()]


def rule(code: str) -> RuleInfo | None:
    """One entry of the catalogue; None for an unknown code."""
    return next((info for info in catalogue() if info.code == code.upper()), None)
