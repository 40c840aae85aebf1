"""Reading a small YAML file field by field, strictly, with the line of every mistake.

The node tree is read instead of the loaded value because it keeps line numbers and repeated keys,
and because nothing is then expanded (aliases) or guessed (``no`` as False).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

T = TypeVar("T")
Read = Callable[[str], T]
"""Text of a scalar -> value; raises ValueError with a Chinese reason."""

_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FieldProblem:
    file: str
    line: int | None
    field: str | None
    reason: str

    def __str__(self) -> str:
        line = "" if self.line is None else f" 第 {self.line} 行"
        field = "" if self.field is None else f" {self.field}"
        return f"{self.file}{line}{field}：{self.reason}"


class FieldReader:
    """Collects what is wrong with one file instead of stopping at the first mistake."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.problems: list[FieldProblem] = []

    def refuse(self, node: Node | int | None, field: str | None, reason: str) -> None:
        line = node.start_mark.line + 1 if isinstance(node, Node) else node
        self.problems.append(FieldProblem(self._file, line, field, reason))

    def document(self, path: Path) -> Node | None:
        """The root of the file; None when it is empty, missing or refused."""
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self.refuse(None, None, f"读不了：{error.strerror}")
            return None
        if len(data) > _MAX_BYTES:
            self.refuse(None, None, "文件过大（上限 1 MB）")
            return None
        try:
            return yaml.compose(data.decode("utf-8-sig"), Loader=yaml.SafeLoader)
        except UnicodeDecodeError:
            self.refuse(None, None, "不是 UTF-8 文本")
        except yaml.MarkedYAMLError as error:
            # The library's own message would quote the line, which may hold a password.
            mark = error.problem_mark or error.context_mark
            self.refuse(None if mark is None else mark.line + 1, None, "YAML 语法有误")
        except (yaml.YAMLError, RecursionError):
            self.refuse(None, None, "YAML 语法有误（含不允许的字符，或嵌套过深）")
        return None

    def fields(self, node: Node, known: frozenset[str], what: str) -> dict[str, Node]:
        """The fields of a mapping by name; unknown and repeated ones are refused."""
        found: dict[str, Node] = {}
        if not isinstance(node, MappingNode):
            self.refuse(node, None, f"{what}应为“名称: 值”")
            return found
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else "?"
            if name not in known:
                self.refuse(key, None, f"不认识的字段；可用 {'、'.join(sorted(known))}")
            elif name in found:
                self.refuse(key, name, "写了两次")
            else:
                found[name] = value
        return found

    def items(self, node: Node | None, name: str) -> list[Node]:
        """The items of a list; a field that is left out or null has none."""
        if node is None or (isinstance(node, ScalarNode) and node.tag.endswith(":null")):
            return []
        if not isinstance(node, SequenceNode):
            self.refuse(node, name, "应为列表，每项以“- ”开头")
            return []
        return list(node.value)

    def one(self, fields: dict[str, Node], name: str, read: Read[T]) -> T | None:
        """One value; None where the field is left out or refused."""
        node = fields.get(name)
        return None if node is None else self._scalar(node, name, read)

    def many(self, fields: dict[str, Node], name: str, read: Read[T]) -> list[T]:
        """A list of values; none where the field is left out. An empty list is refused."""
        node = fields.get(name)
        if node is None:
            return []
        if not isinstance(node, SequenceNode) or not node.value:
            self.refuse(node, name, "应为列表且不能为空，如 [a, b]；不限制就不要写这一项")
            return []
        values = (self._scalar(item, name, read) for item in node.value)
        return [value for value in values if value is not None]

    def _scalar(self, node: Node, name: str, read: Read[T]) -> T | None:
        if not isinstance(node, ScalarNode):
            self.refuse(node, name, "应为单个值")
            return None
        try:
            return read(node.value.strip())
        except ValueError as error:
            self.refuse(node, name, str(error))
            return None
