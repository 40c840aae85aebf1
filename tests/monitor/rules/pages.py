"""Generated reports as pages, for tests and benchmarks of the rules: read, then judged."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from crawler.parsing.reading import read
from monitor.rules import check_report
from spiders.samples.figures import random_figures
from spiders.samples.reports import render_html
from storage.domain import AnnualReport, Verdict
from storage.vocab import Outcome

AGENCIES = (
    "澄湖市人民政府", "澄湖市人民政府办公室", "澄湖市教育局", "澄湖市住房和城乡建设局",
    "临溪县人民政府", "临溪县人民政府办公室", "临溪县市场监督管理局", "临溪县石桥镇人民政府",
    "临溪县柳河乡人民政府", "澄湖市青岚区人民政府", "澄湖市青岚区城南街道办事处",
    "澄湖市发展和改革委员会",
)  # fmt: skip
YEARS = (2021, 2022, 2023, 2024, 2025)


def pages(first: int, number: int, defects: tuple[str, ...] = ()) -> Iterator[tuple[int, bytes]]:
    """Seed and page of each report; ``defects`` as in `spiders.samples.reports.Defect`."""
    for seed in range(first, first + number):
        rng = Random(seed)
        agency, year = AGENCIES[seed % len(AGENCIES)], YEARS[seed % len(YEARS)]
        page = render_html(agency, year, random_figures(rng), rng=rng, defects=defects)
        yield seed, page.encode()


def parsed(page: bytes) -> AnnualReport:
    result = read(page, filename="report.html").result
    if not isinstance(result, AnnualReport):
        raise ValueError(f"不是年度报告：{result.message}")
    return result


def findings(page: bytes) -> list[Verdict]:
    return [v for v in check_report(parsed(page)) if v.outcome is Outcome.FAIL]
