"""The links of a portal that are still to be opened, best first."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

from spiders.columns import FOLLOW_SCORE

MAX_DEPTH = 4
"""home → 政务公开 → 政府信息公开平台 → (部门) → 年报 is the longest way seen."""


@dataclass(order=True)
class Step:
    """A link to follow: the best score comes first, then the earliest found."""

    rank: tuple[int, int]
    url: str = field(compare=False)
    label: str = field(compare=False)
    depth: int = field(compare=False)
    score: int = field(compare=False)


class Frontier:
    """Links not yet opened, best first; every address is taken once."""

    def __init__(self) -> None:
        self._heap: list[Step] = []
        self._seen: set[str] = set()
        self._count = 0

    def add(self, url: str, label: str, depth: int, score: int) -> None:
        if url in self._seen or score < FOLLOW_SCORE or depth > MAX_DEPTH:
            return
        self._seen.add(url)
        self._count += 1
        heapq.heappush(self._heap, Step((-score, self._count), url, label, depth, score))

    def pop(self) -> Step | None:
        return heapq.heappop(self._heap) if self._heap else None

    def push(self, step: Step) -> None:
        """Give a step back."""
        heapq.heappush(self._heap, step)

    def close(self, url: str) -> None:
        """An address that needs no opening any more."""
        self._seen.add(url)
