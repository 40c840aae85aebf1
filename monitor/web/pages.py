"""The pages. Plain functions: FastAPI runs them in its thread pool, one session each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from monitor import labels
from monitor.web import queries
from monitor.web.params import EARLIEST, LATEST, PageNumber, Read, Text, chosen, chosen_year, given
from monitor.web.portal_runs import portal_runs
from monitor.web.render import render
from storage import repositories
from storage.domain import Agency, Change, Finding, Publication
from storage.vocab import Level, Severity, Status

PAGE = 100
router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Pager:
    """One page of ``total`` lines; ``query`` are the filters to keep in the links."""

    number: int
    total: int
    path: str
    query: dict[str, str]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    def address(self, number: int) -> str:
        fields = {name: value for name, value in self.query.items() if value}
        if number > 1:
            fields["page"] = str(number)
        return f"{self.path}?{urlencode(fields)}" if fields else self.path


@router.get("/")
def overview(read: Read) -> str:
    with read() as s:
        runs = portal_runs(s)
        return render(
            "overview.html",
            here="overview",
            years=queries.year_counts(s),
            findings=queries.finding_totals(s),
            unhealthy=[run for run in runs if not run.healthy],
            portals=len(runs),
        )


@router.get("/years/{year}")
def year(
    read: Read,
    year: Annotated[int, Path(ge=EARLIEST, le=LATEST)],
    status: Text = "",
    portal: Text = "",
    level: Text = "",
    q: Text = "",
    page: PageNumber = 1,
) -> str:
    wanted = queries.StatusFilter(
        status=chosen(Status, status, "status"),
        portal=given(portal),
        level=chosen(Level, level, "level"),
        text=given(q),
    )
    query = {"status": status, "portal": portal, "level": level, "q": q}
    with read() as s:
        total, lines = queries.status_page(s, year, wanted, limit=PAGE, offset=(page - 1) * PAGE)
        portals = {p.id: p.name or p.url for p in repositories.portals(s, active_only=False)}
        return render(
            "year.html",
            here="overview",
            year=year,
            years=queries.years_known(s),
            counts=queries.year_counts(s, year).get(year),
            lines=lines,
            findings=queries.severity_counts(s, year, [line.agency for line in lines]),
            portals=portals,
            wanted=wanted,
            pager=Pager(page, total, f"/years/{year}", query),
            statuses=labels.STATUS_ORDER,
            levels=tuple(Level),
        )


@router.get("/agencies/{agency_id:path}")
def agency(read: Read, agency_id: str) -> str:
    with read() as s:
        body = None if "\0" in agency_id else repositories.agency(s, agency_id)
        if body is None:
            raise HTTPException(404, "登记名录中没有这个机关")
        publications: defaultdict[int, list[Publication]] = defaultdict(list)
        for publication in repositories.publications(s, agency=body.id):
            publications[publication.year].append(publication)
        findings: defaultdict[int | None, list[Finding]] = defaultdict(list)
        for finding in repositories.findings(s, agency=body.id, states=queries.OPEN_STATES):
            findings[finding.year].append(finding)
        changes: defaultdict[int, list[Change]] = defaultdict(list)
        for change in repositories.revisions(s, agency=body.id):
            changes[change.year].append(change)
        portals = {p.id: p for p in repositories.portals(s, active_only=False)}
        return render(
            "agency.html",
            here="overview",
            agency=body,
            parent=_known(s, body.parent),
            predecessor=_known(s, body.predecessor),
            portals=portals,
            lines=queries.agency_statuses(s, body.id),
            publications=publications,
            findings=findings,
            changes=changes,
            scores=repositories.agency_scores(s, body.id, "default"),
        )


@router.get("/findings")
def findings(
    read: Read,
    year: Text = "",
    rule: Text = "",
    severity: Text = "",
    page: PageNumber = 1,
) -> str:
    wanted = queries.FindingFilter(
        year=chosen_year(year),
        rule=given(rule),
        severity=chosen(Severity, severity, "severity"),
    )
    with read() as s:
        total, found = queries.finding_page(s, wanted, limit=PAGE, offset=(page - 1) * PAGE)
        return render(
            "findings.html",
            here="findings",
            found=found,
            wanted=wanted,
            years=queries.years_known(s),
            rules=queries.rules_found(s),
            severities_all=tuple(Severity),
            pager=Pager(
                page, total, "/findings", {"year": year, "rule": rule, "severity": severity}
            ),
        )


@router.get("/runs")
def runs(read: Read) -> str:
    with read() as s:
        return render("runs.html", here="runs", runs=portal_runs(s))


def _known(s: Session, agency_id: str | None) -> Agency | None:
    return None if agency_id is None else repositories.agency(s, agency_id)
