"""Bytes of any encoding, declared rightly, wrongly or not at all."""

from __future__ import annotations

import pytest

from crawler.documents.charset import decode, garbled, repaired
from crawler.documents.document import DocumentError
from crawler.documents.text.reader import read_text

_SIMPLE = (
    "云溪市水利局2023年政府信息公开工作年度报告。本年新收政府信息公开申请12件，均已办结。\n" * 4
)
_TRADITIONAL = "雲溪市水利局政府資訊公開工作年度報告。本年新收申請數量12件，均依法辦理完畢。\n" * 4
_MENUS = "".join(f"栏目{n} 频道{n} " for n in range(40))


@pytest.mark.parametrize(
    "declared", [None, "utf-8", "gbk", "gb2312", "big5", "iso-8859-1", "x", "rot13"]
)
@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (_SIMPLE, "utf-8"),
        (_SIMPLE, "utf-8-sig"),
        (_SIMPLE, "gbk"),
        (_SIMPLE, "gb18030"),
        (_SIMPLE, "utf-16"),
        (_SIMPLE, "utf-16-le"),
        (_SIMPLE, "utf-16-be"),
        (_TRADITIONAL, "utf-8"),
        (_TRADITIONAL, "big5"),
        (_TRADITIONAL, "gb18030"),
        ("rates 12 / 34\n", "ascii"),
    ],
)
def test_the_bytes_decide(text: str, codec: str, declared: str | None) -> None:
    found, _, clean = decode(text.encode(codec), declared)
    assert found == text and clean
    assert not garbled(found)


@pytest.mark.parametrize("name", ["gb2312", "utf-8", "iso-8859-1", "none-such", "base64"])
def test_what_a_page_says_of_itself_is_only_a_hint(name: str) -> None:
    page = f'<meta charset="{name}"><p>{_SIMPLE}</p>'
    assert decode(page.encode("gb18030"))[0] == page
    assert decode(page.encode())[0] == page


def test_the_declared_encoding_decides_between_equals() -> None:
    assert decode(b"caf\xe9 2024", "iso-8859-1")[0] == "café 2024"


def test_a_few_broken_bytes_are_told_and_cost_only_themselves() -> None:
    text, codec, clean = decode(_SIMPLE.encode() + b"\xff\xe4\xb8")
    assert codec == "utf-8" and not clean and text.startswith(_SIMPLE)
    document = read_text(_SIMPLE.encode("gb18030") + b"\xff")
    assert [note.code for note in document.remarks] == ["TXT-ENCODING"]


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("latin-1", _SIMPLE),
        ("cp1252", "政府信息公开工作年度" * 12),
        # Only where the bytes make pairs does anything survive this one.
        ("gb18030", "政府信息公开2023年度报告" * 12),
    ],
)
def test_text_that_was_stored_with_a_wrong_table_is_repaired_if_whole(
    codec: str, text: str
) -> None:
    wrong = _decoded(text.encode(), codec)
    assert garbled(wrong) and repaired(wrong) == text
    note = read_text(wrong.encode()).remarks[0]
    assert note.code == "TXT-ENCODING" and "还原" in note.message


def _decoded(data: bytes, codec: str) -> str:
    """As browsers do it: the bytes that windows-1252 leaves undefined stay what they are."""
    if codec != "cp1252":
        return data.decode(codec)
    undefined = b"\x81\x8d\x8f\x90\x9d"
    return "".join(chr(b) if b in undefined else bytes([b]).decode(codec) for b in data)


def test_garbled_text_that_lost_bytes_is_unreadable() -> None:
    wrong = _SIMPLE.encode().decode("gb18030", "replace")
    assert garbled(wrong) and repaired(wrong) is None
    with pytest.raises(DocumentError) as caught:
        read_text(wrong.encode())
    assert caught.value.code == "unreadable" and "乱码" in caught.value.message


@pytest.mark.parametrize(
    "text", [_MENUS, "", "ABC", "年", "Gemäß § 12 über Größe", "①②③④⑤" * 20, "のページはテスト" * 9]
)
def test_odd_text_is_not_garbled(text: str) -> None:
    assert not garbled(text)


@pytest.mark.parametrize("data", [b"", b"  \n", bytes(200), b"\x00\x01\x02binary\x00\x00" * 20])
def test_what_is_no_text_is_unreadable(data: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        read_text(data)
    assert caught.value.code == "unreadable"
