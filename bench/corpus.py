"""How well and how fast the parser reads the generated corpus, format by format.

    python -m bench.corpus [--count 300] [--formats html,pdf-ruled …] [--seed 0] [--workers 2]
    python -m bench.corpus --only pdf-office/4 doc/13+ [--keep DIR]

Half of the documents of each format are clean, half (odd seeds, ``+``) have layout defects, which
must not change what is read. Cells: right (value and state as printed), lost (printed, read as
absent), wrong (another value or state), invented (a number where none is printed). ``unseen``:
blanks read as absent; ``unplaced``: cells of rows with blanks where the format keeps no places.
Each format is read in a process of its own: its peak memory, and that of LibreOffice below it.
Exit status 1 where a machine-made format gives a wrong or an invented number.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from crawler.parsing.reading import read
from storage.domain import AnnualReport, ParseFailure
from storage.vocab import ParseErrorCode
from tests.corpus.formats import FORMATS, Document, given, made
from tests.corpus.truth import ASPECTS, Tally, Truth, tally

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Task:
    """One document to be read; ``name`` tells how to make it again."""

    name: str
    clean: bool
    what: str
    data: bytes
    truth: Truth


@dataclass(frozen=True, slots=True)
class Scored:
    name: str
    clean: bool
    what: str
    tally: Tally
    seconds: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A format's documents; memory in MB, of the reader and of the programs that it started."""

    format: str
    documents: tuple[Scored, ...]
    memory: float
    children: float

    def cells(self, outcome: str, *, clean: bool | None = None) -> int:
        return sum(
            len(getattr(d.tally, outcome))
            for d in self.documents
            if clean is None or d.clean is clean
        )

    def aspect(self, name: str) -> int:
        return sum(name not in d.tally.amiss for d in self.documents)


def _task(document: Document) -> Task:
    draft = document.draft
    what = " ".join((draft.form.value, draft.fill.value, *draft.blemishes))
    return Task(document.name, document.clean, what, document.data, document.truth)


def measure(name: str, tasks: Sequence[Task], warm: bytes) -> Measured:
    """Read and score, in a process that has read nothing before."""
    read(warm)
    scored = []
    for task in tasks:
        start = time.perf_counter()
        result: AnnualReport | ParseFailure
        try:
            result = read(task.data).result
        except Exception as error:  # `read` promises never to raise: the bench must tell, not end
            result = ParseFailure(ParseErrorCode.UNREADABLE, f"CRASH {error!r}")
        seconds = time.perf_counter() - start
        scored.append(Scored(task.name, task.clean, task.what, tally(result, task.truth), seconds))
    own = _peak()
    below = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    # A child's highest includes what its parent held when it was started.
    return Measured(name, tuple(scored), own, below if below > own else 0)


def _peak() -> float:
    """Highest resident memory of this process, MB; ``ru_maxrss`` would count the parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _apart(name: str, tasks: Sequence[Task], warm: bytes) -> Measured:
    """`measure` in a new process: else its memory would be that of the greediest before it."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        return process.submit(measure, name, tasks, warm).result()


def run(names: Sequence[str], count: int, seed: int, workers: int) -> list[Measured]:
    """Write ``count`` documents over the formats, then read them, ``workers`` formats at a time."""
    each = math.ceil(count / len(names))
    warm = made("html-plain", [given(0, clean=True)])[0].data
    with ThreadPoolExecutor(workers) as pool:
        futures = []
        for place, name in enumerate(names):
            seeds = range(seed + place * each, seed + (place + 1) * each)
            documents = made(name, [given(s, clean=s % 2 == 0) for s in seeds])
            futures.append(pool.submit(_apart, name, [_task(d) for d in documents], warm))
        return [future.result() for future in futures]


# --- Printing -----------------------------------------------------------------

_OUTCOMES = ("right", "lost", "wrong", "invented", "unseen", "unplaced")


def show(found: Sequence[Measured]) -> None:
    head = ("format", "docs", "unread", *_OUTCOMES, "lost%clean", "s/doc", "MB", "+MB", *ASPECTS)
    rows = [_row(m) for m in found]
    for title, exact in (("machine-made", True), ("scans", False)):
        group = [m for m in found if FORMATS[m.format].exact is exact]
        if group:
            joined = tuple(d for m in group for d in m.documents)
            memory = max(m.memory for m in group)
            below = max(m.children for m in group)
            rows.append(_row(Measured(title, joined, memory, below)))
    widths = [max(len(r[i]) for r in (head, *rows)) for i in range(len(head))]
    for row in (head, *rows):
        print("  ".join(text.rjust(w) for text, w in zip(row, widths, strict=True)))


def _row(m: Measured) -> tuple[str, ...]:
    counts = [m.cells(outcome) for outcome in _OUTCOMES]
    lost = m.cells("lost", clean=True)
    clean = lost + m.cells("right", clean=True) + m.cells("wrong", clean=True)
    share = f"{100 * lost / clean:.2f}" if clean else "-"
    seconds = statistics.median(d.seconds for d in m.documents)
    unread = sum(d.tally.failure is not None for d in m.documents)
    return (
        m.format, str(len(m.documents)), str(unread), *map(str, counts), share, f"{seconds:.3f}",
        f"{m.memory:.0f}", f"{m.children:.0f}", *(str(m.aspect(name)) for name in ASPECTS),
    )  # fmt: skip


def worst(found: Sequence[Measured], number: int = _SHOWN) -> list[Scored]:
    documents = [d for m in found for d in m.documents if d.tally.faults]
    return sorted(documents, key=lambda d: -d.tally.faults)[:number]


def explain(names: Sequence[str], keep: Path | None) -> None:
    """Make single documents again, and say what is not right."""
    for name in names:
        form, _, seed = name.partition("/")
        wanted = given(int(seed.rstrip("+")), clean=not seed.endswith("+"))
        document = made(form, [wanted])[0]
        result = read(document.data).result
        score = tally(result, document.truth)
        print(f"{name}: {_task(document).what}\n  {score}")
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            path = keep / f"{name.replace('/', '-')}.{FORMATS[form].ending}"
            path.write_bytes(document.data)
            print(f"  {path}")
        if not isinstance(result, AnnualReport):
            continue
        for slot in (*score.invented, *score.wrong, *score.lost):
            print(f"  {'.'.join(slot)}: {document.truth.cells.get(slot)} <> {result.cell(*slot)}")
        for issue in result.issues:
            print(f"  {issue.code} {issue.where}: {issue.message}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--formats", help="names or beginnings of names, comma between")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--worst", type=int, default=_SHOWN)
    parser.add_argument("--only", nargs="+", metavar="FORMAT/SEED")
    parser.add_argument("--keep", type=Path, metavar="DIR")
    chosen = parser.parse_args()
    if chosen.only:
        explain(chosen.only, chosen.keep)
        return 0
    prefixes = tuple(chosen.formats.split(",")) if chosen.formats else ("",)
    names = [n for n in FORMATS if n.startswith(prefixes)]
    if missing := [n for n in names if not FORMATS[n].available()]:
        print(f"not written, since soffice or Chromium is not here: {', '.join(missing)}")
    names = [n for n in names if n not in missing]
    if not names:
        parser.error("no such format")
    found = run(names, chosen.count, chosen.seed, chosen.workers)
    show(found)
    for document in worst(found, chosen.worst):
        print(f"{document.name} ({document.what}): {document.tally}")
    exact = [m for m in found if FORMATS[m.format].exact]
    return 1 if any(m.cells("wrong") + m.cells("invented") for m in exact) else 0


if __name__ == "__main__" and main():
    sys.exit(1)
