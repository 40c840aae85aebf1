"""Scores: what a body's status and findings cost, by weights that are data, line by line.

A body whose status is ``unknown`` or not due yet has no score: points are taken off for what was
seen with certainty, and unknown is not zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from storage.domain import Finding, Score, ScoreLine, StatusLine
from storage.vocab import FindingState, Layer, Outcome, Severity, Status

FOLDER = Path(__file__).parent / "profiles"
_KEYS = frozenset({"name", "source", "full", "severities", "rules", "groups"})
_COUNTED = frozenset({FindingState.OPEN, FindingState.ACKNOWLEDGED})
_UNSCORED = frozenset({Status.UNKNOWN, Status.NOT_DUE, Status.EXEMPT})


class ProfileError(ValueError):
    """A profile that can't be used; the message is one Chinese line."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rules (``X-*`` for all that begin so) that cost at most so much together."""

    name: str
    rules: tuple[str, ...]
    at_most: Decimal


@dataclass(frozen=True, slots=True)
class Profile:
    """Weights: points by rule, else by severity; ``full``: the score without any finding."""

    id: str
    name: str
    source: str
    full: Decimal
    severities: Mapping[Severity, Decimal]
    rules: Mapping[str, Decimal]
    groups: tuple[Group, ...]

    def points(self, finding: Finding) -> Decimal:
        return self.rules.get(finding.rule, self.severities[finding.severity])

    def group(self, rule: str) -> Group | None:
        """The first group that names the rule."""
        return next(
            (g for g in self.groups if any(fnmatchcase(rule, pattern) for pattern in g.rules)), None
        )


def profiles() -> list[str]:
    """Names of the profiles that come with the program."""
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


def load_profile(name: str) -> Profile:
    """A profile of the program by name, or one of a YAML file by its path. Raises ProfileError."""
    path = FOLDER / f"{name}.yml" if name in profiles() else Path(name)
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError:
        known = "、".join(profiles())
        raise ProfileError(f"没有评分方案 {name}：可用 {known}，或写明 YAML 文件") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        raise ProfileError(f"评分方案 {path} 不是有效的 YAML 文件") from None
    if not isinstance(data, dict) or not {"name", "full"} <= set(data) <= _KEYS:
        wanted = "、".join(sorted(_KEYS))
        raise ProfileError(f"评分方案 {path} 应写明 name 和 full；可用的项：{wanted}")
    try:
        return _profile(path.stem, data)
    except (AttributeError, InvalidOperation, KeyError, TypeError, ValueError) as error:
        raise ProfileError(f"评分方案 {path} 的内容无效：{error}") from None


def _profile(id: str, data: Mapping[str, Any]) -> Profile:
    given = data.get("severities") or {}
    if strangers := set(given) - {s.value for s in Severity}:
        raise ValueError(f"没有程度 {'、'.join(sorted(strangers))}")
    return Profile(
        id=id,
        name=str(data["name"]),
        source=str(data.get("source") or ""),
        full=_points(data["full"]),
        severities={s: _points(given.get(s.value, 0)) for s in Severity},
        rules={str(rule): _points(p) for rule, p in (data.get("rules") or {}).items()},
        groups=tuple(
            Group(str(g["name"]), tuple(map(str, g["rules"])), _points(g["at_most"]))
            for g in data.get("groups") or ()
        ),
    )


def _points(value: object) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite() or number < 0:
        raise ValueError(f"分值应为不小于 0 的数：{value}")
    return number


def score(line: StatusLine, findings: Iterable[Finding], profile: Profile) -> Score:
    """The score of a body and year with one line for every finding that costs points.

    Never below zero. A finding beyond the limit of its group has a line too, with what was left.
    """
    if line.status in _UNSCORED:
        return Score(line.agency, line.year, profile.id, None, profile.full, ())
    left: dict[str, Decimal] = {g.name: g.at_most for g in profile.groups}
    told: list[ScoreLine] = []
    for finding in _counted(findings):
        wanted = profile.points(finding)
        if wanted == 0:
            continue
        points, note = wanted, None
        if group := profile.group(finding.rule):
            points = min(wanted, left[group.name])
            left[group.name] -= points
            if points < wanted:
                note = f"“{group.name}”合计至多扣 {group.at_most} 分"
        told.append(ScoreLine(finding.rule, finding.subject, finding.message, points, note))
    value = max(profile.full - sum((x.points for x in told), Decimal(0)), Decimal(0))
    return Score(line.agency, line.year, profile.id, value, profile.full, tuple(told))


def scores(
    lines: Sequence[StatusLine], findings: Iterable[Finding], profile: Profile
) -> list[Score]:
    """One score per status line, in their order."""
    by_body: dict[tuple[str | None, int | None], list[Finding]] = defaultdict(list)
    for finding in findings:
        by_body[finding.agency, finding.year].append(finding)
    return [score(line, by_body[line.agency, line.year], profile) for line in lines]


def _counted(findings: Iterable[Finding]) -> list[Finding]:
    """Those that stand, the heaviest first."""
    order = list(Severity)
    counted = [
        f
        for f in findings
        if f.outcome is Outcome.FAIL and f.layer is not Layer.EXTRACTION and f.state in _COUNTED
    ]
    return sorted(counted, key=lambda f: (order.index(f.severity), f.rule, f.subject))
