"""Texts of sections that are compared with each other: signatures, bands, sentences, likenesses.

A pair is found once, when the later of the two is stored: the cost of a new text does not depend
on how many are stored. ``bands`` tell which stored texts may be like it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, or_, select, text
from sqlalchemy.orm import Session

from storage.models import TextBandRow, TextLikenessRow, TextRow, TextSentenceRow
from storage.repositories.writing import add_up, batches, clean, table_of
from storage.vocab import SectionId

_PER_BAND = 50
"""Texts looked at per band: of a text that hundreds copied, some are enough."""
_AT_ONCE = 100
"""Texts whose bands are asked for in one query."""


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


def lock_texts(s: Session) -> None:
    """Until the transaction ends nobody else stores texts (PostgreSQL; SQLite has one writer
    anyway): counts of common sentences are raised in any order, and a pair is found by the later
    of the two, which must see the earlier."""
    if s.get_bind().dialect.name == "postgresql":
        s.execute(text(f"LOCK TABLE {TextSentenceRow.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def known_texts(s: Session, year: int, agencies: Collection[str] | None = None) -> dict[str, str]:
    """The mark of the content from which each body's texts of a year were made; None: of all."""
    query = select(TextRow.agency, TextRow.mark).where(TextRow.year == year)
    if agencies is not None:
        query = query.where(TextRow.agency.in_(agencies))
    return {row.agency: row.mark for row in s.execute(query)}


def forget_texts(s: Session, agencies: Collection[str], year: int) -> None:
    """Remove these bodies' texts of a year, with everything that hangs on them."""
    for batch in batches(sorted(agencies), 200):
        query = select(TextRow.id, TextRow.fingerprints)
        rows = s.execute(query.where(TextRow.agency.in_(batch), TextRow.year == year)).all()
        if not rows:
            continue
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


def like_candidates(
    s: Session, new: Mapping[int, Collection[int]], most: int
) -> dict[int, list[StoredText]]:
    """For each new text (its bands by its id) those stored before it that share the most bands
    with it; at most ``most``."""
    ranked: dict[int, list[int]] = {}
    for batch in batches(sorted(new), _AT_ONCE):
        for id, shared in _sharing(s, {id: set(new[id]) for id in batch}).items():
            ranked[id] = sorted(shared, key=lambda other: (-shared[other], -other))[:most]
    stored = {
        t.id: t for t in texts(s, sorted({other for ids in ranked.values() for other in ids}))
    }
    return {id: [stored[other] for other in ids] for id, ids in ranked.items()}


def _sharing(s: Session, new: Mapping[int, set[int]]) -> dict[int, Counter[int]]:
    """How many bands each earlier text shares with each new one.

    One query for many texts. A band that hundreds share could bring any number of rows; then half
    of the texts are asked for at a time, in the end one alone, for which the newest rows do.
    """
    keys = sorted(set().union(*new.values()))
    most = _PER_BAND * sum(map(len, new.values()))
    query = (
        select(TextBandRow.key, TextBandRow.text_id)
        .where(TextBandRow.key.in_(keys), TextBandRow.text_id < max(new))
        .order_by(TextBandRow.text_id.desc())
        .limit(most)
    )
    rows = s.execute(query).all()
    if len(rows) == most and len(new) > 1:
        ids = sorted(new)
        halves = ids[: len(ids) // 2], ids[len(ids) // 2 :]
        return {
            id: shared
            for half in halves
            for id, shared in _sharing(s, {id: new[id] for id in half}).items()
        }
    holders: dict[int, list[int]] = {}
    for key, id in rows:
        holders.setdefault(key, []).append(id)
    return {
        id: Counter(o for key in bands for o in holders.get(key, ()) if o < id)
        for id, bands in new.items()
    }


def texts(s: Session, ids: Collection[int]) -> list[StoredText]:
    """Stored texts by id, in the order of ``ids``."""
    found: dict[int, StoredText] = {}
    query = select(
        TextRow.id, TextRow.version_id, TextRow.agency, TextRow.year, TextRow.section,
        TextRow.content,
    )  # fmt: skip
    for batch in batches(ids, 500):
        for id, version, agency, year, section, content in s.execute(
            query.where(TextRow.id.in_(batch))
        ):
            sentences = [(shown, words) for shown, words in content]
            found[id] = StoredText(id, version, agency, year, SectionId(section), sentences)
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
    for batch in batches(sorted(set(fingerprints)), 1000):
        query = select(TextSentenceRow.fingerprint, TextSentenceRow.texts).where(
            TextSentenceRow.fingerprint.in_(batch)
        )
        found.update((fp, n) for fp, n in s.execute(query) if n > 0)
    return found


def text_count(s: Session) -> int:
    return s.scalar(select(func.count()).select_from(TextRow)) or 0


def save_likenesses(s: Session, found: Mapping[int, Mapping[int, float]]) -> None:
    """Keep how like new texts are to stored ones: 0–1 by the id of the one and of the other."""
    rows = [
        {"later": later, "earlier": earlier, "similarity": value}
        for later, likenesses in found.items()
        for earlier, value in likenesses.items()
    ]
    if rows:
        s.execute(insert(table_of(TextLikenessRow)), rows)


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
