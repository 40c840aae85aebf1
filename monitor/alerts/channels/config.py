"""Reading ``alerts.yml``; the format is in the package's docstring.

Errors name file, line and field and never quote a value of ``url``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from yaml.nodes import Node, ScalarNode, SequenceNode

from monitor.alerts.channels.channel import (
    DEFAULT_TIMEOUT,
    Channel,
    UnusableAddress,
    make_channel,
)
from monitor.alerts.channels.fields import FieldProblem, FieldReader
from storage.vocab import AlertKind, Severity

FILE_NAME = "alerts.yml"
_FIELDS = frozenset(
    {"id", "name", "url", "url_file", "kinds", "min_severity", "agencies", "timeout"}
)
_ID = re.compile(r"\w[\w.-]{0,79}")
_VARIABLE = re.compile(r"\$\{\w+\}")
_TIMEOUTS = (1.0, 120.0)
_Word = TypeVar("_Word", bound=StrEnum)


class ChannelsError(Exception):
    """``alerts.yml`` can't be used; ``problems`` are all of them, the message is Chinese."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def load_channels(path: Path) -> tuple[Channel, ...]:
    """The channels of a file, in its order; none where there is no file.

    Raises ChannelsError with all problems; contacts nobody.
    """
    reader = FieldReader(str(path))
    found: dict[str, Channel] = {}
    root = reader.document(path)
    # A bare list is as clear as one under "channels:".
    entries: Node | None = root
    if root is not None and not isinstance(root, SequenceNode):
        entries = reader.fields(root, frozenset({"channels"}), "文件").get("channels")
    for number, node in enumerate(reader.items(entries, "channels"), 1):
        channel = _channel(reader, node, path.parent, f"channel-{number}")
        if channel is None:
            continue
        if channel.id in found:
            reader.refuse(node, "id", f"{channel.id} 重复")
        found[channel.id] = channel
    if reader.problems:
        raise ChannelsError(tuple(reader.problems))
    return tuple(found.values())


def _channel(reader: FieldReader, node: Node, folder: Path, default: str) -> Channel | None:
    """One entry: a mapping, or just the URL. ``default``: the id of an entry without one."""
    before = len(reader.problems)
    bare = isinstance(node, ScalarNode)
    fields = {"url": node} if bare else reader.fields(node, _FIELDS, "渠道")
    if len(reader.problems) > before:
        return None
    # "name" is what other tools call the id.
    given = next((key for key in ("id", "name") if key in fields), None)
    name = reader.one(fields, given, _identifier) if given else default
    url = _url(reader, node, fields, folder)
    kinds = reader.many(fields, "kinds", _word(AlertKind))
    agencies = reader.many(fields, "agencies", _text)
    severity = reader.one(fields, "min_severity", _word(Severity))
    timeout = reader.one(fields, "timeout", _seconds)
    if len(reader.problems) > before or name is None or url is None:
        return None
    try:
        return make_channel(
            name,
            url,
            kinds=kinds or AlertKind,
            min_severity=severity or Severity.INFO,
            agencies=agencies,
            timeout=timeout or DEFAULT_TIMEOUT,
        )
    except UnusableAddress as error:
        where = "url" if "url" in fields else "url_file"
        reader.refuse(fields[where], where, str(error))
        return None


def _url(reader: FieldReader, node: Node, fields: dict[str, Node], folder: Path) -> str | None:
    if ("url" in fields) == ("url_file" in fields):
        reader.refuse(node, "url", "url 与 url_file 必须写且只写一个")
        return None
    if "url" in fields:
        return reader.one(fields, "url", _plain_url)
    return reader.one(fields, "url_file", lambda name: _url_in(folder / Path(name).expanduser()))


def _url_in(file: Path) -> str:
    try:
        words = file.read_text("utf-8-sig").split()
    except OSError as error:
        raise ValueError(f"{file} 读不了：{error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{file} 不是 UTF-8 文本") from None
    if len(words) != 1:
        raise ValueError(f"{file} 应当只有一行地址")
    return words[0]


def _identifier(value: str) -> str:
    if not _ID.fullmatch(value):
        raise ValueError("只能用文字、数字和 . _ -，至多 80 个")
    return value


def _plain_url(value: str) -> str:
    if _VARIABLE.search(value):
        raise ValueError("不替换 ${…}；要把密钥放在别处，请用 url_file 指明存放地址的文件")
    return _text(value)


def _text(value: str) -> str:
    if not value:
        raise ValueError("不能为空")
    return value


def _word(words: type[_Word]) -> Callable[[str], _Word]:
    def read(value: str) -> _Word:
        try:
            return words(value)
        except ValueError:
            raise ValueError(f"{value!r} 不可用；可用 {'、'.join(words)}") from None

    return read


def _seconds(value: str) -> float:
    low, high = _TIMEOUTS
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not low <= seconds <= high:
        raise ValueError(f"应为 {low:g} 到 {high:g} 之间的秒数")
    return seconds
