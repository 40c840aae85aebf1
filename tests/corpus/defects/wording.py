"""Words that should not stand in a report."""

from __future__ import annotations

from random import Random

from tests.corpus.defects.base import GOVERNMENTS, Case, defect
from tests.corpus.defects.editing import (
    with_paragraph,
    with_section,
)
from tests.corpus.drafts import AGENCIES, Draft


@defect("TXT-LEFTOVER")
def template_words(case: Case, rng: Random) -> Draft | None:
    text = rng.choice(
        ("{y}年，XX科室承担公开任务____项（此处填写）。", "全年组织培训xx次，参训××人次。",
         "202X年共公开信息三百余条。", "公开目录由[请填写]负责维护。", "{y}年，全年召开推进会_____次。")
    )  # fmt: skip
    return with_paragraph(case.draft(), rng.choice("一五六"), text.format(y=case.year))


@defect(
    "TXT-GENERIC",
    agencies=tuple(a for a in AGENCIES if a not in GOVERNMENTS),
)
def text_of_nobody(case: Case, rng: Random) -> Draft | None:
    text = (
        "各级行政机关高度重视政府信息公开工作，主动公开的范围不断扩大，依申请公开的办理更加规范，"
        "信息管理制度逐步健全，门户网站等平台建设持续推进，监督保障措施得到落实，部分地区公开水平明显提高，群众满意度稳步上升。"
    )
    return with_section(case.draft(), "一", text)


@defect("TXT-FOREIGN-TERM", agencies=("临溪县石桥镇人民政府", "临溪县柳河乡人民政府"))
def word_of_another_level(case: Case, rng: Random) -> Draft | None:
    other = "乡" if "石桥镇" in case.agency else "镇"
    text = rng.choice(
        ("这些问题影响全{o}政府信息公开工作的开展。", "我{o}将继续做好信息公开工作。")
    )
    return with_paragraph(case.draft(), "五", text.format(o=other))


@defect("TXT-OCR")
def noise_of_conversion(case: Case, rng: Random) -> Draft | None:
    text = rng.choice(
        ("**一是**加强组织领导，**二是**充实人员。", "落实会议精神 and 工作要求，按期完成任务。",
         "## 加强组织领导，充实人员。", "落实\ufffd\ufffd公开要求，定期检查。")
    )  # fmt: skip
    return with_paragraph(case.draft(), "五", text)


@defect("TXT-TYPO")
def word_twice(case: Case, rng: Random) -> Draft | None:
    text = rng.choice(
        ("我们将进一步进一步完善制度。", "公开的过程性性信息均已审核。", "坚持以公开为为常态。",
         "及时公开公开目录内的事项。", "积极积极回应社会关切。")
    )  # fmt: skip
    return with_paragraph(case.draft(), "五", text)


@defect("TXT-CITATION")
def document_misquoted(case: Case, rng: Random) -> Draft | None:
    text = rng.choice(
        ("上述工作按照《中华人民共和国信息公开条例》的规定开展。",
         "本部分按照国办公开办涵〔2021〕30号的格式填写。",
         "按照国务院办公厅政务公开办公室的要求，按期完成填报。",
         "依据《中华人民共和国政府信息公开条例》（国务院令第492号）开展工作。",
         "收费标准见《政府信息公开信息处理费管理办法》（国办函〔2020〕19号）。")
    )  # fmt: skip
    return with_paragraph(case.draft(), "六", text)
