"""Speed of reading a page: bytes → report, against a bare lxml parse-and-iterate of the same bytes.

    python -m bench.parse [--reports 12] [--rounds 7] [--files PAGE …]

Three kinds of page: the bare article; the article as Word exports it, with a style on every
paragraph and run; and that within a portal's page (menus, scripts, style sheets), which is as large
as what agencies publish. Two baselines: visiting every element for its text and tail, and taking
the text of every block and cell. All are measured in turn, the fastest of some rounds counts, in
processor time: other programs on the machine count less.
"""

from __future__ import annotations

import argparse
import re
import resource
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import lxml.html

from crawler.parsing.reading import read
from spiders.samples.figures import Profile, random_figures
from spiders.samples.reports import render_html

_FONT = "font-family:仿宋_GB2312;mso-hansi-font-family:仿宋;mso-bidi-font-family:宋体;color:black"
_WORD = (
    (
        re.compile(r"<p(?:\s[^>]*)?>"),
        '<p class="MsoNormal" align="center" style="margin-top:0cm;text-indent:0cm;line-height:24.0pt;'
        'mso-pagination:widow-orphan;layout-grid-mode:char">',
    ),
    (
        re.compile(r"<td"),
        '<td width="46" valign="center" style="width:34.5pt;border:solid windowtext 1.0pt;'
        'mso-border-alt:solid windowtext .5pt;padding:0cm 5.4pt 0cm 5.4pt"',
    ),
    (
        re.compile(r">([^<>\s][^<>]*)</(p|td|span|font|strong|b)>"),
        rf'><span lang="EN-US" style="font-size:10.5pt;{_FONT}">\1<o:p></o:p></span></\2>',
    ),
)
_HEAD = (
    '<meta name="SiteName" content="青石县人民政府"><meta name="ColumnName" content="年报">\n'
    + "<style>\n"
    + "".join(f".box{n} a:hover {{color:#0{n:02d};overflow:hidden}}\n" for n in range(80))
    + "</style>\n<script>\n"
    + "".join(f'$("#tab{n}").on("click", function () {{ show({n}); }});\n' for n in range(80))
    + "</script>\n"
)
_MENU = "".join(
    f'<li class="item"><a href="/col/col{n}/index.html" target="_blank">栏目名称{n}</a></li>\n'
    for n in range(120)
)
_FOOT = "<div class='foot'><p>主办：青石县人民政府</p><p>网站标识码：3200000000</p></div>"


@dataclass(frozen=True, slots=True)
class _Times:
    """Seconds of the fastest rounds."""

    elements: float
    texts: float
    read: float


def _article(seed: int) -> str:
    rng = Random(seed)
    return render_html("青石县水利局", 2023, random_figures(rng, Profile.random(rng)), rng=rng)


def _word(page: str) -> str:
    for pattern, written in _WORD:
        page = pattern.sub(written, page)
    return page


def _portal(page: str) -> str:
    page = page.replace("</head>", f"{_HEAD}</head>", 1)
    page = page.replace("<body>", f'<body>\n<div class="nav"><ul>\n{_MENU}</ul></div>\n<div>', 1)
    return page.replace("</body>", f"</div>{_FOOT}</body>", 1)


def pages(count: int) -> dict[str, list[bytes]]:
    """``count`` pages of each kind."""
    articles = [_article(seed) for seed in range(count)]
    exported = [_word(page) for page in articles]
    kinds = {"article": articles, "word": exported, "portal": [_portal(page) for page in exported]}
    return {kind: [page.encode() for page in made] for kind, made in kinds.items()}


def _tree(data: bytes) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(data, parser=lxml.html.HTMLParser(encoding="utf-8"))


def elements(data: bytes) -> int:
    """The strict baseline: parse, then visit every element for its text and tail."""
    return sum(len(e.text or "") + len(e.tail or "") for e in _tree(data).iter())


def texts(data: bytes) -> int:
    """Parse, then take the text of every block and cell."""
    return sum(len("".join(e.itertext())) for e in _tree(data).iter("td", "p", "h1"))


def measure(page: bytes, rounds: int) -> _Times:
    works: tuple[Callable[[bytes], object], ...] = (elements, texts, read)
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for i, work in enumerate(works):
            start = time.process_time()
            work(page)
            best[i] = min(best[i], time.process_time() - start)
    return _Times(*best)


def show(kind: str, made: Sequence[bytes], rounds: int) -> None:
    found = [measure(page, rounds) for page in made]
    size = sum(map(len, made)) / len(made) / 1024
    milliseconds = [
        1000 * statistics.median(times)
        for times in zip(*((t.elements, t.texts, t.read) for t in found), strict=True)
    ]
    strict = [t.read / t.elements for t in found]
    loose = [t.read / t.texts for t in found]
    print(
        f"{kind:10} {len(made):3} pages of {size:4.0f} KB: "
        "elements {:.1f} ms, texts {:.1f} ms, read {:.1f} ms; ".format(*milliseconds)
        + f"read / elements {statistics.median(strict):.1f} (most {max(strict):.1f}), "
        f"read / texts {statistics.median(loose):.1f} (most {max(loose):.1f})"
    )


def show_memory(made: Sequence[bytes]) -> None:
    tracemalloc.start()
    peaks = []
    for page in made:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        read(page)
        peaks.append(tracemalloc.get_traced_memory()[1] - before)
    tracemalloc.stop()
    process = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"Python memory of one reading: median {statistics.median(peaks) / 2**20:.1f} MB, "
        f"most {max(peaks) / 2**20:.1f} MB; whole process {process / 1024:.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--files", type=Path, nargs="+", default=(), help="pages of your own")
    chosen = parser.parse_args()
    made = pages(chosen.reports)
    if chosen.files:
        made["files"] = [path.read_bytes() for path in chosen.files]
    for page in made["article"]:
        read(page)
    for kind, found in made.items():
        show(kind, found, chosen.rounds)
    show_memory([page for found in made.values() for page in found])


if __name__ == "__main__":
    main()
