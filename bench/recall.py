"""Each defect injected alone: whether its rule speaks, and which others do.

    python -m bench.recall [--each 20] [--rules T3-BAL,X-REQ] [--show 2]

Compliant reports (`tests.corpus.defects`) are written as pages with one fault each, read and
judged. A rule that spoke on the same report without the fault does not count; one that follows
necessarily is named with the defect. ``beside``: others, each with the seeds that show it. Exit
status 1 where a rule was silent, another spoke, or a rule of the catalogue has no defect.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field

from crawler.parsing.reading import read
from monitor.rules import catalogue, check_report
from monitor.rules.base import Rule, load_rules
from storage.domain import AnnualReport, Verdict
from storage.vocab import Outcome
from tests.corpus.defects import DEFECTS, Defect

_TRIES = 30
"""Times the wanted number: not every report gives an opportunity."""


@dataclass
class Recall:
    defect: Defect
    injected: int = 0
    found: int = 0
    silent: list[int] = field(default_factory=list)
    following: Counter[str] = field(default_factory=Counter)
    beside: dict[str, list[int]] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)


def failing(markup: str) -> dict[str, Verdict]:
    """Rule → its first verdict that fails."""
    result = read(markup.encode()).result
    if not isinstance(result, AnnualReport):
        raise ValueError(f"{result.code}: {result.message}")
    return {v.rule: v for v in reversed(check_report(result)) if v.outcome is Outcome.FAIL}


def recall(defect: Defect, each: int) -> Recall:
    told = Recall(defect)
    for seed in range(each * _TRIES):
        if told.injected == each:
            break
        made = defect.inject(seed)
        if made is None:
            continue
        told.injected += 1
        before, after = failing(made.good), failing(made.bad)
        spoke = {rule: v for rule, v in after.items() if rule not in before}
        if defect.rule in after:
            told.found += 1
        else:
            told.silent.append(seed)
        for rule, verdict in spoke.items():
            if rule == defect.rule:
                continue
            if rule in defect.follows:
                told.following[rule] += 1
            else:
                told.beside.setdefault(rule, []).append(seed)
                told.messages.setdefault(rule, f"{verdict.severity}: {verdict.message}")
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--rules", help="codes, comma between")
    parser.add_argument("--show", type=int, default=3, help="seeds to name")
    chosen = parser.parse_args()
    wanted = chosen.rules.split(",") if chosen.rules else None
    defects = [d for d in DEFECTS if wanted is None or d.rule in wanted]
    bad = 0
    print(f"{'rule':20} {'defect':32} injected found  following; beside")
    for defect in sorted(defects, key=lambda d: d.rule):
        told = recall(defect, chosen.each)
        notes = [f"{rule} {n}" for rule, n in told.following.items()]
        for rule, seeds in told.beside.items():
            notes.append(f"!! {rule} {len(seeds)} {seeds[: chosen.show]} {told.messages[rule]}")
        if told.silent:
            notes.append(f"silent: {told.silent[: chosen.show]}")
        short = told.injected < chosen.each
        bad += bool(told.beside or told.silent or short)
        name = f"{defect.rule:20} {defect.name:32}"
        print(f"{name} {told.injected:8} {told.found:5}  {'; '.join(notes)}", flush=True)
    if wanted is None:
        single = {r.code for r in load_rules("monitor.rules") if isinstance(r, Rule)}
        lacking = sorted(single - {d.rule for d in DEFECTS})
        print(
            f"{len(single)} rules of {len(catalogue())} judge a report by itself; without a defect: {lacking or 'none'}"
        )
        bad += len(lacking)
    return 1 if bad else 0


if __name__ == "__main__" and main():
    sys.exit(1)
