"""A crawl killed at random moments, against one that was left alone: is the end the same?

    python -m bench.kills [--kills 50] [--each 5] [--seed 1]

Every round crawls a served portal in a fresh database; its process is killed ``--each`` times, after
a random number of requests and a random part of a second, and started again each time. Compared
with the undisturbed crawl: publications, contents, cells, decisions, captures, runs, statuses; every
capture must be readable. Also told: what was archived and asked for again, and processes that
outlived the killed one. Exit status 1 where anything differs.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from monitor.judge import judge
from storage.session import Database
from tests.spiders import crash
from tests.spiders.served import NOW, World

_MOST_REQUESTS = 9
_MOST_SECONDS = 0.4


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--kills", type=int, default=10)
    options.add_argument("--each", type=int, default=5, help="kills of one crawl")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    chance = random.Random(given.seed)
    print(f"seed {given.seed}", flush=True)
    kills = differing = again = orphans = 0
    began = time.monotonic()
    with crash.victim() as site, tempfile.TemporaryDirectory() as folder:
        calm = _world(Path(folder), "calm", site)
        calm.crawl("p")
        expected = _state(calm)
        number = 0
        while kills < given.kills:
            number += 1
            world = _world(Path(folder), f"w{number}", site)
            moments = [
                (
                    chance.randint(1, _MOST_REQUESTS),
                    chance.choice((0.0, chance.random())) * _MOST_SECONDS,
                )
                for _ in range(min(given.each, given.kills - kills))
            ]
            done = crash.crawl_with_kills(world, site, moments)
            kills += done.kills
            again += len(done.again)
            orphans += len(done.orphans)
            found = _state(world)
            different = [name for name, rows in expected.items() if found[name] != rows]
            differing += bool(different)
            print(
                f"crawl {number}: {done.kills} kills, differs: {different or 'nothing'}", flush=True
            )
    print(
        f"{kills} kills of {number} crawls: {differing} ended differently, {again} archived addresses"
        f" asked for again, {orphans} orphans; {time.monotonic() - began:.0f} s"
    )
    sys.exit(1 if differing or again or orphans else 0)


def _world(folder: Path, name: str, site: crash.Site) -> World:
    place = folder / name
    place.mkdir()
    database = Database(f"sqlite:///{place / 'd.sqlite3'}")
    database.migrate()
    database.close()
    return crash.world(f"sqlite:///{place / 'd.sqlite3'}", place, site)


def _state(world: World) -> dict[str, list[tuple[object, ...]]]:
    judge(world.database, now=datetime.fromisoformat(NOW))
    found = crash.state(world)
    world.close()
    return found


if __name__ == "__main__":
    main()
