"""What the narrated requests and the narrated disputes have in common: numbers with their unit,
whom a number speaks of, and which numbers speak of another year."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.parsing.numerals import NUMBER, read_number
from crawler.parsing.prose import Sentence

UNIT = (
    r"(?:件次|件|宗|份(?!额)|次(?!日)|条(?!例|款|规定)|例|起(?=行政|政府|案|复议|诉讼|[，；。、()]|$)"
    r"|个(?!工作|自然|月|小时|部门|单位|科室|渠道|方面|栏|平台|环节|乡|镇|街道|县|区|市))"
)
COUNT = rf"(?P<near>约|近|逾|超过?|达到?近|大概)?(?P<number>{NUMBER})(?P<more>余|多)?{UNIT}"
"""A number with its unit; `counted` reads a match of it."""
_COUNT_TAIL = re.compile(r"[\d零〇一二三四五六七八九十百千万两][余多]?[件宗份次条例起个]")
"""Where a number meets its unit: no `COUNT` is without."""

_NOT_A_COUNT = re.compile(r"[每任某第统唯逐同另]$")

_WIDE = (
    r"全(?:市|县|区|省|州|盟|旗|镇|乡|街道?|系统)|各(?:级|部门|单位|乡镇|乡|镇|县|区|街道|地)"
    r"|(?:市|县|区|省)(?:直|级)(?:各)?(?:部门|单位|机关)|[两三]级|本?行政区域|辖区"
)
_OWN = (
    r"本(?:级|机关|单位|部门|局|委|办|厅|镇|乡|街道|县|市|区)"
    r"|我(?:局|委|办|厅|镇|乡|街道?|县|市|区|省|州|旗|单位|机关|部门|处|队|会|院|所|中心)"
)
_BODY = r"(?<!向)[省市县区州旗镇乡](?:人民)?政府(?:办公?[室厅]?)?(?!门户|网|信箱|公报|常务|[各部]|工作|信息|平台)"
_SCOPES = (re.compile(_WIDE), re.compile(_OWN), re.compile(_BODY))
_OWN_PART = re.compile(
    # 制定规范性文件3件，其中县政府文件2件，本局1件: the number counts other bodies', too.
    rf"^[^。；]{{0,6}}其中(?:[^。；]{{0,24}}[^。；一])?(?P<own>{_OWN}|[局委厅办]机关|[省市县区]本级|机关本[级部])[^，。；\d]{{0,10}}\d"
)
_YEAR_PART = re.compile(
    # 累计收到128件，其中2023年收到16件; of documents in force those made this year are a part.
    r"^[^。；]{0,4}其中[，：]?(?:20\d\d年|本年|今年|当年)(?!度?(?:新?制|新增|出台|印发|发布))"
)
_COUNTING = re.compile(
    r"不(?:包)?含上年度?(?:结转|遗留)|含上年度?(?:结转|遗留)|包[含括]上年度?结转|新收|新增|新受理|结转|累计|合计|总计|共计"
)
_YEAR = re.compile(r"(20\d\d)(?!年度?(?:结转|遗留))(?=年|—|-)")
_SEVERAL_YEARS = re.compile(
    r"20\d\d年?度?(?:[至到—–~-]|以来|起)20?\d*|(?:[二两三四五六七八九十几多数近]|(?<!\d)\d{1,2})年(?:来|间)|历年|每年|年均|平均|常年"
    r"|十[一二三四五]五|任期|本届|(?:实施|施行|成立|运行|开通)以来"
)
_THIS_YEAR_AGAIN = re.compile(r"20\d\d年度?(?![至到—–~-])|本年|今年|当年|全年")
_PARTS = ("上半年", "下半年", "季度", "月份")
_YEAR_NAMED = re.compile(r"20\d\d")
_SPAN = re.compile("全年|本年|年度|" + "|".join(_PARTS))
_COMPARED = re.compile(
    r"上年度?(?!度?结转|度?遗留|度?转)|去年|上一年(?!度?结转)|往年|前年|同期|同比|环比|相比|[较比](?:上|去|前|往|20)"
    r"|增加|增长|减少|下降|增幅|降幅|近[一二两三四五六七八九十\d]+年|[^今]年以来|实施以来|成立以来"
    r"|施行以来|运行以来|上半年|下半年|季度|\d+月份|1[-—至](?!12)\d{1,2}月"
    r"|计划(?!生育)|力争|预计|目标|将收到"
)


@dataclass(frozen=True, slots=True)
class Count:
    value: int
    approximate: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A narrated number or statement; ``start``/``end`` enclose its clause in the source."""

    kind: str
    value: int | None
    start: int
    end: int
    scope: str | None
    counting: str | None
    approximate: bool


