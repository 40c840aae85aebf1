"""Every format of the corpus: drafts → bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Flag, auto

from spiders.samples.reports import Report
from storage.vocab import CellState
from tests.corpus import write_html, write_sheet, write_text, write_word
from tests.corpus.blemishes import blemished
from tests.corpus.convert import CHROMIUM, SOFFICE, Sheet, office, pictured, printed, rendered
from tests.corpus.drafts import Draft, Fill, Form, draft
from tests.corpus.grids import map_grids, map_labels
from tests.corpus.truth import Truth
from tests.crawler.documents.ofd_files import report_ofd
from tests.crawler.documents.office_files import zipped

Write = Callable[[Draft], bytes]
WriteAll = Callable[[Sequence[Draft]], list[bytes]]


class Needs(Flag):
    """Programs without which the format can't be written (or read)."""

    NOTHING = 0
    OFFICE = auto()
    CHROMIUM = auto()


@dataclass(frozen=True, slots=True)
class Format:
    """``keeps_blanks``: an empty cell leaves its place. ``exact``: the file itself says what is a
    cell, or shows characters; not so in scans. ``ending``: of the file's name."""

    name: str
    ending: str
    write: WriteAll
    needs: Needs = Needs.NOTHING
    keeps_blanks: bool = True
    exact: bool = True

    def available(self) -> bool:
        """Whether the programs it needs are here."""
        if Needs.OFFICE in self.needs and not SOFFICE:
            return False
        return not (Needs.CHROMIUM in self.needs and not CHROMIUM)


def _each(write: Write) -> WriteAll:
    return lambda drafts: [write(d) for d in drafts]


def _office(write: Write, source: str, target: str, infilter: str = "") -> WriteAll:
    return lambda drafts: office([write(d) for d in drafts], source, target, infilter=infilter)


def _printed(rules: str) -> WriteAll:
    css = write_html.RULES[rules]
    return lambda drafts: printed([Sheet(write_html.plain_markup(d, css)) for d in drafts])


def _scans(drafts: Sequence[Draft]) -> list[bytes]:
    return [pictured(data, range(1000)) for data in _printed("ruled")(drafts)]


def _pictures(kind: str) -> WriteAll:
    return lambda drafts: [rendered(data, kind) for data in _printed("strip")(drafts)]


def _zip_of_one(d: Draft) -> bytes:
    name, write = d.rng.choice(
        (("年报.docx", write_word.word), ("report.html", write_html.plain),
         ("年报.xlsx", write_sheet.one_sheet), ("年报.txt", write_text.tabs))
    )  # fmt: skip
    return zipped({name: write(d)})


def _zip_of_several(d: Draft) -> bytes:
    """The report beside files that are none of it."""
    notice = "关于报送材料的说明\n\n本压缩包含年度报告和说明各一份，请以正文为准。"
    return zipped(
        {
            "说明.txt": notice.encode(),
            "附件/政府信息公开工作年度报告.docx": write_word.word(d),
            "__MACOSX/._说明.txt": b"\0" * 40,
        }
    )


def _ofd(ruled: bool) -> Write:
    return lambda d: report_ofd(_one_line(d), ruled=ruled)


def _one_line(d: Draft) -> Report:
    """Labels without line breaks: the writer of OFD breaks them by itself."""
    return map_grids(d.report, lambda n, g: map_labels(g, lambda t: t.replace("\n", "")))


