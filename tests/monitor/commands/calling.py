"""What a call of the program gave, and a registry to call it with."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Result]


def write_registry(folder: Path, *rows: str, portals: str | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    header = "id,name,kind,level,division,parent,portal,aliases,valid_from,valid_to,predecessor"
    body = rows or ("sl,青石县水利局,department,county,990102,,p1,,,,",)
    (folder / "agencies.csv").write_text("\n".join([header, *body]) + "\n", encoding="utf-8")
    text = portals or "- {id: p1, name: 青石县, url: 'http://127.0.0.1:9/'}\n"
    (folder / "portals.yml").write_text(text, encoding="utf-8")
    return folder
