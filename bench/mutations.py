"""Damaged and hostile inputs: N of every format, what came of them, and the slowest.

python -m bench.mutations [--count 200] [--only html,zip]

The baseline is what must hold: no exception, none of the contract's error codes unknown, no reading
over the limit (processor time: the machine may be busy with other things).
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter

from crawler.parsing.reading import read
from storage.domain import AnnualReport
from tests.crawler.documents.mutations import CODES, QUICK, SECONDS, SLOW, mutated

_SLOW_SHARE = 50
"""Files that start LibreOffice: one for so many of the others."""


def measure(kind: str, count: int) -> bool:
    """Prints a line; False where something broke."""
    # Of files that LibreOffice reads, most of the time passes in its process.
    clock = time.perf_counter if kind in SLOW else time.process_time
    outcomes: Counter[str] = Counter()
    broken: list[str] = []
    worst, culprit = 0.0, ""
    for number, (name, data) in enumerate(mutated(kind, count)):
        start = clock()
        try:
            result = read(data).result
        except Exception as error:  # a crash is what is being counted
            broken.append(f"{name}[{number}]: {error!r}")
            continue
        taken = clock() - start
        if taken > worst:
            worst, culprit = taken, f"{name}[{number}]"
        if isinstance(result, AnnualReport):
            outcomes["report"] += 1
            continue
        outcomes[result.code.value] += 1
        if result.code.value not in CODES or "解析程序出错" in result.message:
            broken.append(f"{name}[{number}]: {result.message}")
    if worst > SECONDS:
        broken.append(f"{culprit}: {worst:.1f} s")
    shown = " ".join(f"{code} {n}" for code, n in outcomes.most_common())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{kind:6} {count:5} files  slowest {worst:6.2f} s ({culprit})  process peak {peak:.0f} MB"
        f"  broken {len(broken)}\n       {shown}",
        flush=True,
    )
    for line in broken[:5]:
        print(f"       ! {line}")
    return not broken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--only", default=",".join((*QUICK, *SLOW)))
    arguments = parser.parse_args()
    sound = True
    for kind in arguments.only.split(","):
        count = max(arguments.count // _SLOW_SHARE, 1) if kind in SLOW else arguments.count
        sound &= measure(kind, count)
    sys.exit(not sound)


if __name__ == "__main__":
    main()
