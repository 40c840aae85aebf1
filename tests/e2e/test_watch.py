"""The watch, end to end: crawls of a portal over the weeks, real mail, a real webhook.

A township's report is not there when the deadline has passed, and turns up weeks later. Each step
is a new process (``nianbao run --once``), so every step is also a restart.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from pytest_httpserver import HTTPServer
from werkzeug import Response

from settings import SHANGHAI
from spiders.samples import SamplePortals
from tests.monitor.alerts.world import Mailbox, MailServer

ROOT = Path(__file__).parents[2]
PORTAL, BODY, NAME = "p-huaidu", "huaidu-shiliang", "石梁"
SECRET = "TOPSECRET123"


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


@dataclass
class Watch:
    """The program on its own data folder, at a simulated time."""

    data: Path
    registry: Path
    now: datetime = field(default_factory=lambda: at(1, 28))

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "NIANBAO_NOW": self.now.isoformat(),
            "NIANBAO_ALLOW_PRIVATE": "1",
        }
        return subprocess.run(
            [sys.executable, "-m", "monitor.cli", "--data", str(self.data), *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def round_at(self, now: datetime) -> str:
        """One round of the service at that time; what it said."""
        self.now = now
        config = str(self.data / "alerts.yml")
        done = self.call("run", "--once", "--config", config)
        assert done.returncode == 0, done.stdout + done.stderr
        assert SECRET not in done.stdout + done.stderr
        return done.stderr

    def alerts(self) -> list[dict]:
        done = self.call("alerts", "list", "--json")
        return [json.loads(row) for row in done.stdout.splitlines()]


@pytest.fixture
def watch(data_dir: Path, tmp_path: Path) -> Iterator[Watch]:
    """A registry of one sample portal, loaded."""
    watch = Watch(data_dir, tmp_path / "registry")
    with SamplePortals(lambda: watch.now, years=(2025,)) as portals:
        portals.write_registry(watch.registry)
        keep_one_portal(watch.registry)
        done = watch.call("registry", "import", str(watch.registry))
        assert done.returncode == 0, done.stderr
        yield watch


def keep_one_portal(folder: Path) -> None:
    agencies = folder / "agencies.csv"
    with agencies.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["portal"] == PORTAL]
    known = {row["id"] for row in rows}
    with agencies.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        for row in rows:
            for link in ("parent", "predecessor"):
                row[link] = row[link] if row[link] in known else ""
            writer.writerow(row)
    portals = folder / "portals.yml"
    kept = [p for p in yaml.safe_load(portals.read_text("utf-8")) if p["id"] == PORTAL]
    portals.write_text(yaml.safe_dump(kept, allow_unicode=True), "utf-8")


def test_missing_then_late_is_told_once_each(watch: Watch, httpserver: HTTPServer) -> None:
    mailbox = Mailbox()
    mail = MailServer(mailbox)
    mail.start()
    hook_down = [True]

    httpserver.expect_request(f"/hook/{SECRET}").respond_with_handler(
        lambda _: Response(status=503 if hook_down[0] else 200)
    )
    (watch.data / "alerts.yml").write_text(
        f"""\
channels:
  - id: mail
    url: "mailto://127.0.0.1:{mail.port}/?from=watch@example.org&to=desk@example.org"
  - id: hook
    url: "json://bot:{SECRET}@127.0.0.1:{httpserver.port}/hook/{SECRET}"
""",
        "utf-8",
    )
    try:
        # Before the deadline: crawled, nothing to tell.
        watch.round_at(at(1, 28))
        assert mailbox.messages == [] and watch.alerts() == []

        # After it: proven missing. The mail goes out, the webhook is down and the round says so.
        watch.now = at(2, 2)
        done = watch.call("run", "--once", "--config", str(watch.data / "alerts.yml"))
        assert done.returncode == 1 and "HTTP 503" in done.stderr and SECRET not in done.stderr
        assert len(mailbox.titles) == 1
        assert "未见公开" in mailbox.titles[0] and NAME in mailbox.titles[0]
        (alert,) = watch.alerts()
        assert (alert["kind"], alert["agency"], alert["state"]) == ("missing", BODY, "firing")
        assert {d["channel"]: d["ok"] for d in alert["deliveries"]} == {"mail": True, "hook": False}

        # Started again: the webhook gets what it is owed, the mail is not repeated.
        hook_down[0] = False
        watch.round_at(at(2, 2, 10))
        watch.round_at(at(2, 2, 11))
        assert len(mailbox.titles) == 1
        told = [
            json.loads(r.get_data())["title"] for r, a in httpserver.log if a.status_code == 200
        ]
        assert told == mailbox.titles

        # The report is there, late: one more message says so, and the first alert is over.
        watch.round_at(at(2, 26))
        watch.round_at(at(2, 26, 10))
        assert len(mailbox.titles) == 2
        assert "逾期公开" in mailbox.titles[1] and NAME in mailbox.titles[1]
        assert "起曾预警为“未见公开”" in mailbox.bodies[1]
        late, missing = watch.alerts()
        assert (late["kind"], late["state"]) == ("late", "firing")
        assert (missing["kind"], missing["state"]) == ("missing", "resolved")
        told = [
            json.loads(r.get_data())["title"] for r, a in httpserver.log if a.status_code == 200
        ]
        assert told == mailbox.titles
    finally:
        mail.stop()
