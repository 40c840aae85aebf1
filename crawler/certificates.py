"""Why a browser would warn of a server's certificate. Portals are read all the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cryptography.x509 import Certificate


def distrust(shown: Any, now: datetime) -> str | None:
    """Chinese words for what is wrong with a Twisted certificate; None for nothing seen.

    Not whether its chain leads to a known authority: portals often leave out what lies between.
    """
    certificate: Certificate = shown.original.to_cryptography()
    if now > certificate.not_valid_after_utc:
        return f"已于 {certificate.not_valid_after_utc:%Y-%m-%d} 过期"
    if now < certificate.not_valid_before_utc:
        return f"自 {certificate.not_valid_before_utc:%Y-%m-%d} 起才有效"
    if certificate.issuer == certificate.subject:
        return "是自签名的"
    return None
