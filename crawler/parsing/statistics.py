"""The 统计表 that closed reports up to 2018: indicators with unit and number → facts.

Which number is an indicator's is told by the table's header, or by its being the only one in the
row; a row with several (本年度, 历年累计) under a header that does not tell gives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rapidfuzz import fuzz, process

from crawler.documents.document import GridCell
from crawler.parsing.flow import FlowItem, RowItem
from crawler.parsing.labels import core
from crawler.parsing.numbers import is_value, read_cell
from storage.domain import Fact


@dataclass(frozen=True, slots=True)
class _Indicator:
    """``kind`` of fact, None for one that no fact tells. ``group``: the part of the table, where
    the label alone does not say whose number it is; ``opens``: the part that it begins."""

    labels: tuple[str, ...]
    kind: str | None = None
    group: str | None = None
    opens: str | None = None


# Wordings of the national table (国办 统计表 for 2014–2018), then those of the older tables of
# Shanghai and Zhejiang (收到申请总数, 对申请的答复总数 …).
_INDICATORS = (
    _Indicator(("主动公开政府信息数", "主动公开信息数", "主动公开政府信息总数"), "disclosed_total", opens="made"),
    _Indicator(("主动公开规范性文件数", "全文电子化的主动公开信息数", "提供服务类信息数")),
    _Indicator(("制发规范性文件总数", "制发规范性文件数", "新增的行政规范性文件数"), "normative_made"),
    _Indicator(("政府公报公开政府信息数", "政府网站公开政府信息数", "政务微博公开政府信息数",
                "政务微信公开政府信息数", "其他方式公开政府信息数")),
    _Indicator(("回应公众关注热点或重大舆情数", "参加或举办新闻发布会总次数", "政府网站在线访谈次数",
                "政策解读稿件发布数", "微博微信回应事件数", "其他方式回应事件数",
                "主要负责同志参加新闻发布会次数", "主要负责同志参加政府网站在线访谈次数"), opens="replies"),
    _Indicator(("收到申请数", "收到申请总数", "收到依申请公开数"), "requests_received", opens="requests"),
    _Indicator(("当面申请数", "传真申请数", "网络申请数", "信函申请数", "电子邮件申请数", "网上申请数",
                "其他形式申请数")),
    _Indicator(("申请办结数", "申请办结总数"), "requests_handled"),
    _Indicator(("按时办结数", "延期办结数")),
    _Indicator(("申请答复数", "对申请的答复总数"), opens="answers"),
    _Indicator(("属于已主动公开范围数", "已主动公开范围数")),
    _Indicator(("同意公开答复数",), "result_granted"),
    _Indicator(("同意部分公开答复数",), "result_partial"),
    _Indicator(("不同意公开答复数", "不同意公开答复总数"), "result_denied"),
    _Indicator(("涉及国家秘密",), "result_denied_state_secret", "answers"),
    _Indicator(("涉及商业秘密", "涉及个人隐私", "危及国家安全公共安全经济安全和社会稳定",
                "不是条例所指政府信息", "法律法规规定的其他情形")),
    _Indicator(("不属于本行政机关公开数", "申请信息不存在数", "告知作出更改补充数", "告知通过其他途径办理数")),
    _Indicator(("行政复议数量", "行政复议数", "行政复议总数"), "review_total", opens="review"),
    _Indicator(("行政诉讼数量", "行政诉讼数", "行政诉讼总数"), "litigation_total", opens="litigation"),
    _Indicator(("举报投诉数量", "举报投诉数", "行政申诉数"), opens="complaints"),
    _Indicator(("维持具体行政行为数", "维持具体行政行为"), "review_upheld", "review"),
    _Indicator(("被依法纠错数",), "review_corrected", "review"),
    _Indicator(("其他情形数",), "review_other", "review"),
    _Indicator(("维持具体行政行为或者驳回原告诉讼请求数", "维持具体行政行为数"), "litigation_upheld", "litigation"),
    _Indicator(("被依法纠错数",), "litigation_corrected", "litigation"),
    _Indicator(("其他情形数",), "litigation_other", "litigation"),
    _Indicator(("依申请公开信息收取的费用", "依申请提供信息收取的费用"), "fee_charged", opens="fees"),
    _Indicator(("政府信息公开工作专门机构数", "设置政府信息公开查阅点数", "从事政府信息公开工作人员数",
                "专职人员数", "兼职人员数", "政府信息公开专项经费"), opens="means"),
    _Indicator(("召开政府信息公开工作会议或专题会议数", "举办各类培训班数", "接受培训人员数"), opens="means"),
)  # fmt: skip
_FORMS = tuple(dict.fromkeys(form for known in _INDICATORS for form in known.labels))
_LEAST = 4
"""Fewer different indicators make no table of them."""
_ALIKE = 90
_HEAD = 6
"""Rows above the first indicator that may belong to the table."""
_HEADER = re.compile(r"指标|计量单位|^单位$|统计数")
_THIS_YEAR = re.compile(
    r"^(?:统计数值?|数量|数值|数据|件数|合计|总数|本年度?数?量?|(?:20\d\d)年度?(?:统计)?数?量?)$"
)
_IN_CENTS = {"元": 100, "万元": 1_000_000}
_WHICH = re.compile(r"^其中:?|^其中")


@dataclass(frozen=True, slots=True)
class Statistics:
    """``rows``: flow indices of the table, header included; empty where there is none. ``heads``:
    those of the lines that stand between two rows, over parts of the table."""

    rows: frozenset[int]
    facts: tuple[Fact, ...]
    heads: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Hit:
    index: int
    row: RowItem
    cell: GridCell
    label: str


def find_statistics(items: Sequence[FlowItem]) -> Statistics:
    """The 统计表 of a flow, and what it says."""
    hits = [hit for i, item in enumerate(items) if isinstance(item, RowItem)
            and (hit := _hit(i, item))]  # fmt: skip
    if len({hit.label for hit in hits}) < _LEAST:
        return Statistics(frozenset(), ())
    first = hits[0].index
    above = range(max(first - _HEAD, 0), first)
    rows = {i for i in above if _same_grid(items[i], hits[0].row)}
    rows |= set(range(first, hits[-1].index + 1))
    columns = {item.block: column for i in sorted(rows) if isinstance(item := items[i], RowItem)
               and (column := _value_column(item)) is not None}  # fmt: skip
    heads = (i for i in range(max(first - 1, 1), hits[-1].index) if _between_rows(items, i))
    return Statistics(frozenset(rows), tuple(_facts(hits, columns)), frozenset(heads))


def _between_rows(items: Sequence[FlowItem], index: int) -> bool:
    above, line, below = items[index - 1 : index + 2]
    return (
        not isinstance(line, RowItem) and isinstance(above, RowItem) and isinstance(below, RowItem)
    )


def _hit(index: int, row: RowItem) -> _Hit | None:
    for cell in reversed(row.cells):
        if cell.text and not is_value(cell.text) and (label := _label(cell.text)):
            return _Hit(index, row, cell, label)
    return None


@lru_cache(maxsize=4096)
def _label(text: str) -> str | None:
    """The wording of the indicator that a label stands for."""
    plain = _WHICH.sub("", core(text))
    if len(plain) < 4:
        return None
    best = process.extractOne(plain, _FORMS, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return best[0] if best else None


def _same_grid(item: FlowItem, row: RowItem) -> bool:
    return isinstance(item, RowItem) and item.grid == row.grid


def _value_column(row: RowItem) -> int | None:
    """The grid column that an exact header gives to this year's numbers, if to one only."""
    if not row.exact or not any(_HEADER.search(core(text)) for text in row.texts):
        return None
    found = [cell.col for cell in row.cells if _THIS_YEAR.match(core(cell.text))]
    return found[0] if len(found) == 1 else None


