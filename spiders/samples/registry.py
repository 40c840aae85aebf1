"""The simulated world's registry files (contract section 1)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import yaml

from spiders.samples.places import AGENCIES, SITES
from spiders.samples.world import LOCAL_DATE

_COLUMNS = (
    "id", "name", "kind", "level", "division", "parent", "portal", "aliases", "valid_from",
    "valid_to", "predecessor",
)  # fmt: skip
_DELAY = 0.02
"""Seconds between requests: loopback bears more than a real portal."""


def write_registry(folder: Path, addresses: Mapping[str, str]) -> None:
    """Write the three files; ``addresses``: portal id -> home page."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "agencies.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for agency in AGENCIES:
            values = (getattr(agency, column) for column in _COLUMNS)
            writer.writerow(";".join(v) if isinstance(v, tuple) else v for v in values)
    portals = [
        {
            "id": site.id,
            "name": site.name,
            "url": addresses[site.id],
            "access": {"delay": _DELAY},
            "notes": "示例门户，仅供演示和测试",
        }
        for site in SITES
    ]
    _write_yaml(folder / "portals.yml", portals)
    _write_yaml(folder / "overrides.yml", [LOCAL_DATE])


def _write_yaml(path: Path, value: object) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")
