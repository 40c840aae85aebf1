"""Narrated numbers held against cells: what the rules on prose share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from monitor.rules.base import Rule
from monitor.rules.cells import CellKey, cell_evidence
from monitor.rules.scope import speaks_of
from storage.domain import AnnualReport, Fact, Verdict
from storage.vocab import Outcome


def quotes(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    return [{"text": f.quote, "value": f.value, "scope": f.scope, "at": f.at} for f in facts]


def evidence_of(
    report: AnnualReport, facts: Sequence[Fact], keys: Sequence[CellKey], allowed: Sequence[int]
) -> dict[str, Any]:
    return {
        "cells": cell_evidence(report, keys),
        "quotes": quotes(facts),
        "expected": list(allowed),
        "actual": sorted({f.value for f in facts if f.value is not None}),
    }


def exact(report: AnnualReport, kind: str) -> list[Fact]:
    """Facts of a kind with a number that is not about (余, 约)."""
    return [f for f in report.facts if f.kind == kind and f.value is not None and not f.approximate]


def own_facts(report: AnnualReport, facts: Sequence[Fact]) -> list[Fact]:
    """Those that speak of the body whose tables these are."""
    return [f for f in facts if speaks_of(f.scope, report.agency)]


def values_of(facts: Sequence[Fact]) -> list[int]:
    return sorted({f.value for f in facts if f.value is not None})


def listed(numbers: Sequence[int]) -> str:
    return "、".join(str(n) for n in numbers)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Narrated ``facts`` of one matter against the cells ``keys``.

    ``allowed``: what the text may say; empty where a cell is not readable. ``table``: what the
    table shows, in words. ``doubt``: why a difference would not be a contradiction.
    """

    subject: str
    label: str
    facts: Sequence[Fact]
    keys: Sequence[CellKey]
    allowed: Sequence[int]
    table: str
    unit: str = "件"
    doubt: str | None = None


def compare(rule: Rule, report: AnnualReport, item: Comparison) -> Verdict:
    """One agreeing number is enough, and numbers that add up; another scope is no contradiction."""
    label, subject = item.label, item.subject
    if not item.allowed:
        why = f"{label}：表中没有可用的数字，不作判断"
        return rule.verdict(report, Outcome.NOT_ASSESSABLE, why, subject)
    agreeing = [f for f in item.facts if f.value in item.allowed]
    own = own_facts(report, item.facts)
    values = values_of(own)
    evidence = evidence_of(report, agreeing or own or item.facts, item.keys, item.allowed)
    if agreeing or (len(values) > 1 and sum(values) in item.allowed):
        told = listed(values_of(agreeing or own))
        why = f"{label}：正文所说 {told} {item.unit}与表中相符"
        return rule.verdict(report, Outcome.PASS, why, subject, evidence=evidence)
    if not own:
        why = f"{label}：正文与表中口径不同，不作比较"
        return rule.verdict(report, Outcome.NOT_APPLICABLE, why, subject, evidence=evidence)
    if item.doubt:
        why = f"{label}：{item.doubt}，不作判断"
        return rule.verdict(report, Outcome.NOT_ASSESSABLE, why, subject, evidence=evidence)
    why = f"{label}：正文说 {listed(values)} {item.unit}，{item.table}"
    return rule.verdict(report, Outcome.FAIL, why, subject, evidence=evidence)
