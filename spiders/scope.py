"""Which bodies count on a portal: its own, those whose parent runs it, those on its hosts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from crawler.hosts import HostRules
from spiders.identify import Directory, directory_of
from spiders.names import plain, region_parts
from storage.domain import Agency, Portal

_REGION_HEAD = re.compile(r"^(?:.+?(?:省|市|自治区|自治州|地区|盟|县|区|旗|州))+")
_SEVERAL = re.compile(
    r"(?:(?:部分|各|所有|全部|有关|其他|其它|直属).{0,8}|[省市县区州旗]直)(?:单位|部门|机关|乡镇|镇街|街道|学校|办事处)"
    r"(?:汇总|汇编|合集|合编)?$|等.{0,3}[\d一二三四五六七八九十]+[家个].{0,4}(?:单位|部门|机关|乡镇)$"
)
_KIND = re.compile(
    r"(?:人民政府|政府|委员会|管理局|监督局|办公室|办公厅|局|委|厅|处|中心|院|会|办)+$"
)
_BODY_END = re.compile(
    r"(?:政府|办公室|办公厅|局|委员会|委|院|厅|处|中心|所|站|馆|会|社|队|公司|集团|学校|医院|街道|镇|乡"
    r"|县|市|区|旗|州|省|办|银行|台|署|部|室|库|园|校)$"
)


class Scope:
    """The registry as seen from one portal."""

    def __init__(
        self, portal: Portal, agencies: Sequence[Agency], portals: Sequence[Portal]
    ) -> None:
        self.portal = portal
        self.hosts = HostRules.of(portal)
        self.all = directory_of(tuple(agencies))
        self._rules = {p.id: HostRules.of(p) for p in portals}
        self.own = Directory([a for a in agencies if self._expected(a)])

    def match(self, text: str | None) -> str | None:
        """The body that a text names; short names mean the portal's own bodies."""
        if not text:
            return None
        return self.own.match(text) or self.all.match(text)

    def match_context(self, text: str) -> str | None:
        """A body of this portal among a list line's other words, e.g. its 发布机构 cell."""
        found = {self.own.match(word) for word in re.split(r"[\s|:：,，;；]+", text) if word}
        found.discard(None)
        return found.pop() if len(found) == 1 else None

    def exact(self, text: str) -> str | None:
        """The own body whose name is the whole text."""
        return self.own.exact(text)

    def counts(self, agency: str, url: str) -> bool:
        """Whether a report of the body fulfils its duty at this address.

        Contract: its own column, a common column, or its parent's portal; hosts outside the
        portal's own and listed ones never count.
        """
        known = self.all.by_id.get(agency)
        if known is None or not self.hosts.allows(url):
            return False
        if self._expected(known):
            return True
        rules = self._rules.get(known.portal or "")
        return rules is not None and rules.allows(url)

    def only_agency(self) -> str | None:
        """The one body of a portal that serves just one: whatever stands there is its."""
        mine = [a for a in self.own.by_id.values() if a.portal == self.portal.id]
        return mine[0].id if len(mine) == 1 == len(self.own.by_id) else None

    def is_elsewhere(self, name: str) -> bool:
        """Whether a printed name begins with a region that is none of this portal's."""
        words = plain(name)
        group = _SEVERAL.search(words)
        # 某县部分县直单位: the 县 of the words for several bodies is no region.
        head = _REGION_HEAD.match(words[: group.start()] if group else words)
        if head is None or not self._regions:
            return False
        parts = [p for p in region_parts(head.group()) if len(p) > 1]
        return bool(parts) and parts[-1] not in self._regions

    def may_be(self, name: str) -> tuple[str, ...]:
        """Own bodies of which a name that the registry does not have could be a short form.

        住建委 has its characters in the order of 住房和城乡建设局; so have old and new names of most
        reformed bodies. Good enough to doubt that a body's report is missing, not to credit one.
        """
        short = core(name)
        return tuple(
            a.id
            for a in self.own.by_id.values()
            if len(short) >= 2
            and any(
                _in_order(short, other) or (len(other) >= 2 and _in_order(other, short))
                for other in (core(n) for n in (a.name, *a.aliases))
            )
        )

    @staticmethod
    def is_several(name: str | None) -> bool:
        """Whether words mean several bodies together, which none of them is by itself."""
        return bool(name and _SEVERAL.search(plain(name)))

    @staticmethod
    def is_body(name: str | None) -> bool:
        """Whether words read like the name of a body at all."""
        return bool(name and _BODY_END.search(plain(name)))

    def _expected(self, agency: Agency) -> bool:
        if agency.portal == self.portal.id:
            return True
        parent = self.all.by_id.get(agency.parent or "")
        return parent is not None and parent.portal == self.portal.id

    @cached_property
    def _regions(self) -> frozenset[str]:
        return frozenset(
            parts[-1] for a in self.own.by_id if (parts := region_parts(self.own.region(a)))
        )


def core(name: str) -> str:
    """A name without region and without the word for its kind."""
    words = plain(name)
    head = _REGION_HEAD.match(words)
    if head and len(words) - head.end() >= 2:
        words = words[head.end() :]
    return _KIND.sub("", words.lstrip("省市县区旗镇乡"))


def _in_order(short: str, long: str) -> bool:
    rest = iter(long)
    return all(char in rest for char in short)
