"""Which level of the country a body belongs to, as far as its name alone tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

_PROVINCE = r"(?:[\u4e00-\u9fff]{2,3}省|[\u4e00-\u9fff]{2,6}自治区)"
_CITY = r"(?:[^省市县区旗]{1,7}?(?:自治州|地区|盟|市|州(?!市|区|县)))"
_COUNTY = r"(?:[^省市县区旗镇乡局委厅]{1,8}?(?:市|县|旗|区))"
_TOWN = r"(?:[^省市县区旗局委厅]{1,8}?(?:镇|乡|街道)(?=人民政府|政府|办事处|党政|综合|$))"
_NAME = re.compile(
    rf"(?:中华人民共和国)?(?P<province>{_PROVINCE})?(?P<city>{_CITY})?(?P<county>{_COUNTY})?(?P<town>{_TOWN})?"
)
# Words that look like a place: 城市管理局, 社区, 开发区.
_NO_PLACE = re.compile(
    r"城市|社区|园区|景区|片区|辖区|市场|区域|(?:开发|高新|示范|管理|保税|保护|试验|新)区"
)
_MUNICIPALITIES = ("北京市", "上海市", "天津市", "重庆市")


class Place(StrEnum):
    PROVINCE = "省"
    CITY = "市"
    """A single 市 in the name: a city of either rank."""
    COUNTY = "县"
    TOWN = "镇"


@dataclass(frozen=True, slots=True)
class Home:
    """``word``: what the body calls its region (市, 县, 区, 旗, 镇, 乡, 街道 …)."""

    place: Place
    word: str


@lru_cache(maxsize=4096)
def home_of(agency: str | None) -> Home | None:
    """The smallest region in the body's name; None where the name does not tell surely."""
    match = _NAME.match(agency or "")
    if match is None:
        return None
    if town := match["town"]:
        return Home(Place.TOWN, "街道" if town.endswith("街道") else town[-1])
    county = match["county"]
    if county and _NO_PLACE.search(county):
        return None if "区" in county else _of_city(match)
    if county:
        return Home(Place.COUNTY, county[-1])
    return _of_city(match)


def _of_city(match: re.Match[str]) -> Home | None:
    city, province = match["city"], match["province"]
    if city and not _NO_PLACE.search(city):
        if city in _MUNICIPALITIES:
            return Home(Place.PROVINCE, "市")
        return Home(Place.CITY, "地区" if city.endswith("地区") else city[-1])
    return Home(Place.PROVINCE, "省" if province.endswith("省") else "区") if province else None
