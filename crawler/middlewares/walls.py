"""Pages that stand in for the page asked for: script challenges, captchas, logins, soft errors.

A harmless-looking page with status 200 must not be parsed as if it were the list or the report.
Signs are looked for in the first kilobytes; a page that shows the words of an annual report is
never taken for a wall because it mentions one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from crawler.documents.charset import decode
from crawler.documents.sniff import sniff
from crawler.health import Trouble
from storage.vocab import ProblemKind

HEAD = 8192
SHORT = 400
"""Characters outside of links: walls say little, however much navigation surrounds them."""
CHALLENGE_STATUS = frozenset({412, 512, 521})
MAX_COOKIE_TURNS = 2
"""Times that a portal may send to the same address with a cookie; one is customary."""

_CHALLENGE = re.compile(
    r"\$_ts\b|__jsl_clearance|_waf_|acw_sc__v2|cf-challenge|/cdn-cgi/challenge", re.I
)
_WAIT = re.compile(
    # What challenge pages say while their script runs.
    r"(?:正在|请稍候|等待)[^。]{0,12}(?:验证|检[测查])[^。]{0,10}(?:浏览器|访问|安全|环境)?|浏览器(?:安全)?(?:检查|验证)中"
    r"|(?:请|需要?)\s*(?:开启|启用|打开|允许)[^。]{0,8}(?:JavaScript|脚本|Cookie)|(?:enable|requires?|turn on) JavaScript"
    r"|Just a moment|Checking your browser",
    re.I,
)
_REFRESH_TO = re.compile(
    r"<meta[^>]+http-equiv\s*=\s*[\"']?refresh[^>]*url\s*=[^>]*?"
    r"(?:captcha|challenge|verif[iy]|waf|safeguard|__jsl|checkcookie)",
    re.I,
)
_CAPTCHA = re.compile(
    r"滑块|拖动.{0,6}(?:验证|滑)|图形验证|请(?:输入|完成).{0,8}验证|人机验证|安全验证|captcha", re.I
)
_BLOCKED = re.compile(
    r"访问被拦截|请求被拦截|访问被拒绝|被阻断|禁止访问|非法访问|访问过于频繁|访问频繁|您的IP|IP地址.{0,12}(?:限制|禁止|封)"
    r"|所在地区|境外|网站防火墙|云防护|安全狗|创宇盾|云锁|WAF\b|Access Denied|Request blocked",
    re.I,
)
_LOGIN = re.compile(r"统一身份认证|用户登录|账号登录|单点登录|请先登录|系统登录")
_PASSWORD = re.compile(r"<input[^>]+type\s*=\s*[\"']?password", re.I)
_NOT_FOUND = re.compile(
    r"页面不存在|页面(?:已)?(?:被)?删除|页面找不到|找不到.{0,8}(?:页面|网页)|无法找到.{0,8}(?:页面|网页)"
    r"|访问的(?:页面|内容|栏目|信息).{0,6}(?:不存在|已删除|已下线|找不到)|(?:栏目|文章|信息|内容)不存在"
    r"|404\s*(?:not found|错误|页面)|page not found|\bnot found\b|404[-_\s]*error",
    re.I,
)
_NOT_FOUND_TITLE = re.compile(
    r"(?:error|错误)?\W*404(?:\W.*|错误.*|出错.*|页.*|error.*|notfound.*)?$", re.I
)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.I | re.S)
_LINK = re.compile(r"<a\b.*?</a\s*>", re.I | re.S)
_REPORT = re.compile(r"本年新收政府信息公开申请|收到和处理政府信息公开申请|主动公开政府信息情况")
_DROP = re.compile(r"<(script|style|noscript)\b.*?</\1\s*>|<!--.*?-->", re.I | re.S)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Home:
    """What the home page looks like, to know it again where another page was asked for."""

    url: str
    words: str


def visible_words(text: str) -> str:
    """Words that a reader sees, without white space."""
    return "".join(_TAG.sub(" ", _DROP.sub(" ", text)).split())


def recognise(status: int, text: str) -> Trouble | None:
    """The wall that a page is; None for a page that is what it seems."""
    if status in CHALLENGE_STATUS:
        return Trouble(
            ProblemKind.BLOCKED, f"门户用脚本验证访客（状态 {status}），未能读取", opens=True
        )
    if status == 429:
        return Trouble(ProblemKind.BLOCKED, "门户限制访问频率（状态 429）")
    if _REPORT.search(text):
        return None
    title = "".join(m[1].split()) if (m := _TITLE.search(text)) else ""
    words = visible_words(_LINK.sub(" ", text))
    said = f"{title} {words}" if len(words) < SHORT else title
    if len(words) < SHORT / 2 and (
        _CHALLENGE.search(text[:HEAD])
        or _REFRESH_TO.search(text[:HEAD])
        or (_WAIT.search(said) and "<script" in text[:HEAD].lower())
    ):
        return Trouble(ProblemKind.BLOCKED, "门户用脚本验证访客，未能读取", opens=True)
    if found := _CAPTCHA.search(said):
        return Trouble(ProblemKind.CAPTCHA, f"门户要求人工验证：{found.group()}")
    if found := _BLOCKED.search(said):
        return Trouble(ProblemKind.BLOCKED, f"门户拦截了访问：{found.group()}")
    if _LOGIN.search(said) and _PASSWORD.search(text) and len(words) < SHORT:
        return Trouble(ProblemKind.BLOCKED, "门户要求登录")
    if status < 400 and (found := _NOT_FOUND.search(said) or _NOT_FOUND_TITLE.match(title)):
        return Trouble(ProblemKind.SOFT_404, f"页面不存在，却返回状态 {status}：{found.group()}")
    return None


class CookieLoopMiddleware:
    """Stops where a portal sends on to the same address again and again, each time with a cookie:
    a check that this crawler does not pass."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CookieLoopMiddleware:
        return cls()

    def process_response(self, request: Request, response: Response) -> Response:
        location = response.headers.get("Location")
        if (
            300 <= response.status < 400
            and location
            and response.headers.get("Set-Cookie")
            and request.meta.get("redirect_times", 0) >= MAX_COOKIE_TURNS
            and urljoin(request.url, location.decode("latin-1")) == request.url
        ):
            message = "门户反复跳回原地址并设置 Cookie，未能通过其验证"
            raise Trouble(ProblemKind.BLOCKED, message)
        return response


