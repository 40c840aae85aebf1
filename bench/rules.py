"""Speed of all rules that need no other report, against reading the same reports as JSON.

    python -m bench.rules [--reports 40] [--seconds 3]

One process, one core; reports are parsed beforehand. The baseline is ``json.loads`` of the same
reports in the form of `storage.canonical`, the least that any judge of stored reports must do.
Machines differ; the ratio of the two, measured in turns in the same run, differs less.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from collections.abc import Callable

from monitor.rules import catalogue, check_report
from monitor.rules.base import Rule, load_rules
from storage.canonical import report_to_json
from storage.domain import AnnualReport
from tests.monitor.rules.pages import pages, parsed

_ROUNDS = 5


def rate(work: Callable[[], object], reports: int, seconds: float) -> float:
    """Reports a second of processor time: what else runs on the machine counts little."""
    done = 0
    started = time.process_time()
    while (passed := time.process_time() - started) < seconds:
        work()
        done += reports
    return done / passed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=3.0)
    chosen = parser.parse_args()
    reports = [parsed(page) for _, page in pages(0, chosen.reports)]
    texts = [json.dumps(report_to_json(report), ensure_ascii=False) for report in reports]

    def judge() -> None:
        for report in reports:
            check_report(report)

    def baseline() -> None:
        for text in texts:
            json.loads(text)

    judge()
    gc.collect()
    share = chosen.seconds / _ROUNDS / 2
    turns = [
        (rate(judge, len(reports), share), rate(baseline, len(reports), share))
        for _ in range(_ROUNDS)
    ]
    judged, read = (sorted(column)[_ROUNDS // 2] for column in zip(*turns, strict=True))
    print(f"{len(catalogue())} rules: {judged:,.0f} reports/s; json.loads: {read:,.0f} reports/s")
    print(
        f"rules / json.loads = {judged / read:.3f} of its speed ({read / judged:.1f} times its time)"
    )
    slowest(reports)


def slowest(reports: list[AnnualReport], shown: int = 8) -> None:
    """The rules that take most of the time, in µs a report."""
    taken: dict[str, float] = {}
    for rule in load_rules("monitor.rules"):
        if not isinstance(rule, Rule):
            continue
        started = time.process_time()
        for report in reports:
            for _ in rule.check(report):
                pass
        taken[rule.code] = (time.process_time() - started) / len(reports) * 1e6
    worst = sorted(taken.items(), key=lambda item: -item[1])[:shown]
    print("µs a report: " + ", ".join(f"{code} {micros:.0f}" for code, micros in worst))


if __name__ == "__main__":
    main()
