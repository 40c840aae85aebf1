"""The rules keep quiet over compliant reports: none of a thousand may give an error or a warning.

    python -m bench.rules_quiet [--reports 1000] [--seed 0] [--formats html,docx,txt-tabs]

Reports of `tests.corpus` on the forms of 2019 and 2021, of bodies without a request and with tens
of thousands, are written in turn in every format that needs no other program (or in those named),
read and judged. Prints every finding of severity error or warning (exit status 1 if there is one)
and how often each info rule spoke.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from crawler.parsing.reading import read
from monitor.rules import check_report
from storage.domain import ParseFailure
from storage.vocab import Outcome, Severity
from tests.corpus.drafts import Draft, Fill, Form, draft
from tests.corpus.formats import FORMATS, Document, Needs, made

_FORMS = (Form.NEW, Form.NEW, Form.OLD)
_FILLS = (Fill.USUAL, Fill.ZERO, Fill.SMALL, Fill.LARGE)
"""Ways to fill cells that are a number each; dense figures break T2-LB by chance."""
_BATCH = 100


def drafts(first: int, number: int) -> Iterator[Draft]:
    for seed in range(first, first + number):
        form = _FORMS[seed % len(_FORMS)]
        yield draft(seed, form=form, fill=_FILLS[seed // len(_FORMS) % len(_FILLS)])


def documents(names: Sequence[str], first: int, number: int) -> Iterator[Document]:
    """The drafts, in the formats by turns."""
    for start in range(first, first + number, _BATCH):
        batch = list(drafts(start, min(_BATCH, first + number - start)))
        for place, name in enumerate(names):
            yield from made(name, batch[place :: len(names)])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--formats", help="names or beginnings of names, comma between")
    chosen = parser.parse_args()
    prefixes = tuple(chosen.formats.split(",")) if chosen.formats else ("",)
    names = [
        name
        for name, form in FORMATS.items()
        if name.startswith(prefixes) and (chosen.formats or form.needs is Needs.NOTHING)
    ]
    loud = unread = 0
    infos: Counter[str] = Counter()
    for document in documents(names, chosen.seed, chosen.reports):
        result = read(document.data).result
        if isinstance(result, ParseFailure):
            unread += 1
            print(f"{document.name} not read: {result.code} {result.message}")
            continue
        for verdict in check_report(result):
            if verdict.outcome is not Outcome.FAIL:
                continue
            if verdict.severity is Severity.INFO:
                infos[verdict.rule] += 1
                continue
            loud += 1
            print(f"{document.name} {verdict.severity} {verdict.rule}: {verdict.message}")
    print(
        f"{chosen.reports} compliant reports in {len(names)} formats: {loud} errors and warnings,"
        f" {unread} not read; info {dict(infos)}"
    )
    return 1 if loud or unread else 0


if __name__ == "__main__" and main():
    sys.exit(1)