def _facts(hits: Sequence[_Hit], columns: Mapping[int, int]) -> Iterator[Fact]:
    group: str | None = None
    told: dict[str, Fact | None] = {}
    for hit in hits:
        indicator = _indicator(hit.label, group)
        if indicator is None:
            continue
        group = indicator.opens or group
        if indicator.kind is None:
            continue
        fact = _fact(indicator.kind, hit, columns.get(hit.row.block))
        if fact is not None:
            # Said twice with different numbers, it says nothing.
            known = told.get(indicator.kind, fact)
            told[indicator.kind] = fact if known and known.value == fact.value else None
    yield from (fact for fact in told.values() if fact is not None)


def _indicator(label: str, group: str | None) -> _Indicator | None:
    fitting = [known for known in _INDICATORS if label in known.labels]
    own = [known for known in fitting if known.group == group]
    free = [known for known in fitting if known.group is None]
    return next(iter((*own, *free)), None)


def _fact(kind: str, hit: _Hit, column: int | None) -> Fact | None:
    cell = _value_cell(hit, column)
    if cell is None:
        return None
    value: int | None
    if kind == "fee_charged":
        value = _cents(cell, hit.row)
    else:
        read = read_cell(cell.text, cell.at).value
        value = read if isinstance(read, int) and read >= 0 else None
    if value is None:
        return None
    quote = " ".join(hit.row.texts)
    if kind == "fee_charged" and not value:
        return Fact("fee_none", None, quote, None, at=cell.at)
    return Fact(kind, value, quote, None, at=cell.at)


def _value_cell(hit: _Hit, column: int | None) -> GridCell | None:
    """The indicator's number: under the header that names it, or the only one of its row."""
    row = hit.row
    if column is not None and column < len(row.grid_row):
        cell = row.grid_row[column]
        return cell if cell is not None and cell.row == hit.cell.row else None
    behind = row.cells[row.cells.index(hit.cell) + 1 :]
    figures = [
        cell for cell in behind if read_cell(cell.text, cell.at, decimal=True).value is not None
    ]
    return figures[0] if len(figures) == 1 else None


def _cents(cell: GridCell, row: RowItem) -> int | None:
    """An amount in 分, where the row states its unit."""
    units = {unit for text in row.texts for unit in _IN_CENTS if core(text) == unit}
    if len(units) != 1:
        return None
    amount = read_cell(cell.text, cell.at, decimal=True).value
    if amount is None:
        return None
    cents = Decimal(amount) * _IN_CENTS[units.pop()]
    return int(cents) if cents == cents.to_integral_value() and cents >= 0 else None
