"""Sample reports as PDF files by real Chromium and LibreOffice, and what each cell then shows."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from hashlib import md5
from io import BytesIO
from pathlib import Path
from random import Random

from spiders.samples.reports import Report
from spiders.samples.tables import Grid
from storage.domain import AnnualReport, Cell
from storage.vocab import CellState
from tests.crawler.parsing.scoring import TABLES, Slot
from tests.crawler.parsing.writing import Sample, page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SOFFICE = shutil.which("soffice")
_MARKS = frozenset({"", "/", "-", "—", "无"})


# --- Writing --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of HTML to be printed. ``head``, ``foot``: templates of Chromium for each page."""

    markup: str
    head: str = ""
    foot: str = ""


def printed(sheets: Sequence[Sheet]) -> list[bytes]:
    """PDF files by one Chromium; page size and margins are those of the sheets' ``@page``."""
    from playwright.sync_api import sync_playwright

    made: list[bytes] = []
    with sync_playwright() as runner:
        browser = runner.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page()
        for sheet in sheets:
            tab.set_content(sheet.markup)
            made.append(
                tab.pdf(
                    prefer_css_page_size=True,
                    print_background=True,
                    display_header_footer=bool(sheet.head or sheet.foot),
                    header_template=sheet.head or "<span></span>",
                    footer_template=sheet.foot or "<span></span>",
                )
            )
        browser.close()
    return made


def converted(markups: Sequence[str], *, options: str = "") -> list[bytes]:
    """PDF files by LibreOffice, as from a Word document; ``options``: of its PDF filter."""
    if not markups:
        return []
    with tempfile.TemporaryDirectory(prefix="nb-pdf-") as name:
        folder = Path(name)
        for index, markup in enumerate(markups):
            (folder / f"{index}.html").write_text(markup, encoding="utf-8")
        _soffice(folder, ["--infilter=HTML (StarWriter)", "--convert-to", "docx"], "html")
        target = f"pdf:writer_pdf_Export:{options}" if options else "pdf"
        _soffice(folder, ["--convert-to", target], "docx")
        return [(folder / f"{index}.pdf").read_bytes() for index in range(len(markups))]


