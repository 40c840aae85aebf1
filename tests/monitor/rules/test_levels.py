"""Which level a body's name tells."""

from __future__ import annotations

import pytest

from monitor.rules.levels import Home, Place, home_of

NAMES = [
    ("临溪县人民政府办公室", Place.COUNTY, "县"),
    ("临溪县市场监督管理局", Place.COUNTY, "县"),
    ("临溪县城乡规划局", Place.COUNTY, "县"),
    ("临溪县乡村振兴局", Place.COUNTY, "县"),
    ("临溪县", Place.COUNTY, "县"),
    ("澄湖市青岚区教育局", Place.COUNTY, "区"),
    ("澄湖市临江市水利局", Place.COUNTY, "市"),
    ("白音旗自然资源局", Place.COUNTY, "旗"),
    ("石桥镇人民政府", Place.TOWN, "镇"),
    ("临溪县柳河乡人民政府", Place.TOWN, "乡"),
    ("青岚区城南街道办事处", Place.TOWN, "街道"),
    ("澄湖新区底庄街道办事处", Place.TOWN, "街道"),
    ("澄湖市城市管理局", Place.CITY, "市"),
    ("澄湖市住房和城乡建设局", Place.CITY, "市"),
    ("澄湖市市场监督管理局", Place.CITY, "市"),
    ("北岭州自然资源局", Place.CITY, "州"),
    ("北岭盟民政局", Place.CITY, "盟"),
    ("徐州市人民政府", Place.CITY, "市"),
    ("东陵省自然资源厅", Place.PROVINCE, "省"),
    ("东陵自治区人民政府", Place.PROVINCE, "区"),
    ("北京市水务局", Place.PROVINCE, "市"),
    ("北京市朝阳区人民政府", Place.COUNTY, "区"),
]


@pytest.mark.parametrize(("name", "place", "word"), NAMES)
def test_home_of(name: str, place: Place, word: str) -> None:
    assert home_of(name) == Home(place, word)


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        "水利局",
        "高新技术产业开发区管理委员会",
        "澄湖市经济技术开发区管理委员会",
        "税务总局",
    ],
)
def test_a_name_that_does_not_tell(name: str | None) -> None:
    assert home_of(name) is None