def tells_count(text: str) -> bool:
    """Whether a `COUNT` may stand in the text; spares most sentences the searches for it."""
    return _COUNT_TAIL.search(text) is not None


def counted(match: re.Match[str]) -> Count | None:
    """The number of a `COUNT` match; None if it is no number after all (每一件, 三四件)."""
    if _NOT_A_COUNT.search(match.string[: match.start("number")]):
        return None
    value = read_number(match["number"])
    if value is None:
        return None
    loose = bool(match["near"] or match["more"]) or match["number"].endswith("万")
    return Count(value, loose)


def before_comparison(clause: str) -> str:
    """The part of a clause that speaks of this year: all before 同比, 较上年, 增加 …"""
    match = _COMPARED.search(clause)
    return clause[: match.start()] if match else clause


def of_other_time(sentence: Sentence, position: int, year: int | None) -> bool:
    """Whether what was named last before ``position`` is another year, several years, or a part
    of the year; or this year's part follows, so that the number itself counts more."""
    told = sentence.text[:position]
    spans_of_years = list(_SEVERAL_YEARS.finditer(told))
    several = spans_of_years[-1] if spans_of_years else None
    if several and not _one_year(several[0]) and not _THIS_YEAR_AGAIN.search(told, several.end()):
        return True
    named = _YEAR.findall(told)
    if named and year is not None and int(named[-1]) != year:
        return True
    if _YEAR_PART.search(sentence.text[position:]):
        return True
    spans = _SPAN.findall(told)
    return bool(spans) and spans[-1] in _PARTS


def _one_year(span: str) -> bool:
    """Whether a span (2023年1月1日至2023年…, 2023年至2023年) lies within one year after all."""
    years = _YEAR_NAMED.findall(span)
    return len(years) == 2 and years[0] == years[1]


def scope_of(sentence: Sentence, start: int, position: int) -> str | None:
    """The scope word that governs ``position``: of its clause (from ``start``), else the last
    one before it in the sentence. Of two in a clause the wider one counts."""
    for pattern in _SCOPES:
        if found := pattern.findall(sentence.text, start, position):
            return str(found[-1])
    return scope_in(sentence.text[:start])


def _counted_scope(
    whole: Sentence, bare: Sentence, clause: tuple[int, int], position: int
) -> str | None:
    scope = scope_of(bare, clause[0], position)
    if scope is not None and _SCOPES[0].search(scope):
        return scope
    behind = bare.offsets[clause[1] - 1] + 1
    part = _OWN_PART.search(whole.between(behind, whole.offsets[-1] + 1))
    return f"其中{part['own']}" if part else scope


def scope_in(text: str) -> str | None:
    """The last scope word of a text."""
    latest: re.Match[str] | None = None
    for pattern in _SCOPES:
        for match in pattern.finditer(text):
            if latest is None or match.start() > latest.start():
                latest = match
    return latest[0] if latest else None


def found(
    kind: str,
    count: Count | None,
    whole: Sentence,
    bare: Sentence,
    clause: tuple[int, int],
    position: int,
) -> Found:
    """A `Found` at ``position`` of ``bare`` (``whole`` without asides, or ``whole`` itself).

    The quote reaches over a bracket that follows the clause, where 含上年结转 often stands.
    """
    start, end = clause
    low = bare.offsets[start]
    high = bare.offsets[end] if end < len(bare.text) else whole.offsets[-1] + 1
    counting = _COUNTING.search(whole.between(low, high))
    return Found(
        kind,
        count.value if count else None,
        low,
        high,
        _counted_scope(whole, bare, clause, position),
        counting[0] if counting else None,
        count.approximate if count else False,
    )
