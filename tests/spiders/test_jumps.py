"""Jumps of shells in every form; what is none."""

from __future__ import annotations

import pytest

from spiders.files import files
from spiders.jumps import script_jump
from spiders.page import Page

URL = "http://h.example:81/a/b/index.html?x=1"


@pytest.mark.parametrize(
    ("code", "target"),
    [
        ("window.location.href='/x/'", "/x/"),
        ("location.replace(\"a\"+'/b.html')", "a/b.html"),
        ("var u='/q/';top.location=u+'i.html';", "/q/i.html"),
        ("setTimeout(\"location.href='/t.html'\",500)", "/t.html"),
        ('setTimeout("window.location.href=\\"/t.html\\"",500)', "/t.html"),
        ("setTimeout(function(){self.location.href=location.protocol+'//'+location.host+'/z'},3)", "http://h.example:81/z"),
        ('document.location = "\\/e\\u0073c.html"', "/esc.html"),
        ("window.open('/o.html','_self')", "/o.html"),
        ("var a='/1/',b=a+'2/';window.top.location.href = b + '3.html';", "/1/2/3.html"),
        ("function go(){location.href='/x'} window.onload = go", "/x"),
        ("window.onload = function(){ location.href='/x' }", "/x"),
        ("(function(){ location.assign(`/x`) })()", "/x"),
        ("function turn(n){ if(n==1){location.href='nb.htm'} }", None),
        ("function back(){ location.href='/' }", None),
        ("if(navigator.userAgent.match(/Mobile/)){location.href='/m'}", None),
        ("if(location=='x'){}", None),
        ("a.onclick=function(){location.href='/c'}", None),
        ("location.href=base()+'x'", None),
        ("location.href='javascript:void(0)'", None),
        ("mylocation='b'; x.location_='c'", None),
    ],
)  # fmt: skip
def test_script_jumps(code: str, target: str | None) -> None:
    assert script_jump(code, URL) == target


@pytest.mark.parametrize(
    ("head", "target"),
    [
        ("<meta http-equiv=refresh content='0;url=/x'>", "/x"),
        ('<META HTTP-EQUIV="Refresh" CONTENT="2; URL=\'x.html\'">', "/a/b/x.html"),
        ("<meta http-equiv=refresh content='0.5,url=/x'>", "/x"),
        ("<meta http-equiv=refresh content='300;url=/x'>", None),
        ("<meta http-equiv=refresh content='60'>", None),
        ("<noscript><meta http-equiv=refresh content='0;url=/nojs'></noscript>", None),
    ],
)
def test_meta_refresh(head: str, target: str | None) -> None:
    page = Page(URL, f"<html><head>{head}</head><body></body></html>".encode())
    assert page.jump() == (f"http://h.example:81{target}" if target else None)


def test_a_list_is_no_shell() -> None:
    link = "<a href='1.html'>2023年政府信息公开年度报告</a>"
    assert Page(URL, f"{link}<script>location.href='/x'</script>".encode()).jump() is None


def test_files_in_every_form() -> None:
    page = Page(URL, """<script>var hasFJ="./P020240101.pdf";document.write('<a href="\\/files\\/b 1.docx">附件</a>');
        document.write("<a href=\\"c.xls\\">");</script><a href="download.jsp?id=3">附件1</a>
        <div id=pdfshow data-value="/u/年报.pdf"></div><iframe src="/js/viewer.html?file=%2Ff%2Fr.pdf#page=1"></iframe>
        <embed src=e.pdf><object data="o.ofd"></object><a onclick="openFile('/on/click.doc')">看</a>
        <a href="javascript:down('j.wps','x')">下</a><a href="/x.html">文章</a><a href="d.html?d=1">下载专区</a>""".encode())  # fmt: skip
    found = [a.url.removeprefix("http://h.example:81") for a in files(page)]
    assert found == [
        "/f/r.pdf", "/a/b/e.pdf", "/a/b/o.ofd", "/u/%E5%B9%B4%E6%8A%A5.pdf", "/a/b/download.jsp?id=3", "/on/click.doc",
        "/a/b/j.wps", "/a/b/P020240101.pdf", "/files/b%201.docx", "/a/b/c.xls",
    ]  # fmt: skip
