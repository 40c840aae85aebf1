"""The six sections in Chinese, written from the figures so that text and tables agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from spiders.samples import phrases
from spiders.samples.figures import Figures
from storage.vocab import TABLE3_ROW_NAMES

_CHOICE = re.compile(r"\[([^\[\]]+)\]")
_RANGE = re.compile(r"\{(\d+)-(\d+)\}")
_NUMERALS = "一二三四五六七八九"

# keyword in the name -> how the body speaks of itself
_SELF = (
    ("街道", "我街道"), ("镇", "我镇"), ("乡", "我乡"), ("办公室", "我办"), ("委员会", "我委"),
    ("集团", "本公司"), ("分局", "我分局"), ("局", "我局"), ("县", "我县"), ("区", "我区"),
    ("市", "我市"),
)  # fmt: skip
# keyword in the name -> what the body works on; the last row serves every other body
_FIELDS = (
    ("教育", ("义务教育招生", "教育收费", "校园安全", "学前教育", "教师招聘")),
    ("财政", ("预算决算", "惠民补贴", "政府债务", "政府采购", "减税降费")),
    ("生态环境", ("环境质量", "环评审批", "排污许可", "大气污染防治", "环境执法")),
    ("市场监督", ("食品抽检", "企业登记", "特种设备安全", "计量检定", "消费投诉")),
    ("卫生健康", ("医疗服务", "疫苗接种", "托育机构", "传染病防治", "医疗收费")),
    ("自然资源", ("征地补偿", "国土空间规划", "不动产登记", "地质灾害防治", "土地出让")),
    ("数据", ("公共数据开放", "一网通办", "数字基础设施", "政务热线", "电子证照")),
    ("粮食", ("粮食收购", "储备轮换", "粮油价格", "仓储安全", "应急保供")),
    ("金融", ("小额贷款监管", "非法集资防范", "融资对接", "上市培育", "地方金融组织名录")),
    ("民政", ("最低生活保障", "养老服务", "社会组织", "婚姻登记", "慈善救助")),
    ("城市管理", ("市容整治", "垃圾分类", "停车管理", "占道审批", "违建治理")),
    ("住房", ("保障性住房", "物业管理", "老旧小区改造", "房屋安全", "施工许可")),
    ("发展和改革", ("重大项目", "价格监测", "节能审查", "营商环境", "投资审批")),
    ("农业", ("高标准农田", "农机补贴", "动物防疫", "种子质量", "宅基地管理")),
    ("水利", ("防汛抗旱", "河湖管护", "饮水安全", "取水许可", "水库移民")),
    ("公安", ("户籍办理", "出入境管理", "交通安全", "反诈宣传", "治安处罚")),
    ("司法", ("法律援助", "公证服务", "人民调解", "行政执法监督", "社区矫正")),
    ("审计", ("审计公告", "预算执行审计", "民生资金审计", "整改情况", "经济责任审计")),
    ("交通", ("农村公路", "公交线路", "运输许可", "道路养护", "超限治理")),
    ("应急", ("安全生产检查", "防灾减灾", "应急演练", "危化品监管", "事故调查")),
    ("统计", ("统计数据发布", "统计执法", "经济普查", "居民收入调查", "物价监测")),
    ("退役军人", ("优待证办理", "就业安置", "烈士褒扬", "抚恤优待", "双拥共建")),
    ("林业", ("植树造林", "森林防火", "林木采伐许可", "湿地保护", "野生动植物保护")),
    ("商务", ("消费促进", "外贸服务", "电子商务", "成品油市场", "家政服务")),
    ("税务", ("税费优惠", "发票服务", "纳税信用", "办税便利", "欠税公告")),
    ("街道", ("社区服务", "老旧楼院整治", "居民低保", "流动人口服务", "物业纠纷调解")),
    ("镇", ("村务公开", "惠农补贴", "宅基地审批", "人居环境整治", "低保评议")),
    ("办公室", ("政策文件", "政府公报", "建议提案办理", "会议信息", "热线诉求")),
    ("", ("财政资金", "重点项目", "民生实事", "行政审批", "公共资源配置")),
)  # fmt: skip
_BREAKDOWN = {row: name for row, name in TABLE3_ROW_NAMES.items() if row in ("granted", "partial")}


@dataclass(frozen=True, slots=True)
class Voice:
    """How a body speaks: its name, "we", its fields of work, and whether it is a government."""

    name: str
    me: str
    site: str
    fields: tuple[str, ...]
    is_government: bool

    @classmethod
    def of(cls, name: str) -> Voice:
        me = next((word for key, word in _SELF if name.removesuffix("人民政府").endswith(key)), "")
        me = me or next((word for key, word in _SELF if key in name), "本机关")
        fields = next(words for key, words in _FIELDS if key in name)
        place = re.match(r"(?:国家税务总局)?(.{2,3}?市|.{2,3}?[区县])", name)
        site = f"{place[1]}人民政府门户网站" if place else "政府门户网站"
        return cls(name, me, site, fields, not name.endswith(("局", "办公室", "委员会", "公司")))


class Writer:
    """Writes sentences for one body and year; all choices come from ``rng``."""

    def __init__(self, name: str, year: int, rng: Random) -> None:
        self.voice = Voice.of(name)
        self.year = year
        self.rng = rng

    def fill(self, pattern: str, **words: object) -> str:
        """One sentence from its pattern: choices, random integers, then words."""
        text = _CHOICE.sub(lambda m: self.rng.choice(m[1].split("|")), pattern)
        text = _RANGE.sub(lambda m: str(self.rng.randint(int(m[1]), int(m[2]))), text)
        f1, f2, f3 = self.rng.sample(self.voice.fields, 3)
        return text.format(
            name=self.voice.name, me=self.voice.me, site=self.voice.site, year=self.year,
            next=self.year + 1, f1=f1, f2=f2, f3=f3, **words,
        )  # fmt: skip

    def some(self, pool: tuple[str, ...], number: int) -> str:
        return "".join(self.fill(pattern) for pattern in self.rng.sample(pool, number))

    def one(self, pool: tuple[str, ...], **words: object) -> str:
        return self.fill(self.rng.choice(pool), **words)

    # --- sections -------------------------------------------------------------

    def preface(self) -> str:
        return self.one(phrases.PREFACES)

    def overview(self, figures: Figures, *, received: int | None, government: bool) -> list[str]:
        """Section 一: an opening and the five topics, governments with the items of Art. 50(4).

        ``received`` replaces the narrated number of requests (a wrong quote).
        """
        topics = [
            ("主动公开", self._proactive(figures)),
            ("依申请公开", self._requests(figures, received)),
            ("政府信息管理", self.some(phrases.MANAGEMENT, 3)),
            ("政府信息公开平台建设", self.some(phrases.PLATFORM, 3)),
            ("监督保障", self.some(phrases.SUPERVISION, 3)),
        ]
        if government:
            title = "工作考核、社会评议和责任追究"
            topics.append((title, self.one(phrases.GOVERNMENT_ITEMS)))
        inline = self.rng.random() < 0.4
        suffix = self.rng.choice(("", "情况", "方面"))
        paragraphs = [self.one(phrases.OPENINGS)]
        for numeral, (title, text) in zip(_NUMERALS, topics, strict=False):
            heading = f"（{numeral}）{title}{suffix}"
            paragraphs += [f"{heading}。{text}"] if inline else [heading, text]
        return paragraphs

    def _proactive(self, figures: Figures) -> str:
        a, b, c = (self.rng.randint(lo, hi) for lo, hi in ((6, 90), (20, 400), (3, 60)))
        counts = self.one(phrases.PROACTIVE_COUNTS, total=a + b + c, a=a, b=b, c=c)
        stock = figures.table2["normative_documents"]
        documents = (
            f"制发行政规范性文件{stock['made']}件、废止{stock['repealed']}件，"
            f"截至{self.year}年底现行有效{stock['in_force']}件。"
        )
        return counts + documents + self.some(phrases.PROACTIVE, 3)

    def _requests(self, figures: Figures, received: int | None) -> str:
        if received is not None:
            text = f"{self.year}年，{self.voice.me}共收到政府信息公开申请{received}件，"
            return text + "均在法定期限内答复。" + self._disputes(figures)
        new, before = figures.total("new_received"), figures.total("carried_in")
        done, left = figures.total("result_total"), figures.total("carried_out")
        if not new and not before:
            text = f"{self.year}年，{self.voice.me}未收到政府信息公开申请。"
            return text + self._disputes(figures)
        text = f"{self.year}年，{self.voice.me}共收到政府信息公开申请{new}件"
        if new and figures.table3["new_received"]["natural_person"] == new:
            text += "，均为自然人申请"
        text += f"；上年结转{before}件" if before else ""
        text += f"；全年办结{done}件" if done else ""
        text += f"，结转下年度{left}件" if left else ""
        parts = [
            f"{name}{figures.total(row)}件"
            for row, name in _BREAKDOWN.items()
            if figures.total(row)
        ]
        text += f"。办理结果中，{'、'.join(parts)}" if parts else ""
        return text + "。" + self._disputes(figures)

    def _disputes(self, figures: Figures) -> str:
        reviews, lawsuits = figures.reviews("total"), figures.lawsuits("total")
        if not reviews and not lawsuits:
            return "未发生因政府信息公开引起的行政复议、行政诉讼。"
        text = "因政府信息公开"
        text += f"被申请行政复议{reviews}件" if reviews else "未被申请行政复议"
        # A wrong total is quoted without its parts: the text repeats the table, no more.
        parts = {c: figures.reviews(c) for c in ("upheld", "corrected", "other", "pending")}
        if reviews and sum(parts.values()) == reviews:
            names = ("结果维持", "结果纠正", "其他结果", "尚未审结")
            told = [f"{n}{v}件" for n, v in zip(names, parts.values(), strict=True) if v]
            text += f"（{'、'.join(told)}）"
        return text + (f"，被提起行政诉讼{lawsuits}件。" if lawsuits else "，未被提起行政诉讼。")

    def problems(self) -> list[str]:
        """Section 五: some problems, then measures."""
        found = [self.fill(p) for p in self.rng.sample(phrases.PROBLEMS, 3)]
        steps = [self.fill(p) for p in self.rng.sample(phrases.MEASURES, self.rng.choice((3, 4)))]
        first = f"{self.year}年，{self.voice.me}的工作还存在一些不足：" + self._listed(found)
        second = self.fill(self.rng.choice(phrases.AHEAD)) + self._listed(steps)
        return [first, second] if self.rng.random() < 0.6 else [first + second]

    @staticmethod
    def _listed(items: list[str]) -> str:
        return "；".join(f"{_NUMERALS[i]}是{item}" for i, item in enumerate(items)) + "。"

    def others(self, *, fee_statement: bool, fee: int | None) -> list[str]:
        """Section 六; ``fee`` in 元 if an information-processing fee was charged."""
        paragraphs = []
        if fee_statement:
            pool = phrases.FEES_NONE if fee is None else phrases.FEES_SOME
            paragraphs.append(self.one(pool, fee=fee))
        return [*paragraphs, self.some(phrases.OTHERS, 1)]
