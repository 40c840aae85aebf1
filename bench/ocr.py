"""Reading pictures of reports: cells right, unread, wrong and invented for each kind of scan, time
and memory, against bare RapidOCR (lines of text, rows by height, columns by order) on the same
pages in the same run.

python -m bench.ocr [--reports 2] [--kinds clean copied …] [--dpi 100 150 200 300] [--no-baseline]
"""

from __future__ import annotations

import argparse
import re
import resource
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rapidfuzz import fuzz, process

from crawler.documents.ocr.reader import available
from crawler.parsing.reading import read
from storage.domain import AnnualReport
from storage.vocab import TABLE2_ROW_NAMES, TABLE3_COLUMNS, TABLE3_ROW_NAMES
from tests.crawler.documents.pdf_files import Shown, tally
from tests.crawler.documents.scan_files import CLEAN, COPIED, CSS, SERIF, Scan, pages, reports, tiff

KINDS = {
    "clean": CLEAN,
    "copied": COPIED,
    "turned": replace(COPIED, turn=-3.0),
    "shadow": replace(COPIED, shadow=0.45),
    "slanted": replace(COPIED, turn=0.0, slant=0.015),
    "poor": Scan(turn=1.3, blur=1.3, noise=22, quality=35),
}
_OUTCOMES = ("right", "unread", "wrong", "invented")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=["clean", "copied"])
    parser.add_argument("--dpi", nargs="+", type=int, default=[150])
    parser.add_argument("--no-baseline", action="store_true")
    options = parser.parse_args()
    if not available():
        print("OCR is not installed: uv sync --extra ocr")
        return
    half = (options.reports + 1) // 2
    made = reports(range(1, 1 + half), CSS) + reports(range(11, 11 + options.reports - half), SERIF)
    print(f"{len(made)} reports, {sum(len(shown) for _, shown in made)} cells a setting")
    print(f"{'dpi':>4} {'scan':8} {'':9} {' '.join(f'{o:>8}' for o in _OUTCOMES)}  cpu s/page")
    for dpi in options.dpi:
        for name in options.kinds:
            scans = [
                pages(pdf, replace(KINDS[name], dpi=dpi), n) for n, (pdf, _) in enumerate(made)
            ]
            truth = [shown for _, shown in made]
            _row(dpi, name, "ours", *_ours(scans, truth))
            if not options.no_baseline:
                _row(dpi, name, "rapidocr", *_bare(scans, truth))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak resident memory of the whole run: {peak:.0f} MB")


def _row(dpi: int, name: str, who: str, found: Counter[str], seconds: float) -> None:
    counts = " ".join(f"{found[outcome]:8}" for outcome in _OUTCOMES)
    share = found["right"] / max(sum(found[o] for o in _OUTCOMES[:3]), 1)
    print(f"{dpi:4} {name:8} {who:9} {counts}  {seconds:.1f}  right {share:.2%}", flush=True)


def _ours(scans: Sequence[Sequence[Any]], truth: Sequence[Shown]) -> tuple[Counter[str], float]:
    found: Counter[str] = Counter()
    start = time.process_time()
    for leaves, shown in zip(scans, truth, strict=True):
        result = read(tiff(leaves)).result
        if not isinstance(result, AnnualReport):
            found["unread"] += len(shown)
            continue
        counts = tally(result, shown)
        found["right"] += len(counts.right)
        found["unread"] += len(counts.lost)
        found["wrong"] += len(counts.wrong)
        found["invented"] += len(counts.invented)
    return found, (time.process_time() - start) / sum(map(len, scans))


# --- Baseline -----------------------------------------------------------------------

_NUMBER = re.compile(r"^-?\d[\d.,]*$")


def _bare(scans: Sequence[Sequence[Any]], truth: Sequence[Shown]) -> tuple[Counter[str], float]:
    """What a program of twenty lines makes of RapidOCR's answer."""
    import numpy as np
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={"Global.log_level": "error", "EngineConfig.onnxruntime.intra_op_num_threads": 1}
    )
    found: Counter[str] = Counter()
    start = time.process_time()
    for leaves, shown in zip(scans, truth, strict=True):
        rows: list[tuple[str, list[str]]] = []
        for page in leaves:
            answer = engine(np.stack([page] * 3, axis=2))
            if answer.boxes is not None:
                rows += _rows(answer.boxes, answer.txts)
        _score(rows, shown, found)
    return found, (time.process_time() - start) / sum(map(len, scans))


def _rows(boxes: Any, texts: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Label and numbers of each line of boxes whose middles are near."""
    lines: list[list[tuple[float, float, str]]] = []
    for middle, left, text in sorted(
        (float(box[:, 1].mean()), float(box[:, 0].min()), text)
        for box, text in zip(boxes, texts, strict=True)
    ):
        if lines and middle - lines[-1][0][0] < 12:
            lines[-1].append((middle, left, text))
        else:
            lines.append([(middle, left, text)])
    out = []
    for line in lines:
        texts_ = [text for _, _, text in sorted(line, key=lambda item: item[1])]
        label = "".join(t for t in texts_ if not _NUMBER.match(t))
        out.append((label, [t for t in texts_ if _NUMBER.match(t)]))
    return out


def _score(rows: Sequence[tuple[str, list[str]]], shown: Shown, found: Counter[str]) -> None:
    read: dict[tuple[str, str, str], str] = {}
    fourth = [slot for slot in shown if slot[0] == "table4"]
    for label, numbers in rows:
        if len(numbers) == len(fourth):
            read.update(zip(fourth, numbers, strict=True))
        elif len(numbers) == len(TABLE3_COLUMNS):
            best = process.extractOne(label, TABLE3_ROW_NAMES, scorer=fuzz.ratio)
            for column, number in zip(TABLE3_COLUMNS, numbers, strict=True):
                read["table3", best[2], column] = number
        elif numbers and label:
            best = process.extractOne(label, TABLE2_ROW_NAMES, scorer=fuzz.ratio, score_cutoff=75)
            slots = [s for s in shown if best and s[:2] == ("table2", best[2])]
            if len(slots) == len(numbers):
                read.update(zip(slots, numbers, strict=True))
    for slot, text in shown.items():
        if slot not in read:
            found["unread"] += 1
        else:
            found["right" if read[slot] == text else "wrong"] += 1
    found["invented"] += sum(slot not in shown for slot in read)


if __name__ == "__main__":
    main()
