"""The catalogue as a page of the documentation: ``python -m monitor.rules_page > docs/rules.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from monitor.catalogue import all_rules
from monitor.rules.base import FORMATS, RuleInfo
from storage.vocab import FormatVersion, Layer, Severity

GROUPS = (
    ("D-", "公开状态"),
    ("P-", "网站发布"),
    ("M-", "标题、年度、前言"),
    ("F-", "格式版本"),
    ("S-", "六个部分"),
    ("T2-", "表二：主动公开"),
    ("T3-", "表三：申请"),
    ("T4-", "表四：复议和诉讼"),
    ("T-", "表格的读取和填写"),
    ("X-", "正文与表格、正文前后、上下级之间"),
    ("Y-", "与上一年度比较"),
    ("TXT-", "文字"),
)
"""Prefix of the codes and title, in the order of the page."""
_SEVERITIES = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.INFO: "提示"}
_LAYERS = {
    Layer.REPORT: "报告内容",
    Layer.EXTRACTION: "读取过程",
    Layer.SITE: "网站发布",
}
_HEAD = """# 规则目录

由 `python -m monitor.rules_page` 从规则类生成，不要手改。

每条规则的结果是通过、不通过、无法判断或不适用；这里的程度是不通过时的程度，含义中注明“为警告”“为提示”
的情形从其说明。层面“读取过程”说的是文档的读取，不是机关的过错，最高为警告。Y- 各条与上一年度的报告比较，
机关更名、合并的沿登记的前身（predecessor）查找；2019 年格式的“对外公开总数量”与 2021 年格式的“现行有效件数”
口径不同，不作比较（Y-BREAK）。D- 各条由公开状态得出，P- 各条和 M-DATE-NONE 由采集看到的网站情况得出。
"""


def page() -> str:
    """The whole page as Markdown, ending with a newline."""
    rules = all_rules()
    blocks = [_HEAD, "\n".join(_index(rules))]
    for name in dict.fromkeys(group for _, group in GROUPS):
        members = [rule for rule in rules if group_of(rule.code) == name]
        if members:
            blocks.append(f"## {name}")
            blocks += [_entry(rule) for rule in members]
    return "\n\n".join(block.strip() for block in blocks) + "\n"


def group_of(code: str) -> str:
    """Title of the group that a rule stands in; KeyError for a code of no group."""
    for prefix, name in GROUPS:
        if code.startswith(prefix):
            return name
    raise KeyError(code)


def _index(rules: list[RuleInfo]) -> Iterator[str]:
    yield "| 编号 | 程度 | 层面 | 含义 |"
    yield "|---|---|---|---|"
    for rule in rules:
        name = f"[{rule.code}](#{rule.code.lower()})"
        yield f"| {name} | {_SEVERITIES[rule.severity]} | {_LAYERS[rule.layer]} | {rule.message} |"


def _entry(rule: RuleInfo) -> str:
    lines = [
        f"### {rule.code}",
        "",
        f"**{_SEVERITIES[rule.severity]}**（{_LAYERS[rule.layer]}）{rule.message}",
        "",
        f"- 依据：{rule.basis}",
        f"- 反例：{rule.bad}",
        f"- 正例：{rule.good}",
        f"- 整改：{rule.hint}",
    ]
    if rule.limits:
        lines.append(f"- 参数：{'；'.join(f'{name} {value:g}' for name, value in rule.limits)}")
    if set(rule.versions) < set(FORMATS):
        names = {FormatVersion.FMT2019: "2019 年格式", FormatVersion.FMT2021: "2021 年格式"}
        lines.append(f"- 适用：{'、'.join(names[v] for v in rule.versions)}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(page())
