"""The fictional prefecture-level city 澜川市: its portals and the bodies that owe reports.

No place is real; division codes start with 99, which no province has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from random import Random

from spiders.samples.figures import Profile
from storage.domain import Agency
from storage.vocab import AgencyKind, Level


class Engine(StrEnum):
    """How a portal makes its lists and article pages."""

    TRS_CREATE = "createPageHTML"
    TRS_COUNT = "countPage"
    PLAIN = "plain"
    UCAP = "ucap"
    JPAGE = "jpage"  # records in the page, the rest from an interface
    GKMLPT = "gkmlpt"  # a tree in a script, the list as JSON
    VSB = "vsb"  # pages numbered backwards
    FRAMES = "frames"  # the list stands in a frame
    VIEWER = "viewer"  # articles show a file in a viewer


class Trouble(StrEnum):
    """What keeps a portal from being read to its end."""

    WALL = "wall"  # 412 with a script, whatever is asked
    HANGING_LIST = "hanging_list"  # page 2 of the list never comes
    NO_COLUMN = "no_column"
    EMPTY_COLUMN = "empty_column"


@dataclass(frozen=True, slots=True)
class Site:
    """A portal of the simulated world. ``own_columns``: bodies with a 年报 column of their own,
    True if their reports stand in the common column too."""

    id: str
    name: str
    place: str
    engine: Engine
    colour: str
    site_code: str
    trouble: Trouble | None = None
    encoding: str = "utf-8"
    soft_404: bool = False
    per_page: int = 20
    own_columns: dict[str, bool] = field(default_factory=dict)


CITY = "p-lanchuan"
SITES: tuple[Site, ...] = (
    Site(CITY, "澜川市人民政府", "澜川市", Engine.TRS_CREATE, "#1f4e9b", "9901000001", per_page=12,
         own_columns={"lanchuan-jyj": True, "lanchuan-sthjj": False, "lanchuan-scjgj": False}),
    Site("p-qinglan", "青岚区人民政府", "青岚区", Engine.TRS_COUNT, "#9b1f1f", "9901020002",
         encoding="gbk", per_page=10),
    Site("p-huaidu", "槐渡县人民政府", "槐渡县", Engine.PLAIN, "#1d6f5c", "9901210003",
         soft_404=True),
    Site("p-jishui", "霁水县人民政府", "霁水县", Engine.UCAP, "#2a6fb0", "9901220004",
         own_columns={"jishui-mzj": False, "jishui-gaj": False, "jishui-sfj": False,
                      "jishui-sjj": False, "jishui-jihe": False}),
    Site("p-wangtang", "望棠县人民政府", "望棠县", Engine.TRS_CREATE, "#7a4a12", "9901230005",
         trouble=Trouble.WALL),
    Site("p-luming", "鹿鸣区人民政府", "鹿鸣区", Engine.TRS_CREATE, "#a8321e", "9901030006",
         trouble=Trouble.HANGING_LIST, per_page=12),
    Site("p-shayuan", "沙渊县人民政府", "沙渊县", Engine.PLAIN, "#44632a", "9901240007",
         trouble=Trouble.NO_COLUMN),
    Site("p-weitang", "苇塘县人民政府", "苇塘县", Engine.TRS_CREATE, "#255a7d", "9901250008",
         trouble=Trouble.EMPTY_COLUMN),
    Site("p-liuting", "柳汀县人民政府", "柳汀县", Engine.JPAGE, "#5a2f7d", "9901260010", per_page=10),
    Site("p-guiyu", "桂屿区人民政府", "桂屿区", Engine.GKMLPT, "#0f6e6e", "9901040011", per_page=10),
    Site("p-wupu", "梧浦县人民政府", "梧浦县", Engine.VSB, "#8a3b12", "9901270012", per_page=10),
    Site("p-luyan", "芦堰县人民政府", "芦堰县", Engine.FRAMES, "#2c5282", "9901280013"),
    Site("p-fengting", "枫汀县人民政府", "枫汀县", Engine.VIEWER, "#3d6b1f", "9901290014"),
    Site("p-shuiwu", "国家税务总局澜川市税务局", "澜川市", Engine.PLAIN, "#16467a", "bm99010009"),
)  # fmt: skip

_G, _O, _D = AgencyKind.GOVERNMENT, AgencyKind.OFFICE, AgencyKind.DEPARTMENT
_T = AgencyKind.TOWNSHIP


def _county(
    prefix: str, place: str, division: str, bodies: dict[str, tuple[str, AgencyKind]]
) -> list[Agency]:
    """A county's government, its office, then ``bodies``: id suffix -> (name, kind)."""
    portal, top = f"p-{prefix}", f"{prefix}-gov"
    government = f"{place}人民政府"
    found = [
        Agency(top, government, _G, Level.COUNTY, division, "lanchuan-gov", portal, (place,)),
        Agency(f"{prefix}-office", f"{government}办公室", _O, Level.COUNTY, division, top, portal,
               (f"{place}政府办公室",)),
    ]  # fmt: skip
    number = 100
    for suffix, (name, kind) in bodies.items():
        below = kind in (_T, AgencyKind.SUBDISTRICT)
        number += below
        found.append(
            Agency(
                f"{prefix}-{suffix}",
                f"{place}{name}",
                kind,
                Level.TOWNSHIP if below else Level.COUNTY,
                f"{division}{number}" if below else division,
                top,
                portal,
                (name.removesuffix("人民政府"), name) if kind is _T else (),
            )
        )
    return found


