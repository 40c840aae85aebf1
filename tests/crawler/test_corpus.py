"""The generated corpus read back: every number of a clean document, no false one in any.

A small, fixed selection of what ``python -m bench.corpus`` measures at length.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from _pytest.mark import ParameterSet

from crawler.parsing.reading import read
from tests.corpus.drafts import Fill, Form
from tests.corpus.formats import FORMATS, Document, Needs, given, made
from tests.corpus.truth import tally

QUICK = tuple(name for name, form in FORMATS.items() if form.needs is Needs.NOTHING)
OFFICE = {"doc": 1, "rtf": 1, "xls": 2, "html-office": 2, "pdf-office": 2}
PRINTED = {"pdf-ruled": 2, "pdf-none": 2}
"""Format → documents; LibreOffice takes a second or two to read one."""
KNOWN: dict[str, str] = {}
"""What the parser does not read yet: these tests are expected to fail until it does."""
CLEAN = (
    (300, Form.NEW, Fill.DENSE),
    (301, Form.OLD, Fill.USUAL),
    (302, Form.MIXED, Fill.LARGE),
    (303, Form.NEW, Fill.SLASHES),
    (304, Form.EARLY, Fill.USUAL),
)
BLEMISHED = (311, 312, 313)


def _cases(names: Iterable[object]) -> list[ParameterSet]:
    """Parameters of a test, those in `KNOWN` expected to fail."""
    return [
        pytest.param(
            name, marks=pytest.mark.xfail(reason=KNOWN[str(name)]) if str(name) in KNOWN else ()
        )
        for name in names
    ]


def _wrong(documents: list[Document], *, whole: bool = True) -> list[str]:
    """What may not be: a false number; of a clean document (``whole``) anything but the truth."""
    found = []
    for document in documents:
        score = tally(read(document.data).result, document.truth)
        false = score.wrong or score.invented or score.failure
        incomplete = document.clean and (score.lost or score.unseen or score.amiss)
        if false or (whole and incomplete):
            found.append(f"{document.name} {document.draft.blemishes}: {score}")
    return found


def _clean(name: str, number: int = len(CLEAN)) -> list[Document]:
    drafts = [given(seed, clean=True, form=form, fill=fill) for seed, form, fill in CLEAN[:number]]
    return made(name, drafts)


@pytest.mark.parametrize("name", _cases(QUICK))
def test_clean_documents_are_read_to_the_last_cell(name: str) -> None:
    assert not _wrong(_clean(name))


@pytest.mark.parametrize("name", QUICK)
def test_defects_of_layout_make_no_number_false(name: str) -> None:
    documents = made(name, [given(seed, clean=False) for seed in BLEMISHED])
    assert not _wrong(documents)


@pytest.mark.parametrize("name", ["html-plain", "docx"])
@pytest.mark.parametrize("seed", _cases(range(320, 330)))
def test_defects_of_layout_lose_nothing_where_cells_are_marked(name: str, seed: int) -> None:
    (document,) = made(name, [given(seed, clean=False)])
    score = tally(read(document.data).result, document.truth)
    assert not (score.lost or score.wrong or score.invented or score.failure), str(score)


@pytest.mark.parametrize("name", _cases(OFFICE))
@pytest.mark.skipif(not FORMATS["doc"].available(), reason="needs LibreOffice")
def test_office_files(name: str) -> None:
    assert not _wrong(_clean(name, OFFICE[name]))


@pytest.mark.parametrize("name", PRINTED)
@pytest.mark.skipif(not FORMATS["pdf-ruled"].available(), reason="needs Chromium")
def test_printed_files(name: str) -> None:
    assert not _wrong(_clean(name, PRINTED[name]))


def test_the_corpus_is_the_same_at_every_call() -> None:
    for clean in (True, False):
        first, second = (made("docx", [given(7, clean=clean)])[0] for _ in range(2))
        assert (first.truth, first.draft) == (second.truth, second.draft)


def test_a_false_number_is_counted_as_one() -> None:
    """The score itself: another number, a made-up one, a lost one."""
    (document,) = made("html-plain", [given(300, clean=True, form=Form.NEW, fill=Fill.DENSE)])
    page = document.data.decode()
    cells = document.truth.cells
    value = str(cells["table3", "granted", "natural_person"].value)
    at = (
        page.index("予以公开</")
        if "予以公开</" in page
        else page.index("予以公开", page.index("申请人情况"))
    )
    changed = page[:at] + page[at:].replace(f">{value}<", ">4711<", 1)
    score = tally(read(changed.encode()).result, document.truth)
    assert score.wrong == (("table3", "granted", "natural_person"),)
    lost = tally(read(b"nothing").result, document.truth)
    assert lost.failure and len(lost.lost) == len(cells)
