"""Evidence of a finding as readable text; used by every export and by the web pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from storage.vocab import CellState, cell_name

_WORDS = {
    "cells": "单元格",
    "formula": "算式",
    "expected": "应为",
    "actual": "实为",
    "quotes": "原文",
    "notes": "说明",
    "policy": "空白的处理",
    "against": "对照年度",
    "similarity": "相似度",
    "others": "雷同的报告",
    "passages": "雷同的语句",
    "before": "上一年度",
    "after": "本年度",
}
"""Keys that the rules use, in the order to be read; others follow under their own name."""

_NO_NUMBER = {
    CellState.BLANK.value: "空白",
    CellState.ABSENT.value: "未读到",
}


def evidence_text(evidence: Mapping[str, Any], *, without: frozenset[str] = frozenset()) -> str:
    """证据, one line per kind: the cells with what they show, expected and actual, quotes.

    ``without``: keys that are shown in another way.
    """
    known = [key for key in _WORDS if key in evidence and key not in without]
    others = [key for key in evidence if key not in _WORDS and key not in without]
    return "\n".join(
        f"{_WORDS.get(key, key)}：{_text(evidence[key])}"
        for key in (*known, *others)
        if evidence[key] not in ([], (), {})
    )


def _text(value: Any) -> str:
    if value is None:
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str | int | float | Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return "；".join(_text(item) for item in value)
    if isinstance(value, Mapping) and "similarity" in value:
        return f"{value['name']} {value['year']} 年度（{value['similarity']:.0%}）"
    if isinstance(value, Mapping) and {"own", "other"} == set(value):
        return f"本文“{value['own']}”，对照“{value['other']}”"
    if isinstance(value, Mapping) and "name" in value:
        return _cell(value)
    if isinstance(value, Mapping) and isinstance(value.get("text"), str):
        return f"“{value['text']}”"
    return json.dumps(value, ensure_ascii=False, default=str)


def _cell(cell: Mapping[str, Any]) -> str:
    """``表三“予以公开”的“总计” = 16``: what the document prints, else why there is nothing."""
    name = str(cell.get("label") or _address(str(cell["name"])))
    if whose := cell.get("agency") or cell.get("year"):
        name = f"{whose} 年度{name}" if isinstance(whose, int) else f"{whose}{name}"
    shown = cell.get("raw") or _NO_NUMBER.get(str(cell.get("state")))
    return name if shown is None else f"{name} = {shown}"


def _address(name: str) -> str:
    """``table3.granted.total`` in words; other names as they are."""
    parts = name.split(".")
    if len(parts) != 3 or parts[0] not in ("table2", "table3", "table4"):
        return name
    try:
        return cell_name(parts[0], parts[1], parts[2])
    except KeyError:
        return name
