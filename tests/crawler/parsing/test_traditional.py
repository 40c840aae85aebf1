"""Reports in traditional characters: the same figures, quoted as written."""

from __future__ import annotations

from random import Random

import pytest

from crawler.parsing.reading import read
from crawler.parsing.traditional import simplified
from crawler.parsing.traditional_table import SIMPLIFIED, TRADITIONAL
from storage.domain import AnnualReport
from tests.crawler.parsing.scoring import score
from tests.crawler.parsing.writing import AGENCY, page, plain, sample

_BACK: dict[str, str] = {}
for _ours, _theirs in zip(SIMPLIFIED, TRADITIONAL, strict=True):
    # Several traditional characters may stand for one: the first that Big5 has.
    if _theirs.encode("big5", "ignore"):
        _BACK.setdefault(_ours, _theirs)
_TO_TRADITIONAL = str.maketrans(_BACK)


def traditional(text: str, *, information: str) -> str:
    return text.translate(_TO_TRADITIONAL).replace("信息", information)


@pytest.mark.parametrize("information", ["信息", "資訊"])
@pytest.mark.parametrize("codec", ["utf-8", "big5hkscs", "gb18030", "utf-16"])
@pytest.mark.parametrize("as_page", [False, True])
def test_read_and_quoted_as_written(codec: str, information: str, as_page: bool) -> None:
    given = sample(1)
    source = page(given.report, Random(0)) if as_page else plain(given.report)
    text = traditional(source, information=information).replace("utf-8", codec)
    found = read(text.encode(codec, "xmlcharrefreplace")).result
    assert isinstance(found, AnnualReport), found
    scored = score(found, given.expected)
    assert not (scored.wrong or scored.invented or scored.lost), str(scored)
    assert len(found.sections) == 6 and found.year == 2023
    # Names are as in registries, all else as in the document.
    assert found.agency == found.signatory == AGENCY
    assert found.title == traditional(given.report.title, information=information)
    assert "開" in found.sections[0].heading + found.sections[1].heading
    assert found.facts and all(fact.quote in text or as_page for fact in found.facts)
    assert not any(i.code == "T-LABEL" for i in found.issues)


def test_one_character_for_one() -> None:
    text = "政府資訊公開工作年度報告，答覆申請3件，後續網路辦理。"
    assert simplified(text) == "政府信息公开工作年度报告，答复申请3件，后续网络办理。"
    assert len(TRADITIONAL) == len(SIMPLIFIED) == len(set(TRADITIONAL))
    assert not set(TRADITIONAL) & set(SIMPLIFIED)


def test_a_quotation_in_traditional_characters_changes_nothing() -> None:
    source = plain(sample(0).report).replace("一、总体情况", "一、总体情况\n匾额题为“為民請命”。")
    found = read(source.encode()).result
    assert isinstance(found, AnnualReport)
    assert "為民請命" in found.sections[0].text
