"""Walls are recognised, and pages that only mention one are not taken for it."""

from __future__ import annotations

import pytest

from crawler.middlewares.walls import recognise

MENU = "".join(f"<li><a href='/{i}/'>栏目名称{i}</a></li>" for i in range(80))
ARTICLE = "<p>本局按月核对各栏目的链接，发现问题后当日处理，并在例会上通报处理的结果。</p>" * 20


def page(body: str, title: str = "门户") -> str:
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (412, "", "blocked"),
        (521, "<script>document.cookie='__jsl_clearance=1'</script>", "blocked"),
        (512, "<script></script>", "blocked"),
        (200, "<script>var $_ts=window['$_ts'];</script>", "blocked"),
        (200, "<script src=/x.js></script><script>acw_sc__v2='a'</script>", "blocked"),
        (200, page("<p>您的请求被拦截，编号 12</p>"), "blocked"),
        (200, page(MENU + "<p>访问被拒绝</p>"), "blocked"),
        (403, page("<p>您所在地区暂时无法访问</p>"), "blocked"),
        (429, "", "blocked"),
        (200, page("<p>请完成安全验证</p><div id=slider></div>"), "captcha"),
        (200, page("<p>拖动滑块完成验证</p>"), "captcha"),
        (200, page("<form>用户登录<input type='password'></form>"), "blocked"),
        (200, page("<p>您访问的页面不存在</p>"), "soft_404"),
        (200, page(MENU + "<p>抱歉，您访问的页面不存在或已删除</p>"), "soft_404"),
        (200, page(ARTICLE, "404 Not Found"), "soft_404"),
        (200, page("", "404"), "soft_404"),
    ],
)
def test_walls(status: int, text: str, kind: str) -> None:
    trouble = recognise(status, text)
    assert trouble is not None
    assert trouble.kind == kind
    assert trouble.message


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (200, page(MENU)),
        (
            200,
            page(ARTICLE + "<p>登录时要求输入验证码，页面不存在的链接已经清理，境外访问正常。</p>"),
        ),
        (
            200,
            page(
                "<h3>三、收到和处理政府信息公开申请情况</h3><p>访问被拦截 0 次，安全验证正常。</p>"
            ),
        ),
        (200, page("<form>站内检索<input type='password'></form>" + ARTICLE)),
        (200, page("<p>共 0 条</p>", "政府信息公开年报")),
        (200, page(ARTICLE, "404路公交车线路调整")),
        (404, page("<p>页面不存在</p>")),
        (403, "<h1>403 Forbidden</h1><hr><center>nginx</center>"),
        (200, ""),
    ],
)
def test_no_walls(status: int, text: str) -> None:
    assert recognise(status, text) is None
