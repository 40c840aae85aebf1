"""Text to value, field by field. Every function raises Refused with a Chinese reason."""

from __future__ import annotations

import math
import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from storage.registry.problems import Refused

MAX_FILE = 50 * 1024 * 1024
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})", re.ASCII)
_DIVISION = re.compile(r"\d{6}|\d{9}", re.ASCII)
_DIVISION_PREFIX = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}", re.ASCII)
_HOST = re.compile(r"(?!-)[\w-]+(\.[\w-]+)*\.?(:\d{1,5})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]")
_FIRST_YEAR, _LAST_YEAR = 2008, 2100
"""The regulation came into force in 2008: no report is about an earlier year."""
_Enum = TypeVar("_Enum", bound=StrEnum)


def read_text(path: Path) -> str:
    """A UTF-8 file with or without BOM, of at most 50 MB."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise Refused(f"文件过大（上限 {MAX_FILE // 1024 // 1024} MB）")
        data = path.read_bytes()
    except FileNotFoundError:
        raise Refused("文件不存在") from None
    except OSError as error:
        raise Refused(f"无法读取文件：{error.strerror}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refused(f"不是 UTF-8 编码（第 {line} 行起无法解码），请另存为 UTF-8") from None


def line_of_text(text: str, limit: int = 500) -> str:
    """Trimmed, one line, no control characters."""
    text = text.strip()
    if not text:
        raise Refused("不能为空")
    if _CONTROL.search(text):
        raise Refused("含有换行、控制字符或乱码")
    if len(text) > limit:
        raise Refused(f"过长（{len(text)} 个字符，上限 {limit}）")
    return text


def name(text: str) -> str:
    return line_of_text(text, 200)


def slug(text: str) -> str:
    text = text.strip()
    if not _ID.fullmatch(text):
        raise Refused(
            f"{_shown(text)} 不是合格的标识：只能用英文字母、数字和 . _ -，"
            "以字母、数字或下划线开头，最长 80 个字符"
        )
    return text


def choice(text: str, kind: type[_Enum]) -> _Enum:
    try:
        return kind(text.strip())
    except ValueError:
        options = "、".join(item.value for item in kind)
        raise Refused(f"{_shown(text)} 不在允许的取值之内：{options}") from None


def day(text: str) -> date:
    text = text.strip()
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # 2023-02-30: told below like any other form
    raise Refused(f"{_shown(text)} 不是有效日期，应写作 2023-12-31")


def month_day(text: str, years: tuple[int, ...] = ()) -> str:
    """``MM-DD`` that exists in the year after each report year (any year, if none is named)."""
    text = text.strip()
    parts = _MONTH_DAY.fullmatch(text)
    for year in years or (2022,):
        try:
            if parts is None:
                raise ValueError
            date(year + 1, int(parts[1]), int(parts[2]))
        except ValueError:
            raise Refused(f"{_shown(text)} 不是有效的月-日，应写作 01-31") from None
    return text


def year(text: str) -> int:
    text = text.strip()
    if not (re.fullmatch(r"\d{4}", text, re.ASCII) and _FIRST_YEAR <= int(text) <= _LAST_YEAR):
        raise Refused(f"{_shown(text)} 不是有效年份（{_FIRST_YEAR} 至 {_LAST_YEAR}）")
    return int(text)


def count(text: str) -> int:
    if not re.fullmatch(r"\d{1,6}", text.strip(), re.ASCII):
        raise Refused(f"{_shown(text)} 不是非负整数")
    return int(text)


def seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 3600:
        raise Refused(f"{_shown(text)} 不是 0 至 3600 之间的秒数")
    return value


def division(text: str) -> str:
    if not _DIVISION.fullmatch(text.strip()):
        raise Refused(f"{_shown(text)} 不是 6 位或 9 位行政区划代码")
    return text.strip()


def division_prefix(text: str) -> str:
    if not _DIVISION_PREFIX.fullmatch(text.strip()):
        raise Refused(f"{_shown(text)} 不是行政区划代码（2、4、6 或 9 位数字）")
    return text.strip()


def web_address(text: str) -> str:
    text = text.strip()
    try:
        parts = urlsplit(text)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
            raise ValueError
    except ValueError:
        raise Refused(f"{_shown(text)} 不是 http 或 https 网址") from None
    if _CONTROL.search(text) or re.search(r"\s", text) or len(text.encode()) > 2000:
        raise Refused("网址含有空白、控制字符，或超过 2000 字节")
    if parts.username is not None or parts.password is not None:
        raise Refused("网址不能带用户名或密码")
    return text


def host(text: str) -> str:
    text = text.strip().lower()
    if not _HOST.fullmatch(text) or len(text) > 253:
        raise Refused(
            f"{_shown(text)} 不是主机名，应写作 xxgk.example.gov.cn（不含 http:// 和路径）"
        )
    return text


def _shown(text: str) -> str:
    text = text.strip()
    shown = text if len(text) <= 60 else text[:60] + "…"
    return f"“{_CONTROL.sub('?', shown)}”"
