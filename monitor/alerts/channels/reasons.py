"""Why a delivery failed, in Chinese and without secrets.

Tokens stand anywhere in an Apprise URL: as password, path (webhooks), host (``wecombot://KEY``)
or query. What Apprise says about a failure is therefore mapped to known reasons; only where none
fits, its own warning is quoted, with every part of the address and every URL taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

_HOST_IS_NO_SECRET = frozenset(
    {"json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos"}
)
_SHORT = 4
"""Parts of an address shorter than this are no tokens (ports, yes/no); a password always is."""

_HTTP = {
    400: "请求不被接受",
    401: "凭据无效",
    403: "没有权限",
    404: "地址不存在",
    405: "请求方法不被接受",
    413: "内容过长",
    429: "发送过于频繁",
}
_CAUSES = (
    (r"timed out|timeout", "超时：服务器没有及时回应"),
    (r"connection refused|errno 111", "连接被拒绝"),
    (
        r"getaddrinfo|name or service not known|name resolution|nodename|errno -[235]\b",
        "域名解析失败",
    ),
    (r"certificate|ssl|tls", "加密连接失败（证书或协议不符）"),
    (r"network is unreachable|no route to host|errno 101|errno 113", "网络不通"),
    (r"starttls extension not supported", "服务器不支持 STARTTLS"),
    (r"auth(entication)? (extension )?not supported", "服务器不支持登录认证"),
    (r"reset by peer|remote end closed|unexpectedly closed|broken pipe", "连接被对方中断"),
)
_SMTP = re.compile(r"refused: (\d{3}) |\((\d{3}), b|: \((\d{3}),")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+|\burl: \S+", re.IGNORECASE)


def address(url: str) -> str:
    """What of an address may be shown: type and host, or the type alone where the host is a key."""
    parts = _split(url)
    if parts is None or not parts.scheme:
        return "地址写法有误"
    if parts.scheme not in _HOST_IS_NO_SECRET or not parts.hostname:
        return f"{parts.scheme}://…"
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.scheme}://{parts.hostname}{port}/…"


def failure_reason(lines: Sequence[tuple[str, str]], url: str) -> str:
    """The reason from Apprise's log lines (level name, message) of one failed attempt."""
    text = "\n".join(message for _, message in lines)
    status = re.search(r"error=(\d{3})\b", text)
    if status:
        return _http_reason(int(status[1]))
    smtp = _SMTP.search(text)
    if smtp:
        code = next(group for group in smtp.groups() if group)
        return _smtp_reason(code, "was refused" in text)
    for pattern, reason in _CAUSES:
        if re.search(pattern, text, re.IGNORECASE):
            return reason
    said = [message for level, message in lines if level in ("WARNING", "ERROR")]
    return f"发送失败：{_scrub(said[-1], url)}" if said else "发送失败，原因不明"


def _http_reason(code: int) -> str:
    meaning = _HTTP.get(code)
    if meaning is None:
        meaning = "服务器出错" if code >= 500 else "被转到别的地址" if code < 400 else "被拒绝"
    return f"HTTP {code}：{meaning}"


def _smtp_reason(code: str, recipient: bool) -> str:
    if recipient:
        return f"SMTP {code}：收件人被拒绝"
    if code in ("530", "534", "535"):
        return f"SMTP {code}：登录认证未通过"
    return f"SMTP {code}：服务器{'暂时' if code.startswith('4') else ''}拒收"


def _scrub(text: str, url: str) -> str:
    text = _URL.sub("…", text)
    for secret in sorted(_secrets(url), key=len, reverse=True):
        text = text.replace(secret, "***")
    return " ".join(text.split())[:300]


def _secrets(url: str) -> set[str]:
    parts = _split(url)
    if parts is None:
        return {url} if url else set()
    found = {part for part in (parts.password, unquote(parts.password or "")) if part}
    return found | {part for part in _pieces(parts) if len(part) >= _SHORT}


def _pieces(parts: SplitResult) -> Iterable[str]:
    raw = [parts.username or "", *parts.path.split("/"), parts.fragment]
    if parts.scheme not in _HOST_IS_NO_SECRET:
        raw += [*re.split(r"[@:]", parts.netloc), parts.hostname or ""]
    raw += [value for _, value in parse_qsl(parts.query, keep_blank_values=True)]
    for part in raw:
        yield part
        yield unquote(part)


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None
