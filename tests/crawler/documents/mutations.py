"""Damaged and hostile inputs made from sound ones: bytes, markup, and containers."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from random import Random

from openpyxl import Workbook

from spiders.samples.tables import Grid
from storage.vocab import ParseErrorCode
from tests.crawler.documents.html_forms import FORMS
from tests.crawler.documents.ofd_files import report_ofd
from tests.crawler.documents.office_files import converted, docx, p, tbl, tc, tr, zipped
from tests.crawler.parsing.writing import page, plain, sample

Mutation = Callable[[bytes, Random], bytes]

CODES = frozenset(code.value for code in ParseErrorCode)
"""What a reading may fail with."""
SECONDS = 20.0
"""A reading may take no longer; a worker's own limit is three times that."""


def _any_place(data: bytes, rng: Random) -> int:
    return rng.randrange(len(data)) if data else 0


# --- Bytes -----------------------------------------------------------------------------


def flipped(data: bytes, rng: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 3, 20, 200))):
        changed[_any_place(data, rng)] = rng.randrange(256)
    return bytes(changed)


def cut_short(data: bytes, rng: Random) -> bytes:
    return data[: _any_place(data, rng)]


def beginning_lost(data: bytes, rng: Random) -> bytes:
    return data[_any_place(data, rng) :]


def piece_lost(data: bytes, rng: Random) -> bytes:
    start = _any_place(data, rng)
    return data[:start] + data[start + rng.randrange(1, 4000) :]


def piece_repeated(data: bytes, rng: Random) -> bytes:
    start = _any_place(data, rng)
    return (
        data[:start]
        + data[start : start + rng.randrange(1, 3000)] * rng.choice((2, 9, 40))
        + data[start:]
    )


def noise_inside(data: bytes, rng: Random) -> bytes:
    start = _any_place(data, rng)
    return data[:start] + rng.randbytes(rng.choice((1, 50, 5000))) + data[start:]


def zeros_inside(data: bytes, rng: Random) -> bytes:
    start = _any_place(data, rng)
    return data[:start] + bytes(rng.choice((1, 64, 5000))) + data[start + 64 :]


def pieces_exchanged(data: bytes, rng: Random) -> bytes:
    a, b, c = sorted(_any_place(data, rng) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


BYTES: tuple[Mutation, ...] = (
    *(flipped, cut_short, beginning_lost, piece_lost, piece_repeated, noise_inside),
    *(zeros_inside, pieces_exchanged),
)


# --- Markup ------------------------------------------------------------------------------

_TAGS = re.compile(rb"<(\w[\w:]*)")


def nested(data: bytes, rng: Random) -> bytes:
    """One of its own tags ten thousand deep."""
    tags = _TAGS.findall(data) or [b"div"]
    tag = rng.choice(tags)
    depth = rng.choice((300, 10_000))
    place = data.rfind(b"<", 0, _any_place(data, rng)) if rng.random() < 0.7 else len(data)
    place = max(place, 0)
    closing = (b"</" + tag + b">") * depth if rng.random() < 0.7 else b""
    return data[:place] + (b"<" + tag + b">") * depth + closing + data[place:]


def huge_attribute(data: bytes, rng: Random) -> bytes:
    value = rng.choice((b"x", b"display:none;", b"&lt;p&gt;", b"\\u003c", b"9", b'" a="')) * 50_000
    return _TAGS.sub(lambda m: m[0] + b' style="' + value + b'"', data, count=1)


def many_attributes(data: bytes, rng: Random) -> bytes:
    names = b"".join(b' a%d="%d"' % (n, n) for n in range(4_000))
    return _TAGS.sub(lambda m: m[0] + names, data, count=1)


def spans_without_end(data: bytes, rng: Random) -> bytes:
    number = rng.choice((b"0", b"-1", b"65535", b"99999999999999999999", b"1e9", b"x"))
    named = rb'((?:col|row)span=|w:gridSpan w:val=|ref=)"[^"]*"'
    changed = re.sub(named, lambda m: m[1] + b'"' + number + b'"', data)
    return changed if changed != data else re.sub(rb"<td", b'<td rowspan="' + number + b'"', data)


def laughing(data: bytes, rng: Random) -> bytes:
    levels = b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(9))
    doctype = b'<!DOCTYPE r [<!ENTITY a0 "lol">' + levels + b"]>"
    declared = re.sub(rb"(<\?xml[^>]*\?>)?", lambda m: m[0] + doctype, data, count=1)
    return re.sub(rb">(\d+)<", b">&a9;<", declared, count=3)


