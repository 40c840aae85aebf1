"""What stands on a PDF's pages → blocks in reading order: tables with rules, rows without, prose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from crawler.documents.document import Block, Paragraph
from crawler.documents.pdf.contents import Content
from crawler.documents.pdf.lines import Line, join_lines
from crawler.documents.pdf.paragraphs import goes_on, margins_of
from crawler.documents.pdf.rows import grids_of
from crawler.documents.pdf.tables import blocks_of
from crawler.documents.pdf.zones import (
    NUMBERED,
    are_labels,
    find_zones,
    heads_before,
    is_rest,
    is_row,
)

_NEAR = 1.45
"""The same at most."""
_PITCH = 1.15
"""Sizes of type from one line of a cell to the next."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands on a page from top to bottom: one line, a table with rules (``blocks``), or the
    lines of a table without (``zone``). ``number``: of the table or paragraph on its page."""

    page: int
    number: int
    line: Line | None = None
    blocks: tuple[Block, ...] = ()
    zone: tuple[Line, ...] = ()


def ordered(contents: Sequence[Content], *, joined: bool = False) -> Iterator[Block]:
    """The blocks of pages that follow each other; ``joined``: see `without_wraps`."""
    margins = margins_of([line for content in contents for line in content.lines])
    parts = _with_lone_rows([part for content in contents for part in _parts(content)])
    parts = _with_heads(_with_stubs(_with_rests(parts)))
    grids = _row_grids(parts, joined=joined)
    lines: list[_Part] = []
    for index, part in enumerate(parts):
        if part.line is not None and lines and margins is not None:
            before = lines[-1]
            if before.line is not None and goes_on(
                before.line, part.line, margins, same_page=before.page == part.page
            ):
                lines.append(part)
                continue
        if lines:
            yield _paragraph(lines)
            lines = []
        if part.line is not None:
            lines.append(part)
        elif part.zone:
            yield grids[index]
        else:
            yield from part.blocks
    if lines:
        yield _paragraph(lines)


def _paragraph(parts: Sequence[_Part]) -> Paragraph:
    text = join_lines([part.line.text for part in parts if part.line is not None])
    return Paragraph(text, f"page[{parts[0].page}]/paragraph[{parts[0].number}]")


def _parts(content: Content) -> list[_Part]:
    page = content.page.number
    found: list[tuple[float, _Part]] = []
    tops = [table.top for table in content.tables]
    for table, top in zip(content.tables, tops, strict=True):
        found.append((top, _Part(page, table.number, blocks=tuple(blocks_of(table)))))
    count = max((table.number for table in content.tables), default=0)
    for top, bottom in pairwise([float("-inf"), *tops, float("inf")]):
        lines = [line for line in content.lines if top <= line.middle < bottom]
        inside: set[int] = set()
        for first, end in find_zones(lines):
            count += 1
            inside.update(range(first, end))
            zone = tuple(lines[first:end])
            found.append((zone[0].middle, _Part(page, count, zone=zone)))
        outside = [line for i, line in enumerate(lines) if i not in inside]
        found.extend((line.middle, _Part(page, 0, line=line)) for line in outside)
    found.sort(key=lambda item: item[0])
    return _numbered([part for _, part in found])


def _numbered(parts: Sequence[_Part]) -> list[_Part]:
    """Lines counted: a paragraph has the number of its first line."""
    count = 0
    out: list[_Part] = []
    for part in parts:
        count += part.line is not None
        out.append(part if part.line is None else replace(part, number=count))
    return out


def _with_lone_rows(parts: Sequence[_Part]) -> list[_Part]:
    """The only row that a page break left on its page belongs to the table overleaf."""
    out = list(parts)
    for index, part in enumerate(parts):
        if part.line is None or not is_row(part.line):
            continue
        around = [*out[max(index - 1, 0) : index], *parts[index + 1 : index + 2]]
        if any(other.zone and other.page != part.page for other in around):
            out[index] = _Part(part.page, _free_number(parts, part.page), zone=(part.line,))
    return out


def _with_rests(parts: Sequence[_Part]) -> list[_Part]:
    """Parts of numbers that a page break has cut off stand below their row again."""
    out: list[_Part] = []
    last: int | None = None
    """the page whose end a table without rules reaches"""
    for index, part in enumerate(parts):
        before = out[-1].zone[-1] if out and out[-1].zone else None
        overleaf = before is not None and last is not None and part.page == last + 1
        line = part.line or (part.zone[0] if len(part.zone) == 1 else None)
        own = line is not None and _is_near(line, parts[index + 1 : index + 2])
        if before is not None and overleaf and line is not None and is_rest(line) and not own:
            shift = before.middle + _PITCH * line.size - line.middle
            out[-1] = replace(out[-1], zone=(*out[-1].zone, _moved(line, shift)))
        else:
            last = part.page if part.zone else None
            out.append(part)
    return out


def _is_near(line: Line, after: Sequence[_Part]) -> bool:
    """Whether a line stands as near to the next one as lines of one row do."""
    below = next((part.line or part.zone[0] for part in after if part.line or part.zone), None)
    return below is not None and 0 < below.middle - line.middle < _NEAR * line.size


def _with_heads(parts: Sequence[_Part]) -> list[_Part]:
    """The head of a table of which a page break left only the head on its page."""
    out: list[_Part] = []
    for part in parts:
        if part.zone and out and out[-1].page != part.page:
            before = _lines_at_end(out)
            if count := heads_before(before, part.zone):
                page = out[-1].page
                del out[-count:]
                out.append(_Part(page, _free_number(out, page), zone=tuple(before[-count:])))
        out.append(part)
    return out


def _with_stubs(parts: Sequence[_Part]) -> list[_Part]:
    """Labels between the last row of a page and the table's next row overleaf: those of the row
    before, and from the first numbered one on those of the next row."""
    out: list[_Part] = []
    for part in parts:
        before = _lines_at_end(out)
        table = len(out) - len(before) - 1
        overleaf = table >= 0 and before and out[-1].page + 1 == part.page == out[table].page + 1
        if part.zone and overleaf and out[table].zone and are_labels(before, out[table].zone):
            del out[table + 1 :]
            begun = next((i for i, n in enumerate(before) if NUMBERED.match(n.text)), len(before))
            out[table] = replace(out[table], zone=(*out[table].zone, *before[:begun]))
            part = replace(part, zone=(*_above(before[begun:], part.zone[0]), *part.zone))
        out.append(part)
    return out


def _above(lines: Sequence[Line], first: Line) -> Iterator[Line]:
    """Lines moved above the first one of the page that follows."""
    for index, line in enumerate(lines):
        place = first.middle - (len(lines) - index) * _PITCH * line.size
        yield _moved(line, place - line.middle)


def _moved(line: Line, shift: float) -> Line:
    return Line(tuple(replace(w, top=w.top + shift, bottom=w.bottom + shift) for w in line.words))


def _lines_at_end(parts: Sequence[_Part]) -> list[Line]:
    """The lines of the last page that no table follows."""
    lines: list[Line] = []
    for part in reversed(parts):
        if part.line is None or part.page != parts[-1].page:
            break
        lines.insert(0, part.line)
    return lines


def _free_number(parts: Sequence[_Part], page: int) -> int:
    return 1 + max((p.number for p in parts if p.page == page and p.line is None), default=0)


def _row_grids(parts: Sequence[_Part], *, joined: bool) -> dict[int, Block]:
    """The grids of tables without rules, by the index of their part. Parts with nothing but a page
    break between are one table, and have the same columns."""
    grids: dict[int, Block] = {}
    for _, run in groupby(_zone_runs(parts), key=lambda item: item[0]):
        members = [index for _, index in run]
        places = [f"page[{parts[i].page}]/table[{parts[i].number}]" for i in members]
        made = grids_of([parts[i].zone for i in members], places, joined=joined)
        grids.update(zip(members, made, strict=True))
    return grids


def _zone_runs(parts: Sequence[_Part]) -> Iterator[tuple[int, int]]:
    """(number of the table, index of the part)."""
    run = 0
    for index, part in enumerate(parts):
        if not part.zone:
            continue
        before = parts[index - 1] if index else None
        if before is None or not before.zone or before.page == part.page:
            run += 1
        yield run, index
