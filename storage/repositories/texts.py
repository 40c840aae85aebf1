"""Texts of sections that are compared with each other: signatures, bands, sentences, likenesses.

A pair is found once, when the later of the two is stored: the cost of a new text does not depend
on how many are stored. ``bands`` tell which stored texts may be like it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.orm import Session

from storage.models import TextBandRow, TextLikenessRow, TextRow, TextSentenceRow
from storage.repositories.writing import add_up, batches, clean, table_of
from storage.vocab import SectionId

_PER_BAND = 50
"""Texts looked at per band: of a text that hundreds copied, some are enough."""


@dataclass(frozen=True, slots=True)
class StoredText:
    """A section's text without names and figures. ``content``: one JSON list of sentences, each
    ``[as printed, words alone]``."""

    id: int
    version: int
    agency: str
    year: int
    section: SectionId
    content: Sequence[tuple[str, str]]


def known_texts(s: Session, year: int) -> dict[str, str]:
    """The mark of the content from which each body's texts of a year were made."""
    query = select(TextRow.agency, TextRow.mark).where(TextRow.year == year)
    return {row.agency: row.mark for row in s.execute(query)}


def forget_texts(s: Session, agency: str, year: int) -> None:
    """Remove a body's texts of a year, with everything that hangs on them."""
    rows = list(s.scalars(select(TextRow).filter_by(agency=agency, year=year)))
    if not rows:
        return
    ids = [row.id for row in rows]
    _count_sentences(s, (fp for row in rows for fp in row.fingerprints), -1)
    s.execute(delete(TextBandRow).where(TextBandRow.text_id.in_(ids)))
    s.execute(
        delete(TextLikenessRow).where(
            or_(TextLikenessRow.later.in_(ids), TextLikenessRow.earlier.in_(ids))
        )
    )
    s.execute(delete(TextRow).where(TextRow.id.in_(ids)))
    s.expire_all()


@dataclass(frozen=True, slots=True)
class NewText:
    """A text to be stored. ``mark``: of the content it was made from; ``content`` as in
    `StoredText`; ``bands`` empty: too short to be compared."""

    version: int
    agency: str
    year: int
    section: SectionId
    mark: str
    content: Sequence[tuple[str, str]]
    fingerprints: Sequence[int]
    bands: Sequence[int]


def save_texts(s: Session, new: Sequence[NewText]) -> list[int]:
    """Store texts; their ids. One per body, year and section: call :func:`forget_texts` first."""
    rows = [
        TextRow(
            version_id=text.version,
            agency=text.agency,
            year=text.year,
            section=text.section.value,
            mark=text.mark,
            content=[[clean(shown), words] for shown, words in text.content],
            fingerprints=sorted(set(text.fingerprints)),
            bands=len(set(text.bands)),
        )
        for text in new
    ]
    s.add_all(rows)
    s.flush()
    bands = [
        {"key": key, "text_id": row.id}
        for row, text in zip(rows, new, strict=True)
        for key in sorted(set(text.bands))
    ]
    if bands:
        s.execute(insert(table_of(TextBandRow)), bands)
    _count_sentences(s, (fp for row in rows for fp in row.fingerprints), 1)
    return [row.id for row in rows]


def like_candidates(s: Session, bands: Collection[int], before: int, most: int) -> list[StoredText]:
    """Texts stored before the one with the id ``before`` that share the most bands with it; at
    most ``most``."""
    query = (
        select(TextBandRow.text_id)
        .where(TextBandRow.key.in_(set(bands)), TextBandRow.text_id < before)
        .order_by(TextBandRow.text_id.desc())
        .limit(_PER_BAND * len(bands))
    )
    shared = Counter(s.scalars(query))
    ranked = sorted(shared, key=lambda id: (-shared[id], -id))[:most]
    return texts(s, ranked)


def texts(s: Session, ids: Collection[int]) -> list[StoredText]:
    """Stored texts by id, in the order of ``ids``."""
    found: dict[int, StoredText] = {}
    for batch in batches(ids, 200):
        for row in s.scalars(select(TextRow).where(TextRow.id.in_(batch))):
            found[row.id] = StoredText(
                row.id, row.version_id, row.agency, row.year, SectionId(row.section),
                [(shown, words) for shown, words in row.content],
            )  # fmt: skip
    return [found[id] for id in ids if id in found]


def compared_sections(s: Session, year: int) -> list[tuple[str, SectionId]]:
    """(body, section) of the stored texts of a year that were long enough to be compared."""
    query = (
        select(TextRow.agency, TextRow.section)
        .where(TextRow.year == year, TextRow.bands > 0)
        .order_by(TextRow.agency, TextRow.section)
    )
    return [(agency, SectionId(section)) for agency, section in s.execute(query)]


def sentence_counts(s: Session, fingerprints: Iterable[int]) -> dict[int, int]:
    """In how many stored texts each sentence stands; those in none are left out."""
    found: dict[int, int] = {}
    for batch in batches(sorted(set(fingerprints)), 400):
        query = select(TextSentenceRow.fingerprint, TextSentenceRow.texts).where(
            TextSentenceRow.fingerprint.in_(batch)
        )
        found.update((fp, n) for fp, n in s.execute(query) if n > 0)
    return found


def text_count(s: Session) -> int:
    return s.scalar(select(func.count()).select_from(TextRow)) or 0


def save_likeness(s: Session, later: int, likenesses: Mapping[int, float]) -> None:
    """Keep how like a new text is to stored ones (0–1 by id)."""
    if likenesses:
        s.execute(
            insert(table_of(TextLikenessRow)),
            [
                {"later": later, "earlier": id, "similarity": value}
                for id, value in likenesses.items()
            ],
        )


def likenesses(s: Session, year: int) -> dict[str, list[tuple[int, int, float]]]:
    """Of every body: (own text, other text, similarity) of its texts of a year that are like
    others, whichever of the two was stored first."""
    found: dict[str, list[tuple[int, int, float]]] = {}
    for mine, other in (
        (TextLikenessRow.later, TextLikenessRow.earlier),
        (TextLikenessRow.earlier, TextLikenessRow.later),
    ):
        query = (
            select(TextRow.agency, mine, other, TextLikenessRow.similarity)
            .join(TextRow, TextRow.id == mine)
            .where(TextRow.year == year)
        )
        for agency, own, their, value in s.execute(query):
            found.setdefault(agency, []).append((own, their, value))
    return found


def _count_sentences(s: Session, fingerprints: Iterable[int], step: int) -> None:
    changes = Counter(fingerprints)
    rows = [{"fingerprint": fp, "texts": step * n} for fp, n in sorted(changes.items())]
    add_up(s, TextSentenceRow, rows, "fingerprint", "texts")
