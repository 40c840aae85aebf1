"""Where on a page tables without rules stand: lines that end with values, and what is around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from crawler.documents.pdf.areas import is_value
from crawler.documents.pdf.heads import is_known, is_note
from crawler.documents.pdf.lines import Line, Word, join_words

_SECTION = re.compile(r"^[一二三四五六]\s*[、.．]\s*\S*(情况|事项|措施|概述)\s*$")
NUMBERED = re.compile(r"^([（(]?[一二三四五六七八九十\d]{1,2}[）)、.．,，]|[一二三四]、)")
_PROSE = re.compile(r"[。；！？]|[：:]$")
_CLAUSE = re.compile(r"[，。；！？]|[：:]$")
ITEMS = (
    "规章",
    "规范性文件",
    "行政规范性文件",
    "行政许可",
    "行政处罚",
    "行政强制",
    "行政事业性收费",
    "政府集中采购",
    "其他对外管理服务事项",
)
"""Rows of table 二, most of which show one value only."""
_BEGINNING = 4
"""Characters of such a label that are enough, where it is wrapped."""
_LONG = 38
"""Characters; a longer line without values is prose."""
_CELL = 24
"""Characters of the longest label in a column's head."""
_APART = 1.2
"""Ems between a label and the only value of its row."""
_MANY = 6
"""Values in one line that are a table by themselves, with their label above and below them."""
FEW = 3
_TAIL = 1.45
"""Sizes of type from one line of a cell to the next at most."""
_BETWEEN = 8
"""Lines of labels between two rows of values at most."""
_SHORT = 6
"""Characters of such a line, with a group's name beside the label."""
_DOWNWARD = 40
"""The same where all of them stand in the stub."""
_HEAD = 14
"""Lines of a head at most: in narrow columns a label has a line for each character."""


def values_of(line: Line) -> tuple[Word, ...]:
    """The values at the line's end."""
    words = line.words
    start = len(words)
    while start and is_value(words[start - 1]):
        start -= 1
    return words[start:]


def is_row(line: Line) -> bool:
    """Whether a line ends with values as the row of a table does."""
    values = values_of(line)
    if len(values) != 1:
        return len(values) > 1
    label = line.words[:-1]
    if not label or _PROSE.search(line.text) or len(join_words(label)) > _LONG:
        return False
    apart = values[0].x0 - label[-1].x1 > _APART * values[0].size
    return apart or is_item(label)


def is_item(label: Sequence[Word]) -> bool:
    text = join_words(label)
    return text in ITEMS or (
        len(text) >= _BEGINNING and any(item.startswith(text) for item in ITEMS)
    )


def is_rest(line: Line) -> bool:
    """Whether a line at the top of a page may be what a page break left of a row's values."""
    return all(is_value(word) or word.text.isdigit() for word in line.words)


def find_zones(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Stretches of a page's lines that are tables (first, end): rows, and what may stand between
    and around them."""
    rows = [i for i, line in enumerate(lines) if is_row(line)]
    start = before = 0
    while start < len(rows):
        end = start
        while end + 1 < len(rows) and _is_one(lines[rows[end] : rows[end + 1] + 1]):
            end += 1
        inside = rows[start : end + 1]
        start = end + 1
        if len(inside) < 2 and not _is_table(lines[inside[0]]):
            continue
        edge = min(min(word.x0 for word in values_of(lines[i])) for i in inside)
        first, last = inside[0], inside[-1] + 1
        first -= _count_heads(lines[before:first], edge)
        while (
            last < len(lines)
            and last - inside[-1] < 4
            and _is_tail(lines[last], lines[last - 1], edge)
        ):
            last += 1
        before = last
        yield first, last


def heads_before(lines: Sequence[Line], zone: Sequence[Line]) -> int:
    """How many of the last ``lines`` of a page are the head of the table that begins overleaf."""
    values = [values_of(line) for line in zone if is_row(line)]
    count = _count_heads(lines, min((row[0].x0 for row in values), default=0.0))
    heads = lines[len(lines) - count :]
    return count if any(map(is_known, heads)) else 0


def _count_heads(lines: Sequence[Line], edge: float) -> int:
    heads = takewhile(lambda line: _is_head(line, edge), reversed(lines[-_HEAD:]))
    return sum(1 for _ in heads)


def _is_table(line: Line) -> bool:
    """Whether a line is a table by itself: table 四, or the only row on its page."""
    values, label = values_of(line), label_of(line)
    if is_item(label):
        return True
    return len(values) >= _MANY or (len(values) >= FEW and bool(label))


def _is_one(lines: Sequence[Line]) -> bool:
    """Whether the first and the last line, two rows, are of one table. In narrow columns a label
    has a line for each character, all of them left of the values."""
    between = lines[1:-1]
    edge = min(values_of(line)[0].x0 for line in (lines[0], lines[-1]))
    narrow = len(between) <= _DOWNWARD and all(
        line.x1 <= edge and len(line.text) <= _SHORT for line in between
    )
    return (narrow or len(between) <= _BETWEEN) and all(map(_may_be_label, between))


def are_labels(lines: Sequence[Line], zone: Sequence[Line]) -> bool:
    """Whether lines below a table's last row on a page are labels in its stub."""
    edge = min((values_of(line)[0].x0 for line in zone if is_row(line)), default=0.0)
    return len(lines) <= _DOWNWARD and all(n.x1 <= edge and _may_be_label(n) for n in lines)


def _may_be_label(line: Line) -> bool:
    if _SECTION.match(line.text) or _PROSE.search(line.text):
        return False
    return max(len(word.text) for word in line.words) <= _LONG and len(line.text) <= 2 * _LONG


def _is_head(line: Line, edge: float) -> bool:
    """Whether a line above a table may be its head."""
    if not _may_be_label(line):
        return False
    if line.x1 <= edge or is_note(line):
        return True
    return not _CLAUSE.search(line.text) and max(len(w.text) for w in line.words) <= _CELL


def _is_tail(line: Line, before: Line, edge: float) -> bool:
    """Whether a line below the last row is the end of that row's label or of its numbers."""
    if line.words[0].x0 > edge - line.size and (is_rest(line) or line.text[0] in "（("):
        return line.middle - before.middle < _TAIL * line.size
    near = line.middle - before.middle < 2 * line.size
    return near and line.x1 <= edge and _may_be_label(line) and not NUMBERED.match(line.text)


def label_of(line: Line) -> tuple[Word, ...]:
    return line.words[: len(line.words) - len(values_of(line))]