def _city(suffix: str, name: str, kind: AgencyKind = _D, **more: object) -> Agency:
    return Agency(
        f"lanchuan-{suffix}", f"澜川市{name}", kind, Level.CITY, "990100", "lanchuan-gov", CITY,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


AGENCIES: tuple[Agency, ...] = (
    Agency("lanchuan-gov", "澜川市人民政府", _G, Level.CITY, "990100", None, CITY, ("澜川市",)),
    _city("office", "人民政府办公室", _O, aliases=("澜川市政府办公室",)),
    _city("jyj", "教育局"),
    _city("czj", "财政局"),
    _city("mzj", "民政局"),
    _city("sthjj", "生态环境局"),
    _city("scjgj", "市场监督管理局", aliases=("澜川市市场监管局",)),
    _city("wjw", "卫生健康委员会", aliases=("澜川市卫健委",)),
    _city("zrzyj", "自然资源和规划局"),
    _city("sjj", "数据局", valid_from=date(2024, 3, 15)),
    # It still existed on 31 December 2024, yet not on the day the report for 2024 was due.
    _city("lscbj", "粮食和物资储备局", valid_to=date(2025, 1, 15)),
    _city("jrgzj", "金融工作局", valid_to=date(2024, 6, 30)),
    _city("jrglj", "地方金融管理局", valid_from=date(2024, 7, 1), predecessor="lanchuan-jrgzj"),
    _city("shuiwu", "自来水集团有限公司", AgencyKind.ENTERPRISE),
    *_county("qinglan", "青岚区", "990102", {
        "jyj": ("教育局", _D), "cgj": ("城市管理局", _D), "zjj": ("住房和城乡建设局", _D),
        "wjj": ("卫生健康局", _D), "yuntai": ("云台街道办事处", AgencyKind.SUBDISTRICT),
        "bailu": ("白鹭镇人民政府", _T)}),
    # A branch of a city bureau: its report stands on the portal of the city.
    Agency("qinglan-sthjfj", "澜川市生态环境局青岚分局", AgencyKind.AUTHORIZED, Level.COUNTY, "990102",
           "lanchuan-gov", "p-qinglan", ("青岚区生态环境分局",)),
    *_county("huaidu", "槐渡县", "990121", {
        "fgj": ("发展和改革局", _D), "nyj": ("农业农村局", _D), "slj": ("水利局", _D),
        "shiliang": ("石梁镇人民政府", _T), "changdi": ("长堤镇人民政府", _T)}),
    *_county("jishui", "霁水县", "990122", {
        "mzj": ("民政局", _D), "gaj": ("公安局", _D), "sfj": ("司法局", _D), "sjj": ("审计局", _D),
        "jihe": ("霁河镇人民政府", _T)}),
    *_county("wangtang", "望棠县", "990123", {"jtj": ("交通运输局", _D)}),
    *_county("luming", "鹿鸣区", "990103", {
        "yjj": ("应急管理局", _D), "tjj": ("统计局", _D), "tyjrj": ("退役军人事务局", _D)}),
    *_county("shayuan", "沙渊县", "990124", {"lyj": ("林业局", _D)}),
    *_county("weitang", "苇塘县", "990125", {"swj": ("商务局", _D)}),
    *_county("liuting", "柳汀县", "990126", {"fgj": ("发展和改革局", _D)}),
    *_county("guiyu", "桂屿区", "990104", {"kjj": ("科学技术局", _D)}),
    *_county("wupu", "梧浦县", "990127", {"rsj": ("人力资源和社会保障局", _D)}),
    *_county("luyan", "芦堰县", "990128", {"slj": ("水利局", _D)}),
    *_county("fengting", "枫汀县", "990129", {"czj": ("财政局", _D)}),
    Agency("shuiwu", "国家税务总局澜川市税务局", AgencyKind.VERTICAL, Level.CITY, "990100", None,
           "p-shuiwu", ("澜川市税务局",)),
)  # fmt: skip

BY_ID = {agency.id: agency for agency in AGENCIES}
SITE_BY_ID = {site.id: site for site in SITES}

# Where a report stands if that is not the body's own portal.
ELSEWHERE = {"qinglan-sthjfj": CITY}

_ENFORCERS = (
    "市场监督",
    "城市管理",
    "公安",
    "生态环境",
    "应急",
    "住房",
    "自然资源",
    "农业",
    "水利",
)
_LICENSERS = (
    "教育",
    "卫生",
    "民政",
    "林业",
    "交通",
    "商务",
    "税务",
    "自然资源",
    "公安",
    "市场监督",
)


def profile(agency: Agency) -> Profile:
    """How busy a body is; a government is always busier than any body below it."""
    rng = Random(f"profile {agency.id}")
    if agency.kind is _G:
        city = agency.level is Level.CITY
        return Profile(
            requests=3100 if city else rng.randint(420, 610),
            reviews=180 if city else rng.randint(18, 40),
            rules=14 if city else 0,
            documents=rng.randint(160, 320) if city else rng.randint(40, 90),
            licensing=rng.randint(9000, 60000),
            penalty=rng.randint(1200, 9000),
            coercion=rng.randint(40, 700),
            fees=Decimal(rng.randint(90_000, 4_000_000)) / 100,
        )
    if agency.kind in (_T, AgencyKind.SUBDISTRICT):
        return Profile(
            requests=rng.choice((0, 0, 4, 9)), documents=0, penalty=rng.choice((0, 18, 64))
        )
    requests = rng.randint(60, 140) if agency.kind is _O else rng.choice((6, 14, 22, 38, 51))
    return Profile(
        requests=requests,
        reviews=requests // 12,
        documents=rng.randint(6, 26),
        licensing=rng.randint(80, 4000) if _has(agency, _LICENSERS) else 0,
        penalty=rng.randint(30, 900) if _has(agency, _ENFORCERS) else 0,
        coercion=rng.randint(4, 60) if _has(agency, _ENFORCERS) else 0,
        fees=Decimal(rng.randint(900, 90_000)) / 100 if _has(agency, _LICENSERS) else Decimal(0),
    )


def _has(agency: Agency, words: tuple[str, ...]) -> bool:
    return any(word in agency.name for word in words)
