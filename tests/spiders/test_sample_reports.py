"""Figures and reports of the simulated world: consistent, and wrong only where it is intended."""

from __future__ import annotations

import itertools
import re
from random import Random

import pytest
from rapidfuzz import fuzz

from spiders.samples import AFTER_ALL
from spiders.samples.figures import Figures, random_figures, spoil
from spiders.samples.places import AGENCIES
from spiders.samples.reports import Heading, Report, compose, render_html, render_text
from spiders.samples.tables import expand, table2, table3, table4
from spiders.samples.world import World, due_day, figures_of
from storage.vocab import (
    APPLICANT_COLUMNS,
    TABLE3_COLUMNS,
    TABLE3_ROWS_2021,
    TABLE4_GROUPS,
    FormatVersion,
    result_rows,
)

YEARS = (2023, 2024, 2025)
RESULTS = result_rows(FormatVersion.FMT2021)


# --- Figures ------------------------------------------------------------------


def broken(figures: Figures) -> set[str]:
    """Codes of the identities that do not hold."""
    table, found = figures.table3, set()
    for column in TABLE3_COLUMNS:
        start = table["new_received"][column] + table["carried_in"][column]
        if start != table["result_total"][column] + table["carried_out"][column]:
            found.add("T3-BAL")
        if sum(table[row][column] for row in RESULTS) != table["result_total"][column]:
            found.add("T3-RES")
    for row in TABLE3_ROWS_2021:
        if sum(table[row][column] for column in APPLICANT_COLUMNS) != table[row]["total"]:
            found.add("T3-ROW")
        if min(table[row].values()) < 0:
            found.add("T3-NEG")
    for group in TABLE4_GROUPS:
        cells = dict(figures.table4[group])
        if cells.pop("total") != sum(cells.values()):
            found.add("T4-SUM")
    for row in ("rules", "normative_documents"):
        stock = figures.table2[row]
        if stock["in_force"] < max(0, stock["made"] - stock["repealed"]):
            found.add("T2-LB")
    return found


@pytest.mark.parametrize("seed", range(40))
def test_random_figures_hold_every_identity_over_the_years(seed: int) -> None:
    rng = Random(seed)
    first = random_figures(rng)
    second = random_figures(rng, previous=first)
    assert broken(first) == broken(second) == set()
    assert second.table3["carried_in"] == first.table3["carried_out"]
    for row in ("rules", "normative_documents"):
        stock = second.table2[row]
        before = first.table2[row]["in_force"]
        assert stock["in_force"] == before + stock["made"] - stock["repealed"]


@pytest.mark.parametrize("rule", ["T3-BAL", "T3-RES", "T3-ROW", "T4-SUM"])
def test_a_spoilt_report_breaks_its_identity_and_no_other(rule: str) -> None:
    for agency, year in (("lanchuan-wjw", 2024), ("qinglan-gov", 2023), ("jishui-gaj", 2025)):
        figures = figures_of(agency, year)
        wrong = spoil(figures, rule, Random(rule))
        assert broken(wrong) == {rule}
        assert wrong.table3["carried_out"] == figures.table3["carried_out"]


def test_spoil_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="T9-XXX"):
        spoil(random_figures(Random(1)), "T9-XXX", Random(1))


def test_figures_of_a_body_continue_those_of_its_predecessor() -> None:
    old, new = figures_of("lanchuan-jrgzj", 2023), figures_of("lanchuan-jrglj", 2024)
    assert new.table3["carried_in"] == old.table3["carried_out"]


def test_a_government_receives_more_than_any_body_below_it() -> None:
    owed = [(a, y) for a in AGENCIES for y in YEARS if a.parent and due_day(a, y)]
    for agency, year in owed:
        above = figures_of(agency.parent or "", year).total("new_received")
        assert above >= figures_of(agency.id, year).total("new_received"), (agency.id, year)


# --- Reports ------------------------------------------------------------------


def test_the_form_has_its_official_shape() -> None:
    figures = random_figures(Random(3))
    second, third, fourth = table2(figures.table2), table3(figures.table3), table4(figures.table4)
    assert {len(row) for row in expand(second)} == {4}
    assert {len(row) for row in expand(third)} == {10}
    assert {len(row) for row in expand(fourth)} == {15}
    values = [[cell for cell in row if cell.is_value] for row in third.rows[third.header_rows :]]
    assert [len(row) for row in values] == [7] * 25
    stub = next(cell for row in third.rows for cell in row if "办理结果" in cell.text)
    assert stub.rowspan == 22
    assert sum(cell.is_value for row in second.rows for cell in row) == 10


def test_the_form_of_2019_has_its_own_shape() -> None:
    html = render_html(
        "某县财政局", 2024, random_figures(Random(3)), rng=Random(3), defects=("F-VERSION",)
    )
    assert "本年新制作数量" in html and "本年制发件数" not in html
    assert 'rowspan="20"' in html and "政府集中采购" in html