_OFFICE, _BOTH = Needs.OFFICE, Needs.OFFICE | Needs.CHROMIUM
_ALL = (
    Format("html-plain", "html", _each(write_html.plain)),
    Format("html-gbk", "html", _each(write_html.gb18030)),
    Format("html-nested", "html", _each(write_html.nested)),
    Format("html-divs", "html", _each(write_html.divs)),
    Format("html-split", "html", _each(write_html.split)),
    Format("html-dl", "html", _each(write_html.listed)),
    Format("html-spans", "html", _each(write_html.spanned)),
    Format("html-json", "json", _each(write_html.in_json)),
    Format("html-escaped", "html", _each(write_html.escaped)),
    Format(
        "html-office", "html", _office(write_word.word, "docx", "html:HTML (StarWriter)"), _OFFICE
    ),
    Format("mhtml", "mht", _each(write_html.mhtml)),
    Format("txt-tabs", "txt", _each(write_text.tabs)),
    Format("txt-utf16", "txt", _each(write_text.utf16)),
    Format("txt-aligned", "txt", _each(write_text.aligned), keeps_blanks=False),
    Format("txt-cells", "txt", _each(write_text.cell_a_line), keeps_blanks=False),
    Format("txt-spaces", "txt", _each(write_text.spaces), keeps_blanks=False),
    Format("txt-markdown", "md", _each(write_text.markdown)),
    Format("docx", "docx", _each(write_word.word)),
    Format("docx-nested", "docx", _each(write_word.word_nested)),
    Format("docx-boxes", "docx", _each(write_word.word_text_boxes)),
    Format(
        "docx-office",
        "docx",
        _office(write_html.plain, "html", "docx", "HTML (StarWriter)"),
        _OFFICE,
    ),
    Format("doc", "doc", _office(write_word.word, "docx", "doc"), _OFFICE),
    Format("wps", "wps", _office(write_word.word, "docx", "doc"), _OFFICE),
    Format("rtf", "rtf", _office(write_word.word, "docx", "rtf"), _OFFICE),
    Format("odt", "odt", _office(write_word.word, "docx", "odt"), _OFFICE),
    Format("xlsx", "xlsx", _each(write_sheet.one_sheet)),
    Format("xlsx-sheets", "xlsx", _each(write_sheet.sheets)),
    Format("xls", "xls", _office(write_sheet.one_sheet, "xlsx", "xls"), _OFFICE),
    Format("ods", "ods", _office(write_sheet.one_sheet, "xlsx", "ods"), _OFFICE),
    Format("pdf-ruled", "pdf", _printed("ruled"), Needs.CHROMIUM),
    Format("pdf-half", "pdf", _printed("half"), Needs.CHROMIUM),
    Format("pdf-none", "pdf", _printed("none"), Needs.CHROMIUM),
    Format("pdf-small", "pdf", _printed("small"), Needs.CHROMIUM),
    Format("pdf-office", "pdf", _office(write_word.word, "docx", "pdf"), _OFFICE),
    Format("pdf-office-half", "pdf", _office(write_word.word_half_ruled, "docx", "pdf"), _OFFICE),
    Format("pdf-office-none", "pdf", _office(write_word.word_unruled, "docx", "pdf"), _OFFICE),
    Format("ofd-ruled", "ofd", _each(_ofd(ruled=True))),
    Format("ofd-none", "ofd", _each(_ofd(ruled=False))),
    Format("zip-one", "zip", _each(_zip_of_one)),
    Format("zip-several", "zip", _each(_zip_of_several)),
    Format("pdf-scan", "pdf", _scans, Needs.CHROMIUM, exact=False),
    Format("png", "png", _pictures("PNG"), Needs.CHROMIUM, exact=False),
    Format("jpg", "jpg", _pictures("JPEG"), Needs.CHROMIUM, exact=False),
)
FORMATS = {item.name: item for item in _ALL}


@dataclass(frozen=True, slots=True)
class Document:
    """A written document; ``name`` tells how to make it again: format, seed, clean or not."""

    format: str
    draft: Draft
    data: bytes
    truth: Truth

    @property
    def clean(self) -> bool:
        return not self.draft.blemishes

    @property
    def name(self) -> str:
        return f"{self.format}/{self.draft.seed}{'' if self.clean else '+'}"


def given(seed: int, *, clean: bool, form: Form | None = None, fill: Fill | None = None) -> Draft:
    """The draft of a seed, with or without layout defects."""
    plain = draft(seed, form=form, fill=fill)
    return plain if clean else blemished(plain)


def made(name: str, drafts: Sequence[Draft]) -> list[Document]:
    """The drafts in a format, by one batch."""
    form = FORMATS[name]
    return [
        Document(name, d, data, _truth(d, form))
        for d, data in zip(drafts, form.write(drafts), strict=True)
    ]


def _truth(d: Draft, form: Format) -> Truth:
    if form.keeps_blanks:
        return d.truth
    rows: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for (table, row, _), cell in d.truth.cells.items():
        # Table 四 is one row.
        rows[table, "" if table == "table4" else row].append(cell.state is CellState.BLANK)
    unplaced = frozenset(
        slot for slot in d.truth.cells if any(rows[slot[0], "" if slot[0] == "table4" else slot[1]])
    )
    return replace(d.truth, unplaced=unplaced)
