"""A report keeps its figures through whatever copying, editors and converters do to it.

What must hold for all of it: no number is wrong and none is invented. A change that destroys
nothing may cost nothing either; one that does may cost what it destroyed.
"""

from __future__ import annotations

from random import Random

import pytest

from crawler.parsing.reading import read
from spiders.samples.tables import Grid
from storage.domain import AnnualReport
from tests.crawler.parsing.html_variations import MARKUP
from tests.crawler.parsing.scoring import Score, score
from tests.crawler.parsing.shape_variations import SAMPLES, SHAPES
from tests.crawler.parsing.text_variations import TEXTS
from tests.crawler.parsing.whole_variations import KEPT, WHOLE
from tests.crawler.parsing.writing import (
    AGENCY,
    YEAR,
    Sample,
    Varied,
    page,
    plain,
    sample,
)

SEEDS = range(4)
PAIRS = 40
"""Batches of pairs; each takes ten of its own."""


def reading(varied: Varied) -> AnnualReport:
    result = read(varied.data).result
    assert isinstance(result, AnnualReport), result
    return result


def scored(given: Sample, varied: Varied) -> Score:
    found = score(reading(varied), varied.expected or given.expected)
    assert not found.wrong, str(found)
    assert not found.invented, str(found)
    return found


def complete(given: Sample, varied: Varied) -> None:
    """Nothing lost but what was destroyed; title, sections and signature whole."""
    found = scored(given, varied)
    assert found.lost <= varied.destroyed, str(found)
    report = reading(varied)
    assert (report.agency, report.year, report.title) == (AGENCY, YEAR, given.report.title)
    assert len(report.sections) == 6
    assert report.signatory == AGENCY
    assert report.report_date is not None


def rectangular(grid: Grid) -> bool:
    """Whether a table can be written as lines of equally many fields."""
    widths = [0] * len(grid.rows)
    for i, row in enumerate(grid.rows):
        for cell in row:
            for below in range(i, min(i + cell.rowspan, len(widths))):
                widths[below] += cell.colspan
    return len(set(widths)) == 1


def as_page(given: Sample, source: str) -> Varied:
    return Varied(source.encode(), expected=given.expected)


def as_text(given: Sample, source: str, destroys: tuple[str, ...]) -> Varied:
    destroyed = frozenset(slot for slot in given.expected if slot[0] in destroys)
    return Varied(source.encode(), destroyed, given.expected)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", MARKUP)
def test_page(name: str, seed: int) -> None:
    given, rng = sample(seed), Random(seed)
    complete(given, as_page(given, MARKUP[name](page(given.report, rng), rng)))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", SHAPES)
def test_shape(name: str, seed: int) -> None:
    given = sample(seed)
    complete(given, SHAPES[name](given, Random(seed)))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", WHOLE)
def test_whole(name: str, seed: int) -> None:
    given = sample(seed)
    complete(given, WHOLE[name](given, Random(seed)))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", TEXTS)
def test_text(name: str, seed: int) -> None:
    given, change = sample(seed), TEXTS[name]
    source = change.apply(plain(given.report), Random(seed))
    complete(given, as_text(given, source, change.destroys))


@pytest.mark.parametrize("batch", range(PAIRS))
def test_two_changes_at_once(batch: int) -> None:
    """Pages and texts of any shape, changed twice: much may be lost, nothing may be wrong."""
    for seed in range(batch * 10, batch * 10 + 10):
        rng = Random(seed)
        given = sample(seed)
        if rng.random() < 0.5:
            given = (SAMPLES | KEPT)[rng.choice(list(SAMPLES | KEPT))](given, rng)
        if rng.random() < 0.5:
            source = page(given.report, rng)
            for name in rng.sample(list(MARKUP), 2):
                source = MARKUP[name](source, rng)
            scored(given, as_page(given, source))
            continue
        if not all(rectangular(item) for item in given.report.body if isinstance(item, Grid)):
            continue
        source = plain(given.report)
        for name in rng.sample([n for n, change in TEXTS.items() if change.combines], 2):
            source = TEXTS[name].apply(source, rng)
        scored(given, as_text(given, source, ()))


@pytest.mark.parametrize("name", [*MARKUP, *TEXTS])
def test_every_variation_changes_something(name: str) -> None:
    if name == "untouched":
        return
    changed = False
    for seed in range(12):
        given, rng = sample(seed), Random(seed)
        if name in MARKUP:
            source = page(given.report, Random(seed))
            changed |= MARKUP[name](source, rng) != source
        if name in TEXTS:
            source = plain(given.report)
            changed |= TEXTS[name].apply(source, rng) != source
    assert changed


def test_a_wrong_number_is_seen() -> None:
    """The measure itself: a changed figure, a lost row and an added cell are counted."""
    given = sample(0)
    source = plain(given.report)
    wrong = source.replace("（一）予以公开\t\t", "（一）予以公开\t\t9", 1)
    found = score(reading(Varied(wrong.encode())), given.expected)
    assert ("table3", "granted", "natural_person") in found.wrong
    without = {slot: value for slot, value in given.expected.items() if slot[1] != "granted"}
    found = score(reading(Varied(source.encode())), without)
    assert len(found.invented) == 7
    lines = [line for line in source.split("\n") if "予以公开" not in line or "\t" not in line]
    found = score(reading(Varied("\n".join(lines).encode())), given.expected)
    assert {slot[1] for slot in found.lost} == {"granted"}
