"""What a database failure means, in one Chinese line without a password."""

from __future__ import annotations

from sqlalchemy import URL


class StorageError(Exception):
    """The database can't be used; the message is one Chinese line that says why."""


_SQLITE_REASONS = (
    ("unable to open database file", "打不开文件，请检查路径和权限"),
    ("file is not a database", "该文件不是 SQLite 数据库"),
    ("malformed", "数据库文件已损坏，请从备份恢复"),
    ("readonly", "文件或所在目录不可写，请检查权限"),
    ("database is locked", "其他进程占用数据库过久，请稍后再试"),
    ("disk is full", "磁盘空间不足"),
    ("disk i/o error", "磁盘读写出错，可能是磁盘已满"),
    ("no such table", "尚未建立数据表，请先执行任一 nianbao 命令完成初始化"),
)
_POSTGRES_REASONS = (
    ("password authentication failed", "用户名或密码不对"),
    ("no password supplied", "没有给出密码"),
    ("does not exist", "数据库或用户不存在"),
    ("could not translate host name", "主机名无法解析"),
    ("failed to resolve host", "主机名无法解析"),
    ("name or service not known", "主机名无法解析"),
    ("connection refused", "连接被拒绝，请确认服务已启动、端口正确"),
    ("no such file or directory", "连不上本机服务，请确认服务已启动"),
    ("timeout", "连接超时"),
    ("too many clients", "连接数已满"),
    ("too many connections", "连接数已满"),
    ("permission denied", "权限不足"),
    ("terminating connection", "连接被服务器中断"),
    ("server closed the connection", "连接被服务器中断"),
    ("no space left", "服务器磁盘空间不足"),
)


_READ_ONLY = ("readonly database", "read-only transaction")


def describe(error: BaseException, url: URL, *, reading: bool = False) -> StorageError:
    """A StorageError for a driver's error; unknown reasons keep the driver's first line.

    ``reading``: it came from a session that may only read.
    """
    sqlite = url.get_backend_name() == "sqlite"
    detail = str(getattr(error, "orig", None) or error).strip()
    reasons = _SQLITE_REASONS if sqlite else _POSTGRES_REASONS
    reason = next((text for sign, text in reasons if sign in detail.lower()), None)
    if reading and any(sign in detail for sign in _READ_ONLY):
        reason = "只读会话不能写入"
    if reason is None:
        reason = _hide_password(detail.splitlines()[0] if detail else type(error).__name__, url)
    return StorageError(f"数据库 {place(url)} 无法使用：{reason}")


def place(url: URL) -> str:
    """The database's place for messages: a file, or host and name; never user or password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    host = url.host or str(url.query.get("host", "localhost"))
    port = f":{url.port}" if url.port else ""
    return f"{host}{port}/{url.database or ''}"


def _hide_password(text: str, url: URL) -> str:
    secrets = [url.password, url.query.get("password")]
    for secret in secrets:
        if secret:
            text = text.replace(str(secret), "***")
    return text
