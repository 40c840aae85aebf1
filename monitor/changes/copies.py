"""Reused text: sections 一 and 五 against the body's own former years and against other bodies.

Every report that counts has its texts stored once; a pair that is alike is found when the later of
the two is stored (:mod:`storage.repositories.texts`). Candidates come from shared MinHash bands,
edit distance confirms them. Sentences that stand in many reports are no body's own work and are
left out on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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
from monitor.rules.reused import LIMITS
from storage import repositories as repo
from storage.domain import Agency
from storage.repositories.texts import NewText, StoredText
from storage.repositories.writing import batches
from storage.session import Database
from storage.vocab import AgencyKind, SectionId

SECTIONS = (SectionId.OVERVIEW, SectionId.PROBLEMS)
_AT_ONCE = 200
"""Reports whose texts are stored, and bodies whose likenesses are weighed, at once."""
_PAIRS = 50
"""Likenesses of one body that are weighed: of hundreds of copies some are enough."""


def index_texts(
    database: Database, year: int, chosen: Mapping[str, int], agencies: Mapping[str, Agency]
) -> int:
    """Store the texts of the reports of a year that are new or changed; how many reports.

    ``chosen``: the publication that counts, by body. What is stored already costs one query. One
    transaction for every few hundred reports: broken off, the next call goes on from there.
    """
    with database.session(write=False) as session:
        pending = sorted(_pending(session, chosen, repo.known_texts(session, year)))
    for batch in batches(pending, _AT_ONCE):
        with database.session() as session:
            repo.lock_bodies(session, year, batch)
            repo.lock_texts(session)
            _index(session, year, {agency: chosen[agency] for agency in batch}, agencies)
    return len(pending)


def _pending(
    session: Session, chosen: Mapping[str, int], known: Mapping[str, str]
) -> dict[str, tuple[int, str]]:
    """(version, mark) of the texts to be stored, by body; ``known``: marks of those stored."""
    newest = repo.version_marks(session, chosen.values())
    found = {}
    for agency, publication in chosen.items():
        if publication in newest:
            version, content = newest[publication]
            mark = f"{NORMALISER}/{content}"
            if known.get(agency) != mark:
                found[agency] = version, mark
    return found


def _index(
    session: Session, year: int, chosen: Mapping[str, int], agencies: Mapping[str, Agency]
) -> None:
    known = repo.known_texts(session, year, chosen)
    pending = _pending(session, chosen, known)
    repo.forget_texts(session, known.keys() & pending.keys(), year)
    sections = repo.sections_of(session, [version for version, _ in pending.values()])
    new = [
        _text(agencies[agency], mark, year, version, section, sections[version].get(section, ""))
        for agency, (version, mark) in sorted(pending.items())
        if version in sections
        for section in SECTIONS
    ]
    texts = dict(zip(repo.save_texts(session, new), new, strict=True))
    _compare(session, agencies, {id: text for id, text in texts.items() if text.bands})


def _text(
    body: Agency, mark: str, year: int, version: int, section: SectionId, text: str
) -> NewText:
    """Every section is stored, also one too short to be compared: it was looked at."""
    sentences = passages(text, names_of(body.name, body.aliases))
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


def _compare(session: Session, agencies: Mapping[str, Agency], new: Mapping[int, NewText]) -> None:
    bands = {id: text.bands for id, text in new.items()}
    candidates = {
        id: [c for c in found if comparable(agencies, new[id].agency, c.agency)]
        for id, found in repo.like_candidates(session, bands, LIMITS.candidates).items()
    }
    own = {id: [Passage(*sentence) for sentence in new[id].content] for id in candidates}
    theirs = {c.id: _passages(c) for found in candidates.values() for c in found}
    met = [own[id] for id, found in candidates.items() if found]
    common = _common(session, [*met, *theirs.values()])
    repo.save_likenesses(
        session,
        {
            id: _alike_to(own[id], {c.id: theirs[c.id] for c in found}, common)
            for id, found in candidates.items()
        },
    )


def _alike_to(
    sentences: Sequence[Passage], theirs: Mapping[int, Sequence[Passage]], common: set[str]
) -> dict[int, float]:
    """Of other texts by id: how like they are, where they are alike."""
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
    alike_pairs = repo.likenesses(session, year)
    for batch in batches(sorted(alike_pairs), _AT_ONCE):
        best = {
            a: sorted(alike_pairs[a], key=lambda pair: (-pair[2], pair))[:_PAIRS] for a in batch
        }
        wanted = {id for pairs in best.values() for mine, other, _ in pairs for id in (mine, other)}
        stored = {text.id: text for text in repo.texts(session, sorted(wanted))}
        common = _common(session, [_passages(text) for text in stored.values()])
        for agency, pairs in best.items():
            for mine in dict.fromkeys(mine for mine, _, _ in pairs):
                own = stored[mine]
                others = {
                    text.id: _passages(text)
                    for a, b, _ in pairs
                    if a == mine
                    and (text := stored[b]).year <= year
                    and comparable(agencies, agency, text.agency)
                }
                values = _alike_to(_passages(own), others, common)
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


def _common(session: Session, texts: Iterable[Sequence[Passage]]) -> set[str]:
    """Sentences (their words) that stand in too many texts to be anybody's own."""
    wanted = {p.words: fingerprint(p.words) for text in texts for p in text}
    if not wanted:
        return set()
    limit = max(LIMITS.common, LIMITS.common_share * repo.text_count(session))
    counts = repo.sentence_counts(session, wanted.values())
    return {words for words, number in wanted.items() if counts.get(number, 0) >= limit}


def _rare(text: Iterable[Passage], common: set[str]) -> list[Passage]:
    return [p for p in text if p.words not in common]
