"""The three tables at their edges: what may be read, and what must stay unknown."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from crawler.parsing.reading import read
from storage.domain import AnnualReport, Cell
from storage.vocab import TABLE3_COLUMNS, TABLE4_GROUPS, CellState

HEAD = "云溪市水利局2023年政府信息公开工作年度报告\n\n一、总体情况\n\n本局依法公开各类信息，内容全面，群众满意。\n\n"
ORGS = "商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他"
TOP3 = f"\t申请人情况\n\t自然人\t法人或其他组织\t\t\t\t\t总计\n\t\t{ORGS}\n"
TOP4 = (
    "行政复议\t\t\t\t\t行政诉讼\n结果维持\t结果纠正\t其他结果\t尚未审结\t总计\t未经复议直接起诉\t\t\t\t\t复议后起诉\n"
    "\t\t\t\t\t" + "\t".join(("结果维持\t结果纠正\t其他结果\t尚未审结\t总计",) * 2) + "\n"
)


def of(second: str = "", third: str = "", fourth: str = "", prose: str = "") -> AnnualReport:
    text = (
        f"{HEAD}{prose}\n\n二、主动公开政府信息情况\n\n{second}\n\n三、收到和处理政府信息公开申请情况\n\n"
        f"{third}\n\n四、政府信息公开行政复议、行政诉讼情况\n\n{fourth}\n\n"
        "五、存在的主要问题及改进情况\n\n形式不够多样，今后改进。\n\n六、其他需要报告的事项\n\n没有收取信息处理费。\n"
    )
    result = read(text.encode()).result
    assert isinstance(result, AnnualReport), result
    return result


def values(cells: Sequence[Cell]) -> list[object]:
    return [cell.value for cell in cells]


def codes(report: AnnualReport) -> set[str]:
    return {issue.code for issue in report.issues}


# --- Table 二 -----------------------------------------------------------------

NEW = """信息内容\t本年制发件数\t本年废止件数\t现行有效件数
规章\t1\t2\t3
行政规范性文件\t4\t5\t6
信息内容\t本年处理决定数量
行政许可\t7
行政处罚\t8
行政强制\t9
信息内容\t本年收费金额（单位：万元）
行政事业性收费\t10.5"""
OLD = """信息内容\t本年新制作数量\t本年新公开数量\t对外公开总数量
规章\t1\t2\t3
规范性文件\t4\t5\t6
信息内容\t上一年项目数量\t本年增/减\t处理决定数量
行政许可\t7\t-8\t9
其他对外管理服务事项\t10\t减11\t12
行政处罚\t13\t+14\t15
行政强制\t16\t0\t17
信息内容\t上一年项目数量\t本年增/减
行政事业性收费\t18\t0
信息内容\t采购项目数量\t采购总金额
政府集中采购\t19\t251000元"""


def test_table_two_of_2021() -> None:
    found = of(second=NEW)
    assert found.format_version == "fmt2021"
    assert {row: values([*cells.values()]) for row, cells in found.table2.items()} == {
        "rules": [1, 2, 3], "normative_documents": [4, 5, 6], "licensing": [7], "penalty": [8],
        "coercion": [9], "fees": [Decimal("10.5")],
    }  # fmt: skip


def test_table_two_of_2019() -> None:
    found = of(second=OLD)
    assert found.format_version == "fmt2019"
    assert {row: values([*cells.values()]) for row, cells in found.table2.items()} == {
        "rules": [1, 2, 3], "normative_documents": [4, 5, 6], "licensing": [7, -8, 9],
        "other_services": [10, -11, 12], "penalty": [13, 14, 15], "coercion": [16, 0, 17],
        "fees": [18, 0], "procurement": [19, Decimal("25.1")],
    }  # fmt: skip


def test_bands_of_both_forms_in_one_table() -> None:
    mixed = "\n".join([*OLD.split("\n")[:3], *NEW.split("\n")[3:]])
    found = of(second=mixed)
    assert values([*found.table2["rules"].values()]) == [1, 2, 3]
    assert list(found.table2["rules"]) == ["newly_made", "newly_published", "total_public"]
    assert found.cell("table2", "licensing", "decisions").value == 7


def test_without_any_header_the_form_is_told_by_the_rows() -> None:
    bare = "\n".join(line for line in NEW.split("\n") if "信息内容" not in line)
    assert values([*of(second=bare).table2["rules"].values()]) == [1, 2, 3]
    bare = "\n".join(line for line in OLD.split("\n") if "信息内容" not in line)
    assert of(second=bare).cell("table2", "rules", "newly_made").value == 1


def test_rows_of_which_no_form_can_be_told_stay_unknown() -> None:
    found = of(second="规章\t1\t2\t3\n行政规范性文件\t4\t5\t6")
    assert all(c.value is None for row in found.table2.values() for c in row.values())


def test_columns_in_another_order() -> None:
    swapped = NEW.replace(
        "本年制发件数\t本年废止件数\t现行有效件数", "现行有效件数\t本年制发件数\t本年废止件数"
    )
    cells = of(second=swapped).table2["rules"]
    assert {key: cell.value for key, cell in cells.items()} == {
        "in_force": 1,
        "made": 2,
        "repealed": 3,
    }


def test_a_row_with_too_few_numbers() -> None:
    found = of(second=NEW.replace("行政规范性文件\t4\t5\t6", "行政规范性文件\t4\t6"))
    assert values([*found.table2["normative_documents"].values()]) == [None] * 3
    assert values([*found.table2["rules"].values()]) == [1, 2, 3]
    assert ("T-RAGGED", "table2.normative_documents") in {(i.code, i.where) for i in found.issues}


def test_blanks_among_merged_cells_that_were_written_out() -> None:
    """Six cells for three columns: the -2 is no third number for standing third."""
    band = "信息内容\t上一年项目数量\t\t本年增/减\t\t处理决定数量\t\n"
    found = of(second=band + "行政许可\t15\t\t-2\t\t\t\n行政处罚\t11\t\t1\t\t390\t\n")
    shown = found.table2["licensing"]
    assert shown["decisions"].value is None and shown["change"].value in (None, -2)
    assert values(list(found.table2["penalty"].values())) == [11, 1, 390]


def test_a_row_more_and_a_row_less() -> None:
    found = of(second=NEW.replace("行政强制\t9", "其他行政决定\t9"))
    assert found.cell("table2", "coercion", "decisions").state is CellState.ABSENT
    assert {"T-EXTRA", "T-ROW"} <= codes(found)


def test_a_row_that_stands_twice() -> None:
    same = of(second=NEW.replace("行政强制\t9", "行政强制\t9\n行政强制\t9"))
    assert same.cell("table2", "coercion", "decisions").value == 9
    other = of(second=NEW.replace("行政强制\t9", "行政强制\t9\n行政强制\t90"))
    assert other.cell("table2", "coercion", "decisions").value is None
    assert "T-AMBIGUOUS" in codes(other)


def test_labels_glued_to_numbers_tell_nothing() -> None:
    found = of(second=NEW.replace("\t", ""))
    assert all(c.value is None for row in found.table2.values() for c in row.values())


# --- Table 三 -----------------------------------------------------------------

ROW = "一、本年新收政府信息公开申请数量\t{}\n二、上年结转政府信息公开申请数量\t{}\n（一）予以公开\t{}\n"


def third(
    new: str,
    carried: str = "0\t0\t0\t0\t0\t0\t0",
    granted: str = "1\t0\t0\t0\t0\t0\t1",
    top: str = TOP3,
) -> str:
    return top + ROW.format(new, carried, granted) + "四、结转下年度继续办理\t0\t0\t0\t0\t0\t0\t0"


def received(report: AnnualReport) -> list[object]:
    return values([report.cell("table3", "new_received", column) for column in TABLE3_COLUMNS])


def test_seven_numbers() -> None:
    assert received(of(third=third("1\t2\t3\t4\t5\t6\t21"))) == [1, 2, 3, 4, 5, 6, 21]


def test_a_sum_that_does_not_hold_is_the_report_s_own_affair() -> None:
    """The header names all columns: the numbers are read as printed, right or wrong."""
    assert received(of(third=third("1\t2\t3\t4\t5\t6\t22"))) == [1, 2, 3, 4, 5, 6, 22]


def test_without_a_header_a_row_must_add_up() -> None:
    assert received(of(third=third("1\t2\t3\t4\t5\t6\t21", top=""))) == [1, 2, 3, 4, 5, 6, 21]
    assert received(of(third=third("1\t2\t3\t4\t5\t6\t22", top=""))) == [None] * 7


def test_six_numbers_are_nobodys() -> None:
    found = of(third=third("1\t2\t3\t4\t5\t15"))
    assert received(found) == [None] * 7
    assert found.cell("table3", "granted", "total").value == 1
    assert "T-RAGGED" in codes(found)


def test_eight_numbers_under_seven_names() -> None:
    assert received(of(third=third("1\t2\t3\t4\t5\t6\t0\t21"))) == [None] * 7


def test_another_order_of_columns_in_text() -> None:
    top = TOP3.replace(ORGS, "其他\t法律服务机构\t商业企业\t科研机构\t社会公益组织")
    found = received(of(third=third("1\t6\t5\t2\t3\t4\t21", top=top)))
    assert found == [1, 2, 3, 4, 5, 6, 21]


def test_a_header_that_names_another_column_makes_rows_unreadable() -> None:
    top = TOP3.replace("科研机构\t", "个体工商户\t")
    assert received(of(third=third("1\t2\t3\t4\t5\t6\t21", top=top))) == [None] * 7


def test_a_misprinted_name_is_still_the_column() -> None:
    top = TOP3.replace("科研机构", "科妍机沟")
    assert received(of(third=third("1\t2\t3\t4\t5\t6\t21", top=top))) == [1, 2, 3, 4, 5, 6, 21]


def test_a_header_in_text_that_lost_a_name_tells_nothing_of_short_rows() -> None:
    """Header and rows may have lost different columns."""
    top = TOP3.replace("\t其他\n", "\n")
    rows = "1\t2\t3\t4\t5\t15"
    found = of(third=third(rows, rows, rows, top=top))
    assert received(found) == [None] * 7
    assert "T-COL" in codes(found)


def test_words_blanks_and_marks() -> None:
    found = of(third=third("约3件\t\t/\t-\t无\t2\t5件"))
    cells = [found.cell("table3", "new_received", column) for column in TABLE3_COLUMNS]
    # A word at the beginning may be a label: in text the row has lost its first number.
    assert values(cells) == [None] * 7
    found = of(third=third("3\t\t/\t-\t无\t2\t5件"))
    cells = [found.cell("table3", "new_received", column) for column in TABLE3_COLUMNS]
    assert values(cells) == [3, None, None, None, None, 2, 5]
    assert [c.state.value for c in cells] == [
        "number",
        "blank",
        "mark",
        "mark",
        "mark",
        "number",
        "text",
    ]


def test_a_blank_at_the_end_of_a_short_row_may_be_a_shift() -> None:
    found = of(third=third("1\t2\t3\t4\t5\t6\t21", "1\t0\t0\t0\t0\t1\t", "1\t0\t0\t0\t1"))
    row = [found.cell("table3", "carried_in", column) for column in TABLE3_COLUMNS]
    assert values(row) == [None] * 7
    assert {c.state for c in row} == {CellState.ABSENT}


def test_ends_that_the_sums_confirm() -> None:
    """Short rows, but first and last numbers fit the balance and the results of whole rows."""
    results = [
        ("（一）予以公开", "5\t0\t0\t0\t0\t5"), ("（二）部分公开", "1\t0\t0\t0\t0\t1"),
        *((f"{i}.{name}", "0\t0\t0\t0\t0\t0") for i, name in enumerate((
            "属于国家秘密", "其他法律行政法规禁止公开", "危及三安全一稳定", "保护第三方合法权益", "属于三类内部事务信息",
            "属于四类过程性信息", "属于行政执法案卷", "属于行政查询事项", "本机关不掌握相关政府信息", "没有现成信息需要另行制作",
            "补正后申请内容仍不明确", "信访举报投诉类申请", "重复申请", "要求提供公开出版物", "无正当理由大量反复申请",
            "要求行政机关确认或重新出具已获取信息", "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
            "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "其他"), 1)),
        ("（七）总计", "6\t0\t0\t0\t0\t6"), ("四、结转下年度继续办理", "0\t0\t0\t0\t0\t0"),
    ]  # fmt: skip
    rows = "\n".join(f"{label}\t{numbers}" for label, numbers in results)
    head = f"{TOP3}一、本年新收政府信息公开申请数量\t6\t0\t0\t0\t0\t0\t6\n二、上年结转政府信息公开申请数量\t0\t0\t0\t0\t0\t0\t0\n"
    found = of(third=head + rows)
    assert values([*found.table3["granted"].values()]) == [5, *[None] * 5, 5]
    broken = of(third=head + rows.replace("5\t0\t0\t0\t0\t5", "4\t0\t0\t0\t0\t5"))
    assert values([*broken.table3["granted"].values()]) == [None] * 7


# --- Table 四 -----------------------------------------------------------------


def fourth(report: AnnualReport) -> list[list[object]]:
    return [values([*report.table4[group].values()]) for group in TABLE4_GROUPS]


NONE = [None] * 5


def row(*numbers: object) -> str:
    return "\t".join(map(str, numbers))


def test_fifteen_numbers() -> None:
    found = of(fourth=TOP4 + row(1, 2, 3, 4, 10, 5, 6, 7, 8, 26, 9, 0, 1, 2, 12))
    assert fourth(found) == [[1, 2, 3, 4, 10], [5, 6, 7, 8, 26], [9, 0, 1, 2, 12]]


def test_fifteen_numbers_on_three_lines() -> None:
    found = of(fourth=TOP4 + f"{row(1, 2, 3, 4, 10)}\n{row(5, 6, 7, 8, 26)}\n{row(9, 0, 1, 2, 12)}")
    assert fourth(found) == [[1, 2, 3, 4, 10], [5, 6, 7, 8, 26], [9, 0, 1, 2, 12]]


def test_ten_numbers_could_be_any_two_groups() -> None:
    found = of(fourth=TOP4 + row(5, 0, 0, 1, 6, 0, 0, 0, 0, 0))
    assert fourth(found) == [NONE, NONE, NONE]
    assert "T-RAGGED" in codes(found)


def test_ten_numbers_and_a_text_that_tells_the_reviews() -> None:
    prose = "因政府信息公开引起的行政复议6件，其中结果维持5件，尚未审结1件，未发生行政诉讼。"
    found = of(fourth=TOP4 + "\t\t\t\t\t" + row(5, 0, 0, 1, 6, 0, 0, 0, 0, 0), prose=prose)
    assert fourth(found)[0] == [5, 0, 0, 1, 6]
    assert fourth(found)[1:] == [NONE, NONE]


def test_fourteen_numbers_give_what_all_alignments_agree_on() -> None:
    found = of(fourth=TOP4 + row(1, 2, 3, 4, 10, 5, 6, 7, 26, 9, 0, 1, 2, 12))
    assert fourth(found)[0] == [1, 2, 3, 4, 10]
    assert fourth(found)[2] == [9, 0, 1, 2, 12]
    assert fourth(found)[1][-1] in (26, None)


def test_two_rows_that_differ() -> None:
    one, two = row(*[1, 0, 0, 0, 1] * 3), row(*[2, 0, 0, 0, 2] * 3)
    assert fourth(of(fourth=TOP4 + one + "\n" + one)) == [[1, 0, 0, 0, 1]] * 3
    found = of(fourth=TOP4 + one + "\n" + two)
    # Where both rows show the same there is no doubt.
    assert fourth(found) == [[None, 0, 0, 0, None]] * 3
    assert "T-AMBIGUOUS" in codes(found)


def test_header_without_data() -> None:
    found = of(fourth=TOP4)
    assert fourth(found) == [NONE, NONE, NONE]


@pytest.mark.parametrize("word", ["见附件", "3.5", "1 2"])
def test_words_among_the_fifteen(word: str) -> None:
    found = of(fourth=TOP4 + row(1, 2, 3, 4, 10, 5, word, 7, 8, 26, 9, 0, 1, 2, 12))
    assert fourth(found)[0] == [1, 2, 3, 4, 10]
    assert fourth(found)[1] == [5, None, 7, 8, 26]


# --- Labels that fit two rows, rows out of order, forms that contradict each other -----------


def test_rows_of_table_two_in_another_order_are_taken_by_their_labels() -> None:
    turned = NEW.replace("行政处罚\t8\n行政强制\t9", "行政强制\t9\n行政处罚\t8")
    found = of(second=turned)
    assert found.cell("table2", "penalty", "decisions").value == 8
    assert found.cell("table2", "coercion", "decisions").value == 9
    assert "T-LABEL" in codes(found)
    assert "T-ROW" not in codes(found)


def test_a_label_that_fits_two_missing_rows_is_ambiguous() -> None:
    third = TOP3 + "\n".join(
        "\t".join((label, *(str(n + i) for i in range(6)), str(6 * n + 15)))
        for n, label in enumerate(
            ("（一）予以公开", "4.保护第三方合法权益", "属于三四类事务性信息", "7.属于行政执法案卷", "8.属于行政查询事项"), 1
        )
    )  # fmt: skip
    found = of(third=third)
    assert "T-AMBIGUOUS" in codes(found)
    for row in ("denied_internal", "denied_process"):
        assert all(c.state is CellState.ABSENT for c in found.table3[row].values())
    assert found.cell("table3", "denied_enforcement_file", "natural_person").value == 4
    message = next(i.message for i in found.issues if i.code == "T-AMBIGUOUS")
    assert "属于三类内部事务信息" in message and "属于四类过程性信息" in message


def test_a_misprint_whose_neighbour_is_there_is_not_ambiguous() -> None:
    found = of(second=NEW.replace("行政处罚", "行政处法"))
    assert found.cell("table2", "penalty", "decisions").value == 8
    assert "T-AMBIGUOUS" not in codes(found)


@pytest.mark.parametrize(
    ("header", "cell", "value", "state"),
    [
        ("采购总金额（万元）", "477.35", "477.35", CellState.NUMBER),
        ("采购总金额（元）", "251000", "25.1", CellState.TEXT),
        ("采购总金额（单位：亿元）", "0.3", "3000", CellState.TEXT),
        ("采购总金额（元）", "3万元", "3", CellState.TEXT),
        ("采购总金额", "251000", "251000", CellState.NUMBER),
        ("采购总金额", "251000元", "25.1", CellState.TEXT),
    ],
)
def test_units_of_purchases(header: str, cell: str, value: str, state: CellState) -> None:
    second = OLD.replace("采购总金额", header).replace("251000元", cell)
    amount = of(second=second).cell("table2", "procurement", "amount")
    assert (amount.raw, amount.state, amount.value) == (cell, state, Decimal(value))


def test_fees_under_a_header_in_yuan() -> None:
    fees = of(second=NEW.replace("单位：万元", "单位：元")).cell("table2", "fees", "amount_wan")
    assert (fees.raw, fees.value) == ("10.5", Decimal("0.00105"))


def _forms(report: AnnualReport) -> list[str]:
    return [i.message for i in report.issues if i.code == "F-VERSION"]


def test_tables_tell_the_form_and_the_year_is_held_against_it() -> None:
    assert _forms(of(second=NEW)) == []
    assert _forms(of(second=OLD)) == ["报告年度为 2023 年，表格为2019 年格式"]
    mixed = "\n".join([*OLD.split("\n")[:3], *NEW.split("\n")[3:]])
    assert "表二混用 2019 年格式和 2021 年格式的列" in _forms(of(second=mixed))


def test_without_tables_the_year_tells_the_form() -> None:
    found = of(prose="2023年，本局公开信息三百条。")
    assert found.format_version == "fmt2021"
    told = [(a.value, a.source) for a in found.attributions if a.field == "format_version"]
    assert told == [("fmt2021", "year")]
