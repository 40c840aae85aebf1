"""Fields of a grid, and the sides of them that are drawn → cells with their spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from crawler.documents.pdf.lattice import Box


def cells_of(
    above: Sequence[Sequence[bool]], beside: Sequence[Sequence[bool]], rows: int, cols: int
) -> tuple[list[Box], bool]:
    """Fields that no line parts → cells. Where these are no rectangles, they are cut into some."""
    owner: dict[tuple[int, int], int] = {}
    groups: list[list[tuple[int, int]]] = []
    for first in ((r, c) for r in range(rows) for c in range(cols)):
        if first in owner:
            continue
        group: list[tuple[int, int]] = []
        todo = [first]
        owner[first] = len(groups)
        while todo:
            r, c = todo.pop()
            group.append((r, c))
            ways = (
                ((r - 1, c), above[r][c]),
                ((r + 1, c), above[r + 1][c]),
                ((r, c - 1), beside[c][r]),
                ((r, c + 1), beside[c + 1][r]),
            )
            for (y, x), parted in ways:
                if not parted and 0 <= y < rows and 0 <= x < cols and (y, x) not in owner:
                    owner[y, x] = len(groups)
                    todo.append((y, x))
        groups.append(group)
    boxes: list[Box] = []
    whole = True
    for group in groups:
        parts = list(_rectangles(group))
        whole = whole and len(parts) == 1
        boxes.extend(parts)
    return sorted(boxes, key=lambda box: (box.row, box.col)), whole


def _rectangles(group: Sequence[tuple[int, int]]) -> Iterator[Box]:
    """Runs of fields in a row, with those of the same width below them."""
    runs: dict[tuple[int, int], list[int]] = {}
    for row in sorted({r for r, _ in group}):
        columns = sorted(c for r, c in group if r == row)
        start = columns[0]
        for column, after in pairwise([*columns, -1]):
            if after != column + 1:
                runs.setdefault((start, column), []).append(row)
                start = after
    for (start, end), rows in runs.items():
        first = rows[0]
        for row, after in pairwise([*rows, -1]):
            if after != row + 1:
                yield Box(first, start, row - first + 1, end - start + 1)
                first = after
