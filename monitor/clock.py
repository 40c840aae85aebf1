"""A given moment that moves on: for work that starts at ``now`` and takes its time."""

from __future__ import annotations

import time
from datetime import datetime, timedelta


class Clock:
    """``start`` plus what has passed since, so that a replay keeps its own time."""

    def __init__(self, now: datetime) -> None:
        self.start = now
        self._began = time.monotonic()

    def __call__(self) -> datetime:
        return self.start + timedelta(seconds=time.monotonic() - self._began)
