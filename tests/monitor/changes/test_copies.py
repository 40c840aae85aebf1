"""Reused text, on real databases: what is alike is told, what everybody writes is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest

from monitor.changes.copies import LIMITS
from monitor.changes.texts import LEAST, band_keys, joined, names_of, passages
from storage import repositories as repo
from storage.domain import AnnualReport, Finding
from storage.session import Database
from storage.vocab import AgencyKind
from tests.monitor.building import BUREAU, COUNTY, PAGE, at, stated
from tests.monitor.rules.builders import changed, compliant
from tests.monitor.test_judge import World

NAMES = {"a-1": "云岭县水务局", "a-2": "云岭县林业局", "g-1": "云岭县人民政府"}
WORDS = ["河道", "巡查", "水库", "除险", "灌区", "改造", "水质", "监测", "台账", "汛期", "值守", "取水", "许可", "泵站", "检修", "堤防", "加固", "群众", "来电", "回复", "专栏", "更新", "目录", "核对", "培训", "讲课", "督办", "通报", "图表", "解读", "窗口", "咨询", "档案", "移交", "栏目", "归并", "村级", "公示", "补贴", "名册", "抽查", "记录", "专人", "轮岗", "表格", "说明"]  # fmt: skip


def prose(seed: int, sentences: int = 12) -> str:
    """Sentences that no other seed gives."""
    rng = Random(seed)
    return "".join("".join(rng.sample(WORDS, 9)) + "。" for _ in range(sentences))


def report(agency: str, year: int, overview: str, problems: str | None = None) -> AnnualReport:
    name = NAMES.get(agency, agency)
    texts = {
        "sections.s1_overview": overview.format(name=name, year=year),
        "sections.s5_problems": (problems or prose(hash((agency, year)) % 10_000)).format(
            name=name, year=year
        ),
    }
    return changed(compliant(year, agency=name), texts)


class Texts(World):
    def publish(self, agency: str, report: AnnualReport) -> None:
        year = report.year or 0
        self.found(
            at(1, 21), stated(date(year + 1, 1, 20)), result=report, agency=agency,
            content_agency=agency, year=year, content_year=year, url=f"{PAGE}?{agency}-{year}",
        )  # fmt: skip

    def copies(self, agency: str) -> dict[str, Finding]:
        self.judge(at(4, 20), 2022, 2023)
        return {f.subject: f for f in self.findings(agency) if f.rule == "Y-COPY"}


@pytest.fixture
def texts(database: Database) -> Texts:
    return Texts(database)


@pytest.fixture
def small(sqlite_database: Database) -> Texts:
    return Texts(sqlite_database)


OWN = prose(1)


def test_the_own_text_of_the_year_before(texts: Texts) -> None:
    text = "{year}年，{name}收到申请{year}件。" + OWN
    texts.publish("a-1", report("a-1", 2022, text))
    texts.publish("a-1", report("a-1", 2023, text))
    found = texts.copies("a-1")
    assert set(found) == {"s1_overview"}
    evidence = found["s1_overview"].evidence
    assert (evidence["against"], evidence["similarity"]) == (2022, 1)
    assert len(evidence["passages"]) == LIMITS.shown
    assert all(p["own"] == p["other"] for p in evidence["passages"])
    assert "本机关 2022 年度" in found["s1_overview"].message
    before = texts.everything()
    texts.judge(at(4, 20), 2022, 2023)
    assert texts.everything() == before


def test_another_bodys_text_is_told_of_both(texts: Texts) -> None:
    texts.publish("a-1", report("a-1", 2023, "我局（{name}）工作如下。" + OWN))
    texts.publish("a-2", report("a-2", 2023, "我局（{name}）工作如下。" + OWN))
    for agency, other in (("a-1", "云岭县林业局"), ("a-2", "云岭县水务局")):
        assert other in texts.copies(agency)["s1_overview"].message


def test_a_later_years_text_is_no_reproach_to_the_earlier(small: Texts) -> None:
    small.publish("a-1", report("a-1", 2023, OWN))
    small.publish("a-2", report("a-2", 2022, OWN))
    small.judge(at(4, 20), 2022, 2023)
    assert set(small.copies("a-1")) == {"s1_overview"}
    with small.database.session(write=False) as s:
        assert not [f for f in repo.findings(s, year=2022) if f.rule == "Y-COPY"]


@pytest.mark.parametrize(("kept", "told"), [(12, True), (11, True), (9, False), (6, False)])
def test_how_much_must_be_alike(small: Texts, kept: int, told: bool) -> None:
    sentences = OWN.split("。")[:12]
    other = "。".join([*sentences[:kept], *prose(77).split("。")[: 12 - kept]])
    small.publish("a-1", report("a-1", 2022, OWN))
    small.publish("a-1", report("a-1", 2023, other))
    assert bool(small.copies("a-1")) is told


def test_set_phrases_and_short_texts_are_nobodys_own(small: Texts) -> None:
    preface = (
        "根据《中华人民共和国政府信息公开条例》的规定编制本报告。本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"
        "本年度没有收取信息处理费。没有发生行政复议和行政诉讼。"
    ) * 6
    for year in (2022, 2023):
        small.publish("a-1", report("a-1", year, preface, "存在的不足是更新不及时，今后改进。"))
    assert small.copies("a-1") == {}


def test_a_sentence_that_everybody_writes_counts_for_nobody(
    small: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.changes.copies.LIMITS", replace(LIMITS, common=4))
    bodies = [replace(BUREAU, id=f"n-{n}", name=f"云岭县第{n}办公室") for n in range(6)]
    small.register([BUREAU, *bodies])
    for n, body in enumerate(bodies):
        small.publish(body.id, report(body.id, 2023, OWN + prose(100 + n, 3)))
    small.publish("a-1", report("a-1", 2023, OWN + prose(500, 3)))
    assert small.copies("a-1") == {}


def test_a_government_and_its_office_write_one_report(small: Texts) -> None:
    office = replace(
        BUREAU, id="o-1", name="云岭县人民政府办公室", kind=AgencyKind.OFFICE, parent="g-1"
    )
    small.register([BUREAU, office, COUNTY])
    small.publish("o-1", report("o-1", 2023, OWN))
    small.publish("g-1", report("g-1", 2023, OWN))
    assert small.copies("o-1") == {} == small.copies("g-1")


def test_a_corrected_report_is_compared_anew(small: Texts) -> None:
    small.publish("a-1", report("a-1", 2022, OWN))
    small.publish("a-1", report("a-1", 2023, OWN))
    assert small.copies("a-1")
    small.publish("a-1", report("a-1", 2023, prose(9)))
    assert small.copies("a-1") == {}
    with small.database.session(write=False) as s:
        assert repo.text_count(s) == 4
        assert all(pairs == [] for pairs in repo.likenesses(s, 2023).values())


def test_what_is_stored_is_not_read_again(small: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    small.publish("a-1", report("a-1", 2023, OWN))
    small.judge(at(4, 20), 2023)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a known text was made anew")

    monkeypatch.setattr(repo, "save_texts", refuse)
    small.judge(at(4, 21), 2023)


def test_names_years_and_numbers_do_not_count() -> None:
    one = passages("2023年，云岭县水务局收到申请12件，水务局答复十二件。", names_of("云岭县水务局"))
    two = passages("2024年，青石市林业局收到申请3件，林业局答复三件。", names_of("青石市林业局"))
    assert joined(one) == joined(two) == "年收到申请件答复件"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("云岭县水务局", {"云岭县水务局", "云岭县", "水务局"}),
        ("云岭县竹溪镇人民政府", {"云岭县", "竹溪镇", "竹溪镇人民政府", "人民政府"}),
    ],
)
def test_parts_of_names(name: str, parts: set[str]) -> None:
    assert parts <= set(names_of(name))


def test_bands_are_the_same_everywhere_and_meet_for_like_texts() -> None:
    words = joined(passages(OWN, ()))
    assert len(words) > LEAST
    assert band_keys("s1", words)[:2] == band_keys("s1", words)[:2]
    near = set(band_keys("s1", words)) & set(band_keys("s1", words[:-20]))
    assert len(near) >= 3
    assert not set(band_keys("s1", words)) & set(band_keys("s5", words))
    assert all(0 <= key < 2**63 for key in band_keys("s1", words))
    far = joined(passages(prose(2), ()))
    assert len(set(band_keys("s1", words)) & set(band_keys("s1", far))) <= 1
