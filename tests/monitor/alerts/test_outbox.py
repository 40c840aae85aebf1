"""Delivery: once per channel, retried until taken, by two senders at a time, across restarts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from werkzeug import Request, Response

from monitor.alerts.channels.channel import Channel, make_channel
from monitor.alerts.outbox import (
    BACKOFF,
    HOLDING_ATTEMPTS,
    DeliverySummary,
    alert_json,
    alert_list,
    deliver,
    send_test,
)
from storage.models import DeliveryRow
from storage.session import Database
from storage.vocab import AlertKind, Severity, Status
from tests.monitor.alerts.world import NOW, Mailbox, judge, line

SECRET = "TOPSECRET123"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def mail(mail_url: str) -> Channel:
    return make_channel("mail", mail_url)


def hook(server: HTTPServer) -> Channel:
    return make_channel("hook", f"json://bot:{SECRET}@127.0.0.1:{server.port}/hook/{SECRET}")


def counts(summary: DeliverySummary) -> tuple[int, int, int]:
    return summary.sent, summary.failed, summary.pending


def titles(server: HTTPServer) -> list[str]:
    return [json.loads(request.get_data())["title"] for request, _ in server.log]


def rows(database: Database) -> list[DeliveryRow]:
    with database.session(write=False) as s:
        return list(s.scalars(select(DeliveryRow).order_by(DeliveryRow.id)))


def test_each_message_once(world: Database, mail: Channel, mailbox: Mailbox) -> None:
    judge(world, line(Status.MISSING))
    assert counts(deliver(world, [mail], NOW)) == (1, 0, 0)
    assert counts(deliver(world, [mail], NOW + MINUTE)) == (0, 0, 0)
    judge(world, line(Status.ON_TIME), now=NOW + timedelta(days=1))
    assert counts(deliver(world, [mail], NOW + timedelta(days=1))) == (1, 0, 0)
    assert [title[:6] for title in mailbox.titles] == ["【未见公开】", "【已解除】云"]
    assert "预警编号：missing:a-1:2023:1（opened）" in mailbox.bodies[0]
    with world.session(write=False) as s:
        (alert,) = alert_list(s)
    assert [(d.channel, d.event, d.ok, d.error) for d in alert.deliveries] == [
        ("mail", "opened", True, None),
        ("mail", "resolved", True, None),
    ]


def test_no_channels_keeps_the_alerts_and_says_so(small_world: Database, mail: Channel) -> None:
    judge(small_world, line(Status.MISSING))
    assert "没有配置渠道" in str(deliver(small_world, [], NOW))
    assert counts(deliver(small_world, [mail], NOW + MINUTE)) == (1, 0, 0)


def test_failure_is_kept_and_retried_later_and_later(
    world: Database, httpserver: HTTPServer
) -> None:
    """503 five times, then taken: never lost, sent when due, delivered once."""
    answers = [503] * 6
    httpserver.expect_request(f"/hook/{SECRET}").respond_with_handler(
        lambda _: Response(status=answers.pop(0) if answers else 200)
    )
    channel = hook(httpserver)
    judge(world, line(Status.MISSING))
    moment = NOW
    for wait in (*BACKOFF, BACKOFF[-1]):
        summary = deliver(world, [channel], moment)
        assert counts(summary) == (0, 1, 1)
        assert summary.failures[0].error == "HTTP 503：服务器出错"
        early = deliver(world, [channel], moment + wait - timedelta(seconds=5))
        assert counts(early) == (0, 0, 1)
        moment += wait + timedelta(seconds=5)
    assert counts(deliver(world, [channel], moment)) == (1, 0, 0)
    assert counts(deliver(world, [channel], moment + timedelta(days=9))) == (0, 0, 0)
    assert len(httpserver.log) == 7
    (row,) = rows(world)
    assert (row.ok, row.attempts, row.error) == (True, 7, None)


def test_time_out_is_a_failure_like_others(small_world: Database, httpserver: HTTPServer) -> None:
    release = threading.Event()

    def slow(_: Request) -> Response:
        release.wait(5)
        return Response("late")

    httpserver.expect_request("/").respond_with_handler(slow)
    judge(small_world, line(Status.MISSING))
    channel = make_channel("slow", f"json://127.0.0.1:{httpserver.port}/", timeout=1)
    summary = deliver(small_world, [channel], NOW)
    release.set()
    assert counts(summary) == (0, 1, 1)
    assert summary.failures[0].error.startswith("超时")


def test_one_broken_channel_does_not_stop_the_others(
    small_world: Database, mail: Channel, mailbox: Mailbox, httpserver: HTTPServer
) -> None:
    httpserver.expect_request(f"/hook/{SECRET}").respond_with_data("no", 500)
    judge(small_world, line(Status.MISSING), line(Status.LATE, "a-2"))
    assert counts(deliver(small_world, [hook(httpserver), mail], NOW)) == (2, 2, 2)
    assert len(mailbox.messages) == 2


def test_no_secret_is_stored(small_world: Database, httpserver: HTTPServer) -> None:
    httpserver.expect_request(f"/hook/{SECRET}").respond_with_data(SECRET, 403)
    judge(small_world, line(Status.MISSING))
    deliver(small_world, [hook(httpserver)], NOW)
    with small_world.engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert "HTTP 403" in dump
    assert SECRET not in dump


def test_a_dead_channel_is_not_hammered(small_world: Database, httpserver: HTTPServer) -> None:
    """Forty messages, a dead server: three tries a call, and all are there when it is back."""
    httpserver.expect_oneshot_request("/").respond_with_data("no", 500)
    dead = [True]
    httpserver.expect_request("/").respond_with_handler(
        lambda _: Response(status=500 if dead[0] else 200)
    )
    channel = make_channel("hook", f"json://127.0.0.1:{httpserver.port}/")
    for year in range(40):
        judge(small_world, line(Status.MISSING, year=1980 + year))
    assert counts(deliver(small_world, [channel], NOW)) == (0, 3, 40)
    assert counts(deliver(small_world, [channel], NOW + 2 * MINUTE)) == (0, 3, 40)
    dead[0] = False
    # Also those that failed a moment ago and would have had to wait.
    assert counts(deliver(small_world, [channel], NOW + 2.5 * MINUTE)) == (40, 0, 0)


def test_order_is_kept_for_one_body(small_world: Database, httpserver: HTTPServer) -> None:
    dead = [True]
    httpserver.expect_request("/").respond_with_handler(
        lambda _: Response(status=500 if dead[0] else 200)
    )
    channel = make_channel("hook", f"json://127.0.0.1:{httpserver.port}/")
    judge(small_world, line(Status.MISSING))
    deliver(small_world, [channel], NOW)
    judge(small_world, line(Status.LATE), now=NOW + MINUTE / 2)
    deliver(small_world, [channel], NOW + MINUTE / 2)
    assert len(httpserver.log) == 1  # the later message waits for the earlier one
    dead[0] = False
    assert counts(deliver(small_world, [channel], NOW + 2 * MINUTE)) == (2, 0, 0)
    assert [title[:6] for title in titles(httpserver)[1:]] == ["【未见公开】", "【逾期公开】"]


def test_a_message_that_is_always_refused_does_not_block_for_ever(
    small_world: Database, httpserver: HTTPServer
) -> None:
    def picky(request: Request) -> Response:
        return Response(
            status=400 if "未见公开" in json.loads(request.get_data())["title"] else 200
        )

    httpserver.expect_request("/").respond_with_handler(picky)
    channel = make_channel("hook", f"json://127.0.0.1:{httpserver.port}/")
    judge(small_world, line(Status.MISSING))
    judge(small_world, line(Status.LATE), now=NOW)
    sent = [
        deliver(small_world, [channel], NOW + n * timedelta(hours=6.1)).sent
        for n in range(HOLDING_ATTEMPTS + 1)
    ]
    assert sum(sent) == 1
    (refused, late) = rows(small_world)
    assert (refused.ok, late.ok) == (False, True)


def test_channel_takes_what_it_asked_for(small_world: Database, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    url = f"json://127.0.0.1:{httpserver.port}/"
    judge(small_world, line(Status.MISSING), line(Status.LATE, "a-2"))

    def sent(name: str, **wanted: object) -> int:
        return deliver(small_world, [make_channel(name, url, **wanted)], NOW).sent  # type: ignore[arg-type]

    assert sent("all") == 2
    assert sent("late", kinds=[AlertKind.LATE]) == 1
    assert sent("error", min_severity=Severity.ERROR) == 1  # a-2 missed a local date: warning
    assert sent("warning", min_severity=Severity.WARNING) == 2
    assert sent("division", agencies=["4312"]) == 1
    assert sent("id", agencies=["a-2"]) == 1
    assert sent("both", agencies=["43", "a-2"]) == 2
    assert sent("none", agencies=["44", "a-3"]) == 0


def test_new_channel_gets_last_week_and_everything_from_then_on(
    small_world: Database, mail: Channel, mailbox: Mailbox
) -> None:
    judge(small_world, line(Status.MISSING), now=NOW - timedelta(days=8))
    judge(small_world, line(Status.MISSING, "a-2"), now=NOW - timedelta(days=6))
    assert counts(deliver(small_world, [mail], NOW)) == (1, 0, 0)
    assert "竹溪镇" in mailbox.titles[0]
    # Nobody delivered for a month: what was recorded meanwhile is not lost.
    judge(small_world, line(Status.ON_TIME), now=NOW + timedelta(days=1))
    assert counts(deliver(small_world, [mail], NOW + timedelta(days=31))) == (1, 0, 0)


def test_two_senders_at_once_send_once(world: Database, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    for year in range(12):
        judge(world, line(Status.MISSING, year=2000 + year))
    summaries: list[DeliverySummary] = []
    start = threading.Barrier(4)

    def send() -> None:
        database = Database(world.url)
        channel = make_channel("hook", f"json://127.0.0.1:{httpserver.port}/")
        start.wait()
        summaries.append(deliver(database, [channel], NOW))
        database.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(titles(httpserver)) == sorted(set(titles(httpserver)))
    assert len(httpserver.log) == 12
    assert sum(summary.sent for summary in summaries) == 12


SENDER = """
import sys
from datetime import datetime
from monitor.alerts.channels.channel import make_channel
from monitor.alerts.outbox import deliver
from storage.session import Database
print(deliver(Database(sys.argv[1]), [make_channel("hook", sys.argv[2])],
      datetime.fromisoformat(sys.argv[3])), flush=True)
