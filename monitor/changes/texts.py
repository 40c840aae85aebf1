"""Texts made comparable: what is left of a section without names, years, numbers and set phrases."""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from rapidfuzz import fuzz

from storage.furniture import content_lines

if TYPE_CHECKING:
    from datasketch import MinHash

NORMALISER = "2"
"""Raise it when the functions below give other texts: stored signatures are then made anew."""
SHINGLE = 5
"""Characters of a shingle. Chinese words have two; five span a phrase."""
BANDS, ROWS = 20, 4
"""Two texts that share 60 % of their shingles meet in a band with 94 %, with 30 % in 15 %."""
LEAST = 120
"""Characters that must be left to compare: shorter sections are alike by chance."""
_SENTENCE = re.compile(r"[。！？!?；;\n]+")
_NOT_WORDS = re.compile(r"[^\u3400-\u9fff]+")
_NUMERALS = re.compile(
    r"[〇零一二三四五六七八九十百千万亿两]+(?=[条件次个份名人篇期项期场家宗年月日号元%％])"
)
_SELF = re.compile(r"[我本全各](?:局|委|办|厅|县|市|区|旗|州|镇|乡|街道|单位|机关|中心|院|所)")
"""我局 and 本镇 name the body too."""
_PLACE = re.compile(r"^.{1,12}?(?:省|自治区|自治州|自治县|市|州|盟|县|区|旗|镇|乡|街道)")
_LIST = re.compile(r"^\s*[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]\s*")
_PHRASES = Path(__file__).with_name("set_phrases.yml")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence as it stands, and its words alone (no names, figures, punctuation)."""

    shown: str
    words: str


def names_of(name: str, aliases: Iterable[str] = ()) -> tuple[str, ...]:
    """A body's names and their parts (place, bureau), longest first."""
    found: set[str] = set()
    for whole in (name, *aliases):
        found.add(whole)
        rest = whole
        while (place := _PLACE.match(rest)) and len(place[0]) < len(rest):
            found.add(place[0])
            rest = rest[len(place[0]) :]
            found.add(rest)
    return tuple(sorted((n for n in found if len(n) > 1), key=lambda n: (-len(n), n)))


def passages(text: str, names: Iterable[str]) -> tuple[Passage, ...]:
    """The sentences of a section that say something of the body's own; set phrases are left out.

    ``names``: of the body and its place, longest first; they count on neither side.
    """
    found = []
    for line in content_lines(text):
        for sentence in _SENTENCE.split(line):
            shown = _LIST.sub("", sentence.strip())
            if not shown or any(phrase.search(shown) for phrase in set_phrases()):
                continue
            if words := _words(shown, names):
                found.append(Passage(shown, words))
    return tuple(found)


def _words(sentence: str, names: Iterable[str]) -> str:
    text = unicodedata.normalize("NFKC", sentence)
    for name in names:
        text = text.replace(name, "")
    return _NOT_WORDS.sub("", _NUMERALS.sub("", _SELF.sub("", text)))


@lru_cache(maxsize=1)
def set_phrases() -> tuple[re.Pattern[str], ...]:
    """Sentences that every report may contain, as data with their source."""
    data = yaml.safe_load(_PHRASES.read_text(encoding="utf-8"))
    return tuple(re.compile(item["pattern"]) for item in data["phrases"])


def joined(sentences: Iterable[Passage]) -> str:
    return "".join(s.words for s in sentences)


def fingerprint(words: str) -> int:
    """A 63-bit number for a sentence's words, the same on every machine."""
    return _number(words.encode())


def band_keys(kind: str, words: str) -> list[int]:
    """One 63-bit key per band of the text's MinHash; texts that share one may be alike.

    ``kind``: the section, so that only like sections meet.
    """
    values = _minhash(words).hashvalues
    rows = [values[n * ROWS : (n + 1) * ROWS] for n in range(BANDS)]
    return [
        _number(f"{kind}/{n}/".encode() + struct.pack(f"<{ROWS}Q", *map(int, row)))
        for n, row in enumerate(rows)
    ]


@lru_cache(maxsize=1)
def _empty() -> MinHash:
    """Copied for every text: its permutations take longer to draw than a text to hash."""
    from datasketch import MinHash  # slow to import, and needed only where reports are compared

    # The scheme mixes the bits of what it is given, so a checksum is hash enough.
    return MinHash(num_perm=BANDS * ROWS, seed=1, scheme="affine32", hashfunc=zlib.crc32)


def _minhash(words: str) -> MinHash:
    found = _empty().copy()
    found.update_batch(
        {words[n : n + SHINGLE].encode() for n in range(max(len(words) - SHINGLE + 1, 1))}
    )
    return found


def _number(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big") >> 1


def similarity(one: str, other: str, least: float) -> float:
    """0–1, by edit distance; 0 where it is below ``least``."""
    return fuzz.ratio(one, other, score_cutoff=least * 100) / 100


def alike(
    mine: Sequence[Passage], theirs: Sequence[Passage], least: float = 0.8
) -> list[tuple[str, str]]:
    """Sentences of one text with their counterparts in the other, the longest first."""
    pairs: list[tuple[int, str, str]] = []
    for sentence in mine:
        if len(sentence.words) < SHINGLE:
            continue
        best = max(theirs, key=lambda t: fuzz.ratio(sentence.words, t.words), default=None)
        if best is not None and fuzz.ratio(sentence.words, best.words) >= least * 100:
            pairs.append((len(sentence.words), sentence.shown, best.shown))
    return [(a, b) for _, a, b in sorted(pairs, key=lambda pair: -pair[0])]
