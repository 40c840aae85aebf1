"""Sending through Apprise: a real mail server, a real webhook, and what is said when they fail."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from io import StringIO

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor.alerts.channels import Channel, DeliveryError
from monitor.alerts.channels.channel import make_channel
from monitor.alerts.channels.reasons import failure_reason
from tests.monitor.alerts.world import Mailbox, MailServer

TITLE, BODY = (
    "【未见公开】云岭县水务局 2023 年度",
    "机关：云岭县水务局\n<b>不是标签</b> & *星号*\n  缩进\n",
)
SECRET = "TOPSECRET123"


def hook_url(server: HTTPServer, more: str = "") -> str:
    return f"json://bot:{SECRET}@127.0.0.1:{server.port}/hook/{SECRET}{more}"


def refused(channel: Channel) -> str:
    with pytest.raises(DeliveryError) as caught:
        channel.send(TITLE, BODY)
    assert SECRET not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_mail_arrives_as_written(mail_url: str, mailbox: Mailbox) -> None:
    make_channel("mail", mail_url).send(TITLE, BODY)
    (message,) = mailbox.messages
    assert message["Subject"] == TITLE
    assert message["To"] == "desk@example.org"
    assert mailbox.bodies[0].replace("\r\n", "\n").strip() == BODY.strip()


def test_webhook_gets_title_and_body(httpserver: HTTPServer) -> None:
    httpserver.expect_request(f"/hook/{SECRET}", method="POST").respond_with_data("ok")
    make_channel("hook", hook_url(httpserver)).send(TITLE, BODY)
    request, _ = httpserver.log[0]
    said = json.loads(request.get_data())
    assert (said["title"], said["message"].strip()) == (TITLE, BODY.strip())


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "HTTP 400：请求不被接受"),
        (401, "HTTP 401：凭据无效"),
        (404, "HTTP 404：地址不存在"),
        (418, "HTTP 418：被拒绝"),
        (429, "HTTP 429：发送过于频繁"),
        (500, "HTTP 500：服务器出错"),
        (503, "HTTP 503：服务器出错"),
    ],
)
def test_webhook_status(httpserver: HTTPServer, status: int, reason: str) -> None:
    httpserver.expect_request(f"/hook/{SECRET}").respond_with_data(SECRET, status)
    assert refused(make_channel("hook", hook_url(httpserver))) == reason


def test_a_redirect_is_not_a_delivery(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/login").respond_with_data("please log in")
    httpserver.expect_request(f"/hook/{SECRET}").respond_with_response(
        Response(status=302, headers={"Location": httpserver.url_for("/login")})
    )
    assert refused(make_channel("hook", hook_url(httpserver))) == "HTTP 302：被转到别的地址"


@pytest.mark.parametrize("option", ["?optional=yes", "?retry=3&wait=0.1"])
def test_the_address_can_not_hide_or_repeat_a_failure(httpserver: HTTPServer, option: str) -> None:
    httpserver.expect_request(f"/hook/{SECRET}").respond_with_data("no", 500)
    assert refused(make_channel("hook", hook_url(httpserver, option))).startswith("HTTP 500")
    assert len(httpserver.log) == 1


def test_slow_server_is_given_up(httpserver: HTTPServer) -> None:
    release = threading.Event()

    def slow(_: Request) -> Response:
        release.wait(10)
        return Response("late")

    httpserver.expect_request(f"/hook/{SECRET}").respond_with_handler(slow)
    began = time.monotonic()
    assert refused(make_channel("hook", hook_url(httpserver), timeout=1)).startswith("超时")
    assert time.monotonic() - began < 6
    release.set()


def test_server_that_answers_drop_by_drop_is_given_up() -> None:
    """No single wait is too long, yet it never ends: the limit holds for the whole."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        channel = make_channel("mail", mail_to(server.getsockname()[1]), timeout=1)
        began = time.monotonic()
        reason = refused(channel)
    assert time.monotonic() - began < 8
    assert reason.startswith("超时")


def mail_to(port: int, login: str = "") -> str:
    return f"mailto://{login}127.0.0.1:{port}/?from=watch@example.org&to=desk@example.org"


def test_nobody_listens(closed_port: int) -> None:
    assert refused(make_channel("mail", mail_to(closed_port))) == "连接被拒绝"
    hook = f"json://127.0.0.1:{closed_port}/{SECRET}"
    assert refused(make_channel("hook", hook)) == "连接被拒绝"


def test_no_such_host() -> None:
    assert refused(make_channel("hook", f"json://nosuch.invalid/{SECRET}")) == "域名解析失败"


def test_mail_server_refuses_the_content(mail_url: str, mailbox: Mailbox) -> None:
    mailbox.refuse = ["451 try later", "554 no"]
    channel = make_channel("mail", mail_url)
    assert refused(channel) == "SMTP 451：服务器暂时拒收"
    assert refused(channel) == "SMTP 554：服务器拒收"
    channel.send(TITLE, BODY)
    assert len(mailbox.messages) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_mail_login() -> None:
    mailbox = Mailbox(password=SECRET)
    server = MailServer(mailbox)
    server.start()
    try:
        wrong = make_channel("mail", mail_to(server.port, f"watch:{SECRET}x@"))
        assert refused(wrong) == "SMTP 535：登录认证未通过"
        make_channel("mail", mail_to(server.port, f"watch:{SECRET}@")).send(TITLE, BODY)
    finally:
        server.stop()
    assert len(mailbox.messages) == 1


def test_nothing_secret_is_logged(
    httpserver: HTTPServer, closed_port: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """Even where the program logs everything there is."""
    logged = StringIO()
    handler = logging.StreamHandler(logged)
    root, web = logging.getLogger(), logging.getLogger("werkzeug")
    before = root.level, web.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    web.setLevel(logging.ERROR)  # the test's own server
    try:
        httpserver.expect_request(f"/hook/{SECRET}").respond_with_data("no", 500)
        for url in (
            hook_url(httpserver),
            f"json://bot:{SECRET}@127.0.0.1:{closed_port}/{SECRET}?x={SECRET}",
            mail_to(closed_port, f"watch:{SECRET}@"),
        ):
            refused(make_channel("x", url))
    finally:
        root.removeHandler(handler)
        root.setLevel(before[0])
        web.setLevel(before[1])
    out, err = capfd.readouterr()
    assert SECRET not in logged.getvalue() + out + err


def test_unknown_reason_is_quoted_without_the_address() -> None:
    url = f"dingtalk://{SECRET}@abcdefKEY/13800000000?to={SECRET}#{SECRET}"
    said = f"robot abcdefKEY said: {SECRET} keywords not in content, see https://x.example/{SECRET}"
    reason = failure_reason([("DEBUG", "ignored"), ("WARNING", said)], url)
    assert reason.startswith("发送失败：robot *** said: *** keywords not in content, see …")
    assert SECRET not in reason and "abcdefKEY" not in reason
    assert failure_reason([], url) == "发送失败，原因不明"
