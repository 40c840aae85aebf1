"""Bytes → text for pages whose declared charset is often wrong.

A page that declares gb2312 and is UTF-8 is common on old portals, so bytes are judged first and
the declaration only breaks ties.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_META = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.I)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# gb18030 contains gb2312 and gbk; portals that declare the small ones use characters of the large.
_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030"}
# The most frequent characters of such texts, simplified and traditional.
_COMMON = (
    "的一是不了在有和年度政府信息公开情况工作月日本报告行数据其他无法理申请件人民"
    "資訊開況報數據無請為與個這國會來時對書處關門網條總計維護構業體復議訴訟"
)
_DROP_COMMON = dict.fromkeys(map(ord, _COMMON))
_WIDE = re.compile("[一-鿿]+")
# C1 controls, Latin letters with accents, private use, half-width kana: what wrong tables make.
_STRANGE = re.compile("[\\x80-\\x9f¡-¶¸-ÖØ-öø-ʯ\ue000-\uf8ff\uff61-\uff9f]")
_SAMPLE = 60_000
"""Characters by which a decoding is judged; the head of a page is often scripts only."""
_HEAD = 4096
_NULS = 0.02
"""Share of NUL bytes above which bytes may be UTF-16: its digits and line ends hold one each."""
_MOJIBAKE = ("cp1252", "latin-1", "gb18030")
_GARBLED = 0.25
_SURE = ("的", "信息", "政府")
_SURE_TIMES = 6
"""Words of any such text; no wrong table makes one of them so often."""
_LEAST = 40
"""Fewer characters outside ASCII prove nothing."""


def _declared(data: bytes, http_charset: str | None) -> list[str]:
    names = [http_charset] if http_charset else []
    names += [match.group(1).decode("ascii") for match in _META.finditer(data[:_HEAD])]
    found: list[str] = []
    for name in names:
        try:
            known = codecs.lookup(_ALIASES.get(name.lower(), name))
        except LookupError:
            continue
        # "base64" and the like are codecs of bytes.
        if known._is_text_encoding and known.name not in found:
            found.append(known.name)
    return found


def _badness(text: str) -> float:
    """Share of characters that do not belong in a Chinese page; lower is better."""
    sample = text if len(text) <= _SAMPLE else text[:_SAMPLE] + text[-_SAMPLE:]
    if not sample:
        return 0.0
    bad = sample.count("\ufffd") * 4 + sample.count("\x00") + len(_STRANGE.findall(sample))
    wide = "".join(_WIDE.findall(sample))
    common = len(wide) - len(wide.translate(_DROP_COMMON))
    # Text decoded with the wrong multi-byte table is ideographs of which hardly any is common.
    return (bad + max(len(wide) - common * 12, 0)) / len(sample)


def _candidates(data: bytes, http_charset: str | None) -> Iterator[str]:
    yield from _declared(data, http_charset)
    if data.count(0, 0, _HEAD) > _NULS * len(data[:_HEAD]):
        yield from ("utf-16-le", "utf-16-be")
    yield from ("gb18030", "big5", "big5hkscs", "utf-8")


def decode(data: bytes, http_charset: str | None = None) -> tuple[str, str, bool]:
    """Text, the codec used, and whether every byte could be decoded."""
    for bom, codec in _BOMS:
        if data.startswith(bom):
            text = data.decode(codec, errors="replace")
            return text, codec, "\ufffd" not in text
    if not data.count(0, 0, _HEAD):
        try:
            return data.decode("utf-8"), "utf-8", True
        except UnicodeDecodeError:
            pass
    best: tuple[float, str, str] | None = None
    for codec in dict.fromkeys(_candidates(data, http_charset)):
        text = data.decode(codec, errors="replace")
        score = _badness(text)
        if best is None or score < best[0] - 0.01:
            best = (score, text, codec)
    assert best is not None
    return best[1], best[2], "\ufffd" not in best[1]


def garbled(text: str) -> bool:
    """Whether the text was decoded with a wrong table before it was stored (mojibake)."""
    sample = text[:_SAMPLE]
    if any(sample.count(word) >= _SURE_TIMES for word in _SURE):
        return False
    wide = "".join(_WIDE.findall(sample))
    odd = len(_STRANGE.findall(sample))
    if odd >= _LEAST and odd > len(wide):
        return True
    if len(wide) < _LEAST or _badness(wide) < _GARBLED:
        return False
    rare = sum(not _is_everyday(c) for c in set(wide))
    return rare >= _GARBLED * len(set(wide))


def _is_everyday(character: str) -> bool:
    """Whether it is one of the 3,755 characters of GB 2312's first level."""
    try:
        return b"\xb0" <= character.encode("gb2312")[:1] <= b"\xd7"
    except UnicodeEncodeError:
        return False


def repaired(text: str) -> str | None:
    """Garbled text as it was meant, where that is certain: all of it makes valid UTF-8 again.

    Chance can't do that for more than a few characters. None otherwise: lost bytes stay lost.
    """
    for codec in _MOJIBAKE:
        try:
            found = _bytes(text, codec).decode("utf-8")
        except UnicodeError:
            continue
        if not garbled(found):
            return found
    return None


def _bytes(text: str, codec: str) -> bytes:
    if codec != "cp1252":
        return text.encode(codec)
    # Browsers' windows-1252 keeps the five bytes that the code page leaves undefined.
    return b"".join(c.encode("latin-1") if "\x80" <= c <= "\x9f" else c.encode(codec) for c in text)
