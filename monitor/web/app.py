"""The dashboard: read-only pages and JSON over what is stored. No script, nothing from elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.web import api, pages
from monitor.web.render import render
from storage.session import Database, StorageError

_log = logging.getLogger(__name__)

SECURITY_HEADERS: dict[str, str] = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
_WHAT_TO_SAY: dict[int, str] = {
    404: "没有找到这个页面",
    405: "只能查看，不能提交",
    422: "网址中的参数有误",
    500: "程序出错",
    503: "数据库暂时无法使用",
}


def create_app(database: Database) -> FastAPI:
    """The application over a migrated database; every request reads in a session of its own."""
    app = FastAPI(title="年报监测", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.state.database = database
    app.add_middleware(SecurityHeaders)
    app.include_router(pages.router)
    app.include_router(api.router)
    app.mount("/static", StaticFiles(packages=[("monitor.web", "static")]))

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        # Starlette's own refusals carry the English phrase of the status.
        own = error.detail != HTTPStatus(error.status_code).phrase
        return _failure(request, error.status_code, error.detail if own else None, error.headers)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        names = "、".join(str(problem["loc"][-1]) for problem in error.errors())
        return _failure(request, 422, f"无法理解的参数：{names}")

    @app.exception_handler(StorageError)
    def no_database(request: Request, error: StorageError) -> Response:
        # The message names the place of the database: for the log, not for a visitor.
        _log.error("%s", error)
        return _failure(request, 503, "详情见服务日志")

    @app.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> Response:
        # Starlette raises the error again after this answer, so the server logs it.
        return _failure(request, 500, "详情见服务日志")

    return app


def _failure(
    request: Request, status: int, detail: str | None, headers: Mapping[str, str] | None = None
) -> Response:
    message = _WHAT_TO_SAY.get(status, "请求无法处理")
    more = {**(headers or {}), **SECURITY_HEADERS}
    if request.url.path.startswith("/api/") or request.url.path == "/healthz":
        body = {"error": message if detail is None else f"{message}：{detail}"}
        return JSONResponse(body, status, more)
    page = render("error.html", here=None, status=status, message=message, detail=detail)
    return HTMLResponse(page, status, more)


class SecurityHeaders:
    """Adds the headers to every answer that does not carry them yet."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(
                        (name.lower().encode(), value.encode())
                        for name, value in SECURITY_HEADERS.items()
                        if name.lower().encode() not in present
                    ),
                ]
            await send(message)

        await self.app(scope, receive, send_with_headers)
