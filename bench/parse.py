"""HTML bytes → report, against a bare ``lxml.html`` parse that walks over the same bytes.

Both run in this process on the same pages, alternately; the ratio of the medians is what counts.
Run: ``python -m bench.parse [FILE…]``; without files on generated reports.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import lxml.html

from crawler.parsing.reading import read
from spiders.samples.figures import random_figures
from spiders.samples.reports import render_html

ROUNDS = 15
PAGES = 20


def bare(data: bytes) -> int:
    """The least that any reader of HTML must do: parse, and look at every element's text."""
    root = lxml.html.document_fromstring(data, parser=lxml.html.HTMLParser(encoding="utf-8"))
    return sum(len(element.text or "") + len(element.tail or "") for element in root.iter())


def generated(number: int) -> list[bytes]:
    """Whole pages around generated reports; the same in every run."""
    menu = "".join(f"<li><a href='/col/{i}/'>栏目{i}</a></li>" for i in range(200))
    pages: list[bytes] = []
    for seed in range(number):
        rng = Random(seed)
        source = render_html("云溪市水利局", 2023, random_figures(rng), rng=rng)
        pages.append(source.replace("<body>", f"<body><ul>{menu}</ul>").encode())
    return pages


def seconds(call: Callable[[bytes], object], pages: Sequence[bytes]) -> float:
    begin = time.perf_counter()
    for data in pages:
        call(data)
    return time.perf_counter() - begin


def peak_bytes(call: Callable[[bytes], object], data: bytes) -> int:
    """Most memory that Python objects took at once (libxml2's own tree is not in it)."""
    gc.collect()
    tracemalloc.start()
    call(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("files", nargs="*", type=Path)
    files = options.parse_args().files
    pages = [path.read_bytes() for path in files] or generated(PAGES)
    for call in (bare, read):
        seconds(call, pages)  # caches of patterns and labels fill once per process
    runs = [(seconds(bare, pages), seconds(read, pages)) for _ in range(ROUNDS)]
    base, ours = (statistics.median(column) for column in zip(*runs, strict=True))
    largest = max(pages, key=len)
    size = sum(map(len, pages)) / len(pages) / 1024
    print(f"pages      {len(pages)} of {size:.0f} KB on average, {ROUNDS} rounds")
    print(f"lxml.html  {base / len(pages) * 1e3:.2f} ms a page")
    print(f"read       {ours / len(pages) * 1e3:.2f} ms a page")
    print(f"ratio      {ours / base:.2f}")
    print(f"peak       {peak_bytes(read, largest) / 1024:.0f} KB for {len(largest) / 1024:.0f} KB")


if __name__ == "__main__":
    main()