def outside_entity(data: bytes, rng: Random) -> bytes:
    doctype = b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    declared = re.sub(rb"(<\?xml[^>]*\?>)?", lambda m: m[0] + doctype, data, count=1)
    return re.sub(rb">(\d+)<", b">&e;<", declared, count=3)


def unbalanced(data: bytes, rng: Random) -> bytes:
    share = rng.choice((0.02, 0.3, 1.0))
    return re.sub(rb"</\w[\w:]*>", lambda m: b"" if rng.random() < share else m[0], data)


def rows_without_end(data: bytes, rng: Random) -> bytes:
    row = re.search(rb"<(tr|w:tr|row)\b.*?</\1>", data, re.S)
    if row is None:
        return data + b"<tr><td>1</td></tr>" * 10_000
    return data.replace(row[0], row[0] * rng.choice((50, 3000)), 1)


def quotes_without_end(data: bytes, rng: Random) -> bytes:
    noise = (
        rng.choice((b'"\\"', b"'`\"", b"\\u003c\\", b"&lt;", b"<![CDATA[", b"{[", b"|+-")) * 10_000
    )
    place = data.rfind(b"<", 0, _any_place(data, rng))
    return data[: max(place, 0)] + b"<script>var a=" + noise + b"</script>" + data[max(place, 0) :]


MARKUP: tuple[Mutation, ...] = (
    *(nested, huge_attribute, many_attributes, spans_without_end, laughing, outside_entity),
    *(unbalanced, rows_without_end, quotes_without_end),
)


# --- Containers -----------------------------------------------------------------------------


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return out.getvalue()


def member_changed(data: bytes, rng: Random) -> bytes:
    """A member damaged inside a sound package."""
    members = _members(data)
    name = rng.choice(sorted(members))
    members[name] = rng.choice((*BYTES, *MARKUP))(members[name], rng)
    return _packed(members)


def member_lost(data: bytes, rng: Random) -> bytes:
    members = _members(data)
    del members[rng.choice(sorted(members))]
    return _packed(members)


def bomb(data: bytes, rng: Random) -> bytes:
    members = _members(data)
    name = rng.choice((*sorted(members), "z.html"))
    return _packed(members | {name: rng.choice((b"0", b" ", b"<p>")) * 60_000_000})


def packages_in_packages(data: bytes, rng: Random) -> bytes:
    for level in range(rng.choice((2, 5, 12))):
        data = zipped({f"{level}.zip": data, "a.txt": b"x"}, zipfile.ZIP_STORED)
    return data


def tricky_names(data: bytes, rng: Random) -> bytes:
    tricks = (
        *("../../etc/passwd", "/etc/passwd", "C:\\x\\y.html", "a/../../b.html", "con.html", "."),
        *("a\x00.html", "x" * 60_000, "\u202egpj.exe", "a\nb.html", "//host/share/f.html"),
    )
    members = _members(data)
    return _packed({f"{rng.choice(tricks)}{n or ''}": c for n, c in enumerate(members.values())})


def many_members(data: bytes, rng: Random) -> bytes:
    return _packed(_members(data) | {f"{n}.html": b"<p>1" for n in range(rng.choice((150, 3000)))})


