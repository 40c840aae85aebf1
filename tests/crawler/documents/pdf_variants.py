"""How agencies' PDF files differ: page sizes, rules, breaks, fonts, layers, as data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from tests.crawler.documents import pdf_changes as changes
from tests.crawler.documents.pdf_changes import Given
from tests.crawler.documents.pdf_files import (
    Sheet,
    Shown,
    converted,
    printed,
    rotated,
    sheet_of,
    shown,
)

_COLLAPSED = "table{border-collapse:collapse}"
_NO_RULES = "table,td,th{border:none!important;border-collapse:collapse}td{padding:3px 6px}"
_A4, _A5 = "@page{size:A4;margin:20mm}", "@page{size:A5;margin:12mm}"
_A6 = "@page{size:105mm 148mm;margin:7mm}body,td,td *{font-size:9px!important}"
_COUNTED = '<div style="font-size:9px;width:100%;text-align:center">- <span class="pageNumber"></span> -</div>'
_NAMED = '<div style="font-size:8px;margin-left:15mm">政府信息公开年报</div>'


@dataclass(frozen=True, slots=True)
class Variant:
    """``rules``: all, some or none of the cells' borders are drawn; ``cut``: and not all shown. ``given``: other figures or
    cells; ``edit``: of the markup; ``after``: of the file; ``head``, ``foot``: Chromium's templates."""

    name: str
    rules: str
    css: str
    given: Callable[[int], Given] | None = None
    edit: Callable[[str], str] | None = None
    after: Callable[[bytes], bytes] | None = None
    head: str = ""
    foot: str = ""
    office: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    variant: Variant
    seed: int
    data: bytes
    cells: Shown
    title: str


# --- The variants -------------------------------------------------------------------------

_HLINES = (
    "table{border-collapse:collapse;border:none!important}td{border:none!important;"
    "border-top:1px solid #000!important;border-bottom:1px solid #000!important}"
)
_VLINES = _HLINES.replace("border-top", "border-left").replace("border-bottom", "border-right")
_BARE = partial(Variant, rules="none")
_HALF = partial(Variant, rules="some")
_RULED = partial(Variant, rules="all")
_DAMAGED = partial(Variant, rules="cut")
"""The page hides a part of the table."""

