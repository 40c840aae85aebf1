"""Bytes → text for pages whose declared charset is often wrong.

A page that declares gb2312 and is UTF-8 is common on old portals, so bytes are judged first and
the declaration only breaks ties.
"""

from __future__ import annotations

import codecs
import re

_META = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.I)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# gb18030 contains gb2312 and gbk; portals that declare the small ones use characters of the large.
_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030"}
_COMMON = frozenset("的一是不了在有和年度政府信息公开情况工作月日本报告行数据其他无法理申请件人民")


def _declared(data: bytes, http_charset: str | None) -> list[str]:
    names = [http_charset] if http_charset else []
    if match := _META.search(data[:4096]):
        names.append(match.group(1).decode("ascii"))
    found: list[str] = []
    for name in names:
        try:
            codec = codecs.lookup(_ALIASES.get(name.lower(), name)).name
        except LookupError:
            continue
        if codec not in found:
            found.append(codec)
    return found


def _badness(text: str) -> float:
    """Share of characters that do not belong in a Chinese page; lower is better."""
    if not text:
        return 0.0
    bad = text.count("\ufffd") * 4 + sum("\ue000" <= c <= "\uf8ff" for c in text)
    wide = sum("一" <= c <= "鿿" for c in text)
    common = sum(c in _COMMON for c in text)
    # Text decoded with the wrong multi-byte table is ideographs of which hardly any is common.
    strange = wide - common * 12
    return (bad + max(strange, 0)) / len(text)


def decode(data: bytes, http_charset: str | None = None) -> tuple[str, str, bool]:
    """Text, the codec used, and whether every byte could be decoded."""
    for bom, codec in _BOMS:
        if data.startswith(bom):
            text = data.decode(codec, errors="replace")
            return text, codec, "\ufffd" not in text
    try:
        return data.decode("utf-8"), "utf-8", True
    except UnicodeDecodeError:
        pass
    candidates = [*_declared(data, http_charset), "gb18030", "big5", "utf-8"]
    best: tuple[float, str, str] | None = None
    for codec in dict.fromkeys(candidates):
        text = data.decode(codec, errors="replace")
        score = _badness(text)
        if best is None or score < best[0] - 0.01:
            best = (score, text, codec)
    assert best is not None
    return best[1], best[2], "\ufffd" not in best[1]
