"""XML that strangers wrote: no entities, no DTD, no network, bounded in size and depth."""

from __future__ import annotations

import lxml.etree

from crawler.documents.document import DocumentError
from crawler.documents.limits import MAX_PART, MEGABYTE, damaged, too_large

Element = lxml.etree._Element

_MAX_MARKS = 1_500_000
"""Tags and attributes together: each costs memory a hundred times its bytes."""
_DOCTYPE = tuple("<!DOCTYPE".encode(codec) for codec in ("ascii", "utf-16-le", "utf-16-be"))


def parse_xml(data: bytes, kind: str) -> Element:
    """The root element. ``kind``: the format, for messages.

    Raises DocumentError: too_large; unreadable for anything that is not well formed or declares a
    document type, which no office format needs and entity attacks do.
    """
    if len(data) > MAX_PART:
        raise too_large(f"{kind} 文件内的 XML 超过 {MAX_PART // MEGABYTE} MB")
    if data.count(b"<") + data.count(b"=") > _MAX_MARKS:
        raise too_large(f"{kind} 文件内的 XML 元素过多")
    if any(mark in data for mark in _DOCTYPE):
        raise _refused(kind)
    parser = lxml.etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = lxml.etree.fromstring(data, parser)
    except (lxml.etree.XMLSyntaxError, ValueError) as error:
        raise damaged(kind, f"XML 错误：{str(error)[:80]}") from None
    info = root.getroottree().docinfo
    if info is None or info.internalDTD is not None:
        raise _refused(kind)
    return root


def _refused(kind: str) -> DocumentError:
    return DocumentError("unreadable", f"{kind} 文件内的 XML 带有文档类型声明，出于安全不读取")


def local_name(element: Element) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its local name, in whatever namespace."""
    value = element.get(name)
    if value is not None:
        return value
    ending = "}" + name
    return next((str(v) for k, v in element.attrib.items() if str(k).endswith(ending)), None)


def child(element: Element | None, *names: str) -> Element | None:
    """The descendant along a path of local names."""
    for name in names:
        if element is None:
            return None
        element = next((c for c in element if local_name(c) == name), None)
    return element
