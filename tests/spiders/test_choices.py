"""Select boxes whose script makes the address, and lists that go on without one."""

from __future__ import annotations

import pytest

from spiders.choices import unread_rest
from spiders.page import Page
from tests.spiders.served import page

BASE = "http://a.example/gk/nb.html"
LINES = "".join(
    f"<li><a href='/w/{y}.html'>云岭县水务局{y}年政府信息公开工作年度报告</a> {y + 1}-01-11</li>"
    for y in (2023, 2022)
)


def _box(attributes: str, script: str) -> list[str]:
    box = f"<select {attributes}><option value=''>请选择</option><option value='2021'>2021年</option></select>"
    made = Page(BASE, page("年报", f"{box}<script>{script}</script>").encode())
    return [k.url for k in made.links]


@pytest.mark.parametrize(
    ("attributes", "script"),
    [
        ("onchange=\"location.href='/gk/'+this.value+'/'\"", ""),
        ("onchange='go(this)'", "function go(s){location='/gk/'+s.value+'/'}"),
        ("onchange='go(this)'", 'function go(s){window.open("/gk/" + s.value + "/")}'),
        ("id=nd", "$('#nd').change(function(){location.href='/gk/'+$(this).val()+'/'})"),
        ("id=nd", "$('#nd').change(function(){location.href='/gk/'+$('#nd').val()+'/'})"),
        (
            "onchange='go(this)'",
            "function go(s){location='/gk/'+s.options[s.selectedIndex].value+'/'}",
        ),
        (
            "name=nd",
            "var b=document.getElementsByName('nd')[0];b.onchange=function(){location='/gk/'+b.value+'/'}",
        ),
    ],
)
def test_options_lead_where_the_script_goes(attributes: str, script: str) -> None:
    assert _box(attributes, script) == ["http://a.example/gk/2021/"]


@pytest.mark.parametrize(
    ("attributes", "script"),
    [
        ("id=nd", ""),
        ("id=nd", "$('#kw').change(function(){location='/s?q='+$(this).val()})"),
        ("onchange='go(this)'", "function go(s){$.get('/api?y='+s.value)}"),
        ("onchange='go(this)'", "function go(s){show(s.value)}"),
        (
            "onchange='go(this)'",
            "function go(s){location='/a/'+s.value} function up(s){location='/b/'+s.value}",
        ),
    ],
)
def test_what_is_not_certain_is_no_address(attributes: str, script: str) -> None:
    assert _box(attributes, script) == []


@pytest.mark.parametrize(
    "body",
    [
        f"<ul>{LINES}</ul><div><i>1</i><i>2</i><i>3</i></div>",
        f"<div><ul>{LINES}</ul></div><div class=pg><p><span>1</span><span>2</span></p></div>",
        f"<ul data-cursor=c7>{LINES}</ul>",
        f"<div data-next='/api/2'><ul>{LINES}</ul></div>",
        f"<ul>{LINES}</ul><div data-next-page=2></div>",
    ],
)
def test_a_list_that_goes_on_says_so(body: str) -> None:
    assert unread_rest(Page(BASE, page("年报", body).encode()))


@pytest.mark.parametrize(
    "body",
    [
        f"<ul>{LINES}</ul>",
        f"<ul><li>1</li><li>2</li><li>3</li></ul><ul>{LINES}</ul>",
        f"<ul>{LINES}</ul><div><span>1</span></div>",
        f"<ul>{LINES}</ul><div><span>共</span><span>2</span><span>条</span></div>",
        f"<ul>{LINES}</ul><table><tr><td>3</td><td>1</td></tr></table>",
        f"<ul data-next=false data-offset=0>{LINES}</ul>",
        f"<ul data-animate=1>{LINES}</ul>",
    ],
)
def test_a_whole_list_is_not_doubted(body: str) -> None:
    assert unread_rest(Page(BASE, page("年报", body).encode())) is None