def _soffice(folder: Path, arguments: Sequence[str], source: str) -> None:
    subprocess.run(
        [
            str(SOFFICE), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
            *arguments, "--outdir", str(folder), *map(str, sorted(folder.glob(f"*.{source}"))),
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip


def rotated(data: bytes, turn: int) -> bytes:
    """The file with ``/Rotate`` set on all pages."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    for leaf in document:
        leaf.set_rotation(turn)
    out = BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def pictured(data: bytes, pages: Iterable[int], dpi: int = 150) -> bytes:
    """The file with some pages (0-based) replaced by pictures of themselves, as a scanner would."""
    import pypdfium2

    source, target = pypdfium2.PdfDocument(data), pypdfium2.PdfDocument.new()
    wanted = set(pages)
    for index in range(len(source)):
        if index not in wanted:
            target.import_pages(source, [index])
            continue
        width, height = source[index].get_size()
        image = source[index].render(scale=dpi / 72).to_pil().convert("L")
        jpeg = BytesIO()
        image.save(jpeg, "JPEG", quality=80)
        picture = pypdfium2.PdfImage.new(target)
        picture.load_jpeg(jpeg)
        picture.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
        leaf = target.new_page(width, height)
        leaf.insert_obj(picture)
        leaf.gen_content()
    out = BytesIO()
    target.save(out)
    return out.getvalue()


def raw_pdf(objects: Mapping[int, bytes], *, trailer: bytes = b"") -> bytes:
    """A file of these objects, of which number 1 is the catalogue, with its table of places."""
    out = BytesIO()
    out.write(b"%PDF-1.5\n")
    places: dict[int, int] = {}
    for number, body in objects.items():
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start, size = out.tell(), max(objects) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        kept = number in places
        out.write(
            b"%010d %05d %s \n"
            % (places.get(number, 0), 0 if kept else 65535, b"nf"[not kept :][:1])
        )
    out.write(
        b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    )
    return out.getvalue()


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), entries, data)


_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def encrypted(text: str, password: str) -> bytes:
    """A page of letters, encrypted with RC4 of 40 bits (ISO 32000-1, 7.6.3, algorithms 2 to 4);
    the password may be empty, as of files that only forbid changes."""
    secret = (password.encode() + _PADDING)[:32]
    owner = _rc4(md5(_PADDING).digest()[:5], secret)
    key = md5(secret + owner + struct.pack("<i", -4) + b"0" * 16).digest()[:5]
    of_stream = md5(key + bytes((4, 0, 0)) + bytes(2)).digest()[:10]
    content = _rc4(of_stream, f"BT /F 12 Tf 72 700 Td ({text}) Tj ET".encode())
    user = _rc4(key, _PADDING)
    lock = b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (
        owner.hex().encode(),
        user.hex().encode(),
    )
    return raw_pdf(
        {**page_objects(), 4: stream(content), 5: lock},
        trailer=b"/Encrypt 5 0 R/ID[<%(id)s><%(id)s>]" % {b"id": (b"0" * 16).hex().encode()},
    )


def page_objects(resources: bytes = b"", *, extra: bytes = b"") -> dict[int, bytes]:
    """A catalogue with one page, whose content is object 4."""
    fonts = b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    return {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<<%s>>%s>>" % (resources or fonts, extra),
    }


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


# --- Scoring --------------------------------------------------------------------------

Shown = Mapping[Slot, str]
"""What stands in each cell of the three tables, as printed."""


def shown(report: Report, sample: Sample) -> Shown:
    """The text of each cell; the form's cells stand in the order of the sample's figures."""
    cells: dict[Slot, str] = {}
    grids = [item for item in report.body if isinstance(item, Grid)]
    for name, grid in zip(TABLES, grids, strict=True):
        slots = [slot for slot in sample.expected if slot[0] == name]
        texts = [cell.text for row in grid.rows for cell in row if cell.is_value]
        cells.update(zip(slots, texts, strict=True))
    return cells


@dataclass(frozen=True, slots=True)
class Tally:
    """``right``: numbers and blanks as printed. ``lost``: said to be unread. ``wrong``: another
    number, or called blank. ``invented``: a number where none is printed."""

    right: tuple[Slot, ...]
    lost: tuple[Slot, ...]
    wrong: tuple[Slot, ...]
    invented: tuple[Slot, ...]

    def __str__(self) -> str:
        worst = (self.invented or self.wrong or self.lost)[:4]
        counts = (f"{name}={len(getattr(self, name))}" for name in self.__slots__)
        return f"{' '.join(counts)} {list(worst) or ''}"


def tally(report: AnnualReport, cells: Shown) -> Tally:
    found: dict[str, list[Slot]] = {name: [] for name in Tally.__slots__}
    for slot, text in cells.items():
        found[_outcome(report.cell(*slot), text)].append(slot)
    for name in TABLES:
        for row, values in report.table(name).items():
            for column, cell in values.items():
                if cell.value is not None and (name, row, column) not in cells:
                    found["invented"].append((name, row, column))
    return Tally(**{name: tuple(slots) for name, slots in found.items()})


def _outcome(cell: Cell, text: str) -> str:
    number = _number(text)
    if cell.state is CellState.ABSENT:
        return "lost"
    if number is None:
        return "invented" if cell.value is not None else "right"
    return "right" if cell.value == number else "wrong"


def _number(text: str) -> Decimal | None:
    text = unicodedata.normalize("NFKC", text)
    if text.strip() in _MARKS:
        return None
    try:
        return Decimal(re.sub(r"[,，\s]", "", text))
    except InvalidOperation:
        return None


def sheet_of(report: Report, rng: Random, css: str, change: Callable[[str], str] | None) -> str:
    markup = page(report, rng).replace("</head>", f"<style>{css}</style></head>")
    return change(markup) if change else markup
