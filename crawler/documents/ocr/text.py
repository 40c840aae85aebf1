"""Two spellings of one picture → what may be believed of it.

A wrong digit accuses an agency of what it did not do; a cell that could not be read accuses nobody.
So a number counts only if two readings of the picture agree on it, and no character that merely
looks like a digit is taken for one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.documents.ocr.reader import Char, Spelled

UNREAD = "\ufffd"
"""Stands for writing that could not be read, as in PDF files for glyphs without a character."""
UNREAD_WORDS = UNREAD * 2
"""The same for what is too long or too high to be a number."""
_SURE = 0.6
"""Below this for any character, what both readings show is still not believed."""
_PLAUSIBLE = 0.5
"""Below this a reading is not even a guess."""
_CONFIRMED = 0.9
_PROSE_SURE = 0.3
_WORDS_SURE = 0.8
_CJK = re.compile(r"[\u3400-\u9fff]")
LABEL = re.compile(r"^[（(\[]?[\d一二三四五六七八九十]{1,2}[）)\]、.．,，:：]\s*[^\d\s.,，．]")
_FIGURES = re.compile(r"\d+(?:[.,．，]\d+)*")
_LOOKALIKES = frozenset("OoDQlI|丨SBZzqgbiO〇○口日")
"""What a lone digit is at times taken for."""
_NUMERALS = frozenset("一二三四五六七八九十百千万亿两零〇廿卅无")
_DIGITS = str.maketrans("OoDQ〇○lI|丨", "0000001111")
_STROKES = {
    "一": "-",
    "—": "-",
    "–": "-",
    "―": "-",
    "─": "-",
    "_": "-",
    "ー": "-",
    "－": "-",
    "−": "-",
}
_SAME_SIGN = str.maketrans(
    {"，": ",", "．": ".", "。": ".", "：": ":", "（": "(", "）": ")", "／": "/"}
)


@dataclass(frozen=True, slots=True)
class Reading:
    """``text``: what two readings agree on, else `UNREAD`. ``guess``: the likelier of the two, which
    sums may confirm; else `UNREAD`."""

    text: str
    guess: str


NOTHING = Reading(UNREAD, UNREAD)


def needs_second(text: str) -> bool:
    """Whether text must be read twice: all that shows figures or could be one. Labels need not,
    not even numbered ones."""
    if not text:
        return True
    words = len(_CJK.findall(text))
    if LABEL.match(text) and words >= 2:
        return False
    return words < 2 or any(c.isdigit() for c in text)


def settled(first: Spelled, second: Spelled) -> Reading:
    """Two spellings of one cell that may show a number."""
    one, other = canonical(first.text), canonical(second.text)
    if one == other and min(first.sure, second.sure) >= _SURE and not _doubtful(one):
        return Reading(one, one) if one else NOTHING
    surer = max((first, second), key=lambda spelled: spelled.sure)
    guess = canonical(surer.text)
    if _doubtful(guess):
        guess = guess.translate(_DIGITS)
    return Reading(UNREAD, guess if guess.isdigit() and surer.sure >= _PLAUSIBLE else UNREAD)


def confirmed(first: Spelled, second: Spelled, third: Spelled) -> Reading:
    """Three spellings of one cell on which the first two did not agree.

    Single digits are at times not seen on the whole page, and alone a nought looks like an o. A
    number is believed if no spelling shows another one, and one of them surely shows its digits;
    or if two are sure of it and what contradicts them is not.
    """
    shown = [spelled for spelled in (first, second, third) if spelled.chars]
    numbers = {canonical(spelled.text).translate(_DIGITS) for spelled in shown}
    likely = sum(spelled.sure >= _SURE for spelled in shown)
    plain = any(s.sure >= _CONFIRMED and canonical(s.text) in numbers for s in shown)
    if len(numbers) == 1 and likely >= 2 and plain and (number := numbers.pop()).isdigit():
        return Reading(number, number)
    for one, other in ((first, second), (second, first)):
        if min(one.sure, third.sure) < _CONFIRMED or other.sure >= _CONFIRMED:
            continue
        if (reading := settled(one, third)).text != UNREAD:
            return reading
    words = NOTHING if first.chars else alone(second)
    guess = settled(first if first.chars else third, second).guess
    return Reading(UNREAD, guess) if words is NOTHING else words


def alone(spelled: Spelled) -> Reading:
    """What is to be believed of one reading without a second: words, but nothing that counts."""
    text = canonical(spelled.text)
    words = bool(text) and all(_CJK.match(c) and c not in _NUMERALS for c in text)
    if words and spelled.sure >= _WORDS_SURE and not _doubtful(text):
        return Reading(text, text)
    return NOTHING


def canonical(text: str) -> str:
    """Without what readings may differ in: spaces, the width of signs, the kind of a dash."""
    plain = unicodedata.normalize("NFKC", "".join(text.split())).translate(_SAME_SIGN)
    if plain and all(c in _STROKES or c == "-" for c in plain):
        return "-" * len(plain)
    return plain


def _doubtful(text: str) -> bool:
    """Whether a short text has characters that may be misread digits."""
    return len(_CJK.findall(text)) < 2 and any(c in _LOOKALIKES for c in text)


def prose(first: Spelled, second: Spelled | None) -> tuple[str, list[float]]:
    """A line of running text, and its characters' places (shares of the line).

    Figures on which the readings differ are left out as `UNREAD`, whole: a figure with a digit
    missing is another figure.
    """
    known = [] if second is None else [m[0] for m in _FIGURES.finditer(canonical(second.text))]
    text: list[str] = []
    places: list[float] = []
    at = 0
    for match in _FIGURES.finditer(first.text):
        _add(first.chars[at : match.start()], text, places)
        run = first.chars[match.start() : match.end()]
        figure = canonical(match[0])
        if figure in known and min(char.sure for char in run) >= _SURE:
            known = known[known.index(figure) + 1 :]
            text += [char.text for char in run]
            places += [char.place for char in run]
        else:
            text.append(UNREAD)
            places.append(run[0].place)
        at = match.end()
    _add(first.chars[at:], text, places)
    return "".join(text), places


def _add(chars: Sequence[Char], text: list[str], places: list[float]) -> None:
    for char in chars:
        text.append(char.text if char.sure >= _PROSE_SURE else UNREAD)
        places.append(char.place)
