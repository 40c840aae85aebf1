"""YAML as nodes that know their line. Nothing is constructed; aliases and tags are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import yaml

from storage.registry.problems import Problems, Refused

# libyaml where it is there: ten times as fast, the same nodes.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEPTH = 20
_PLAIN = "tag:yaml.org,2002:"
_NULL = _PLAIN + "null"
_NO_MAPPING = "应为键值对（键: 值）"
_Value = TypeVar("_Value")


def compose(text: str, problems: Problems) -> list[yaml.Node] | None:
    """The entries of a YAML list; None for a blank file. Problems: told, and [] given."""
    try:
        if trick := _trick(text):
            problems.add(trick[0], None, trick[1])
            return []
        root = yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        detail = error.problem or error.context or "无法解析"
        problems.add(mark.line + 1 if mark else None, None, f"YAML 格式有误：{detail}")
        return []
    except yaml.YAMLError as error:
        problems.add(None, None, f"YAML 格式有误：{str(error).splitlines()[0]}")
        return []
    if root is None:
        return None
    if not isinstance(root, yaml.SequenceNode):
        problems.add(line_of(root), None, "应为列表，每项以“- ”开头")
        return []
    return list(root.value)


def _trick(text: str) -> tuple[int, str] | None:
    """(line, reason) of what registry files have no use for.

    Aliases can blow up a small file, tags can name Python types, depth can exhaust the stack.
    """
    depth = 0
    for event in yaml.parse(text, _Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            return line, "不支持锚点和别名（& 和 *）"
        if tag := getattr(event, "tag", None):
            return line, f"不支持类型标记 {tag}"
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEPTH:
                return line, "嵌套过深"
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def line_of(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


class Entry:
    """One mapping of the list; a value that does not fit is told and stands as None.

    ``path`` names the entry inside another one, e.g. ``access``.
    """

    def __init__(
        self, node: yaml.MappingNode, known: tuple[str, ...], problems: Problems, path: str = ""
    ) -> None:
        self.line = line_of(node)
        self._path = path
        self._problems = problems
        self._before = len(problems.found)
        self._nodes: dict[str, yaml.Node] = {}
        for key, value in node.value:
            text = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if text not in known:
                problems.add(
                    line_of(key), self._name(text[:40]), f"不认识的键，可用的键：{'、'.join(known)}"
                )
            elif text in self._nodes:
                problems.add(line_of(key), self._name(text), "键重复")
            else:
                self._nodes[text] = value

    @property
    def sound(self) -> bool:
        """Whether nothing was told since this entry began."""
        return len(self._problems.found) == self._before

    def line_at(self, key: str) -> int:
        return line_of(self._nodes[key]) if key in self._nodes else self.line

    def refuse(self, key: str, reason: str) -> None:
        self._problems.add(self.line_at(key), self._name(key), reason)

    def scalar(
        self, key: str, read: Callable[[str], _Value], *, required: bool = False
    ) -> _Value | None:
        """The value as written, through ``read``; null and absent are None."""
        node = self._node(key)
        if node is None:
            if required:
                self.refuse(key, "不能为空")
            return None
        return self._read(key, node, read)

    def items(self, key: str, read: Callable[[str], _Value]) -> tuple[_Value, ...]:
        """A list of scalars."""
        node = self._node(key)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(key, "应为列表，写作 [甲, 乙]")
            return ()
        values = [self._read(key, item, read) for item in node.value]
        return tuple(dict.fromkeys(value for value in values if value is not None))

    def entry(self, key: str, known: tuple[str, ...]) -> Entry | None:
        """A mapping inside the entry."""
        node = self._node(key)
        if node is None:
            return None
        if not isinstance(node, yaml.MappingNode):
            self.refuse(key, _NO_MAPPING)
            return None
        return Entry(node, known, self._problems, self._name(key))

    def pairs(
        self, key: str, read_key: Callable[[str], int], read: Callable[[str], int]
    ) -> dict[int, int]:
        """A mapping of numbers to numbers."""
        node = self._node(key)
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.refuse(key, "应为键值对，写作 {2023: 12}")
            return {}
        found: dict[int, int] = {}
        for key_node, value_node in node.value:
            number = self._read(key, key_node, read_key)
            value = self._read(key, value_node, read)
            if number is not None and number in found:
                self._problems.add(line_of(key_node), self._name(key), f"{number} 重复")
            elif number is not None and value is not None:
                found[number] = value
        return found

    def _node(self, key: str) -> yaml.Node | None:
        node = self._nodes.get(key)
        if node is None or (isinstance(node, yaml.ScalarNode) and node.tag == _NULL):
            return None
        return node

    def _read(self, key: str, node: yaml.Node, read: Callable[[str], _Value]) -> _Value | None:
        if not isinstance(node, yaml.ScalarNode):
            self._problems.add(line_of(node), self._name(key), "应为单个值")
            return None
        try:
            return read(str(node.value))
        except Refused as error:
            self._problems.add(line_of(node), self._name(key), str(error))
            return None

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key


def entries(nodes: list[yaml.Node], known: tuple[str, ...], problems: Problems) -> Iterator[Entry]:
    """The mappings among the nodes; anything else is told."""
    for node in nodes:
        if isinstance(node, yaml.MappingNode):
            yield Entry(node, known, problems)
        else:
            problems.add(line_of(node), None, _NO_MAPPING)
