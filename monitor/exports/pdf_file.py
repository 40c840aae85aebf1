"""The audit list as PDF: the printable page, printed by Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from monitor.exports.html_file import write_html
from monitor.exports.rows import AuditError, AuditList
from settings import find_chromium

_SECONDS = 120.0
_INSTALL = "写成 PDF 需要 Playwright（uv pip install 'nianbao[browser]'）和 Chromium（apt install chromium）；也可以写成 html 再打印"
_FONTS = "系统没有中文字体，PDF 会是空白方块；请安装，如 apt install fonts-noto-cjk"


def write_pdf(audit: AuditList, path: Path) -> None:
    """Raises AuditError where there is no Chromium or no Chinese font."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise AuditError(_INSTALL) from None
    _check_fonts()
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        page_file = Path(folder) / "audit.html"
        write_html(audit, page_file)
        executable = find_chromium(driver.chromium.executable_path)
        if executable is None:
            raise AuditError(_INSTALL)
        try:
            browser = driver.chromium.launch(
                executable_path=executable,
                chromium_sandbox=not root,
                args=["--no-sandbox"] if root else [],
            )
            context = browser.new_context(java_script_enabled=False, offline=True)
            page = context.new_page()
            page.set_default_timeout(_SECONDS * 1000)
            page.goto(page_file.as_uri())
            page.pdf(
                path=path,
                prefer_css_page_size=True,
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=_FOOTER,
            )
            browser.close()
        except Error as error:
            reason = str(error).splitlines()[0][:200]
            raise AuditError(f"Chromium 未能写出 PDF：{reason}") from error


_FOOTER = (
    '<div style="width:100%;font-size:7px;text-align:center">'
    '<span class="pageNumber"></span> / <span class="totalPages"></span></div>'
)


def _check_fonts() -> None:
    lister = shutil.which("fc-list")
    if lister is None:
        return
    listed = subprocess.run([lister, ":lang=zh-cn"], capture_output=True, timeout=60, check=False)
    if listed.returncode == 0 and not listed.stdout.strip():
        raise AuditError(_FONTS)
