"""Reports of the years up to 2018: free chapters and, often, the 统计表 of those years."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from spiders.samples.reports import Heading, Report
from spiders.samples.tables import Grid, GridCell
from storage.vocab import FormatVersion
from tests.corpus.truth import Truth

_CHAPTERS = (
    (
        "一、概述",
        "{year}年，{agency}按照《中华人民共和国政府信息公开条例》要求，明确分管领导和承办人员，健全保密审查和信息发布流程，政府信息公开工作平稳推进。",
    ),
    (
        "二、主动公开政府信息情况",
        "全年通过门户网站、公告栏等渠道主动公开政府信息{disclosed}条，涉及机构职能、办事指南、财政预决算等内容。",
    ),
    (
        "三、依申请公开政府信息情况",
        "{year}年，本机关共收到政府信息公开申请{received}件，全部按时办结，其中同意公开{granted}件。",
    ),
    ("四、政府信息公开收费及减免情况", "本年度没有收取检索、复制、邮寄等费用。"),
    (
        "五、行政复议、行政诉讼情况",
        "本年度因政府信息公开被申请行政复议{reviews}件，被提起行政诉讼0件。",
    ),
    (
        "六、存在的主要问题和改进措施",
        "一是公开内容的深度还不够，二是更新有时滞后。下一步将加强业务学习，充实公开内容，定期检查栏目。",
    ),
)
_TABLE = (
    ("一、主动公开情况", None, None),
    ("（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条", "disclosed"),
    ("其中：主动公开规范性文件数", "条", "documents"),
    ("制发规范性文件总数", "件", "documents"),
    ("二、回应解读情况", None, None),
    ("（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）", "次", "answers"),
    ("三、依申请公开情况", None, None),
    ("（一）收到申请数", "件", "received"),
    ("1.当面申请数", "件", "in_person"),
    ("2.网络申请数", "件", "online"),
    ("（二）申请办结数", "件", "received"),
    ("1.按时办结数", "件", "received"),
    ("（三）申请答复数", "件", "received"),
    ("1.同意公开答复数", "件", "granted"),
    ("四、行政复议数量", "件", "reviews"),
    ("（一）维持具体行政行为数", "件", "reviews"),
    ("五、行政诉讼数量", "件", "none"),
    ("六、举报投诉数量", "件", "none"),
    ("（一）纳入财政预算的政府信息公开专项经费", "万元", "none"),
)


def early_report(agency: str, year: int, rng: Random) -> tuple[Report, Truth]:
    """A report without a single cell of today's form; its table only where drawn."""
    received = rng.choice((0, 3, 17, 140))
    in_person = rng.randint(0, received)
    numbers = {
        "disclosed": rng.randint(90, 4000), "documents": rng.randint(0, 20),
        "answers": rng.randint(0, 30), "received": received, "in_person": in_person,
        "online": received - in_person, "granted": rng.randint(0, received),
        "reviews": rng.randint(0, 3), "none": 0,
    }  # fmt: skip
    words = {"agency": agency, "year": year, **numbers}
    body: list[Heading | str | Grid] = []
    for heading, text in _CHAPTERS:
        body += [Heading(heading), text.format(**words)]
    tabled = rng.random() < 0.7
    if tabled:
        body += [f"政府信息公开情况统计表（{year}年度）", _statistics(numbers)]
    signed = date(year + 1, 1, 8) + timedelta(days=rng.randrange(70))
    title = f"{agency}{year}年政府信息公开工作年度报告"
    preface = f"本报告根据《中华人民共和国政府信息公开条例》编制，统计期限为{year}年1月1日至{year}年12月31日。"
    day = f"{signed.year}年{signed.month}月{signed.day}日"
    report = Report(title, preface, tuple(body), (agency, day))
    facts = {"requests_received": received, "review_total": numbers["reviews"]} if tabled else {}
    truth = Truth({}, title, agency, year, signed, None, FormatVersion.PRE2019, facts)
    return report, truth


def _statistics(numbers: dict[str, int]) -> Grid:
    rows: list[tuple[GridCell, ...]] = [
        (GridCell("统 计 指 标"), GridCell("单位"), GridCell("统计数"))
    ]
    for label, unit, key in _TABLE:
        number = "" if key is None else str(numbers[key])
        rows.append((GridCell(label), GridCell(unit or ""), GridCell(number)))
    return Grid(tuple(rows), 1)
