"""A registry folder as a whole: read, cross-checked, imported."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from storage.domain import Agency, DeadlineOverride, Portal
from storage.models import AgencyRow, OverrideRow, PortalRow
from storage.registry import agencies as agency_file
from storage.registry import portals as portal_file
from storage.registry.problems import Problems, RegistryError, RegistryProblem
from storage.repositories.writing import batches, table_of, upsert


@dataclass(frozen=True, slots=True)
class RegistryData:
    """A registry without problems."""

    agencies: tuple[Agency, ...]
    portals: tuple[Portal, ...]
    overrides: tuple[DeadlineOverride, ...]


def read_registry(folder: Path) -> RegistryData:
    """Read ``agencies.csv``, ``portals.yml`` and, if there is one, ``overrides.yml``.

    Raises RegistryError with all problems of all files; then nothing of the folder is taken.
    """
    folder = Path(folder)
    if not folder.is_dir():
        problem = RegistryProblem(str(folder), None, None, "目录不存在")
        raise RegistryError((problem,))
    of_agencies = Problems(agency_file.FILE)
    of_portals = Problems(portal_file.PORTALS)
    of_overrides = Problems(portal_file.OVERRIDES)
    bodies = agency_file.read_agencies(folder / agency_file.FILE, of_agencies)
    portals = portal_file.read_portals(folder / portal_file.PORTALS, of_portals)
    overrides: list[DeadlineOverride] = []
    if (folder / portal_file.OVERRIDES).exists():
        overrides = portal_file.read_overrides(folder / portal_file.OVERRIDES, of_overrides)
    # Names that only a refused row or file defines would give misleading second problems.
    if not of_agencies.found:
        _check_bodies(bodies, of_agencies)
        if not of_portals.found:
            _check_portals(bodies, {portal.id for portal in portals}, of_agencies)
    problems = sorted(of_agencies.found, key=lambda p: p.line or 0)
    problems += of_portals.found + of_overrides.found
    if problems:
        raise RegistryError(tuple(problems))
    return RegistryData(tuple(body for _, body in bodies), tuple(portals), tuple(overrides))


def _check_bodies(bodies: list[tuple[int, Agency]], problems: Problems) -> None:
    known = {body.id for _, body in bodies}
    for column in ("parent", "predecessor"):
        links = {body.id: getattr(body, column) for _, body in bodies}
        on_cycle = _cycles(links)
        for line, body in bodies:
            other = links[body.id]
            if other is not None and other not in known:
                problems.add(line, column, f"“{other}”没有定义，{agency_file.FILE} 中没有这个 id")
            elif body.id in on_cycle:
                problems.add(line, column, f"“{body.id}”经由“{other}”又回到自己，形成循环")


def _check_portals(
    bodies: list[tuple[int, Agency]], known: Collection[str], problems: Problems
) -> None:
    for line, body in bodies:
        if body.portal is not None and body.portal not in known:
            problems.add(
                line, "portal", f"“{body.portal}”没有定义，{portal_file.PORTALS} 中没有这个 id"
            )


def _cycles(links: Mapping[str, str | None]) -> set[str]:
    """The names that lie on a cycle of ``links``."""
    on_cycle: set[str] = set()
    done: set[str] = set()
    for start in links:
        path: list[str] = []
        position: dict[str, int] = {}
        here: str | None = start
        while here is not None and here not in done and here not in position:
            position[here] = len(path)
            path.append(here)
            here = links.get(here)
        if here is not None and here in position:
            on_cycle.update(path[position[here] :])
        done.update(path)
    return on_cycle


def import_registry(session: Session, data: RegistryData) -> dict[str, int]:
    """Upsert bodies and portals, replace the local deadlines.

    Bodies and portals that are no longer listed stay, with their history, as inactive. Returns the
    numbers of ``agencies``, ``portals``, ``overrides`` taken, and ``deactivated`` (bodies and
    portals that were active until now).
    """
    upsert(session, PortalRow, [_portal_row(portal) for portal in data.portals], ("id",))
    upsert(session, AgencyRow, [_agency_row(body) for body in data.agencies], ("id",))
    deactivated = _deactivate(session, AgencyRow, {body.id for body in data.agencies})
    deactivated += _deactivate(session, PortalRow, {portal.id for portal in data.portals})
    session.execute(delete(OverrideRow))
    if data.overrides:
        session.execute(
            insert(table_of(OverrideRow)), [_override_row(item) for item in data.overrides]
        )
    return {
        "agencies": len(data.agencies),
        "portals": len(data.portals),
        "overrides": len(data.overrides),
        "deactivated": deactivated,
    }


def _deactivate(
    session: Session, model: type[AgencyRow] | type[PortalRow], listed: Collection[str]
) -> int:
    active = session.scalars(select(model.id).where(model.active))
    dropped = [identity for identity in active if identity not in listed]
    for batch in batches(dropped, 500):
        session.execute(update(model).where(model.id.in_(batch)).values(active=False))
    return len(dropped)


def _agency_row(body: Agency) -> dict[str, object]:
    return {
        "id": body.id,
        "name": body.name,
        "kind": body.kind.value,
        "level": body.level.value,
        "division": body.division,
        "parent": body.parent,
        "portal": body.portal,
        "aliases": list(body.aliases),
        "valid_from": body.valid_from,
        "valid_to": body.valid_to,
        "predecessor": body.predecessor,
        "active": True,
    }


def _portal_row(portal: Portal) -> dict[str, object]:
    return {
        "id": portal.id,
        "name": portal.name,
        "url": portal.url,
        "columns": list(portal.columns),
        "hosts": list(portal.hosts),
        "delay": portal.delay,
        "browser": portal.browser.value,
        "min_reports": {str(year): count for year, count in portal.min_reports.items()},
        "notes": portal.notes,
        "active": True,
    }


def _override_row(item: DeadlineOverride) -> dict[str, object]:
    return {
        "due": item.due,
        "source": item.source,
        "division": item.division,
        "kinds": [kind.value for kind in item.kinds],
        "years": list(item.years),
        "severity": item.severity.value,
    }
