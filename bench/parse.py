"""Speed of reading a page: bytes → report, against a bare lxml parse-and-iterate of the same bytes.

python -m bench.parse [--reports 40]
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
import tracemalloc
from collections.abc import Callable
from random import Random

import lxml.html

from crawler.parsing.reading import read
from spiders.samples.figures import Profile, random_figures
from spiders.samples.reports import render_html

_RUNS = 3


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


def seconds(work: Callable[[bytes], object], page: bytes) -> float:
    """Processor time of the fastest of some runs: other programs on the machine count less."""
    taken = []
    for _ in range(_RUNS):
        start = time.process_time()
        work(page)
        taken.append(time.process_time() - start)
    return min(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=40)
    data = pages(parser.parse_args().reports)
    for work in (bare, read):
        work(data[0])
    ratios = [seconds(read, page) / seconds(bare, page) for page in data]
    tracemalloc.start()
    peaks = []
    for page in data:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        read(page)
        peaks.append(tracemalloc.get_traced_memory()[1] - before)
    process = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"pages {len(data)}, {sum(map(len, data)) / len(data) / 1024:.0f} KB on average")
    print(
        f"read / bare lxml: median {statistics.median(ratios):.1f}, "
        f"min {min(ratios):.1f}, max {max(ratios):.1f}"
    )
    print(
        f"Python memory of one reading: median {statistics.median(peaks) / 2**20:.1f} MB, "
        f"most {max(peaks) / 2**20:.1f} MB; whole process {process / 1024:.0f} MB"
    )


if __name__ == "__main__":
    main()
