"""Reused text: sections 一 and 五 against the body's own former years and against other bodies.

Every report that counts has its texts stored once; a pair that is alike is found when the later of
the two is stored (:mod:`storage.repositories.texts`). Candidates come from shared MinHash bands,
edit distance confirms them. Sentences that stand in many reports are no body's own work and are
left out on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from monitor.changes.texts import (
    LEAST,
    NORMALISER,
    Passage,
    alike,
    band_keys,
    fingerprint,
    joined,
    names_of,
    passages,
    similarity,
)
from monitor.rules import Match
from storage import repositories as repo
from storage.domain import Agency, AnnualReport
from storage.repositories.texts import NewText, StoredText
from storage.vocab import AgencyKind, SectionId

SECTIONS = (SectionId.OVERVIEW, SectionId.PROBLEMS)
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class CopyLimits:
    """``alike``: similarity from which a text counts as reused (spec section 4, Y-COPY).
    ``common``: a sentence in so many texts, or in this share of all, is nobody's own.
    ``candidates``: texts that are compared in full with a new one; ``shown``: passages told."""

    alike: float = 0.85
    common: int = 30
    common_share: float = 0.005
    candidates: int = 12
    shown: int = 5


LIMITS = CopyLimits()


def index_texts(
    session: Session,
    year: int,
    chosen: Mapping[str, int],
    agencies: Mapping[str, Agency],
    progress: Callable[[int], None] | None = None,
) -> int:
    """Store the texts of the reports of a year that are new or changed; how many reports.

    ``chosen``: the publication that counts, by body. What is stored already costs one query.
    """
    known = repo.known_texts(session, year)
    newest = repo.version_marks(session, chosen.values())
    marks = {a: f"{NORMALISER}/{newest[p][1]}" for a, p in chosen.items() if p in newest}
    wanted = {a: chosen[a] for a, mark in marks.items() if known.get(a) != mark}
    pending = sorted(wanted)
    for start in range(0, len(pending), _AT_ONCE):
        batch = pending[start : start + _AT_ONCE]
        reports = repo.latest_reports(session, [wanted[a] for a in batch])
        new: list[NewText] = []
        for agency in batch:
            version, report = reports[wanted[agency]]
            if agency in known:
                repo.forget_texts(session, agency, year)
            new += [
                _text(agencies[agency], marks[agency], year, version, section, report)
                for section in SECTIONS
            ]
        for text, id in zip(new, repo.save_texts(session, new), strict=True):
            _compare(session, agencies, text, id)
        if progress is not None:
            progress(len(batch))
    return len(pending)


def _text(
    body: Agency, mark: str, year: int, version: int, section: SectionId, report: AnnualReport
) -> NewText:
    """Every section is stored, also one too short to be compared: it was looked at."""
    found = report.section(section)
    sentences = passages(found.text if found else "", names_of(body.name, body.aliases))
    words = joined(sentences)
    return NewText(
        version=version,
        agency=body.id,
        year=year,
        section=section,
        mark=mark,
        content=[(s.shown, s.words) for s in sentences],
        fingerprints=[fingerprint(s.words) for s in sentences],
        bands=band_keys(section.value, words) if len(words) >= LEAST else [],
    )


def _compare(session: Session, agencies: Mapping[str, Agency], text: NewText, id: int) -> None:
    if not text.bands:
        return
    candidates = repo.like_candidates(session, text.bands, id, LIMITS.candidates)
    others = [c for c in candidates if comparable(agencies, text.agency, c.agency)]
    sentences = [Passage(shown, words) for shown, words in text.content]
    repo.save_likeness(session, id, _alike_to(session, sentences, others))


def _alike_to(
    session: Session, sentences: Sequence[Passage], others: Sequence[StoredText]
) -> dict[int, float]:
    """Of stored texts by id: how like they are, where they are alike."""
    if not others:
        return {}
    theirs = {other.id: _passages(other) for other in others}
    common = _common(session, [sentences, *theirs.values()])
    own = joined(_rare(sentences, common))
    found: dict[int, float] = {}
    for id, other in theirs.items():
        rest = joined(_rare(other, common))
        if min(len(own), len(rest)) >= LEAST:
            value = similarity(own, rest, LIMITS.alike)
            if value >= LIMITS.alike:
                found[id] = round(value, 4)
    return found


def comparable(agencies: Mapping[str, Agency], one: str, other: str) -> bool:
    """Whether a likeness of two bodies' texts would be told: not of a government and its office,
    which write one report for both."""
    a, b = agencies.get(one), agencies.get(other)
    if a is None or b is None:
        return False
    kinds = {a.kind, b.kind}
    if kinds == {AgencyKind.GOVERNMENT, AgencyKind.OFFICE}:
        return not (a.parent == b.id or b.parent == a.id or (a.parent and a.parent == b.parent))
    return True


def matches(
    session: Session, year: int, agencies: Mapping[str, Agency]
) -> dict[str, dict[SectionId, list[Match]]]:
    """By body and section: the reports of the same or earlier years that its texts are like, the
    likest first. A section that was too short to compare has no entry, one without a likeness an
    empty list.

    Pairs are weighed again: a sentence may have become common since they were found.
    """
    found: dict[str, dict[SectionId, list[Match]]] = {}
    for agency, section in repo.compared_sections(session, year):
        found.setdefault(agency, {})[section] = []
    for agency, pairs in repo.likenesses(session, year).items():
        best = sorted(pairs, key=lambda pair: -pair[2])[:_AT_ONCE]
        stored = {t.id: t for t in repo.texts(session, [i for a, b, _ in best for i in (a, b)])}
        for mine in dict.fromkeys(a for a, _, _ in best):
            own = stored[mine]
            others = [
                t
                for a, b, _ in best
                if a == mine
                and (t := stored[b]).year <= year
                and comparable(agencies, agency, t.agency)
            ]
            values = _alike_to(session, _passages(own), others)
            listed = found.setdefault(agency, {}).setdefault(own.section, [])
            for id in sorted(values, key=lambda id: (-values[id], id)):
                told = _match(own, stored[id], values[id], agencies, shown=not listed)
                listed.append(told)
    return found


def _match(
    own: StoredText,
    their: StoredText,
    value: float,
    agencies: Mapping[str, Agency],
    *,
    shown: bool,
) -> Match:
    """``shown``: with the passages side by side; only of the likest, for their number."""
    pairs = alike(_passages(own), _passages(their))[: LIMITS.shown] if shown else []
    return Match(
        agency=their.agency,
        name=agencies[their.agency].name,
        year=their.year,
        own=_continues(agencies, own.agency, their.agency),
        similarity=value,
        passages=tuple(pairs),
    )


def _continues(agencies: Mapping[str, Agency], agency: str, other: str) -> bool:
    """Whether the other text is the body's own, or its predecessor's."""
    seen: set[str] = set()
    body: str | None = agency
    while body is not None and body not in seen:
        if body == other:
            return True
        seen.add(body)
        body = agencies[body].predecessor if body in agencies else None
    return False


def _passages(text: StoredText) -> list[Passage]:
    return [Passage(shown, words) for shown, words in text.content]


def _common(session: Session, texts: Iterable[Sequence[Passage]]) -> set[int]:
    """Sentences that stand in too many texts to be anybody's own."""
    wanted = {fingerprint(p.words) for text in texts for p in text}
    limit = max(LIMITS.common, LIMITS.common_share * repo.text_count(session))
    counts = repo.sentence_counts(session, wanted)
    return {number for number, count in counts.items() if count >= limit}


def _rare(text: Iterable[Passage], common: set[int]) -> list[Passage]:
    return [p for p in text if fingerprint(p.words) not in common]
