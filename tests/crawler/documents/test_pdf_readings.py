"""Two readings of one PDF that differ: sums choose, nothing is filled in, the rest is unread."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from crawler.documents.html.reader import read_html
from crawler.parsing.report import ParsedDocument, parse_document
from crawler.parsing.two_readings import agreed
from spiders.samples.reports import Report
from storage.domain import AnnualReport, ParseFailure
from storage.vocab import CellState, ParseErrorCode
from tests.crawler.parsing.scoring import score
from tests.crawler.parsing.writing import Sample, page, sample

SAMPLE: Sample = sample(4)


def reading(report: Report = SAMPLE.report) -> ParsedDocument:
    return parse_document(read_html(page(report, Random(1)).encode()))


def with_value(row: str, column: str, value: int | None) -> ParsedDocument:
    """The reading with another number in one cell of table 三; None: unread."""
    parsed = reading()
    assert isinstance(parsed.result, AnnualReport)
    table = {key: dict(cells) for key, cells in parsed.result.table3.items()}
    cell = table[row][column]
    if value is None:
        table[row][column] = replace(cell, state=CellState.ABSENT, value=None, raw=None)
    else:
        table[row][column] = replace(cell, value=value, raw=str(value))
    return replace(parsed, result=replace(parsed.result, table3=table))


def result(first: ParsedDocument, second: ParsedDocument) -> AnnualReport:
    found = agreed(first, second).result
    assert isinstance(found, AnnualReport)
    return found


def test_readings_that_agree_stand() -> None:
    found = result(reading(), reading())
    assert len(score(found, SAMPLE.expected).right) == len(SAMPLE.expected)
    assert not [issue for issue in found.issues if issue.code == "T-READING"]


def test_sums_choose_between_readings_whichever_is_first() -> None:
    right = SAMPLE.figures.table3["granted"]["research"]
    wrong = with_value("granted", "research", right + 30)
    for first, second in ((reading(), wrong), (wrong, reading())):
        found = result(first, second)
        assert found.cell("table3", "granted", "research").value == right


def test_what_no_sum_confirms_is_unread_and_said() -> None:
    right = SAMPLE.figures.table3["granted"]["research"]
    one = with_value("granted", "research", right + 30)
    other = with_value("granted", "research", right + 70)
    found = result(one, other)
    assert found.cell("table3", "granted", "research").state is CellState.ABSENT
    assert found.cell("table3", "granted", "total").value is not None
    assert [i.where for i in found.issues if i.code == "T-READING"] == ["table3.granted"]
    assert isinstance(one.result, AnnualReport)
    assert found.confidence < one.result.confidence


def test_what_one_reading_could_not_read_is_not_denied() -> None:
    unread = with_value("granted", "research", None)
    found = result(reading(), unread)
    assert found.cell("table3", "granted", "research").value is not None


def test_a_report_that_only_one_reading_shows_is_believed_less() -> None:
    failed = replace(
        reading(), result=ParseFailure(ParseErrorCode.NOT_A_REPORT, "内容不是年度报告")
    )
    whole = reading().result
    assert isinstance(whole, AnnualReport)
    for first, second in ((reading(), failed), (failed, reading())):
        found = result(first, second)
        assert found.table3 == whole.table3
        assert found.confidence < whole.confidence
        assert any(issue.code == "T-READING" for issue in found.issues)
    assert agreed(failed, failed).result == failed.result
