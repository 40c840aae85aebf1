"""Title, body, year, period, date and form: each with its source, contradictions side by side."""

from __future__ import annotations

from datetime import date

from crawler.parsing.reading import read
from storage.domain import AnnualReport, Attribution

TITLE = "云溪市水利局2023年政府信息公开工作年度报告"
PERIOD = "统计期限为2023年1月1日至2023年12月31日。"


def of(
    title: str = TITLE,
    period: str = PERIOD,
    signed: tuple[str, ...] = ("云溪市水利局", "2024年1月20日"),
    page_title: str = "",
) -> AnnualReport:
    body = (
        f"由云溪市水利局编制。{period}", "一、总体情况", "2023年，我局公开信息。", "二、主动公开政府信息情况", "见附表。",
        "三、收到和处理政府信息公开申请情况", "没有收到申请。", "四、政府信息公开行政复议、行政诉讼情况", "没有发生。",
        "五、存在的主要问题及改进情况", "公开形式不多，今后增加。", "六、其他需要报告的事项", "没有收取信息处理费。", *signed,
    )  # fmt: skip
    text = "".join(f"<p>{line}</p>" for line in body)
    data = f"<html><head><meta charset=utf-8><title>{page_title}</title></head><body><h1>{title}</h1>{text}</body></html>"
    result = read(data.encode()).result
    assert isinstance(result, AnnualReport), result
    return result


def told(report: AnnualReport, field: str) -> list[Attribution]:
    return [a for a in report.attributions if a.field == field]


def test_every_field_names_its_sources() -> None:
    report = of()
    assert {(a.field, a.source) for a in report.attributions} == {
        ("title", "heading"),
        ("agency", "title"),
        ("agency", "preface"),
        ("agency", "signature"),
        ("year", "title"),
        ("year", "period"),
        ("year", "body"),
        ("year", "signature"),
        ("period", "text"),
        ("report_date", "signature"),
        ("format_version", "year"),
    }
    assert {a.value for a in told(report, "year")} == {"2023"}
    assert told(report, "period")[0].value == "2023-01-01/2023-12-31"
    assert told(report, "report_date")[0].value == report.report_date.isoformat()  # type: ignore[union-attr]
    assert report.report_date == date(2024, 1, 20)
    assert all(0 < a.confidence <= 0.99 for a in report.attributions)


def test_agreement_raises_confidence_and_contradiction_lowers_it() -> None:
    alone = of(title="政府信息公开工作年度报告", period="", signed=("云溪市水利局",))
    agreed, denied = of(), of(period="统计期限为2022年1月1日至2022年12月31日。")

    def year(report: AnnualReport, value: str) -> float:
        return max((a.confidence for a in told(report, "year") if a.value == value), default=0.0)

    assert year(agreed, "2023") > year(alone, "2023")
    assert year(agreed, "2023") > year(denied, "2023") > year(denied, "2022") > 0
    assert denied.year == 2023
    assert [i.code for i in denied.issues if i.where == "year"] == ["M-YEAR"]
    assert not [i for i in agreed.issues if i.where == "year"]


def test_another_bodys_signature_stands_beside_the_titles() -> None:
    report = of(signed=("青石县民政局", "2024年1月20日"))
    assert report.agency == "云溪市水利局"
    assert {(a.value, a.source) for a in told(report, "agency")} >= {
        ("云溪市水利局", "title"),
        ("青石县民政局", "signature"),
    }


def test_short_names_of_the_same_body_do_not_contradict() -> None:
    full, short = of(), of(signed=("市水利局", "2024年1月20日"))
    assert told(short, "agency")[0].confidence == told(full, "agency")[0].confidence


def test_the_pages_own_title_is_a_source_of_its_own() -> None:
    report = of(page_title="云溪市水利局2022年政府信息公开工作年度报告-云溪市人民政府")
    assert report.year == 2023
    assert ("2022", "page_title") in {(a.value, a.source) for a in told(report, "year")}


def test_unknown_stays_unknown() -> None:
    report = of(title="政府信息公开工作年度报告", period="", signed=())
    assert told(report, "report_date") == []
    assert told(report, "period") == []
    assert report.report_date is None and report.period is None