class WallMiddleware:
    """Refuses walls; the home page is remembered to know it again. A visit that is to open a wall
    sees the wall itself (``through`` in the request's meta)."""

    def __init__(self) -> None:
        self.home: Home | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WallMiddleware:
        return cls()

    def process_response(self, request: Request, response: Response) -> Response:
        if (
            request.meta.get("dont_obey_robotstxt")
            or request.meta.get("through")
            or response.status in (304, 404, 410)
        ):
            return response
        if response.status not in CHALLENGE_STATUS and sniff(response.body) not in (
            "text/html",
            "text/plain",
        ):
            return response
        text = decode(response.body)[0]
        try:
            if trouble := recognise(response.status, text):
                raise trouble
            if response.status == 200:
                self._compare_home(request, response, text)
        except Trouble as trouble:
            if trouble.kind is ProblemKind.SOFT_404:
                trouble.answer = response
            raise
        return response

    def _compare_home(self, request: Request, response: Response, text: str) -> None:
        words = visible_words(text)
        if request.meta.get("home"):
            self.home = Home(response.url, words)
            return
        if self.home is None or len(words) < 20:
            return
        asked = (request.meta.get("redirect_urls") or [request.url])[0]
        if _same_place(asked, self.home.url):
            return
        if _same_place(response.url, self.home.url):
            raise Trouble(ProblemKind.SOFT_404, "地址已失效：跳回了门户首页")
        if words == self.home.words:
            raise Trouble(ProblemKind.SOFT_404, "地址已失效：返回的是门户首页的内容")


def _same_place(one: str, other: str) -> bool:
    def place(url: str) -> tuple[str, str, str]:
        parts = urlsplit(url)
        path = re.sub(r"/(?:index|default)\.\w+$", "/", parts.path or "/")
        return (parts.hostname or "", path, parts.query)

    return place(one) == place(other)
