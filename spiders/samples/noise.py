"""Everything else that portals publish: news, notices, other reports, talk about the reports."""

from __future__ import annotations

from datetime import date
from random import Random

from spiders.samples.places import SITES, Site, Trouble
from spiders.samples.postings import COMMON, NEWS, STATUTORY, Posting, moment, number_of

# (title, month-day of the year after the report year, text); {p} place, {y} report year, {n} y + 1
_IN_COLUMN = (
    (
        "关于做好{p}{y}年政府信息公开工作年度报告编制发布工作的通知",
        (1, 4),
        "各单位要对照国家统一格式如实填报，认真核对勾稽关系，按时在政府信息公开专栏发布，并将链接报送政务公开科备查。",
    ),
    (
        "{p}召开{y}年度政府信息公开年报编制工作培训会",
        (1, 10),
        "{n}年1月上旬，{p}组织各单位政务公开联络员参加培训，讲解表格口径、常见差错和发布时限，现场答疑二十余条。",
    ),
    (
        "{p}{n}年政府工作报告",
        (2, 21),
        "各位代表：现在，我代表{p}人民政府向大会报告工作，请予审议。过去一年，全力稳增长、惠民生，各项事业迈上新台阶。",
    ),
    (
        "{p}{y}年法治政府建设年度报告",
        (3, 19),
        "{y}年，{p}深入推进依法行政，健全重大行政决策程序，加强行政执法监督，法治政府建设取得积极进展。现将情况报告如下。",
    ),
    (
        "图解：{p}{y}年政府信息公开工作年度报告",
        (4, 3),
        "一张图带您了解{p}{y}年政府信息公开工作的主要数据和亮点做法，详情请查阅报告全文。",
    ),
)
_STATUTORY = (
    (
        "{p}{y}年国民经济和社会发展统计公报",
        (4, 2),
        "初步核算，{y}年{p}地区生产总值比上年增长百分之五点三，居民收入稳步提高，物价总体平稳。",
    ),
    (
        "{p}{y}年财政预算执行情况和{n}年预算草案的报告",
        (2, 25),
        "{y}年一般公共预算收入完成年初预算，民生支出占比保持在七成以上，政府债务风险总体可控。",
    ),
    (
        "{p}{n}年重大行政决策事项目录",
        (3, 6),
        "经研究，将下列事项列入{n}年重大行政决策事项目录，承办单位应当履行公众参与、专家论证等程序。",
    ),
)
_NEWS = (
    ("{p}领导调研重点项目建设", "调研组一行先后察看园区道路、标准厂房和污水管网，要求抓住晴好天气加快施工，确保节点目标如期实现。"),
    ("{p}举办春季招聘会，提供岗位两千余个", "招聘会设置先进制造、养老服务、电子商务等专区，现场初步达成就业意向六百多人。"),
    ("{p}启动老旧小区加装电梯便民服务", "住建部门推出一窗受理，居民协商、方案审查、竣工验收全程有人帮办。"),
    ("{p}开展森林防火演练", "演练模拟山场起火，指挥、扑救、转移、医疗各组协同处置，检验了应急预案。"),
    ("{p}政务服务中心推出周末不打烊", "社保、税务、不动产登记等窗口轮值，群众周末也能办理常用事项。"),
    ("{p}公布首批历史建筑保护名录", "名录收录民居、桥梁、粮仓等建筑，逐处设置标识牌并建立测绘档案。"),
    ("{p}农村公路养护工程完工通车", "工程整修路面四十余公里，增设护栏和错车道，沿线村组出行更加安全。"),
    ("{p}举行全民阅读活动启动仪式", "图书馆延长开放时间，流动书车开进学校和社区，全年安排阅读活动一百余场。"),
)  # fmt: skip


def noise(years: tuple[int, ...]) -> list[Posting]:
    """Postings of all portals that are no annual report, for these report years."""
    found: list[Posting] = []
    for site in (site for site in SITES if site.trouble is not Trouble.WALL):
        for year in years:
            if site.trouble not in (Trouble.NO_COLUMN, Trouble.EMPTY_COLUMN):
                found += [_posting(site, COMMON, year, *item) for item in _column(site)]
            found += [_posting(site, STATUTORY, year, *item) for item in _STATUTORY]
            found += _news(site, year)
    return found


def _column(site: Site) -> tuple[tuple[str, tuple[int, int], str], ...]:
    return _IN_COLUMN[:2] if site.id == "p-shuiwu" else _IN_COLUMN


def _news(site: Site, year: int) -> list[Posting]:
    rng = Random(f"news {site.id} {year}")
    chosen = rng.sample(_NEWS, 4)
    items = [(title, (rng.randint(1, 3), rng.randint(2, 27)), text) for title, text in chosen]
    return [_posting(site, NEWS, year, *item) for item in items]


def _posting(
    site: Site, column: str, year: int, title: str, day: tuple[int, int], text: str
) -> Posting:
    words = {"p": site.place, "y": year, "n": year + 1}
    when = date(year + 1, *day)
    name = title.format(**words)
    return Posting(
        number=number_of(site.id, year, name),
        site=site.id,
        columns=(column,),
        title=name,
        appears=moment(when, Random(f"noise {site.id} {year} {name}")),
        shown=when,
        listed=when,
        addressed=when,
        paragraphs=(text.format(**words), f"（来源：{site.name}）"),
    )
