"""``alerts.yml``: what is taken, what is refused, and that nothing secret is repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.alerts.channels import ChannelsError, load_channels
from storage.vocab import AlertKind, Severity

SECRET = "TOPSECRET123"


def write(folder: Path, text: str) -> Path:
    path = folder / "alerts.yml"
    path.write_text(text, "utf-8")
    return path


def test_no_file_is_no_channels(tmp_path: Path) -> None:
    assert load_channels(tmp_path / "alerts.yml") == ()


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "channels:\n", "channels: []\n"])
def test_empty_file_is_no_channels(tmp_path: Path, text: str) -> None:
    assert load_channels(write(tmp_path, text)) == ()


def test_all_fields(tmp_path: Path) -> None:
    (tmp_path / "hook.url").write_text(f"json://hook.example/{SECRET}\n", "utf-8")
    mail, hook = load_channels(
        write(
            tmp_path,
            f"""\
channels:
  - id: mail
    url: "mailtos://user:{SECRET}@smtp.example.org?from=a@example.org&to=b@example.org"
    kinds: [missing, late]
    min_severity: warning
    agencies: ["4312", a-1]
    timeout: 5
  - {{id: hook, url_file: hook.url}}
""",
        )
    )
    assert mail.kinds == {AlertKind.MISSING, AlertKind.LATE}
    assert mail.severities == (Severity.ERROR, Severity.WARNING)
    assert mail.agencies == ("4312", "a-1")
    assert mail.timeout == 5.0
    assert mail.address == "mailtos://smtp.example.org/…"
    assert hook.kinds == frozenset(AlertKind)
    assert hook.severities == (Severity.ERROR, Severity.WARNING, Severity.INFO)
    assert hook.address == "json://hook.example/…"
    assert SECRET not in repr(mail) + str(hook) + mail.address + hook.address


def test_a_key_that_stands_where_a_host_would_is_not_shown(tmp_path: Path) -> None:
    key = "0123abcd-4567-89ef-0123-456789abcdef"
    (channel,) = load_channels(write(tmp_path, f"channels: [{{id: w, url: 'wecombot://{key}'}}]\n"))
    assert channel.address == "wecombot://…"


GOOD = "url: json://h.example/"
REFUSED = {
    "not a mapping": ("mail\n", 1, "文件应为"),
    "unknown top field": ("channel: []\n", 1, "不认识的字段；可用 channels"),
    "not a list": ("channels: mail\n", 1, "应为列表"),
    "channel is no address": ("channels:\n  - mail\n", 2, "地址写法有误"),
    "channel is a list": ("channels:\n  - [mail]\n", 2, "渠道应为"),
    "unknown field": ("channels:\n  - id: a\n    uri: x\n", 3, "不认识的字段"),
    "twice": (f"channels:\n  - id: a\n    id: b\n    {GOOD}\n", 3, "写了两次"),
    "bad id": (f"channels:\n  - id: a/b\n    {GOOD}\n", 2, "只能用文字"),
    "same id": (f"channels:\n  - {{id: a, {GOOD}}}\n  - {{id: a, {GOOD}}}\n", 3, "a 重复"),
    "no url": ("channels:\n  - id: a\n", 2, "必须写且只写一个"),
    "both urls": (f"channels:\n  - {{id: a, {GOOD}, url_file: x}}\n", 2, "必须写且只写一个"),
    "empty url": ("channels:\n  - {id: a, url: ''}\n", 2, "不能为空"),
    "unknown type": ("channels:\n  - {id: a, url: 'nosuch://h/'}\n", 2, "nosuch://…"),
    "no type": (f"channels:\n  - {{id: a, url: {SECRET}}}\n", 2, "地址写法有误"),
    "mail without a sender": (
        "channels:\n  - {id: a, url: 'mailto://:@/'}\n",
        2,
        "Apprise 不能使用",
    ),
    "environment": ("channels:\n  - {id: a, url: 'json://${HOST}/'}\n", 2, "url_file"),
    "no such url file": ("channels:\n  - {id: a, url_file: gone.url}\n", 2, "gone.url 读不了"),
    "kinds is text": (f"channels:\n  - {{id: a, {GOOD}, kinds: missing}}\n", 2, "应为列表"),
    "no kinds": (f"channels:\n  - {{id: a, {GOOD}, kinds: []}}\n", 2, "不能为空"),
    "bad kind": (
        f"channels:\n  - {{id: a, {GOOD}, kinds: [gone]}}\n",
        2,
        "'gone' 不可用；可用 due_soon",
    ),
    "bad severity": (f"channels:\n  - {{id: a, {GOOD}, min_severity: high}}\n", 2, "可用 error"),
    "bad timeout": (f"channels:\n  - {{id: a, {GOOD}, timeout: 0}}\n", 2, "1 到 120"),
    "timeout nan": (f"channels:\n  - {{id: a, {GOOD}, timeout: nan}}\n", 2, "1 到 120"),
    "timeout list": (f"channels:\n  - {{id: a, {GOOD}, timeout: [1]}}\n", 2, "应为单个值"),
    "syntax": (f"channels:\n  - {{id: a, url: 'json://u:{SECRET}@h\n", 3, "YAML 语法有误"),
    "nesting": ("[" * 100_000, None, "YAML 语法有误"),
    "control characters": ("channels: \x07\n", None, "YAML 语法有误"),
}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (f"- {{{GOOD}}}\n- {{id: 邮件, {GOOD}}}\n", ["channel-1", "邮件"]),
        (f"channels:\n  - {{name: hook, {GOOD}}}\n", ["hook"]),
        ("channels:\n  - json://h.example/\n", ["channel-1"]),
    ],
)
def test_shorter_forms_are_read(tmp_path: Path, text: str, ids: list[str]) -> None:
    assert [c.id for c in load_channels(write(tmp_path, text))] == ids


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_file_line_and_reason(tmp_path: Path, name: str) -> None:
    text, line, reason = REFUSED[name]
    with pytest.raises(ChannelsError) as caught:
        load_channels(write(tmp_path, text))
    message = str(caught.value)
    assert message.startswith(str(tmp_path / "alerts.yml"))
    assert reason in message
    if line is not None:
        assert f"第 {line} 行" in message
    assert SECRET not in message


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = f"channels:\n  - {{id: a, {GOOD}, timeout: x}}\n  - {{id: b}}\n"
    with pytest.raises(ChannelsError) as caught:
        load_channels(write(tmp_path, text))
    assert [problem.line for problem in caught.value.problems] == [2, 3]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "一行"), (b"json://a/\njson://b/\n", "一行"), (b"\xff\xfe", "UTF-8")],
)
def test_bad_url_file(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "x.url").write_bytes(content)
    with pytest.raises(ChannelsError, match=reason):
        load_channels(write(tmp_path, "channels: [{id: a, url_file: x.url}]\n"))


def test_not_text(tmp_path: Path) -> None:
    path = tmp_path / "alerts.yml"
    path.write_bytes("channels: 渠道".encode("gbk"))
    with pytest.raises(ChannelsError, match="不是 UTF-8"):
        load_channels(path)


def test_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ChannelsError, match="读不了"):
        load_channels(tmp_path)
