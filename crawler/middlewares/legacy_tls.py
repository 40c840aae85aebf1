"""TLS as servers spoke it fifteen years ago, for portals that speak nothing else.

Used only after an ordinary handshake has failed, and recorded: TLS 1.0, small keys, renegotiation
without RFC 5746. Nothing secret is sent; what is read is public.
"""

from __future__ import annotations

from OpenSSL import SSL
from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from twisted.internet.ssl import CertificateOptions, TLSVersion

_OP_LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT, which pyOpenSSL does not name."""


class LegacyContextFactory(_ScrapyClientContextFactory):
    def __init__(self) -> None:
        super().__init__(None, tls_min_version=TLSVersion.TLSv1_0)

    def _get_cert_options(self) -> CertificateOptions:
        options = super()._get_cert_options()
        context: SSL.Context = options.getContext()
        context.set_options(_OP_LEGACY_SERVER_CONNECT)
        # By name and not through Twisted's list of ciphers, which drops the security level.
        context.set_cipher_list(b"ALL:@SECLEVEL=0")
        return options
