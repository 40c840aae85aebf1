"""A report keeps its figures through whatever copying, editors and converters do to it.

The one thing that must hold for all of them: no number is wrong, none is invented. Where nothing
was destroyed, nothing may be lost either.
"""

from __future__ import annotations

from random import Random

import pytest

from crawler.parsing.reading import read
from spiders.samples.figures import Profile, random_figures
from spiders.samples.reports import render_html, render_text
from storage.domain import AnnualReport, ParseFailure
from storage.vocab import ParseErrorCode
from tests.crawler.parsing.html_variations import MARKUP
from tests.crawler.parsing.other_pages import PAGES
from tests.crawler.parsing.scoring import Score, dense_figures, score, truth
from tests.crawler.parsing.text_variations import TEXTS

NAME = "云溪市水利局"
SEEDS = (1, 2)


def scored(data: str, figures) -> Score:
    result = read(data.encode("utf-8")).result
    assert isinstance(result, AnnualReport), result
    return score(result, truth(figures))


def figures_of(seed: int):
    rng = Random(seed)
    return dense_figures(rng) if seed % 2 else random_figures(rng, Profile.random(rng))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", TEXTS)
def test_text(name: str, seed: int) -> None:
    figures = figures_of(seed)
    source = render_text(NAME, 2023, figures, rng=Random(seed))
    found = scored(TEXTS[name].apply(source, Random(seed + 50)), figures)
    assert not found.wrong, str(found)
    assert not found.invented, str(found)
    spared = [slot for slot in found.lost if slot[0] not in TEXTS[name].destroys]
    assert len(spared) <= 0.02 * len(truth(figures)), str(found)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", MARKUP)
def test_page(name: str, seed: int) -> None:
    figures = figures_of(seed)
    source = render_html(NAME, 2023, figures, rng=Random(seed))
    found = scored(MARKUP[name](source, Random(seed + 50)), figures)
    assert not found.wrong, str(found)
    assert not found.invented, str(found)
    assert not found.lost, str(found)


@pytest.mark.parametrize("name", PAGES)
def test_other_pages_are_no_reports(name: str) -> None:
    result = read(PAGES[name]).result
    assert isinstance(result, ParseFailure)
    assert result.code in (ParseErrorCode.NOT_A_REPORT, ParseErrorCode.UNREADABLE)


@pytest.mark.parametrize("seed", range(120))
def test_damage_never_raises_nor_invents(seed: int) -> None:
    rng = Random(seed)
    figures = figures_of(seed)
    write = render_html if seed % 3 else render_text
    data = bytearray(write(NAME, 2023, figures, rng=rng).encode("utf-8"))
    if seed % 2:
        del data[rng.randrange(len(data)) :]
    for _ in range(rng.randrange(12)):
        if data:
            data[rng.randrange(len(data))] = rng.randrange(256)
    result = read(bytes(data)).result
    assert isinstance(result, AnnualReport | ParseFailure)
    if isinstance(result, AnnualReport):
        # A flipped digit is a wrong figure of the document's own; cells it lacks are not.
        assert not score(result, truth(figures)).invented
