"""Whose portal a page belongs to: the place and its government, from what the page says. Pure.

Every single sign lies somewhere: templates keep the SiteName of another city, titles name the parent.
The signs vote; where they contradict each other nothing is certain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from spiders.names import region_parts
from spiders.page import Page
from spiders.proposing.bodies import Body, Place, body_of, regions_of
from storage.vocab import Level

_GOVERNMENT = re.compile(
    r"([\u4e00-\u9fff]{2,24}?)(?:人民)?政府(?!信息公开|工作|采购|网站找错|部门|机构)"
)
_PORTAL_OF = re.compile(r"([\u4e00-\u9fff]{2,16}?)(?:门户网站|政务网|政府网|党政网)")
_RUN_BY = re.compile(r"(?:主办单位|主办|版权所有|责任单位)[\s:：©]*([\u4e00-\u9fff]{4,24})")
_LEAD = re.compile(
    r"^(?:.*(?:国家税务总局|主办单位|主办|承办|版权所有|欢迎访问|欢迎光临|欢迎来到|您好|首页|建设|管理|中共|中国|单位|返回))+"
)
_SITE_ID = re.compile(r"(?:网站标识码|sitecode|siteidcode)\W{0,12}?(\d{10}|bm\d{8})", re.I)
_COUNTY_CITIES = re.compile(r"\d{2}90\d{2}")
_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
    ]
)
_MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")


@dataclass(frozen=True, slots=True)
class Owner:
    """``place`` None: the page does not say whose portal it is. ``body``: the department whose own
    site it is; None for a government's. ``doubt``: Chinese, why the place is not certain.
    ``level_doubt``: the same of its level alone, which its list of bodies may yet tell."""

    place: Place | None
    body: Body | None = None
    name: str | None = None
    doubt: str | None = None
    level_doubt: str | None = None


def owner_of(home: Page) -> Owner:
    """The owner of a portal by its home page."""
    votes: Counter[tuple[str, ...]] = Counter()
    for text, weight in _signs(home):
        for parts in _regions(text):
            votes[parts] += weight
    site_id = _site_id(home)
    merged = _merged(votes)
    if not merged:
        return Owner(None, doubt="首页没有写明是哪一级哪一地的政府网站")
    (parts, most), *others = merged.most_common()
    doubt = None
    if others and others[0][1] * 2 > most:
        doubt = f"首页上的地名不一致：{'、'.join(p[-1] for p, _ in merged.most_common(3))}"
    place, code_doubt, level_doubt = _place(parts, site_id)
    own = _department_site(home, place)
    name = own.name if own else place.government
    return Owner(place, own, name, doubt or code_doubt, level_doubt)


def _signs(home: Page) -> Iterator[tuple[str, int]]:
    yield home.meta.get("sitename", ""), 2
    for part in re.split(r"[-_|—–>]+", home.title)[:3]:
        yield part, 2
    for m in _RUN_BY.finditer(home.visible):
        yield m[1], 3
    for image in home.root.iter("img"):
        yield (image.get("alt") or "")[:40], 1
    for heading in home.heads:
        yield heading[:40], 1


def _regions(text: str) -> set[tuple[str, ...]]:
    """("焦作市", "温县") for every government or portal that a text names."""
    found = {own} if (own := regions_of(text)) else set()
    for pattern in (_GOVERNMENT, _PORTAL_OF):
        for m in pattern.finditer(text):
            parts = tuple(region_parts(_LEAD.sub("", m[1])))
            if parts and "".join(parts) == _LEAD.sub("", m[1]) and len(parts[-1]) > 1:
                found.add(parts)
    return found


def _merged(votes: Counter[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    """温县 and 焦作市温县 are one: the longest chain speaks for both."""
    merged: Counter[tuple[str, ...]] = Counter()
    for parts, count in votes.items():
        longest = max((p for p in votes if p[-1] == parts[-1]), key=len)
        merged[longest] += count
    return merged


def _site_id(home: Page) -> str | None:
    stated = [home.meta.get("siteidcode", "").strip(), *_SITE_ID.findall(home.text)]
    known = [s.lower() for s in stated if re.fullmatch(r"\d{10}|bm\d{8}", s, re.I)]
    return Counter(known).most_common(1)[0][0] if known else None


def _place(parts: tuple[str, ...], site_id: str | None) -> tuple[Place, str | None, str | None]:
    """(the place, why its code was not believed, why its level is not known)."""
    name, above = parts[-1], parts[:-1]
    division = site_id[:6] if site_id and site_id[:2] in _PROVINCES else None
    by_name = _level_of(name, above)
    by_code = _level_by_code(division) if division else None
    if division and by_name and by_code and by_name != by_code:
        said = f"网站标识码 {site_id} 与“{name}”的级别不符，未采用"
        return Place(name, by_name, above), said, None
    if by_name is None and by_code is None:
        said = f"没有网站标识码，看不出“{name}”是地级还是县级"
        return Place(name, Level.COUNTY, above), None, said
    return Place(name, by_code or by_name or Level.COUNTY, above, division), None, None


def _level_of(name: str, above: tuple[str, ...]) -> Level | None:
    """The level that a region's name tells; None for 市 alone, of which there are three."""
    if name in _MUNICIPALITIES or name.endswith(("省", "特别行政区")):
        return Level.PROVINCE
    if name.endswith("自治区") and len(name) > 4:
        return Level.PROVINCE
    if name.endswith(("自治州", "州", "盟", "地区")):
        return Level.CITY
    if name.endswith(("县", "区", "旗")):
        return Level.COUNTY
    if name.endswith(("镇", "乡", "街道")):
        return Level.TOWNSHIP
    return Level.COUNTY if above and above[-1].endswith(("市", "州", "盟", "地区")) else None


def _level_by_code(division: str) -> Level:
    if division.endswith("0000"):
        return Level.PROVINCE
    if division.endswith("00") and not _COUNTY_CITIES.fullmatch(division):
        return Level.CITY
    return Level.COUNTY


def _department_site(home: Page, place: Place) -> Body | None:
    """The department that the page says to be its owner, if it is no government's portal."""
    said = [home.meta.get("sitename", ""), *re.split(r"[-_|—–>]+", home.title)[:2]]
    for text in said:
        if re.search(r"人民政府(?:门户)?网?站?$|政府(?:门户)?网站?$", text.strip()):
            return None
    for text in said:
        body = body_of(text, place) if text else None
        if body and body.named and body.sure >= 0.3:
            return body
    return None
