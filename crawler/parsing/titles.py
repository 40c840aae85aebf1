"""What a title says: whose report, of which year, and whether it is a report at all."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2}|二[〇○零][〇○零一二三四五六七八九]{2})(?=年|政|信|度)")
_LOOSE_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_DISCLOSURE = re.compile(r"(政府信息|政务|信息)公开")
_REPORT = re.compile(
    r"(工作)?(情况)?(的)?(年度工作|年度|工作年度|年)(工作)?(情况)?(的)?报告|年报|工作情况的?(年度)?报告"
    r"|公开(工作)?(的)?(总结)?报告|告年度报"
)
_ABOUT = (
    # Things said about reports: never the report itself.
    "解读", "图解", "一图读懂", "图说", "一图看懂", "长图", "召开", "部署",
    "撰写", "填报", "报送", "通知", "通报", "征求", "政府工作报告", "法治政府建设",
    "读懂", "看懂", "带你", "一张图", "填写说明",
)  # fmt: skip
_OTHER_PAGES = (
    # Other pages, unless the word belongs to a body's name (国防动员办公室, 干部培训中心).
    "动员", "编制", "会议", "培训", "方案", "要点", "考核", "评估", "统计公报", "预算", "决算",
    "指南", "目录", "网站工作年度报表", "网站年度", "汇总", "一览", "发布会", "征集", "速览",
)  # fmt: skip
_PART_OF_YEAR = re.compile(
    r"[上下]半年|(?<=年)半年|前?[一二三四1-4](?:个)?季度|(?<=年)季度|季报|月报"
    r"|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?(?=政府信息|政务|信息公开|工作)"
)
"""What makes a report one of less than a year."""
_WHOLE_YEAR = re.compile(r"12月|十二月|2008|二[〇○零]{2}八")
"""1–12月; the first reports began in May 2008, when the regulation came into force."""
_BODY_END = re.compile(
    r"(政府|办公室|办公厅|局|委员会|委|厅|办|中心|院|镇|乡|街道|处|署|社|部|所|队|会|站)(\([^()]*\))?$"
)
_AGENCY_END = re.compile(r"(关于)?(发布|公布|公开)?(的)?(政府信息|政务|信息)公开.*$")
_NOISE = re.compile(r"^(关于|发布|公布|报送)+|(关于|发布|公布|报送)+$")
# What stands before a title in lists: kind, year, number of an attachment.
_LEAD = re.compile(r"^(?:【[^】]*】|\[[^\]]*\]|\(\d{4}年?度?\)|附件\d*[:.、]?|\d+[.、](?!\d))+")
_TRAIL = re.compile(r"^.*[>»›](?=[^>»›]+$)")
_GENERIC = frozenset({"", "本机关", "我局", "我办", "我镇", "本单位", "我单位", "工作", "年度"})
_AROUND = '，,:：、 《》“”"'
_SUFFIX = re.compile(r"[-_|—–]+(?=[^-_|—–]*$)")
_TITLE_HEAD = re.compile(r"^《(.*)》$")


_BODY_NAME = re.compile(r"^[\u4e00-\u9fff（）()、·]{2,40}$")


@dataclass(frozen=True, slots=True)
class TitleReading:
    """``excluded``: the word that shows that the page is about something else."""

    agency: str | None
    year: int | None
    is_report_title: bool
    excluded: str | None


def is_body_name(text: str) -> bool:
    """Whether a line (NFKC, without white space) is nothing but the name of a body."""
    return bool(_BODY_NAME.match(text) and _BODY_END.search(text))


def plain_title(text: str) -> str:
    """NFKC, no white space (Chinese titles carry none), no way to the page, no site name behind a dash."""
    title = _SPACE.sub("", unicodedata.normalize("NFKC", text))
    if (match := _TRAIL.match(title)) and _DISCLOSURE.search(title, match.end()):
        title = title[match.end() :]
    while match := _SUFFIX.search(title):
        head = title[: match.start()]
        if not _DISCLOSURE.search(head) or not _REPORT.search(head):
            break
        title = head
    if match := _TITLE_HEAD.match(title):
        title = match.group(1)
    return title


def read_year(text: str) -> int | None:
    """The report year that a title names; None where it names none or several."""
    years = {int(y.translate(_DIGITS)) for y in _YEAR.findall(text)}
    if not years:
        years = {int(y) for y in _LOOSE_YEAR.findall(text)}
    return years.pop() if len(years) == 1 else None


def read_title(text: str) -> TitleReading:
    """Read a title or a list entry. Pure text; the registry is not consulted."""
    title = plain_title(text)
    disclosure = _DISCLOSURE.search(title) is not None
    # The body's name ends where these words begin.
    agency = _agency(title) if disclosure else None
    excluded = _excluded(title, agency or "")
    is_report = disclosure and _REPORT.search(title) is not None and excluded is None
    return TitleReading(agency, read_year(title), is_report, excluded)


def part_of_year(title: str) -> str | None:
    """The words (上半年, 三季度, 5月) by which a title names less than a year."""
    found = _PART_OF_YEAR.search(title)
    return found.group() if found and not _WHOLE_YEAR.search(title) else None


def _excluded(title: str, agency: str) -> str | None:
    """The word that shows that the page is about something else."""
    if part := part_of_year(title):
        return part
    name = agency if _BODY_END.search(agency) else ""
    rest = title.replace(name, "", 1) if name else title
    for word in _ABOUT:
        if word in title:
            return word
    return next((w for w in _OTHER_PAGES if w in rest or name.startswith(w)), None)


def _agency(title: str) -> str | None:
    text = re.sub(r"\([^()]*\)$", "", _LEAD.sub("", title))
    head = _AGENCY_END.sub("", text)
    if head == text:
        return None
    # "某县人民政府信息公开年报": the word 政府 belongs to both.
    if head.endswith("人民") and text[len(head) :].startswith("政府信息公开"):
        head += "政府"
    parts = re.split(r"(?:(?:19|20)\d{2}|二[〇○零]..)(?:年度|年)?(?:\d+月\d+日)?", head)
    # 2008年5月1日至12月31日: the first year, from the day on which the regulation came into force.
    parts = [re.sub(r"^[至到—–~-](?:\d+月\d+日)?", "", part) for part in parts]
    names = [_NOISE.sub("", p.strip(_AROUND)).strip(_AROUND) for p in parts]
    names = [n.removesuffix("年度").removesuffix("的") for n in names]
    names = [n for n in names if n not in _GENERIC and len(n) >= 2]
    return names[0] if names else None
