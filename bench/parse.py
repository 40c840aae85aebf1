"""Speed of reading a page: bytes → report, against a bare lxml parse-and-iterate of the same bytes.

python -m bench.parse [--reports 40]
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc
from collections.abc import Callable
from random import Random

import lxml.html

from crawler.parsing.reading import read
from spiders.samples.figures import Profile, random_figures
from spiders.samples.reports import render_html


def pages(count: int) -> list[bytes]:
    found = []
    for seed in range(count):
        rng = Random(seed)
        figures = random_figures(rng, Profile.random(rng))
        found.append(render_html("青石县水利局", 2023, figures, rng=rng).encode())
    return found


def bare(data: bytes) -> int:
    """The baseline: parse, then walk over every element's text."""
    root = lxml.html.document_fromstring(data, parser=lxml.html.HTMLParser(encoding="utf-8"))
    return sum(len("".join(cell.itertext())) for cell in root.iter("td", "p", "h1"))


def seconds(work: Callable[[bytes], object], data: list[bytes]) -> list[float]:
    taken = []
    for page in data:
        start = time.perf_counter()
        work(page)
        taken.append(time.perf_counter() - start)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=40)
    data = pages(parser.parse_args().reports)
    for work in (bare, read):
        work(data[0])
    ratios = [
        ours / base for ours, base in zip(seconds(read, data), seconds(bare, data), strict=True)
    ]
    tracemalloc.start()
    read(data[0])
    peak = tracemalloc.get_traced_memory()[1]
    print(f"pages {len(data)}, {sum(map(len, data)) / len(data) / 1024:.0f} KB on average")
    print(
        f"read / bare lxml: median {statistics.median(ratios):.1f}, "
        f"min {min(ratios):.1f}, max {max(ratios):.1f}"
    )
    print(f"peak Python memory of one reading: {peak / 2**20:.1f} MB")


if __name__ == "__main__":
    main()
