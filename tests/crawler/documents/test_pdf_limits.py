"""PDF files that are too much: packed streams, endless structures; refused in time and memory."""

from __future__ import annotations

import multiprocessing
import resource
import time
import zlib
from collections.abc import Callable

import pytest

from crawler.documents.document import DocumentError
from crawler.documents.limits import MEGABYTE
from crawler.documents.pdf import limits as pdf_limits
from crawler.documents.pdf import reader as pdf
from crawler.documents.pdf import scan as pdf_scan
from crawler.documents.pdf.limits import Inflater, check_streams, limited
from crawler.documents.pdf.reader import read_pdf
from tests.crawler.documents.pdf_files import page_objects, raw_pdf, stream


def packed(megabytes: int, unit: bytes = b"0 0 m ") -> bytes:
    engine = zlib.compressobj(1)
    block = unit * (MEGABYTE // len(unit))
    return b"".join(engine.compress(block) for _ in range(megabytes)) + engine.flush()


def one_page(content: bytes, **more: bytes) -> bytes:
    """``more``: further objects, as ``o5=…``."""
    extra = {int(name[1:]): body for name, body in more.items()}
    return raw_pdf({**page_objects(), 4: content, **extra})


def flate() -> bytes:
    return one_page(stream(packed(100), b"/Filter/FlateDecode"))


def nested() -> bytes:
    inner = zlib.compress(packed(150, b" "), 9)
    return one_page(stream(inner, b"/Filter[/FlateDecode/FlateDecode]"))


def character_map() -> bytes:
    """A font whose codes are named by a stream of gigabytes."""
    font = (
        b"/Font<</F<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/ToUnicode 6 0 R"
        b"/DescendantFonts[5 0 R]>>>>"
    )
    descendant = (
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A"
        b"/CIDSystemInfo<</Registry(A)/Ordering(B)/Supplement 0>>>>"
    )
    objects = {
        **page_objects(font),
        4: stream(b"BT /F 12 Tf <0001> Tj ET"),
        5: descendant,
        6: stream(packed(100, b"1 beginbfchar <01> <02> endbfchar "), b"/Filter/FlateDecode"),
    }
    return raw_pdf(objects)


def only_for_pdfium() -> bytes:
    """The first library stumbles over the page's turn; the second would unpack everything."""
    objects = page_objects(extra=b"/Rotate/Foo")
    return raw_pdf({**objects, 4: stream(packed(100, b"BT (a) Tj ET "), b"/Filter/FlateDecode")})


def many_pages() -> bytes:
    kids = range(4, 5004)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R>>"
    tree = b"<</Type/Pages/Kids[%s]/Count 5000>>" % b" ".join(b"%d 0 R" % kid for kid in kids)
    leaves = dict.fromkeys(kids, page)
    return raw_pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: tree, 3: stream(b""), **leaves})


def deep_tree() -> bytes:
    """Five thousand levels between the root and the page."""
    levels = {
        2 + level: b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (3 + level) for level in range(5000)
    }
    page = b"<</Type/Page/MediaBox[0 0 595 842]>>"
    return raw_pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", **levels, 5002: page})


def tree_in_itself() -> bytes:
    return raw_pdf(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"}
    )


def no_pages() -> bytes:
    return raw_pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>"})


def form_in_itself() -> bytes:
    form = stream(
        b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"
    )
    return raw_pdf({**page_objects(b"/XObject<</X 5 0 R>>"), 4: stream(b"/X Do"), 5: form})


def deep_brackets() -> bytes:
    return one_page(stream(b"[" * 100_000 + b"]" * 100_000))


def broken_places() -> bytes:
    return no_pages().replace(b"startxref\n", b"startxref\n9")


def huge_places() -> bytes:
    return (
        b"%PDF-1.5\nxref\n0 4000000000\n0000000000 65535 f \n"
        b"trailer\n<</Size 4000000000/Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    )


FILES: dict[Callable[[], bytes], str] = {
    flate: "too_large",
    nested: "too_large",
    character_map: "too_large",
    only_for_pdfium: "too_large",
    many_pages: "too_large",
    deep_tree: "unreadable",
    tree_in_itself: "unreadable",
    no_pages: "unreadable",
    form_in_itself: "unreadable",
    deep_brackets: "unreadable",
    broken_places: "unreadable",
    huge_places: "unreadable",
}
MOST = 512 * MEGABYTE
"""Growth of a process by any of these files; the largest unpack to gigabytes."""


def refusals() -> tuple[dict[str, str], int]:
    """In a process of its own: codes by file, and how far its memory grew."""
    pdf_scan.available = lambda: False
    codes: dict[str, str] = {}
    made = {make.__name__: make() for make in FILES}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, data in made.items():
        try:
            read_pdf(data)
            codes[name] = "read"
        except DocumentError as refused:
            codes[name] = refused.code
    return codes, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024


def test_hostile_files_are_refused_in_bounded_memory() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        codes, growth = pool.apply_async(refusals).get(timeout=120)
    assert codes == {make.__name__: code for make, code in FILES.items()}
    assert growth < MOST


def test_a_reference_to_itself_ends_when_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library follows it for ever, and once more while it cleans up."""
    monkeypatch.setattr(pdf, "limited", lambda: limited(seconds=0.5))
    with pytest.raises(DocumentError) as caught:
        read_pdf(one_page(b"4 0 R"))
    assert caught.value.code == "too_large"


def endless() -> None:
    while True:
        time.sleep(0.001)


def test_a_loop_in_the_cleaning_up_is_ended_too() -> None:
    with pytest.raises(DocumentError), limited(seconds=0.2):
        try:
            endless()
        finally:
            endless()


def test_what_ends_in_time_is_left_alone() -> None:
    with limited(seconds=0.3):
        pass
    time.sleep(0.5)  # An interruption that came late would fail this test or the next.


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    grown = iter(range(0, 10**12, 100 * MEGABYTE))
    monkeypatch.setattr(pdf_limits, "_peak", lambda: next(grown))
    with pytest.raises(DocumentError) as caught, limited(growth=300 * MEGABYTE):
        endless()
    assert caught.value.code == "too_large"


def test_streams_are_unpacked_whole_or_not_at_all() -> None:
    inflater = Inflater()
    inflater.begin()
    whole = zlib.compress(b"text " * 1000)
    assert inflater.decompress(whole) == b"text " * 1000
    assert inflater.decompress(whole[:-4]) == b"text " * 1000  # without its checksum
    with pytest.raises(DocumentError) as caught:
        inflater.decompress(whole[:-12])
    assert caught.value.code == "unreadable"


def test_the_sum_of_streams_is_bounded() -> None:
    each = stream(packed(60, b" "), b"/Filter/FlateDecode")
    check_streams(each)
    with pytest.raises(DocumentError) as caught:
        check_streams(each * 5)
    assert caught.value.code == "too_large"
