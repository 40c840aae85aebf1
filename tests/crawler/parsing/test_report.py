"""What a report says of itself: year, body, period, dates, sections, places."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from datetime import date
from random import Random

import pytest

from crawler.parsing.reading import read
from crawler.parsing.years import body_years, read_period, text_year
from spiders.samples.reports import Heading
from storage.domain import AnnualReport, Section
from storage.vocab import CellState, SectionId
from tests.crawler.parsing.scoring import score
from tests.crawler.parsing.writing import AGENCY, Sample, page, plain, sample

TITLE = f"{AGENCY}2023年政府信息公开工作年度报告"


def of(source: str) -> AnnualReport:
    result = read(source.encode()).result
    assert isinstance(result, AnnualReport), result
    return result


def retitled(given: Sample, title: str) -> str:
    return page(replace(given.report, title=title), Random(0))


# --- Year ---------------------------------------------------------------------


def test_title_names_the_year() -> None:
    found = of(page(sample(1).report, Random(1)))
    assert found.year == 2023
    assert text_year(found) == 2023


def test_title_of_another_year_than_the_text() -> None:
    """The title stays what it says; the text's own year is kept beside it."""
    found = of(retitled(sample(1), f"{AGENCY}2022年政府信息公开工作年度报告"))
    assert found.year == 2022
    assert text_year(found) == 2023
    assert ("title", 2022) in {(m.source, m.year) for m in found.years}


def test_title_without_year() -> None:
    found = of(retitled(sample(1), f"{AGENCY}政府信息公开工作年度报告"))
    assert found.year == 2023


def test_no_year_anywhere() -> None:
    source = re.sub(r"20\d\d ?年?", "", plain(sample(1).report))
    found = of(source)
    assert found.year is None
    assert found.period is None


def test_last_years_text_under_this_years_title() -> None:
    source = (
        plain(sample(1).report).replace("2023", "2022").replace(f"{AGENCY}2022", f"{AGENCY}2023")
    )
    found = of(source)
    assert found.year == 2023
    assert text_year(found) == 2022


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("统计期限为2023年1月1日至2023年12月31日。", 2023, 2023),
        ("统计时限自 2023 年 1 月 1 日起，至 2023 年 12 月 31 日止", 2023, 2023),
        ("数据统计期限为2023年1月1日至12月31日", 2023, 2023),
        ("2023年1月1日—2023年12月31日", 2023, 2023),
        ("2023年1月1日到当年12月31日", 2023, 2023),
        ("从2022年1月1日起至2023年12月31日止", 2022, 2023),
    ],
)
def test_period(text: str, start: int, end: int) -> None:
    found = read_period(text)
    assert found is not None
    assert found[0] == (date(start, 1, 1), date(end, 12, 31))


@pytest.mark.parametrize(
    "text", ["2023年全年", "2023年1月1日起施行", "2023年2月1日至2023年12月31日", ""]
)
def test_no_period(text: str) -> None:
    assert read_period(text) is None


def test_years_of_comparisons_and_documents_are_not_the_texts_own() -> None:
    text = (
        "2023年，我局公开信息九十条，较2022年增加十条。自2019年以来逐年增加。"
        "《办法》（2021年修订）实施。与2020年相比有进步。2023年办结申请三件。"
    )
    found = body_years([Section(SectionId.OVERVIEW, "一、总体情况", text)])
    assert [mention.year for mention in found] == [2023, 2023]


def test_plans_for_next_year_stand_in_section_five() -> None:
    text = "2024年，我局将继续改进。2024年还将开展培训。"
    assert list(body_years([Section(SectionId.PROBLEMS, "五、存在的主要问题", text)])) == []


# --- Body and date ------------------------------------------------------------


def test_body_of_the_signature_where_the_title_has_none() -> None:
    found = of(retitled(sample(1), "2023年政府信息公开工作年度报告"))
    assert found.agency == AGENCY
    assert found.signatory == AGENCY


def test_title_and_signature_may_differ() -> None:
    given = sample(1)
    signed = replace(given.report, signature=("云溪市人民政府办公室", "2024年1月20日"))
    found = of(page(signed, Random(1)))
    assert (found.agency, found.signatory) == (AGENCY, "云溪市人民政府办公室")


