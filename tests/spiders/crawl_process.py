"""Runs one crawl and prints its results; called by tests as a subprocess."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from crawler.middlewares import access, addresses
from crawler.run import crawl, work


def main() -> None:
    task = json.loads(sys.argv[1])
    if stands_for_public := task.get("public"):
        # Only loopback can be reached here: one of its addresses plays the open Internet.
        access.is_public = addresses.is_public = lambda ip: ip == stands_for_public  # type: ignore[assignment]
    if spider := task.get("spider"):
        tasks = {p: {"portal": p, **task["given"]} for p in task["portals"]}
        database, archive = task["database"], Path(task["archive"])
        results = work(database, archive, spider, tasks, overrides=task["overrides"])
        print(json.dumps(results, ensure_ascii=False))
        return
    results = crawl(
        task["database"],
        Path(task["archive"]),
        task["portals"],
        task["years"] or None,
        overrides=task["overrides"],
    )
    print(json.dumps(results, ensure_ascii=False))


if __name__ == "__main__":
    main()
