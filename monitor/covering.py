"""Whether the columns that were read are those in which a body's report would stand. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from storage.domain import RunHealth
from storage.vocab import AgencyKind

if TYPE_CHECKING:
    from monitor.absence import Body

TOWNS = frozenset({AgencyKind.TOWNSHIP, AgencyKind.SUBDISTRICT})
_SEVERAL_TOWNS, _SEVERAL_DEPARTMENTS = 2, 3
_FEW, _NEVER = 3, 3
"""A column in which less than a third of all departments (of all towns) ever stood shows a part of
them: so many do not fail to publish year after year. The same where three or more, a third of all,
never stood in any column. One or two that never published are believed."""


def uncovered(proofs: Sequence[RunHealth], body: Body) -> str | None:
    """Why what was read is not where this body's report would stand; None where it is.

    It has a column of its own, or stood in one before, on either portal. Else a common column of
    its own portal must be one: where other bodies have columns of their own, one that lists a
    single body may be that body's. And one that lists few of the portal's departments, of all
    years, or leaves many out, is not the whole of their column; the same for its towns.
    """
    if any(c.agency in body.kin or body.kin & set(c.bodies) for r in proofs for c in r.columns):
        return None
    columns = proofs[0].columns
    common = [c for c in columns if c.agency is None]
    shared = {b for c in common for b in c.bodies}
    if not common or (len(common) < len(columns) and len(shared) < 2):
        return "读到的栏目都属于其他机关，也没有列过该机关任何年度的报告"
    town = body.agency.kind in TOWNS
    several = len(body.peers) >= (_SEVERAL_TOWNS if town else _SEVERAL_DEPARTMENTS)
    listed = len(body.peers & {b for c in columns for b in (*c.bodies, c.agency)})
    never = len(body.peers) - listed
    many = never >= _NEVER and never * _FEW >= len(body.peers)
    if shared and several and (len(shared & body.peers) * _FEW < len(body.peers) or many):
        whose = "乡镇、街道" if town else "部门"
        some = (
            f"只有 {listed} 个{whose}的报告（共 {len(body.peers)} 个）"
            if listed
            else f"没有任何{whose}的报告"
        )
        return f"读到的栏目历年{some}，可能另有栏目"
    return None
