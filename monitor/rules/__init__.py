"""The rules that need nothing but the report itself (spec section 4 and 5)."""

from __future__ import annotations

from functools import cache

from monitor.rules.base import Rule, RuleInfo, load_rules
from storage.domain import AnnualReport, Verdict

__all__ = ["RuleInfo", "catalogue", "check_report", "rule"]


@cache
def _rules() -> tuple[Rule, ...]:
    return load_rules(__name__)


def check_report(report: AnnualReport) -> list[Verdict]:
    """Every rule's verdicts, all outcomes, by rule code; (rule, subject) occurs once."""
    return [verdict for rule in _rules() for verdict in rule.check(report)]


def catalogue() -> list[RuleInfo]:
    """All rules by code."""
    return [rule.info() for rule in _rules()]


def rule(code: str) -> RuleInfo | None:
    """One entry of the catalogue; None for an unknown code."""
    return next((info for info in catalogue() if info.code == code.upper()), None)