def lies_about_sizes(data: bytes, rng: Random) -> bytes:
    """Sizes, offsets and flags in the directory of the package."""
    changed = bytearray(data)
    for entry in re.finditer(rb"PK\x01\x02", data):
        place = entry.start() + rng.choice((8, 10, 16, 20, 24, 28, 42))
        if place + 4 <= len(changed) and rng.random() < 0.5:
            changed[place : place + 4] = rng.randbytes(4)
    return bytes(changed)


PACKAGE: tuple[Mutation, ...] = (
    *(member_changed, member_changed, member_changed, member_lost, packages_in_packages),
    *(tricky_names, many_members, lies_about_sizes, bomb),
)


# --- Sound files ------------------------------------------------------------------------------


def _word_rows(grid: Grid) -> str:
    return tbl(
        *(
            tr(*(tc(c.text or " ", f'<w:gridSpan w:val="{c.colspan}"/>') for c in row))
            for row in grid.rows
        )
    )


def _word() -> bytes:
    body = [p(sample(0).report.title)]
    for item in sample(0).report.body:
        if isinstance(item, Grid):
            body.append(_word_rows(item))
        else:
            body.append(p(item if isinstance(item, str) else item.text))
    return docx("".join(body))


def _workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for item in sample(0).report.body:
        rows = item.rows if isinstance(item, Grid) else [[item]]
        for row in rows:
            sheet.append([getattr(cell, "text", cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _archive(source: str) -> bytes:
    return (
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b1\n\n--b1\n"
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"{source}\n--b1\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0K\n--b1--\n"
    ).encode()


def _rtf() -> bytes:
    text = "".join(f"\\u{ord(c)}?" for c in plain(sample(0).report)[:3000])
    return b"{\\rtf1\\ansi " + text.encode() + b"}"


def sound(kind: str) -> list[bytes]:
    """Sound files of a format. XLS, DOC: converted by LibreOffice; skips without it."""
    source = page(sample(0).report, Random(0))
    if kind == "html":
        scripts = [FORMS[n](source, Random(0)) for n in ("variable_in_a_script", "list_rows")]
        return [source.encode(), *(str(s).encode() for s in scripts)]
    if kind == "json":
        return [json.dumps({"data": {"title": "a", "content": source}}).encode()]
    if kind == "text":
        box = str(FORMS["box_drawing"](source, Random(0)))
        return [plain(sample(0).report).encode(), re.sub(r"<[^>]*>", "", box).encode("gb18030")]
    if kind == "docx":
        return [_word()]
    if kind == "xlsx":
        return [_workbook()]
    if kind == "ofd":
        return [report_ofd(sample(0).report)]
    if kind == "zip":
        parts = {"1.html": source, "年报/2.docx": _word(), "3.zip": zipped({"a.html": source})}
        return [zipped(parts)]
    if kind == "mhtml":
        return [_archive(source)]
    if kind == "rtf":
        return [_rtf()]
    return [data for _, data in converted(kind)]


_MARKED = ("html", "json", "mhtml", "rtf", "text")
_PACKED = ("docx", "xlsx", "ofd", "zip")
QUICK = ("html", "json", "text", "docx", "xlsx", "xls", "ofd", "zip", "mhtml")
SLOW = ("doc", "rtf")
"""Each reading starts LibreOffice."""


def mutations(kind: str) -> tuple[Mutation, ...]:
    more = MARKUP if kind in _MARKED else PACKAGE * 2 if kind in _PACKED else ()
    return (*BYTES, *more)


def mutated(kind: str, count: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """``count`` damaged files of a format, each with the name of what was done to it."""
    files, changes = sound(kind), mutations(kind)
    for number in range(count):
        rng = Random(seed * 1_000_003 + number)
        change = changes[number % len(changes)]
        data = change(rng.choice(files), rng)
        if rng.random() < 0.15:
            data = rng.choice(BYTES)(data, rng)
        yield change.__name__, data
