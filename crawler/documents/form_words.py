"""Words of the official form by which a text shows that it is (part of) a report."""

from __future__ import annotations

from collections.abc import Iterable

# Words that only the form has, by the table they stand in (spec, section 2).
TABLES = (
    ("制发件数", "现行有效", "新制作数量", "对外公开总数"),
    ("自然人", "商业企业", "本年新收", "结转下年"),
    ("结果维持", "尚未审结", "复议后起诉", "结果纠正"),
)
SECTIONS = (
    "总体情况",
    "主动公开政府信息",
    "公开申请情况",
    "行政诉讼情况",
    "主要问题",
    "需要报告的事项",
)
ONE_NUMBER_ROWS = frozenset(("行政许可", "行政处罚", "行政强制", "行政事业性收费"))
"""Rows that show one number: alone in a line they are known by their names only."""
LEAST = 2
"""So many words of one table show that table."""


def table_words(text: str) -> tuple[frozenset[str], ...]:
    """For each of the three tables its words in the text (without white space)."""
    return tuple(frozenset(word for word in group if word in text) for group in TABLES)


def section_words(text: str) -> frozenset[str]:
    return frozenset(word for word in SECTIONS if word in text)


def tables_shown(words: Iterable[frozenset[str]]) -> int:
    return sum(len(group) >= LEAST for group in words)
