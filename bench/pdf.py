"""PDF files printed by Chromium and LibreOffice: cells right, lost, wrong, invented; time; memory.

python -m bench.pdf [--seeds 2] [--variants a4,bare] [--timed 6]
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import resource
import shutil
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from io import BytesIO

import pdfplumber

from crawler.parsing.reading import read
from storage.domain import AnnualReport
from tests.crawler.documents.pdf_files import CHROMIUM, SOFFICE, Tally, tally
from tests.crawler.documents.pdf_variants import BY_NAME, Made, made

KINDS = {
    "all": "ruled",
    "some": "half-ruled",
    "none": "no rules",
    "cut": "cut off by the page",
}
REPEATS = 3


def judged(file: Made) -> Counter[str]:
    result = read(file.data).result
    if not isinstance(result, AnnualReport):
        return Counter(lost=len(file.cells), files=1, refused=1)
    found = tally(result, file.cells)
    counts = Counter({name: len(getattr(found, name)) for name in Tally.__slots__})
    counts.update(files=1, notes=len(result.issues), sections=len(result.sections) == 6)
    return counts


def bare(data: bytes) -> None:
    """The baseline: all tables of all pages, by the library alone."""
    with pdfplumber.open(BytesIO(data)) as pdf:
        for page in pdf.pages:
            page.extract_tables()
            page.close()


def seconds(work: Callable[[bytes], object], data: bytes) -> float:
    """Processor time of the best of some runs: other programs on the machine do not count."""
    taken = []
    for _ in range(REPEATS):
        start = time.process_time()
        work(data)
        taken.append(time.process_time() - start)
    return min(taken)


def peak(data: bytes) -> int:
    """Resident memory of a process that reads one file, in MB."""
    read(data)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def show(name: str, counts: Counter[str]) -> None:
    columns = (*Tally.__slots__, "notes", "refused")
    figures = "".join(f"{counts[column]:>9}" for column in columns)
    print(f"{name:<22}{counts['files']:>6}{figures}")


def cells(files: Sequence[Made]) -> None:
    heads = ("files", *Tally.__slots__, "notes", "refused")
    print(f"{'variant':<22}{heads[0]:>6}" + "".join(f"{head:>9}" for head in heads[1:]))
    totals: dict[str, Counter[str]] = {}
    by_variant: dict[str, Counter[str]] = {}
    for file in files:
        counts = judged(file)
        by_variant.setdefault(file.variant.name, Counter()).update(counts)
        totals.setdefault(file.variant.rules, Counter()).update(counts)
    for name, counts in by_variant.items():
        show(name, counts)
    print()
    for rules, counts in totals.items():
        show(KINDS[rules], counts)


def speed(files: Sequence[Made], count: int) -> None:
    ruled = [file for file in files if file.variant.rules == "all"][:count]
    if not ruled:
        return
    ratios = [seconds(read, file.data) / seconds(bare, file.data) for file in ruled]
    print(
        f"\nread / bare pdfplumber on {len(ruled)} ruled files: median "
        f"{statistics.median(ratios):.2f}, min {min(ratios):.2f}, max {max(ratios):.2f}"
    )
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        peaks = [pool.apply(peak, (file.data,)) for file in ruled[:3]]
    print(f"peak memory of a process that reads one file: {max(peaks)} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, help="reports per variant")
    parser.add_argument("--variants", default=",".join(BY_NAME), help="names, with commas between")
    parser.add_argument("--timed", type=int, default=6, help="ruled files to time")
    given = parser.parse_args()
    if CHROMIUM is None or SOFFICE is None or not shutil.which("fc-list"):
        print("needs Chromium, LibreOffice and Chinese fonts")
        return
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    names = given.variants.split(",")
    files = made([(name, seed) for name in names for seed in range(1, given.seeds + 1)])
    cells(files)
    speed(files, given.timed)


if __name__ == "__main__":
    main()