@pytest.mark.parametrize(
    ("lines", "body", "day"),
    [
        ((AGENCY, "2024年1月20日"), AGENCY, date(2024, 1, 20)),
        (("2024年1月20日", AGENCY), AGENCY, date(2024, 1, 20)),
        ((f"{AGENCY} 2024年1月20日",), AGENCY, date(2024, 1, 20)),
        ((f"{AGENCY}（盖章）", "二〇二四年一月二十日"), f"{AGENCY}(盖章)", date(2024, 1, 20)),
        ((AGENCY, "2024-01-20"), AGENCY, date(2024, 1, 20)),
        (("2024年1月20日",), None, date(2024, 1, 20)),
        ((AGENCY,), AGENCY, None),
        ((), None, None),
        ((AGENCY, "2024年1月20日", "附件：统计表.xls"), AGENCY, date(2024, 1, 20)),
        (
            (AGENCY, "2024年1月20日", "上一篇：水库公告", "下一篇：没有了"),
            AGENCY,
            date(2024, 1, 20),
        ),
        ((AGENCY, "2024年1月20日", *("2024-02-11 水利要闻标题",) * 8), AGENCY, date(2024, 1, 20)),
        (("水利要闻", "2024-02-11") * 6, None, None),
    ],
)
def test_signature(lines: tuple[str, ...], body: str | None, day: date | None) -> None:
    given = sample(1)
    text = plain(replace(given.report, signature=("", "")))
    found = of(text.rstrip() + "\n\n" + "\n\n".join(lines) + "\n")
    assert (found.signatory, found.report_date) == (body, day)
    last = found.sections[-1].text
    assert "2024年1月20日" not in last
    assert body is None or body not in last.split("\n")[-1]


def test_a_date_in_the_text_is_no_signature() -> None:
    text = plain(replace(sample(1).report, signature=("", ""))).rstrip()
    found = of(f"{text}\n\n2024年1月20日\n\n以上报告经局长办公会审议通过。\n")
    assert found.report_date is None
    assert "审议通过" in found.sections[-1].text


# --- Sections -----------------------------------------------------------------


def test_preface_stands_before_the_first_heading() -> None:
    given = sample(1)
    found = of(page(given.report, Random(1)))
    assert found.preface == given.report.preface
    assert [s.id for s in found.sections] == list(SectionId)


def test_section_text_is_the_prose_without_tables() -> None:
    given = sample(1)
    found = of(page(given.report, Random(1)))
    body = list(given.report.body)
    begin = next(i for i, x in enumerate(body) if isinstance(x, Heading) and x.text[0] == "五")
    expected = []
    for item in body[begin + 1 :]:
        if isinstance(item, Heading):
            break
        expected.append(item)
    section = found.section(SectionId.PROBLEMS)
    assert section is not None
    assert section.text.split("\n") == expected
    requests = found.section(SectionId.REQUESTS)
    assert requests is not None
    assert requests.text == ""


def test_sections_in_wrong_order_keep_their_order() -> None:
    given = sample(1)
    body = list(given.report.body)
    five = next(i for i, x in enumerate(body) if isinstance(x, Heading) and x.text[0] == "五")
    six = next(i for i, x in enumerate(body) if isinstance(x, Heading) and x.text[0] == "六")
    swapped = (*body[:five], *body[six:], *body[five:six])
    found = of(page(replace(given.report, body=swapped), Random(1)))
    assert [s.id for s in found.sections][-2:] == [SectionId.OTHER, SectionId.PROBLEMS]


def test_missing_section_is_not_made_up() -> None:
    given = sample(1)
    body = list(given.report.body)
    six = next(i for i, x in enumerate(body) if isinstance(x, Heading) and x.text[0] == "六")
    found = of(page(replace(given.report, body=tuple(body[:six])), Random(1)))
    assert found.section(SectionId.OTHER) is None
    assert len(found.sections) == 5


# --- Places and confidence ----------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_places_in_text_lead_to_the_raw_text(seed: int) -> None:
    text = plain(sample(seed).report)
    found = of(text)
    cells = [c for t in (found.table2, found.table3, found.table4) for r in t.values() for c in r.values()]  # fmt: skip
    assert len(cells) == 200
    for cell in cells:
        match = re.fullmatch(r"chars\[(\d+):(\d+)\]", cell.at or "")
        assert match is not None
        assert text[int(match[1]) : int(match[2])] == cell.raw


def test_places_in_markdown_and_stacked_text_as_well() -> None:
    given = sample(2)
    for change in (
        lambda line: "|" + "|".join(f"**{c}**" if c else "" for c in line.split("\t")) + "|",
        lambda line: "\n".join(c for c in line.split("\t") if c),
        lambda line: " ".join(c for c in line.split("\t") if c),
        lambda line: "    ".join(c for c in line.split("\t") if c),
    ):
        text = "\n".join(change(x) if "\t" in x else x for x in plain(given.report).split("\n"))
        for cells in of(text).table3.values():
            for cell in cells.values():
                begin, end = map(int, re.findall(r"\d+", cell.at or ""))
                assert text[begin:end] == cell.raw