"""


def test_killed_while_sending_repeats_that_one_message_when_the_lease_ends(
    world: Database, httpserver: HTTPServer
) -> None:
    """The receiver has it, the sender died before it could write so: the only repetition."""
    arrived, release = threading.Event(), threading.Event()

    def first_hangs(_: Request) -> Response:
        if not arrived.is_set():
            arrived.set()
            release.wait(10)
        return Response("ok")

    httpserver.expect_request("/").respond_with_handler(first_hangs)
    url = f"json://127.0.0.1:{httpserver.port}/"
    judge(world, line(Status.MISSING), line(Status.MISSING, "a-2"))
    sender = subprocess.Popen(
        [sys.executable, "-c", SENDER, world.url, url, NOW.isoformat()],
        cwd=Path(__file__).parents[3],
    )
    assert arrived.wait(20)
    os.kill(sender.pid, signal.SIGKILL)
    sender.wait()
    release.set()
    channel = make_channel("hook", url)
    # A restart goes on with the rest and leaves the claimed one alone …
    assert counts(deliver(world, [channel], NOW + MINUTE)) == (1, 0, 1)
    # … until its lease ends.
    assert counts(deliver(world, [channel], NOW + timedelta(minutes=6))) == (1, 0, 0)
    assert counts(deliver(world, [channel], NOW + timedelta(days=1))) == (0, 0, 0)
    assert len(httpserver.log) == 3


def test_stopping_is_heeded_between_messages(small_world: Database, mail: Channel) -> None:
    judge(small_world, line(Status.MISSING), line(Status.MISSING, "a-2"))
    asked = iter([False, True])
    summary = deliver(small_world, [mail], NOW, stopping=lambda: next(asked))
    assert counts(summary) == (1, 0, 1)


def test_test_message_goes_through_each_channel(
    mail: Channel, mailbox: Mailbox, httpserver: HTTPServer
) -> None:
    httpserver.expect_request(f"/hook/{SECRET}").respond_with_data("no", 500)
    results = send_test([mail, hook(httpserver)], NOW)
    assert [(r.channel, r.event, r.ok, r.error) for r in results] == [
        ("mail", "test", True, None),
        ("hook", "test", False, "HTTP 500：服务器出错"),
    ]
    assert mailbox.titles[0].startswith("【测试】")


def test_alert_as_json(small_world: Database, mail: Channel) -> None:
    judge(small_world, line(Status.MISSING))
    deliver(small_world, [mail], NOW)
    with small_world.session(write=False) as s:
        (alert,) = alert_list(s)
    said = json.loads(json.dumps(alert_json(alert), ensure_ascii=False))
    delivery = said["deliveries"][0]
    assert datetime.fromisoformat(delivery.pop("at")) >= NOW
    assert delivery == {"channel": "mail", "event": "opened", "ok": True, "error": None}
    assert {key: said[key] for key in ("id", "key", "kind", "agency", "year", "severity")} == {
        "id": 1,
        "key": "missing:a-1:2023:1",
        "kind": "missing",
        "agency": "a-1",
        "year": 2023,
        "severity": "error",
    }
    assert (said["state"], said["opened_at"], said["resolved_at"]) == (
        "firing",
        "2024-02-01T09:00:00+08:00",
        None,
    )
    assert said["title"] and said["body"]
    assert date.fromisoformat(said["opened_at"][:10]) == NOW.date()
