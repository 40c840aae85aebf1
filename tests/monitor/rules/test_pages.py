"""Whole reports as pages: quiet over compliant ones, and each injected defect speaks alone."""

from __future__ import annotations

import html
from random import Random

import pytest

from spiders.samples.expectations import AFTER_ALL
from spiders.samples.postings import Posting
from spiders.samples.reports import Defect, report_html
from spiders.samples.world import World
from storage.domain import Verdict
from storage.vocab import Severity
from tests.monitor.rules.pages import findings, pages

COMPLIANT = 60
GOVERNMENTS = (100, 105, 112)
"""Seeds of governments that had requests: every defect can be injected."""
FOLLOWING = {Defect.NO_SECTION_SIX: {"S-FEE"}}
"""What a defect cannot but break as well."""
LAWFUL = {Defect.BLANK, Defect.SLASH}


def loud(verdicts: list[Verdict]) -> set[str]:
    return {v.rule for v in verdicts if v.severity is not Severity.INFO}


@pytest.mark.parametrize("seed", range(COMPLIANT))
def test_a_compliant_report_gives_neither_error_nor_warning(seed: int) -> None:
    ((_, page),) = pages(seed, 1)
    assert loud(findings(page)) == set()


@pytest.mark.parametrize("seed", GOVERNMENTS)
@pytest.mark.parametrize("defect", [d for d in Defect if d is not Defect.IMAGE])
def test_a_defect_gives_its_rule_and_no_other(defect: Defect, seed: int) -> None:
    ((_, page),) = pages(seed, 1, (defect,))
    expected = set() if defect in LAWFUL else {defect.value}
    found = loud(findings(page))
    assert expected <= found
    assert found <= expected | FOLLOWING.get(defect, set())


WORLD = World((2023, 2024, 2025))


def _postings() -> list[Posting]:
    """Every report with something wrong in it, and a few of the others."""
    told = [p for p in WORLD.postings if p.text_agency and p.text_year]
    wrong = [p for p in told if WORLD.defects(p, AFTER_ALL)]
    others = [p for p in told if p not in wrong]
    return [p for p in wrong if Defect.IMAGE not in WORLD.defects(p, AFTER_ALL)] + others[::4]


@pytest.mark.parametrize(
    "posting", _postings(), ids=lambda p: f"{p.text_agency}-{p.text_year}-{p.number}"
)
def test_the_sample_portals_show_what_they_promise(posting: Posting) -> None:
    report = WORLD.report(posting, AFTER_ALL)
    title = html.escape(report.title)
    body = f"<h1>{title}</h1>{report_html(report, Random(1))}"
    page = (
        f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'
    )
    defects = set(WORLD.defects(posting, AFTER_ALL))
    expected = {d.value for d in defects - LAWFUL}
    found = loud(findings(page.encode()))
    assert expected <= found
    assert found <= expected.union(*(FOLLOWING.get(d, set()) for d in defects))