VARIANTS: tuple[Variant, ...] = (
    _RULED("a4", css=_A4 + _COLLAPSED),
    _RULED("a5", css=_A5 + _COLLAPSED),
    _RULED("a6", css=_A6 + _COLLAPSED),
    _RULED("landscape", css="@page{size:A4 landscape;margin:15mm}" + _COLLAPSED),
    _RULED("separate", css="@page{size:A4}table{border-collapse:separate;border-spacing:2px}"),
    _RULED("dotted", css=_COLLAPSED + "table,td{border:1px dotted #555}"),
    _RULED("dashed", css=_COLLAPSED + "td{border:1px dashed #000}"),
    _RULED("double", css=_COLLAPSED + "td{border:3px double #000}"),
    _RULED("thick", css=_COLLAPSED + "td{border:2px solid #333;padding:6px}"),
    _RULED(
        "zebra", css=_COLLAPSED + "td{border:.5px solid #ccc}tr:nth-child(even){background:#dde8f5}"
    ),
    _RULED("tiny", css=_A4 + _COLLAPSED + "td,td *{font-size:7px!important;line-height:1.1}"),
    _RULED("huge", css=_COLLAPSED + "body *{font-size:21px!important}"),
    _RULED(
        "mixed-sizes",
        css=_COLLAPSED
        + "td:nth-child(3n) *,td:nth-child(3n){font-size:19px!important}td:nth-child(3n+1) *{font-size:8px!important}",
    ),
    _RULED(
        "open-sides",
        css=_COLLAPSED
        + "table{border:none!important}td{border:1px solid #000}td:first-child{border-left:none}td:last-child{border-right:none}",
    ),
    _RULED(
        "no-frame", css=_COLLAPSED + "table{border-style:hidden!important}td{border:1px solid #000}"
    ),
    _RULED("top", css=_A5 + _COLLAPSED + "td{vertical-align:top}"),
    _RULED("bottom", css=_A6 + _COLLAPSED + "td{vertical-align:bottom}"),
    _RULED(
        "justified",
        css=_A5
        + _COLLAPSED
        + "td,td *{text-align:justify!important;text-align-last:justify!important}",
    ),
    _RULED("right", css=_A5 + _COLLAPSED + "td,td *{text-align:right!important}"),
    _RULED("scaled", css="body{zoom:.6}" + _COLLAPSED),
    _RULED(
        "counted", css="@page{size:A5;margin:18mm 12mm}" + _COLLAPSED, head=_NAMED, foot=_COUNTED
    ),
    _RULED("counted-a6", css=_A6 + "@page{margin:14mm 7mm}" + _COLLAPSED, foot=_COUNTED),
    _RULED("repeated-head", css=_A5 + _COLLAPSED, edit=changes.repeat_head),
    _RULED("torn-rows", css="@page{size:148mm 90mm;margin:10mm}td{height:60px}" + _COLLAPSED),
    _RULED("torn-tall", css="@page{size:120mm 70mm;margin:8mm}td{padding:14px 2px}" + _COLLAPSED),
    _RULED(
        "torn-head", css="@page{size:148mm 80mm;margin:8mm}" + _COLLAPSED, edit=changes.repeat_head
    ),
    _RULED(
        "vertical",
        css=_A4
        + _COLLAPSED
        + "table{table-layout:fixed;width:100%}td{word-break:break-all;padding:0}",
    ),
    _RULED(
        "narrow",
        css="@page{size:105mm 148mm;margin:5mm}"
        + _COLLAPSED
        + "table{table-layout:fixed;width:100%}td{word-break:break-all;padding:0}td,td *{font-size:7px!important}",
    ),
    _RULED("downward", css=_A4 + _COLLAPSED, edit=changes.upright),
    _RULED(
        "radicals",
        css=_A4 + _COLLAPSED,
        edit=partial(changes.in_text, lambda t: t.translate(changes.RADICALS)),
    ),
    _RULED("doubled", css=_A4 + _COLLAPSED, edit=changes.doubled),
    _RULED("boxed", css=_A5 + _COLLAPSED, edit=changes.boxed),
    _RULED("watermark", css=_A4 + _COLLAPSED, edit=partial(changes.marked, "内部资料")),
    _RULED("pale-level", css=_A4 + _COLLAPSED, edit=partial(changes.pale, "2024", "")),
    _RULED(
        "pale-upright",
        css=_A4 + _COLLAPSED,
        edit=partial(changes.pale, "内部资料", "transform:rotate(-90deg)"),
    ),
    _RULED("wide-letters", css=_A4 + _COLLAPSED + "td,td *{letter-spacing:6px}"),
    _RULED("spaced", css=_A4 + _COLLAPSED + "td,td *{letter-spacing:2px}"),
    _RULED(
        "shaded",
        css=_COLLAPSED
        + "td{background:#f3e9d0;border:1px solid #888}td:first-child{background:#bcd}",
    ),
    _RULED("turned-90", css=_A4 + _COLLAPSED, after=partial(rotated, turn=90)),
    _RULED(
        "turned-270", css="@page{size:A4 landscape}" + _COLLAPSED, after=partial(rotated, turn=270)
    ),
    _RULED("turned-180", css=_A5 + _COLLAPSED, after=partial(rotated, turn=180)),
    _RULED("blanks", css=_A5 + _COLLAPSED, given=partial(changes.with_defect, "cells-blank")),
    _RULED("slashes", css=_A5 + _COLLAPSED, given=partial(changes.with_defect, "cells-slash")),
    _RULED("large", css=_A4 + _COLLAPSED, given=changes.large),
    _RULED("large-a6", css=_A6 + _COLLAPSED, given=changes.large),
    _RULED("full-width", css=_A4 + _COLLAPSED, given=partial(changes.values, changes.full_width)),
    _RULED("old", css=_A4 + _COLLAPSED, given=changes.old),
    _RULED("office", css=_COLLAPSED, office=True),
    _RULED(
        "office-a5",
        css="@page{size:148mm 210mm;margin:8mm}td,td *{font-size:8px!important}" + _COLLAPSED,
        office=True,
    ),
    _DAMAGED("office-cut", css="@page{size:148mm 210mm;margin:10mm}" + _COLLAPSED, office=True),
    _RULED("office-large", css=_COLLAPSED, given=changes.large, office=True),
    _HALF("across", css=_A4 + _HLINES),
    _HALF("across-a5", css=_A5 + _HLINES),
    _HALF("down", css=_A4 + _VLINES),
    _HALF("frame", css=_A4 + _NO_RULES + "table{border:1px solid #000!important}"),
    _HALF(
        "three-lines",
        css=_A4
        + _NO_RULES
        + "table{border-top:2px solid #000!important;border-bottom:2px solid #000!important}tr:nth-child(3) td{border-bottom:1px solid #000!important}",
    ),
    _HALF(
        "head-rules", css=_A4 + _NO_RULES + "tr:nth-child(-n+3) td{border:1px solid #000!important}"
    ),
    _HALF(
        "stub-rules",
        css=_A4 + _NO_RULES + "td:not([align=center]){border:1px solid #000!important}",
    ),
    _HALF(
        "white-rules",
        css=_A4
        + "table,td{border:none!important}td{background:#eef;border:2px solid #fff!important}",
    ),
    _HALF("across-blanks", css=_A4 + _HLINES, given=partial(changes.with_defect, "cells-blank")),
    _HALF("office-across", css=_HLINES, office=True),
    _BARE("bare", css=_A4 + _NO_RULES),
    _BARE("bare-a5", css=_A5 + _NO_RULES),
    _BARE("bare-wide", css="@page{size:A4 landscape;margin:20mm}table{width:100%}" + _NO_RULES),
    _BARE("bare-top", css=_A4 + _NO_RULES + "td{vertical-align:top}"),
    _BARE("bare-right", css=_A4 + _NO_RULES + "td,td *{text-align:right!important}"),
    _BARE("bare-left", css=_A4 + _NO_RULES + "td,td *{text-align:left!important}"),
    _BARE(
        "bare-counted",
        css="@page{size:A5;margin:18mm 12mm}" + _NO_RULES,
        head=_NAMED,
        foot=_COUNTED,
    ),
    _BARE("bare-blanks", css=_A4 + _NO_RULES, given=partial(changes.with_defect, "cells-blank")),
    _BARE("bare-slashes", css=_A4 + _NO_RULES, given=partial(changes.with_defect, "cells-slash")),
    _BARE("bare-large", css=_A4 + _NO_RULES, given=changes.large),
    _BARE("bare-head", css=_A5 + _NO_RULES, edit=changes.repeat_head),
    _BARE("bare-spread", css=_A4 + _NO_RULES + "td,td *{letter-spacing:4px}"),
    _BARE("bare-old", css=_A4 + _NO_RULES, given=changes.old),
    _BARE(
        "bare-turned", css="@page{size:A4 landscape}" + _NO_RULES, after=partial(rotated, turn=90)
    ),
    _BARE("bare-office", css=_NO_RULES, office=True),
)
BY_NAME = {variant.name: variant for variant in VARIANTS}


def made(wanted: Sequence[tuple[str, int]]) -> list[Made]:
    """The files of (variant, seed), by one run of Chromium and one of LibreOffice."""
    drafts: list[tuple[Variant, int, str, Shown, str]] = []
    for name, seed in wanted:
        variant = BY_NAME[name]
        given, report = (variant.given or changes.plain)(seed)
        markup = sheet_of(report, Random(seed), variant.css, variant.edit)
        drafts.append((variant, seed, markup, shown(report, given), report.title))
    sheets = [d for d in drafts if not d[0].office]
    texts = [d for d in drafts if d[0].office]
    files = {
        (d[0].name, d[1]): data
        for group, all_data in (
            (
                sheets,
                printed([Sheet(d[2], d[0].head, d[0].foot) for d in sheets]) if sheets else [],
            ),
            (texts, converted([d[2] for d in texts])),
        )
        for d, data in zip(group, all_data, strict=True)
    }
    return [
        Made(v, seed, v.after(data) if v.after else data, cells, title)
        for v, seed, _, cells, title in drafts
        for data in (files[v.name, seed],)
    ]
