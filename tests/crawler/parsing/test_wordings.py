"""Labels that differ from the form's: matched, and noted only where the report says something else."""

from __future__ import annotations

import pytest

from crawler.parsing.labels import TABLE2_FORMS, TABLE3_FORMS
from crawler.parsing.wordings import deviates
from storage.vocab import TABLE2_ROW_NAMES, TABLE3_ROW_NAMES

FORMS = {**TABLE2_FORMS, **TABLE3_FORMS}


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("denied_internal", "5.属于三类内容事务信息"),
        ("denied_internal", "5．属于三类内部事物信息"),
        ("denied_process", "6.属于四类过程性性信息"),
        ("denied_third_party", "4.保护第三方合法利益"),
        ("partial", "（二）部分公开（区分处理的，只计这一情况，不计其他情况）"),
        ("partial", "部分公开（只计这一情况）"),
        ("not_processed_duplicate", "2.重复提出的申请"),
        ("not_processed_petition", "1.信访、举报类申请"),
        ("denied_state_secret", "1.属于国信秘密"),
        ("rules", "规章（县级无此项）"),
        ("normative_documents", "行政规范性文件（含党组文件）"),
        ("fees", "行政性事业性收费"),
        ("granted", "（一）予以公示"),
    ],
)
def test_another_wording(key: str, label: str) -> None:
    assert deviates(label, key, FORMS[key])


@pytest.mark.parametrize(
    ("key", "label"),
    [
        *TABLE2_ROW_NAMES.items(),
        *TABLE3_ROW_NAMES.items(),
        ("normative_documents", "规范性文件"),
        ("fees", "行政事业性收费（万元）"),
        ("fees", "行政事业性收费（单位：元）"),
        ("denied_safety_stability", "3.危及三安全一稳定"),
        ("denied_safety_stability", "3、危及‘三安全一稳定’"),
        ("denied_law_prohibited", "2.其他法律、行政法规禁止公开"),
        ("partial", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
        ("partial", "（二）部分公开（区分处理的，只计这一情形，\n不计其他情形）"),
        ("new_received", "一、本年度新收政府信息公开申请数"),
        ("carried_out", "四、结转下年继续办理（件）"),
        ("not_processed_confirm", "5.要求行政机关确认或者重新出具已获取的信息"),
        ("result_total", "（七）总计（1+2+3+4+5+6）"),
        ("other_all", "（六）其他处理"),
        # Torn, run together with a stub, without its beginning: the reader's doing.
        ("denied_state_secret", "办理结果1.属于国家秘密"),
        ("denied_law_prohibited", "2.其他法律行政法规"),
        ("unavailable_not_held", "（四）无法提供1.本机关不掌握相关政府信息"),
        ("granted", "三、本年度办理结果（一）予以公开"),
        ("unavailable_needs_creation", "(2)没有现成(四)无法提信息需要另供行制作"),
        ("licensing", "行 政\n许 可"),
        ("rules", ""),
    ],
)
def test_the_form_s_own_wording(key: str, label: str) -> None:
    assert not deviates(label, key, FORMS[key])
