"""Labels: renamed, misspelt, wrapped and lost ones find their row; foreign ones don't."""

from __future__ import annotations

import pytest

from crawler.parsing.labels import (
    TABLE2_COLUMN_FORMS,
    TABLE2_FORMS,
    TABLE3_COLUMN_FORMS,
    TABLE3_FORMS,
    align,
    best_match,
    core,
    is_group,
    similarity,
)
from storage.vocab import TABLE3_ROW_NAMES, TABLE3_ROWS_2019, TABLE3_ROWS_2021

FORM = TABLE3_ROWS_2021
NAMES = [TABLE3_ROW_NAMES[key] for key in FORM]


@pytest.mark.parametrize(
    ("label", "bare"),
    [
        ("一、本年新收政府信息公开申请数量", "本年新收政府信息公开申请数量"),
        ("（一）予以公开", "予以公开"),
        ("(一) 予以公开", "予以公开"),
        ("1.属于国家秘密", "属于国家秘密"),
        ("1、属于国家秘密", "属于国家秘密"),
        ("１．属于国家秘密", "属于国家秘密"),
        ("危及“三安全一稳定”", "危及三安全一稳定"),
        ("（二）部分公开（区分处理的，只计这一情形）", "部分公开"),
        ("结 果\n维 持", "结果维持"),
        ("规章（县级无此项）", "规章"),
        ("现行有效件数（历史累计）", "现行有效件数"),
        ("（六）", ""),
        ("第二十条第（五）项", "第二十条第项"),
    ],
)
def test_core(label: str, bare: str) -> None:
    assert core(label) == bare


@pytest.mark.parametrize("key", TABLE3_FORMS)
def test_every_official_label_names_its_own_row_best(key: str) -> None:
    scores = {
        other: similarity(TABLE3_ROW_NAMES[key], forms) for other, forms in TABLE3_FORMS.items()
    }
    assert scores[key] == 1.0
    assert [other for other, value in scores.items() if value == 1.0] == [key]


@pytest.mark.parametrize(
    ("label", "forms", "key"),
    [
        ("法律服务机沟", TABLE3_COLUMN_FORMS, "legal_service"),
        ("社会组织", TABLE3_COLUMN_FORMS, "public_welfare"),
        ("合计", TABLE3_COLUMN_FORMS, "total"),
        ("个体工商户", TABLE3_COLUMN_FORMS, None),
        ("备注", TABLE3_COLUMN_FORMS, None),
        ("占比", TABLE3_COLUMN_FORMS, None),
        ("本年度止件数", TABLE2_COLUMN_FORMS, "repealed"),
        ("本年（2023）制发件数", TABLE2_COLUMN_FORMS, "made"),
        ("本年收费金额（单位：万元）", TABLE2_COLUMN_FORMS, "amount_wan"),
        ("本年增/减", TABLE2_COLUMN_FORMS, "change"),
        ("处理决定数量", TABLE2_COLUMN_FORMS, "decisions"),
        ("规范性文件", TABLE2_FORMS, "normative_documents"),
        ("规章（县级无此项）", TABLE2_FORMS, "rules"),
        ("行政事业收费", TABLE2_FORMS, "fees"),
        ("其他主动公开文件", TABLE2_FORMS, None),
        ("合计", TABLE2_FORMS, None),
        ("", TABLE3_COLUMN_FORMS, None),
    ],
)
def test_best_match(label: str, forms: dict[str, tuple[str, ...]], key: str | None) -> None:
    assert best_match(label, forms, 0.75) == key


def test_two_that_fit_alike_are_none() -> None:
    forms = {"a": ("申请数量",), "b": ("申请数量",)}
    assert best_match("申请数量", forms) is None


@pytest.mark.parametrize(
    "label", ["三、本年度办理结果", "（三）不予公开", "(六) 其他处理", "无 法 提 供"]
)
def test_groups(label: str) -> None:
    assert is_group(label)


@pytest.mark.parametrize("label", ["3.其他", "（一）予以公开", ""])
def test_no_groups(label: str) -> None:
    assert not is_group(label)


# --- Alignment ----------------------------------------------------------------


def aligned(labels: list[str], form: tuple[str, ...] = FORM) -> dict[int, str]:
    return {m.observed: m.key for m in align(labels, form, TABLE3_FORMS)}


def test_whole_form_in_order() -> None:
    assert aligned(NAMES) == dict(enumerate(FORM))
    old = [TABLE3_ROW_NAMES[key] for key in TABLE3_ROWS_2019]
    assert aligned(old, TABLE3_ROWS_2019) == dict(enumerate(TABLE3_ROWS_2019))


def test_the_two_totals_and_others_are_told_by_their_place() -> None:
    found = aligned(NAMES)
    assert found[FORM.index("other_misc")] == "other_misc"
    assert found[FORM.index("result_total")] == "result_total"


@pytest.mark.parametrize("missing", [0, 1, 7, 13, 23, 24])
def test_a_missing_row_leaves_the_others(missing: int) -> None:
    labels = NAMES[:missing] + NAMES[missing + 1 :]
    keys = FORM[:missing] + FORM[missing + 1 :]
    assert aligned(labels) == dict(enumerate(keys))


@pytest.mark.parametrize("lost", [1, 7, 13, 23])
def test_a_lost_label_is_found_by_its_neighbours(lost: int) -> None:
    labels = NAMES.copy()
    labels[lost] = ""
    (match,) = [m for m in align(labels, FORM, TABLE3_FORMS) if m.by_order]
    assert (match.observed, match.key) == (lost, FORM[lost])


def test_two_lost_labels_for_one_missing_row_are_nobodys() -> None:
    labels = [*NAMES[:7], "", *NAMES[9:]]
    assert 7 not in aligned(labels)


def test_another_label_in_the_place_of_a_missing_row_is_not_that_row() -> None:
    labels = [*NAMES[:7], "网上办理小计", *NAMES[8:]]
    assert 7 not in aligned(labels)
    assert len(aligned(labels)) == len(FORM) - 1


def test_an_added_row_is_nobodys() -> None:
    labels = [*NAMES[:5], "其中网上申请数量", *NAMES[5:]]
    found = aligned(labels)
    assert 5 not in found
    assert [found[i] for i in sorted(found)] == list(FORM)


def test_misprints_and_short_forms() -> None:
    labels = NAMES.copy()
    labels[FORM.index("denied_internal")] = "5.属于三类内容事务信息"
    labels[FORM.index("other_no_correction")] = "1.逾期不补正"
    labels[FORM.index("partial")] = "（二）部份公开"
    assert aligned(labels) == dict(enumerate(FORM))


def test_nothing_fits() -> None:
    assert aligned(["科目", "预算数", "决算数"]) == {}
    assert aligned([]) == {}
