"""A portal's own lists of bodies → rows for the registry, and nothing that is not on them."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spiders.page import Page
from spiders.proposing.bodies import Place, body_of, is_elsewhere
from spiders.proposing.mentions import groups
from spiders.proposing.places import owner_of
from spiders.proposing.proposals import Proposed, propose
from storage.registry import read_registry
from storage.vocab import AgencyKind, Level
from tests.spiders.served import ROOT, Answer, Site, clean_environment

COUNTY = Place("梅县", Level.COUNTY, ("松江市",), "419925")
CITY = Place("松江市", Level.CITY, (), "419900")
HOME = "http://www.mei.gov.cn/"
DEPARTMENTS = [
    "政府办",
    "教育局",
    "公安局",
    "民政局",
    "财政局",
    "水利局",
    "统计局",
    "发改委",
    "城市管理局",
    "市场监督管理局",
]
TOWNS = ["临河镇", "柳林镇", "双桥乡", "东关街道"]
FRIENDS = [
    "国务院",
    "民政部",
    "江北省人民政府",
    "松江市人民政府",
    "市教育局",
    "竹县人民政府",
    "梅县日报",
    "梅县农商银行",
]


def links(names: list[str], at: str = "/b/") -> str:
    return "".join(f"<li><a href='{at}{n}/'>{name}</a></li>" for n, name in enumerate(names))


def home(body: str, title: str = "梅县人民政府门户网站", code: str = "4199250001") -> str:
    metas = (
        f'<meta name="SiteName" content="梅县人民政府"><meta name="SiteIDCode" content="{code}">'
    )
    footer = "<div class='foot'>主办单位：梅县人民政府办公室 网站标识码：4199250001</div>"
    return f"<!doctype html><html><head><title>{title}</title>{metas}</head><body>{body}{footer}</body></html>"


def read(body: str, *others: tuple[str, str], url: str = HOME) -> Proposed:
    first = Page(url, body.encode())
    pages = [groups(first), *(groups(Page(url + "x", b.encode()), label) for label, b in others)]
    return propose(url, owner_of(first), pages)


def names(made: Proposed, *kinds: AgencyKind) -> set[str]:
    return {
        p.agency.name for p in made.proposals if p.certain and (not kinds or p.agency.kind in kinds)
    }


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("民政局", "梅县民政局", "department"),
        ("县民政局", "梅县民政局", "department"),
        ("梅县民政局", "梅县民政局", "department"),
        ("松江市梅县民政局网站", "梅县民政局", "department"),
        ("· 教育局（体育局）", "梅县教育局", "department"),
        ("城市管理局", "梅县城市管理局", "department"),
        ("市场监督管理局", "梅县市场监督管理局", "department"),
        ("发改委", "梅县发展和改革委员会", "department"),
        ("县医保局", "梅县医疗保障局", "department"),
        ("政府办", "梅县人民政府办公室", "office"),
        ("县人民政府办公室", "梅县人民政府办公室", "office"),
        ("税务局", "国家税务总局梅县税务局", "vertical"),
        ("国家税务总局梅县税务局", "国家税务总局梅县税务局", "vertical"),
        ("消防救援大队", "梅县消防救援大队", "vertical"),
        ("经济开发区管委会", "梅县经济开发区管委会", "authorized"),
        ("临河镇", "梅县临河镇人民政府", "township"),
        ("双桥乡人民政府", "梅县双桥乡人民政府", "township"),
        ("东关街道办", "梅县东关街道办事处", "subdistrict"),
        ("东关街道办事处", "梅县东关街道办事处", "subdistrict"),
        ("松江市生态环境局梅县分局", "松江市生态环境局梅县分局", "department"),
    ],
)
def test_names_are_completed(text: str, name: str, kind: str) -> None:
    body = body_of(text, COUNTY)
    assert body is not None
    assert (body.name, body.kind.value) == (name, kind)


@pytest.mark.parametrize(
    "text",
    [
        "市民政局", "竹县民政局", "省教育厅", "江北省民政厅", "民政部", "国务院", "国家税务总局竹县税务局", "区教育局",
        "松江市", "竹县", "松江市人民政府", "中国人民银行松江市分行",
    ],
)  # fmt: skip
def test_bodies_of_other_places(text: str) -> None:
    assert body_of(text, COUNTY) is None
    assert is_elsewhere(text, COUNTY)


@pytest.mark.parametrize(
    "text",
    [
        "梅县第一中学", "县人民医院", "农商银行", "供电公司", "梅县日报", "融媒体中心", "县法院", "县检察院", "县人大", "县委办公室",
        "组织部", "县纪委监委", "总工会", "残联", "柳林社区", "大王庄村委会", "县图书馆", "办公室", "人事科", "政策法规股", "乡镇",
        "部门", "政务服务", "信息公开", "年报", "更多", "首页", "县教育局召开工作会议", "送法下乡", "全县各乡镇", "教育", "2023",
        "民政局2023年政府信息公开工作年度报告", "县长信箱", "北京", "通知公告",
    ],
)  # fmt: skip
def test_no_bodies(text: str) -> None:
    assert body_of(text, COUNTY) is None


def test_level_words_are_the_portals_own() -> None:
    body = body_of("市民政局", CITY)
    assert body is not None and body.name == "松江市民政局"
    assert body_of("县民政局", CITY) is None


# --- pages ----------------------------------------------------------------------


def test_menus_and_friendly_links() -> None:
    made = read(
        home(
            f"<div><h3>政府部门</h3><ul>{links(DEPARTMENTS)}</ul></div>"
            f"<div><h3>乡镇街道</h3><ul>{links(TOWNS, '/t/')}</ul></div>"
            f"<div><h3>友情链接</h3><ul>{links(FRIENDS, 'http://x.gov.cn/')}</ul></div>"
        )
    )
    expected = {"梅县人民政府", "梅县人民政府办公室", "梅县发展和改革委员会", "梅县东关街道办事处"}
    expected |= {f"梅县{n}" for n in DEPARTMENTS if n.endswith("局")}
    expected |= {f"梅县{n}人民政府" for n in TOWNS if not n.endswith("街道")}
    assert names(made) == expected
    assert len(made.proposals) == len(expected)
    rows = {p.agency.name: p for p in made.proposals}
    town, county = rows["梅县临河镇人民政府"], rows["梅县人民政府"]
    assert (town.agency.level, town.agency.division) == (Level.TOWNSHIP, "419925")
    assert (county.agency.level, county.agency.parent) == (Level.COUNTY, None)
    assert {p.agency.parent for p in made.proposals} == {None, county.agency.id}
    evidence = rows["梅县民政局"].evidence[0]
    assert (evidence.text, evidence.heading, evidence.url) == ("民政局", "政府部门", f"{HOME}b/3/")
    assert len({p.agency.id for p in made.proposals}) == len(made.proposals)


@pytest.mark.parametrize(
    "heading", ["县直单位", "机构设置", "选择部门", "公开单位", "政府工作部门"]
)
@pytest.mark.parametrize("design", ["options", "table", "spans", "script", "optgroups"])
def test_designs_of_lists(design: str, heading: str) -> None:
    body = {
        "options": f"<select><option>--{heading}--</option>"
        + "".join(f"<option value='/d/{i}/'>{n}</option>" for i, n in enumerate(DEPARTMENTS))
        + "</select>",
        "optgroups": f"<select><option>请选择</option><optgroup label='{heading}'>"
        + "".join(f"<option value='/d/{i}/'>{n}</option>" for i, n in enumerate(DEPARTMENTS))
        + "</optgroup></select>",
        "table": f"<p>{heading}</p><table><tr>"
        + "".join(f"<td><a href='/d{i}.html'>{n}</a></td>" for i, n in enumerate(DEPARTMENTS))
        + "</tr></table>",
        "spans": f"<div class=t>{heading}</div><div>"
        + "".join(
            f"<a href='javascript:;' onclick='s({i})'>{n}</a>" for i, n in enumerate(DEPARTMENTS)
        )
        + "</div>",
        "script": f"<h2>{heading}</h2><script>var zNodes=["
        + ",".join(f'{{id:{i},pId:0,name:"{n}"}}' for i, n in enumerate(DEPARTMENTS))
        + "];</script>",
    }[design]
    assert len(names(read(home(body)), AgencyKind.DEPARTMENT)) == len(DEPARTMENTS) - 1


def test_a_json_tree_with_escaped_names() -> None:
    tree = [{"id": 1, "name": "县直", "children": [{"orgName": n} for n in DEPARTMENTS]}]
    made = read(home("<p>x</p>"), ("机构列表", json.dumps(tree)))
    assert "梅县水利局" in names(made)


@pytest.mark.parametrize(
    "heading",
    ["省政府部门网站", "市直部门", "国务院部门", "各县（市、区）", "新闻媒体", "金融机构"],
)
def test_lists_of_others(heading: str) -> None:
    body = f"<h3>{heading}</h3><ul>{links(DEPARTMENTS, 'http://other.gov.cn/')}</ul>"
    assert names(read(home(body))) == {"梅县人民政府"}


def test_single_links_are_no_list() -> None:
    news = "<ul><li><a href='/1'>县教育局召开会议</a></li><li><a href='/2'>民政局</a></li></ul>"
    made = read(home(news))
    assert "梅县民政局" not in names(made)


def test_towns_links_among_scenery_are_doubtful() -> None:
    made = read(home(f"<h3>美丽梅县</h3><ul>{links(['柳林镇', '梅花山景区', '古塔公园'])}</ul>"))
    assert names(made) == {"梅县人民政府"}


# --- whose portal ---------------------------------------------------------------


def owner(body: str) -> Any:
    return owner_of(Page(HOME, body.encode()))


def test_a_departments_own_site_has_sections_and_no_bodies() -> None:
    body = (
        "<html><head><title>梅县教育局</title><meta name='SiteName' content='梅县教育局'>"
        "<meta name='SiteIDCode' content='4199250031'></head><body><h3>机构设置</h3><ul>"
        + links(["办公室", "人事科", "计划财务局", "安全办公室"])
        + "</ul><p>主办：梅县教育局 梅县人民政府</p></body></html>"
    )
    assert names(read(body)) == {"梅县教育局"}


def test_signs_that_contradict_each_other() -> None:
    # A template's SiteName of another city: title and footer outvote it.
    left = home("<p></p>", title="梅县人民政府").replace(
        'content="梅县人民政府"', 'content="竹县人民政府"'
    )
    assert owner(left).place.name == "梅县"
    torn = "<html><head><title>梅县人民政府</title></head><body><img alt='竹县人民政府'><h1>竹县人民政府</h1></body>"
    assert owner(torn).doubt
    assert not names(read(torn + f"<h3>政府部门</h3><ul>{links(DEPARTMENTS)}</ul>"))


@pytest.mark.parametrize(
    ("title", "code", "level", "division"),
    [
        ("松江市人民政府", "4199000001", Level.CITY, "419900"),
        ("江北省人民政府", "4100000001", Level.PROVINCE, "410000"),
        ("松江市梅县人民政府", "4199250001", Level.COUNTY, "419925"),
        ("临江市人民政府", "4190010001", Level.COUNTY, "419001"),
        ("青山区人民政府", "4199030001", Level.COUNTY, "419903"),
        ("松江市人民政府", "", None, None),
    ],
)
def test_level_and_division(
    title: str, code: str, level: Level | None, division: str | None
) -> None:
    meta = f"<meta name='SiteIDCode' content='{code}'>" if code else ""
    found = owner(f"<html><head><title>{title}-首页</title>{meta}</head><body></body></html>")
    if level is None:
        assert found.level_doubt  # 市 is a city, a county-level city or a municipality
    else:
        assert (found.place.level, found.place.division, found.doubt) == (level, division, None)


def test_the_level_of_a_city_without_code_is_told_by_its_links() -> None:
    title = "<html><title>松江市人民政府</title><body>"
    lists = f"<h3>政府部门</h3><ul>{links(DEPARTMENTS)}</ul>"
    city = read(
        f"{title}{lists}<h3>区县</h3><ul>{links(['梅县人民政府', '青山区人民政府', '竹县'])}</ul>"
    )
    county = read(f"{title}{lists}<h3>乡镇街道</h3><ul>{links(TOWNS)}</ul>")
    neither = read(title + lists)
    levels = [{p.agency.level for p in m.proposals if p.certain} for m in (city, county, neither)]
    assert levels == [{Level.CITY}, {Level.COUNTY, Level.TOWNSHIP}, set()]
    assert "松江市民政局" in {p.agency.name for p in neither.proposals}


def test_nothing_known_nothing_proposed() -> None:
    made = read(
        "<html><title>欢迎</title><body><h3>部门</h3><ul>" + links(DEPARTMENTS) + "</ul></body>"
    )
    assert made.proposals == ()
    assert made.notes


# --- the command ------------------------------------------------------------------


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    tree = json.dumps(
        [{"name": "气象局"}, {"name": "税务局"}, {"name": "梅县烟草专卖局"}, {"name": "邮政管理局"}]
    )
    with Site() as site:
        site.routes |= {
            "/": home("<a href='/zwgk/'>政务公开</a><a href='http://x.gov.cn/jg/'>机构设置</a>"),
            "/zwgk/": home("<h1>政务公开</h1><a href='/jg.html'>机构设置</a><a href='/xz.html'>乡镇街道</a>"),
            "/jg.html": home(
                f"<h1>机构设置</h1><ul>{links(DEPARTMENTS)}</ul>"
                "<script>$.get('/module/xxgk/tree.jsp?area=1')</script>"
            ),
            "/xz.html": home("<h1>乡镇街道</h1><iframe src='/frame.html'></iframe>"),
            "/frame.html": home(f"<ul>{links(TOWNS)}</ul>"),
            "/module/xxgk/tree.jsp?area=1": Answer(tree, headers={"Content-Type": "application/json"}),
        }  # fmt: skip
        yield site


def run(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "monitor.cli", "--data", str(tmp_path / "d"), *words],
        env=clean_environment(), cwd=ROOT, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip


def test_registry_propose(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "registry"
    done = run(tmp_path, "registry", "propose", site.url, "--out", str(out), "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[0])
    assert result["portal"]["name"] == "梅县人民政府"
    found = {a["name"] for a in result["agencies"]}
    assert {"梅县民政局", "梅县临河镇人民政府", "梅县东关街道办事处", "梅县气象局"} <= found
    data = read_registry(out)
    assert {a.name for a in data.agencies} == found
    assert all(a.portal == data.portals[0].id for a in data.agencies)
    rows = list(csv.DictReader((out / "agencies.csv").open(encoding="utf-8")))
    assert {r["division"] for r in rows} == {"419925"}
    before = (out / "agencies.csv").read_bytes()
    again = run(tmp_path, "registry", "propose", site.url, "--out", str(out))
    assert (again.returncode, (out / "agencies.csv").read_bytes()) == (2, before)
    assert "不覆盖" in again.stderr
    assert len(site.paths()) <= 10


@pytest.mark.parametrize(
    ("url", "status", "said"),
    [("ftp://x.gov.cn", 2, "不是网址"), ("http://127.0.0.1:1/", 1, "连接")],
)
def test_propose_tells_what_is_wrong(tmp_path: Path, url: str, status: int, said: str) -> None:
    done = run(tmp_path, "registry", "propose", url)
    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr
