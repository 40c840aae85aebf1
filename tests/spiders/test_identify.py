"""Names as printed → bodies of the registry."""

from __future__ import annotations

from datetime import date

import pytest

from spiders.identify import Directory, match_agency
from spiders.names import region_parts
from storage.domain import Agency
from storage.vocab import AgencyKind, Level


def body(
    id: str, name: str, kind: str = "department", level: str = "county", **more: object
) -> Agency:
    return Agency(id, name, AgencyKind(kind), Level(level), **more)  # type: ignore[arg-type]


BODIES = (
    body("city", "淮岭市人民政府", "government", "city"),
    body("city-office", "淮岭市人民政府办公室", "office", "city", parent="city"),
    body("city-edu", "淮岭市教育局", level="city", parent="city"),
    body("district", "淮岭市淮岭区人民政府", "government", parent="city"),
    body("county", "楸县人民政府", "government", parent="city"),
    body("office", "楸县人民政府办公室", "office", parent="county"),
    body("edu", "楸县教育局", parent="county"),
    body("drc", "楸县发展和改革委员会", parent="county", aliases=("楸县经济发展局",)),
    body("old", "楸县环境保护局", parent="county", valid_to=date(2019, 3, 1)),
    body("env", "楸县生态环境局", parent="county", predecessor="old"),
    body("town", "楸县溪口镇人民政府", "township", "township", parent="county"),
    body("street", "楸县城关街道办事处", "subdistrict", "township", parent="county"),
    body("tax", "国家税务总局楸县税务局", "vertical", parent="county"),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("楸县人民政府2023年政府信息公开工作年度报告", "county"),
        ("楸县2023年政府信息公开工作年度报告", "county"),
        ("楸县政府信息公开年报（2023）", "county"),
        ("楸县人民政府办公室2023年政府信息公开工作年度报告", "office"),
        ("县政府办公室", "office"),
        ("县政府办2023年", "office"),
        ("楸县人民政府金融工作办公室", None),
        ("淮岭市2023年", "city"),
        ("淮岭区2023年", "district"),
        ("淮岭市淮岭区人民政府", "district"),
        ("淮岭市人民政府办公室", "city-office"),
        ("楸县教育局", "edu"),
        ("县教育局2023年度", "edu"),
        ("市教育局2023年度", "city-edu"),
        ("教育局", None),
        ("淮岭市楸县教育局", "edu"),
        ("楸县2023年教育局政府信息公开年报", "edu"),
        ("楸县教育局机关服务中心", None),
        ("外乡市教育局", None),
        ("楸县发改委", "drc"),
        ("楸县发展改革委2022年", "drc"),
        ("楸县经济发展局2022年", "drc"),
        ("溪口镇2023年政府信息公开工作年度报告", "town"),
        ("溪口镇中心小学", None),
        ("城关街道", "street"),
        ("城关办事处2023年", "street"),
        ("楸县税务局", "tax"),
        ("国家税务总局楸县税务局2023年", "tax"),
        ("楸县环境保护局2018年", "old"),
        ("《楸县教育局》", "edu"),
        ("楸 县 教 育 局", "edu"),
        ("", None),
        ("关于公开工作的报告", None),
    ],
)
def test_match(text: str, expected: str | None) -> None:
    assert match_agency(text, BODIES) == expected


def test_a_bare_name_means_the_one_body_that_has_it() -> None:
    assert match_agency("教育局2023年政府信息公开年报", [BODIES[4], BODIES[6]]) == "edu"


def test_aliases_without_region_are_bare_names() -> None:
    bodies = [
        body("gov", "楸县人民政府", "government", aliases=("楸县",)),
        body("edu", "楸县教育局", parent="gov", aliases=("教育局", "教委")),
        body("own", "招商局", parent="gov"),
    ]
    assert match_agency("外乡市教育局2023年", bodies) is None
    assert match_agency("楸县2023年教委政府信息公开年报", bodies) == "edu"
    assert match_agency("楸县2023年政府信息公开年报", bodies) == "gov"
    assert match_agency("外乡市招商局", bodies) is None
    assert match_agency("楸县招商局", bodies) == "own"


@pytest.mark.parametrize(
    ("region", "parts"),
    [
        ("新乡市卫辉市", ["新乡市", "卫辉市"]),
        ("青岛市市北区", ["青岛市", "市北区"]),
        ("景德镇市", ["景德镇市"]),
        ("内蒙古自治区兴安盟突泉县", ["内蒙古自治区", "兴安盟", "突泉县"]),
        ("温县祥云镇", ["温县", "祥云镇"]),
    ],
)
def test_region_parts(region: str, parts: list[str]) -> None:
    assert region_parts(region) == parts


def test_who_may_sign_for_whom() -> None:
    directory = Directory(BODIES)
    assert directory.related("county", "office")
    assert directory.related("env", "old")
    assert not directory.related("county", "edu")
    assert not directory.related("city", "office")


def test_a_successor_answers_for_years_after_the_reform() -> None:
    directory = Directory(BODIES)
    assert directory.holder("old", 2018) == "old"
    assert directory.holder("old", 2019) == "env"
    assert directory.holder("edu", 2019) == "edu"
