"""Heads of tables without rules: labels that are wrapped and centred, in lines that mix them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from crawler.documents.pdf.columns import Columns
from crawler.documents.pdf.lines import Line, Word, join_words, phrases

_NOTE = re.compile(r"勾稽关系|第[一二三四]项")
"""The note in the head of table 三, beside which the columns' labels stand."""
_BAND = re.compile(r"^第[一二三四五六七八九十]+条|^信息内容(\s*$|.*(数|数量|增/减|金额))")
"""A line of the head over one part of table 二: nothing in it is the label of a row."""
_GROUP = re.compile(r"^行政(复议|诉讼)$|起诉$")
"""Names of groups of columns that tell one column from another (table 四)."""
_OVER = re.compile(rf"申请人情况|法人或其[他它]组织|{_GROUP.pattern}")
"""What the form's heads write over several columns."""
_NAMES = frozenset(
    [
        "自然人",
        "商业企业",
        "科研机构",
        "社会公益组织",
        "法律服务机构",
        "其他",
        "总计",
        "结果维持",
        "结果纠正",
        "其他结果",
        "尚未审结",
    ]
)
"""What they write over one."""
_NARROW = 4
"""Columns of a table whose head has one line for each band (table 二)."""
_WHOLE = 4
"""Characters of the shortest label in table 二."""
_LEAST_LABEL = 2
"""Characters; shorter ones are the lower half of labels whose upper one is lost."""


def is_band(line: Line) -> bool:
    """A line over one part of table 二."""
    return bool(_BAND.match(line.text))


def is_note(line: Line) -> bool:
    return bool(_NOTE.search(line.text))


def is_known(line: Line) -> bool:
    """Whether the line shows words of the form's heads."""
    return any(pattern.search(line.text) for pattern in (_OVER, _BAND, _NOTE))


def as_it_is(line: Line, columns: Columns | None = None) -> list[str]:
    """The texts of a line; of narrow ``columns`` the labels stand so near that they look like one."""
    texts: list[str] = []
    for words in phrases(line.words):
        start = 0
        for end in range(1, len(words) + 1):
            if end == len(words) or _parted(words[end - 1], words[end], columns):
                texts.append(join_words(words[start:end]))
                start = end
    return texts


def _parted(left: Word, right: Word, columns: Columns | None) -> bool:
    """Whether two words stand over two columns, as those of a label that is spread do not."""
    if columns is None or min(len(left.text), len(right.text)) < _WHOLE:
        return False
    one, other = columns.under(left), columns.under(right)
    return one is not None and other is not None and one != other


def head_rows(lines: Sequence[Line], columns: Columns | None, stub: float) -> Iterator[list[str]]:
    """Rows of a head: bands and groups of columns, then the columns' own labels in one row.

    Where labels can't be told apart, a wide table is left without them: half a head would be worse
    than none. ``stub``: where the rows' own labels end.
    """
    yield from (as_it_is(line, columns) for line in lines if is_band(line))
    lines = [line for line in lines if not is_band(line)]
    if columns is None or len(lines) < 2:
        yield from (as_it_is(line, columns) for line in lines)
        return
    head = _parts(lines, stub)
    labels: list[list[str]] = [[] for _ in columns.places]
    for word in head.labels:
        if (column := columns.under(word)) is not None:
            labels[column].append(word.text)
    yield from head.groups
    whole = ["".join(parts) for parts in labels]
    if min(map(len, whole)) >= _LEAST_LABEL:
        yield ["".join(word.text for word in head.left), *whole]
    elif len(labels) <= _NARROW:
        yield from (as_it_is(line, columns) for line in lines)


def named_columns(lines: Sequence[Line], columns: Columns | None, stub: float) -> Columns | None:
    """The columns with those that all rows leave blank: the head names them.

    Believed only where every name is one of the form's, and all columns with values are among them.
    """
    if columns is None or not columns.centred:
        return columns
    spans: list[list[Word]] = []
    reach = 0.0
    for word in sorted(_parts(lines, stub).labels, key=lambda word: word.x0):
        if spans and word.x0 < reach:
            spans[-1].append(word)
        else:
            spans.append([word])
            reach = 0.0
        reach = max(reach, word.x1)
    names = ["".join(w.text for w in sorted(span, key=lambda w: w.middle)) for span in spans]
    if len(spans) <= len(columns.places) or not set(names) <= _NAMES:
        return columns
    places = [(min(w.x0 for w in span) + max(w.x1 for w in span)) / 2 for span in spans]
    for place in columns.places:
        near = min(range(len(places)), key=lambda i: abs(places[i] - place))
        if abs(places[near] - place) > columns.reach or places[near] in columns.places:
            return columns
        places[near] = place
    return replace(columns, places=tuple(places))


@dataclass(frozen=True, slots=True)
class _Parts:
    """``left``: beside the rows' labels; ``groups``: rows of names over several columns."""

    left: tuple[Word, ...]
    groups: tuple[list[str], ...]
    labels: tuple[Word, ...]


def _parts(lines: Sequence[Line], stub: float) -> _Parts:
    left: list[Word] = []
    groups: list[list[str]] = []
    labels: list[Word] = []
    for line in lines:
        named: list[str] = []
        for words in phrases(line.words):
            text = join_words(words)
            if _OVER.search(text):
                named.extend([text] if _GROUP.search(text) else [])
                continue
            for word in words:
                (left if word.center <= stub else labels).append(word)
        if named:
            groups.append(named)
    return _Parts(tuple(left), tuple(groups), tuple(labels))
