"""``python -m spiders.samples``: serve the simulated portals until Ctrl-C."""

from __future__ import annotations

import contextlib
import threading

import settings
from spiders.samples.server import SamplePortals


def main() -> None:
    with SamplePortals(settings.now) as portals, contextlib.suppress(KeyboardInterrupt):
        for site in portals.sites:
            print(f"{portals.url(site.id)}  {site.name}（{site.engine}）")
        print("按 Ctrl-C 停止；用 NIANBAO_NOW 设定模拟时间。")
        threading.Event().wait()


if __name__ == "__main__":
    main()