def prose_of(report: Report) -> dict[str, str]:
    """Heading -> the prose below it, in reading order."""
    found: dict[str, str] = {}
    for item in report.body:
        if isinstance(item, Heading):
            found[item.text] = ""
        elif isinstance(item, str):
            found[next(reversed(found))] += item
    return found


def sections(agency: str, year: int, *defects: str) -> dict[str, str]:
    figures = random_figures(Random(year))
    return prose_of(compose(agency, year, figures, rng=Random(year), defects=defects))


def test_defects_of_the_text_are_where_they_should_be() -> None:
    good = sections("霁水县霁河镇人民政府", 2024)
    assert [name[0] for name in good] == list("一二三四五六")
    assert "信息处理费" in good["六、其他需要报告的事项"]
    assert all(word in good["一、总体情况"] for word in ("考核", "社会评议", "责任追究"))
    assert "六、其他需要报告的事项" not in sections("某县财政局", 2024, "S-MISSING")
    no_fee = sections("某县财政局", 2024, "S-FEE")
    assert "处理费" not in no_fee["六、其他需要报告的事项"]
    assert [n[0] for n in sections("某县财政局", 2024, "S-ORDER")] == list("一二三四六五")
    bare = sections("霁水县霁河镇人民政府", 2024, "S-GOV-ITEMS")
    assert "责任追究" not in bare["一、总体情况"]
    assert "XX" in sections("某县财政局", 2024, "TXT-LEFTOVER")["一、总体情况"]
    figures = random_figures(Random(1))
    picture = render_html("某县财政局", 2024, figures, rng=Random(1), defects=("T-IMAGE",))
    assert "<img" in picture and "<table" not in picture
    with pytest.raises(ValueError, match="图片"):
        render_text("某县财政局", 2024, figures, rng=Random(1), defects=("T-IMAGE",))
    with pytest.raises(ValueError, match="S-NONE"):
        sections("某县财政局", 2024, "S-NONE")


def test_the_text_quotes_the_numbers_of_the_tables() -> None:
    for year in range(2000, 2030):
        figures = random_figures(Random(year))
        text = render_text("槐渡县水利局", year, figures, rng=Random(year))
        new = figures.total("new_received")
        if match := re.search(r"共收到政府信息公开申请(\d+)件", text):
            assert int(match[1]) == new
        else:
            assert new == 0 and "未收到政府信息公开申请" in text
        stock = figures.table2["normative_documents"]
        assert f"制发行政规范性文件{stock['made']}件" in text
        if match := re.search(r"行政复议(\d+)件", text):
            assert int(match[1]) == figures.reviews("total")
        if match := re.search(r"行政诉讼(\d+)件", text):
            assert int(match[1]) == figures.lawsuits("total")
    wrong = render_text("槐渡县水利局", 2024, figures, rng=Random(1), defects=("X-REQ",))
    assert f"申请{figures.total('new_received')}件" not in wrong


def test_zeros_can_be_written_as_blanks_or_marks() -> None:
    figures = figures_of("huaidu-changdi", 2024)
    assert "\t\t\t\t" in render_text("长堤镇人民政府", 2024, figures, rng=Random(1))
    plain = render_text("长堤镇人民政府", 2024, figures, rng=Random(1))
    blank = render_text("长堤镇人民政府", 2024, figures, rng=Random(1), defects=("cells-blank",))
    slash = render_text("长堤镇人民政府", 2024, figures, rng=Random(1), defects=("cells-slash",))
    assert "重复申请\t0\t0\t0\t0\t0\t0\t0" in plain
    assert "重复申请\t0\t\t\t\t\t\t0" in blank
    assert "重复申请\t0\t/\t/\t/\t/\t/\t0" in slash


def told() -> dict[tuple[str, int], dict[str, str]]:
    """(agency, year) -> the prose of every report in the world that is the body's own."""
    world = World(YEARS)
    return {
        (p.agency, p.year): prose_of(world.report(p, AFTER_ALL))
        for p in world.postings
        if p.agency and p.year and (p.agency, p.year) == (p.text_agency, p.text_year)
    }


def test_sentences_have_no_slips() -> None:
    for key, parts in told().items():
        prose = "".join(parts.values())
        assert not re.search(r"[\[\]{}|]|None", prose), key
        assert not re.findall(r"([一-鿿])\1", prose.replace("市市场", "")), key


def test_no_report_reads_like_another_except_the_copied_one() -> None:
    reports = told()
    assert len(reports) > 100
    for numeral in "一五":
        texts = {
            key: re.sub(r"\d", "", text)
            for key, parts in reports.items()
            for heading, text in parts.items()
            if heading.startswith(numeral)
        }
        copied = (("lanchuan-sjj", 2024), ("lanchuan-sjj", 2025))
        assert fuzz.ratio(texts[copied[0]], texts[copied[1]]) > 90
        for pair in itertools.combinations(texts, 2):
            if pair != copied:
                assert fuzz.ratio(texts[pair[0]], texts[pair[1]], score_cutoff=78) == 0, pair
