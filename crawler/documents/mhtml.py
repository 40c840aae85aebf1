"""Web archives (MHTML; Word's 单个文件网页, often named .doc) → the page inside."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

from crawler.documents.document import Document
from crawler.documents.html.reader import read_html
from crawler.documents.limits import damaged


def read_mhtml(data: bytes, http_charset: str | None = None) -> Document:
    """Read the first page of the archive; frames of others are not followed. Raises DocumentError."""
    message = email.message_from_bytes(data, EmailMessage, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() != "text/html":
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            return read_html(content, part.get_content_charset() or http_charset)
    raise damaged("MHT", "没有网页")
