"""Numbers and statements told in the text (`Fact`), to be held against the tables.

Precision before recall: a sentence that can be read in two ways gives nothing. Numbers of other
years, parts (其中 …) and other matters (留言, 信访, 提案) are no facts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from crawler.parsing.narrated.counts import Found
from crawler.parsing.narrated.disclosure import find_disclosure
from crawler.parsing.narrated.disputes import find_disputes
from crawler.parsing.narrated.documents import find_documents
from crawler.parsing.narrated.fees import find_fees
from crawler.parsing.narrated.requests import came_by_channel, find_requests
from crawler.parsing.narrated.results import find_results
from crawler.parsing.prose import Sentence, sentences
from storage.domain import Fact, Section
from storage.vocab import SectionId

_YEAR = re.compile(r"(20\d\d)\s*年")
_PERIOD = re.compile(
    r"(20\d\d)\s*年\s*1\s*月\s*1\s*日[^。；]{0,12}?(?:20\d\d\s*年\s*)?12\s*月\s*31\s*日"
)
_TOPIC = re.compile(
    r"申请|复议|诉讼|费|收取|共收|收到|受理|公开|规范性文件|结转|行政|发布|其中|包括|率"
)


def extract_facts(
    sections: Sequence[Section], preface: str = "", chapters: Sequence[str] = ()
) -> tuple[Fact, ...]:
    """The facts told in ``preface`` and ``sections``, in order of the text; kinds: see `Fact`.

    ``chapters``: headings inside a section's text from which on it speaks of something else.

    Quotes are the exact clauses; ``at`` is ``<section id>:<start>-<end>`` (characters of the
    section's text; ``preface:`` for the preface). Text of tables is skipped.
    """
    told = [s.text for s in sections if s.id is not SectionId.PROBLEMS]  # plans for next year
    year = _year_of_text([preface, *told])
    facts: list[Fact] = []
    for section, text in [(None, preface), *((s.id, s.text) for s in sections)]:
        own = min((at for h in chapters if (at := text.find(h)) >= 0), default=len(text))
        for sentence in sentences(text):
            if not _TOPIC.search(sentence.text):
                continue
            # Plans stand behind the problems, in a chapter of their own or not.
            apart = sentence.offsets[0] >= own and section is not SectionId.PROBLEMS
            here = None if apart else section
            found = sorted(_read(sentence, here, year), key=lambda f: f.start)
            facts += [_fact(f, section, text) for f in found]
    return tuple(_without_parts(facts))


def _read(sentence: Sentence, section: SectionId | None, year: int | None) -> Iterator[Found]:
    yield from find_requests(sentence, year, section is SectionId.REQUESTS)
    yield from find_disputes(sentence, year, section is SectionId.REVIEW_LITIGATION)
    yield from find_fees(sentence, year, section is SectionId.OTHER)
    if section is not SectionId.PROBLEMS:
        yield from find_results(sentence, year, section is SectionId.REQUESTS)
        yield from find_documents(sentence, year)
        yield from find_disclosure(sentence, year)


def _without_parts(facts: list[Fact]) -> list[Fact]:
    """Receipts by one channel (通过邮件收到 …) are a total only where they stand alone; what was
    handled by one channel never is."""
    facts = [f for f in facts if f.kind != "requests_handled" or not came_by_channel(f.quote)]
    receipts = [f for f in facts if f.kind == "requests_received"]
    if len(receipts) < 2:
        return facts
    return [f for f in facts if f.kind != "requests_received" or not came_by_channel(f.quote)]


def _year_of_text(texts: Sequence[str]) -> int | None:
    """The year the text speaks of: that of the stated period if the prose names it too (a period
    may be left over from last year's text), else the one named most often."""
    whole = "\n".join(texts)
    stated = {int(year) for year in _PERIOD.findall(whole)}
    counts = Counter(int(year) for year in _YEAR.findall(_PERIOD.sub("", whole)))
    if len(stated) == 1 and (not counts or stated & set(counts)):
        return stated.pop()
    ranked = counts.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _fact(found: Found, section: SectionId | None, text: str) -> Fact:
    where = section.value if section else "preface"
    return Fact(
        kind=found.kind,
        value=found.value,
        quote=text[found.start : found.end].strip(),
        section=section,
        scope=found.scope,
        counting=found.counting,
        approximate=found.approximate,
        at=f"{where}:{found.start}-{found.end}",
    )
