"""Pipelines that stand for accidents: between archiving and reading, and a reader that hangs."""

from __future__ import annotations

import os
from typing import Any

from crawler.items import PageItem


class DieBeforeReading:
    """The process is killed when a document is archived and not yet read."""

    def process_item(self, item: Any) -> Any:
        if isinstance(item, PageItem) and item.read:
            os.kill(os.getpid(), 9)
        return item
