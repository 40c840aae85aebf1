"""The rules keep quiet over compliant reports: none of a thousand may give an error or a warning.

    python -m bench.rules_quiet [--reports 1000] [--first-seed 0]

Reports of `spiders.samples` are written as pages, parsed and judged; figures, wording and layout
vary with the seed. Prints every finding of severity error or warning (exit status 1 if there is
one) and how often each info rule spoke.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from storage.vocab import Severity
from tests.monitor.rules.pages import findings, pages


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--first-seed", type=int, default=0)
    chosen = parser.parse_args()
    loud = 0
    infos: Counter[str] = Counter()
    for seed, page in pages(chosen.first_seed, chosen.reports):
        for verdict in findings(page):
            if verdict.severity is Severity.INFO:
                infos[verdict.rule] += 1
            else:
                loud += 1
                print(f"{seed} {verdict.severity} {verdict.rule}: {verdict.message}")
    print(f"{chosen.reports} compliant reports: {loud} errors and warnings; info {dict(infos)}")
    return 1 if loud else 0


if __name__ == "__main__" and main():
    sys.exit(1)
