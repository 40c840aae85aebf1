"""Evidence of a finding as readable text; used by every export and by the web pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from storage.vocab import cell_name


def evidence_text(evidence: Mapping[str, Any]) -> str:
    """证据 as text: the cells, the expected and the actual value, then whatever else is named."""
    rest = dict(evidence)
    parts: list[str] = []
    cells = rest.pop("cells", None)
    if cells:
        listed = cells if isinstance(cells, list | tuple) else [cells]
        parts.append("单元格：" + "；".join(_cell_text(cell) for cell in listed))
    for key, word in _EVIDENCE_WORDS.items():
        if key in rest:
            parts.append(f"{word}：{_plain(rest.pop(key))}")
    parts += [f"{key}：{_plain(value)}" for key, value in rest.items()]
    return "\n".join(parts)


_EVIDENCE_WORDS = {
    "formula": "算式",
    "expected": "应为",
    "actual": "实为",
    "quote": "原文",
    "quotes": "原文",
    "at": "位置",
    "note": "说明",
}


def _cell_text(cell: Any) -> str:
    """A cell of evidence: an address such as ``table3.granted.total`` or an object with one."""
    if isinstance(cell, str):
        return _cell_address(cell)
    if not isinstance(cell, Mapping):
        return _plain(cell)
    rest = dict(cell)
    where = rest.pop("cell", None) or rest.pop("path", None)
    if where is None and {"table", "row", "column"} <= rest.keys():
        where = f"{rest.pop('table')}.{rest.pop('row')}.{rest.pop('column')}"
    value = rest.pop("raw", None)
    if value in (None, ""):
        value = rest.get("value")
    name = _cell_address(str(where)) if where is not None else ""
    return f"{name}={_plain(value)}" if name else _plain(cell)


def _cell_address(address: str) -> str:
    parts = address.split(".")
    if len(parts) != 3 or parts[0] not in ("table2", "table3", "table4"):
        return address
    try:
        return cell_name(*parts)
    except KeyError:
        return address


def _plain(value: Any) -> str:
    if value is None:
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str | int | float | Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return "；".join(_plain(item) for item in value)
    return json.dumps(value, ensure_ascii=False, default=str)