def test_places_in_pages_name_table_row_and_column() -> None:
    found = of(page(sample(0).report, Random(0)))
    cell = found.cell("table3", "new_received", "natural_person")
    assert cell.at == "table[2]/row[4]/col[4]"
    assert found.cell("table4", "review", "total").at == "table[3]/row[4]/col[5]"
    assert all(section.at for section in found.sections)


def test_confidence_is_the_share_that_was_read() -> None:
    given = sample(0)
    assert of(page(given.report, Random(0))).confidence == 1.0
    # Tabs tell the columns; by spaces they are guessed.
    assert of(plain(given.report)).confidence == 1.0
    assert of(plain(given.report).replace("\t", "  ")).confidence == pytest.approx(0.93)
    without = "\n".join(x for x in plain(given.report).split("\n") if "\t" not in x)
    assert of(without).confidence == pytest.approx(0.3)
    lines = plain(given.report).split("\n")
    torn = "\n".join(x for x in lines if "\t" not in x or "信访" not in x)
    assert 0.85 < of(torn).confidence < 1.0


def test_a_reading_can_be_sent_to_another_process() -> None:
    reading = read(page(sample(0).report, Random(0)).encode())
    assert pickle.loads(pickle.dumps(reading)) == reading


def test_reading_is_repeatable() -> None:
    data = page(sample(0).report, Random(0)).encode()
    assert read(data) == read(data)


def test_absent_is_not_blank() -> None:
    given = sample(0)
    lines = [x for x in plain(given.report).split("\n") if "\t" not in x or "信访" not in x]
    cell = of("\n".join(lines)).cell("table3", "not_processed_petition", "total")
    assert (cell.state, cell.value, cell.raw, cell.at) == (CellState.ABSENT, None, None, None)


def test_a_text_in_one_line() -> None:
    given = sample(0)
    found = of(plain(given.report).replace("\n", " ").replace("\t", " "))
    assert not score(found, given.expected).lost
    assert (found.title, found.agency) == (given.report.title, AGENCY)
    assert len(found.sections) == 6 and found.signatory == AGENCY and found.report_date


def test_markdown_with_tables_as_html() -> None:
    given = sample(0)
    lines = []
    for line in plain(given.report).split("\n"):
        cells = "".join(f"<td>{cell}</td>" for cell in line.split("\t"))
        lines.append(f"<table><tr>{cells}</tr></table>" if "\t" in line else line)
    text = "\n".join(lines).replace("</table>\n<table>", "\n").replace("二、主动", "## 二、主动")
    found = of(text)
    scored = score(found, given.expected)
    assert not (scored.wrong or scored.lost), str(scored)
    assert (found.title, len(found.sections)) == (given.report.title, 6)


@pytest.mark.parametrize("sign", ["\t", "|", ",", ";"])
def test_blanks_between_separators_are_blank_cells(sign: str) -> None:
    given = sample(1)
    text = re.sub(r"(?<=\t)0(?=\t|$)|^0(?=\t)", "", plain(given.report), flags=re.M)
    if sign == "|":
        text = re.sub(r"(?m)^.*\t.*$", r"|\g<0>|", text)
    found = of(text.replace("\t", sign))
    for (table, row, column), value in given.expected.items():
        cell = found.cell(table, row, column)
        state = CellState.NUMBER if value else CellState.BLANK
        assert (cell.state, cell.value) == (state, value or None), (table, row, column, cell)


def test_table_four_with_a_line_for_each_group() -> None:
    given = sample(0)
    head = "\t结果维持\t结果纠正\t其他结果\t尚未审结\t总计"
    lines = plain(given.report).split("\n")
    row = next(
        i for i, x in enumerate(lines) if len(x.split("\t")) == 15 and x.strip()[0].isdigit()
    )
    cells = lines[row].split("\t")
    names = ("行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）")
    groups = [f"{n}\t" + "\t".join(cells[i * 5 : i * 5 + 5]) for i, n in enumerate(names)]
    found = of("\n".join([*lines[: row - 3], head, *groups, *lines[row + 1 :]]))
    scored = score(found, given.expected)
    assert not (scored.wrong or scored.lost), str(scored)
