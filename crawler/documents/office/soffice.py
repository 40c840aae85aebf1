"""LibreOffice as a converter of old formats: its own process, profile and folder for each file.

Documents come from strangers: macros stay off, nothing is fetched, memory, size and time are
bounded, and the whole process group ends with the conversion.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from crawler.documents.document import DocumentError
from crawler.documents.limits import MEGABYTE, damaged, too_large

SECONDS = 45.0
"""Less than a worker's time for a document (crawler.worker)."""
_GRACE = 5
"""Seconds after which the converter is ended even if this process no longer is there to do it."""
MAX_OUTPUT = 64 * MEGABYTE
_MEMORY_KB = 4 * 1024 * 1024
_PREFIX = "nianbao-soffice-"
_STALE_SECONDS = 3600.0
_NAMES = ("soffice", "libreoffice", "loffice")
_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
# The shell sets limits that the converter inherits; `timeout` ends it if this process is killed.
_SHELL = (
    'ulimit -v {memory} 2>/dev/null; ulimit -f {blocks} 2>/dev/null; ulimit -c 0; exec "$0" "$@"'
)
_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Misc", "UseLocking", "false"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "1"),
    # Results that are stored are not believed where a file says that they are to be computed anew.
    ("Office.Calc/Formula/Load", "OOXMLRecalcMode", "0"),
    # A proxy that answers to nobody, for everybody.
    ("Inet/Settings", "ooInetProxyType", "1"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
)


def find_soffice() -> str | None:
    """Path of LibreOffice's program; None where it is not installed."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    return found or next((place for place in _PLACES if Path(place).exists()), None)


def convert(data: bytes, source: str, target: str, *, seconds: float = SECONDS) -> bytes:
    """Convert a document. ``source``, ``target``: file name endings such as ``doc`` and ``docx``.

    Raises DocumentError: unsupported without LibreOffice; too_large when the time is up or the
    output too long; unreadable when nothing comes out.
    """
    program = find_soffice()
    kind = source.upper()
    if program is None:
        raise DocumentError(
            "unsupported",
            f"读取 {kind} 文件需要 LibreOffice，本机未安装；"
            "请运行 apt install libreoffice-writer-nogui libreoffice-calc-nogui，"
            "或另存为 DOCX、PDF 后导入",
        )
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _sweep(folder)
        given = folder / f"in.{source}"
        given.write_bytes(data)
        _write_profile(folder / "profile")
        _run(_command(program, folder, given, target, seconds), folder, seconds, kind)
        # Its exit status is 0 whatever happens: only the file tells.
        made = folder / "out" / f"in.{target}"
        if not made.is_file() or not made.stat().st_size:
            raise damaged(kind, "LibreOffice 无法打开")
        if made.stat().st_size > MAX_OUTPUT:
            raise too_large(f"{kind} 文件转换后超过 {MAX_OUTPUT // MEGABYTE} MB")
        return made.read_bytes()


def _command(program: str, folder: Path, given: Path, target: str, seconds: float) -> list[str]:
    shell = _SHELL.format(memory=_MEMORY_KB, blocks=2 * MAX_OUTPUT // 512)
    timeout = shutil.which("timeout")
    limit = [timeout, "-s", "KILL", str(int(seconds) + _GRACE)] if timeout else []
    return [
        "/bin/sh", "-c", shell, *limit, program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo",
        "--convert-to", target, "--outdir", str(folder / "out"), str(given),
    ]  # fmt: skip


def _run(command: list[str], folder: Path, seconds: float, kind: str) -> None:
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
    }
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise DocumentError(
            "too_large", f"{kind} 文件转换超过 {seconds:g} 秒，已中止；可另存为 DOCX 后导入"
        ) from None
    finally:
        # Also after a normal end: helpers of the office may outlive it.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _write_profile(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>\n"
        for path, name, value in _SETTINGS
    )
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n{items}</oor:items>\n',
        encoding="utf-8",
    )


def _sweep(own: Path) -> None:
    """Remove folders that killed processes left behind an hour or longer ago."""
    now = own.stat().st_mtime
    for folder in own.parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            status = folder.lstat()
            if status.st_uid == os.getuid() and status.st_mtime < now - _STALE_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
