"""What a publisher changed in a report after publication: cells, paragraphs, title, date.

Page furniture that may stand inside a text (visit counters, dates of the page, buttons) is no
content: it is left out on both sides before they are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from monitor.changes.cells import changed_cells
from settings import SHANGHAI
from storage.domain import AnnualReport, Change, Section
from storage.furniture import content_lines
from storage.repositories import Revised
from storage.vocab import SECTION_NAMES, ChangeKind, SectionId

_LIKE = 50.0
"""Two paragraphs at the same place that share less than this are not the same one reworded."""


def revision(revised: Revised) -> list[Change]:
    """The differences between a content and the one before; empty if only furniture changed."""
    against = revised.before_seen.astimezone(SHANGHAI).isoformat(timespec="seconds")

    def change(path: str, before: str | None, after: str | None, note: str | None) -> Change:
        return Change(
            revised.agency, ChangeKind.REVISION, revised.year, against, path, before, after, note
        )

    found = [
        Change(revised.agency, ChangeKind.REVISION, revised.year, against, *difference)
        for difference in changed_cells(revised.before, revised.after)
    ]
    found += [change(*difference) for difference in _texts(revised.before, revised.after)]
    return found


_Text = tuple[str, str | None, str | None, str | None]
"""path, before, after, note"""


def _texts(before: AnnualReport, after: AnnualReport) -> Iterator[_Text]:
    if _same(before.title, after.title) is False:
        yield "title", before.title, after.title, "标题"
    if before.report_date != after.report_date:
        old, new = (
            None if r.report_date is None else r.report_date.isoformat() for r in (before, after)
        )
        yield "report_date", old, new, "落款日期"
    for section in SectionId:
        yield from _paragraphs(section, before.section(section), after.section(section))


def _same(before: str | None, after: str | None) -> bool | None:
    """None where one of the two was not read."""
    if before is None or after is None:
        return None
    return "".join(before.split()) == "".join(after.split())


def _paragraphs(
    section: SectionId, before: Section | None, after: Section | None
) -> Iterator[_Text]:
    """Paths: ``s1_overview[3]``, the third paragraph of the later text; ``s1_overview[-2]``, the
    second of the earlier one, which is gone."""
    old = content_lines(before.text if before else "")
    new = content_lines(after.text if after else "")
    name = SECTION_NAMES[section]
    old_keys, new_keys = (["".join(line.split()) for line in lines] for lines in (old, new))
    matcher = SequenceMatcher(None, old_keys, new_keys, autojunk=False)
    for _, a0, a1, b0, b1 in matcher.get_opcodes():
        if "".join(old_keys[a0:a1]) == "".join(new_keys[b0:b1]):
            continue  # the same words, perhaps broken into other lines
        for offset in range(max(a1 - a0, b1 - b0)):
            a, b = a0 + offset, b0 + offset
            left = old[a] if a < a1 else None
            right = new[b] if b < b1 else None
            if left and right and fuzz.ratio(left, right) >= _LIKE:
                yield f"{section.value}[{b + 1}]", left, right, f"{name}：改动一段"
                continue
            if left:
                yield f"{section.value}[-{a + 1}]", left, None, f"{name}：删去一段"
            if right:
                yield f"{section.value}[{b + 1}]", None, right, f"{name}：新增一段"
