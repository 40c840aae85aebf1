"""``portals.yml`` and ``overrides.yml``: entries to portals and local deadlines."""

from __future__ import annotations

from pathlib import Path

from storage.domain import DeadlineOverride, Portal
from storage.registry import fields
from storage.registry.nodes import Entry, compose, entries
from storage.registry.problems import Problems, Refused
from storage.vocab import AgencyKind, BrowserMode, Severity

PORTALS = "portals.yml"
OVERRIDES = "overrides.yml"
_PORTAL_KEYS = ("id", "name", "url", "columns", "hosts", "access", "expect", "notes")
_OVERRIDE_KEYS = ("division", "kinds", "years", "due", "severity", "source")


def read_portals(path: Path, problems: Problems) -> list[Portal]:
    """Every portal without a problem of its own; the rest go to ``problems``."""
    try:
        nodes = compose(fields.read_text(path), problems)
    except Refused as error:
        problems.add(None, None, str(error))
        return []
    if nodes is None:
        problems.add(None, None, "文件是空的（没有门户时写 []）")
        return []
    portals: list[Portal] = []
    first_lines: dict[str, int] = {}
    for entry in entries(nodes, _PORTAL_KEYS, problems):
        identity = entry.scalar("id", fields.slug, required=True)
        portal = _portal(entry, identity)
        if identity is not None and identity in first_lines:
            entry.refuse("id", f"“{identity}”与第 {first_lines[identity]} 行重复")
            continue
        if identity is not None:
            first_lines[identity] = entry.line_at("id")
        if portal is not None:
            portals.append(portal)
    return portals


def _portal(entry: Entry, identity: str | None) -> Portal | None:
    name = entry.scalar("name", fields.name)
    url = entry.scalar("url", fields.web_address, required=True)
    columns = entry.items("columns", fields.web_address)
    hosts = entry.items("hosts", fields.host)
    notes = entry.scalar("notes", str.strip)
    delay: float | None = None
    browser: BrowserMode | None = None
    min_reports: dict[int, int] = {}
    if access := entry.entry("access", ("delay", "browser")):
        delay = access.scalar("delay", fields.seconds)
        browser = access.scalar("browser", lambda text: fields.choice(text, BrowserMode))
    if expect := entry.entry("expect", ("min_reports",)):
        min_reports = expect.pairs("min_reports", fields.year, fields.count)
    if not entry.sound or identity is None or url is None:
        return None
    return Portal(
        id=identity,
        url=url,
        name=name,
        columns=columns,
        hosts=hosts,
        delay=delay,
        browser=browser or BrowserMode.AUTO,
        min_reports=min_reports,
        notes=notes,
    )


def read_overrides(path: Path, problems: Problems) -> list[DeadlineOverride]:
    """Local deadlines; a blank file has none."""
    try:
        nodes = compose(fields.read_text(path), problems)
    except Refused as error:
        problems.add(None, None, str(error))
        return []
    found = (_override(entry) for entry in entries(nodes or [], _OVERRIDE_KEYS, problems))
    return [override for override in found if override is not None]


def _override(entry: Entry) -> DeadlineOverride | None:
    division = entry.scalar("division", fields.division_prefix)
    kinds = entry.items("kinds", lambda text: fields.choice(text, AgencyKind))
    years = entry.items("years", fields.year)
    due = entry.scalar("due", lambda text: fields.month_day(text, years), required=True)
    source = entry.scalar("source", fields.line_of_text, required=True)
    severity = entry.scalar("severity", lambda text: fields.choice(text, Severity))
    if not entry.sound or due is None or source is None:
        return None
    return DeadlineOverride(
        due=due,
        source=source,
        division=division,
        kinds=kinds,
        years=years,
        severity=severity or Severity.WARNING,
    )
