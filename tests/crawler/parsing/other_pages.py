"""Pages beside the reports: lists, home pages, guides, news, other bodies' other reports."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from spiders.samples.figures import random_figures
from spiders.samples.reports import compose, report_html
from tests.crawler.parsing.writing import map_values

REPORT = "云溪市水利局{}年政府信息公开工作年度报告"


def page(title: str, body: str) -> bytes:
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><div class=top><a href=/>首页</a> <a href=/xxgk/>政府信息公开</a> <a href=/hd/>互动交流</a></div>"
        f"{body}<div class=foot>主办：云溪市人民政府办公室 网站标识码3299990001</div></body></html>"
    ).encode()


def listing(titles: Sequence[str]) -> str:
    rows = "".join(
        f"<li><a href='/zfxxgknb/{i}.html'>{t}</a><span>2024-01-{i % 28 + 1:02}</span></li>"
        for i, t in enumerate(titles)
    )
    return f"<ul class=list>{rows}</ul>"


def prose(*paragraphs: str) -> str:
    return "".join(f"<p>　　{p}</p>" for p in paragraphs)


_BODIES = ("教育局", "财政局", "水利局", "民政局", "审计局", "司法局", "交通运输局", "统计局")
_LONG = (
    "会议指出，一年来全市上下统筹推进各项工作，重点项目有序实施，群众满意度稳步提高，"
    "基础设施不断完善，城乡环境明显改善，改革举措落地见效，营商环境持续向好。"
)

PAGES: dict[str, bytes] = {
    "column of one body": page(
        "政府信息公开年报-云溪市水利局",
        "<h2>政府信息公开年报</h2>" + listing([REPORT.format(y) for y in range(2023, 2009, -1)]),
    ),
    "column of one entry": page(
        "政府信息公开年报", "<h2>政府信息公开年报</h2>" + listing([REPORT.format(2023)])
    ),
    "column of all bodies, title of the year": page(
        "2023年政府信息公开工作年度报告",
        "<h1>2023年政府信息公开工作年度报告</h1>"
        + listing([f"云溪市{b}2023年政府信息公开工作年度报告" for b in _BODIES * 6]),
    ),
    "column as table": page(
        "政府信息公开年报",
        "<table>"
        + "".join(
            f"<tr><td>{i}</td><td><a href=/{i}.html>云溪市{b}2023年政府信息公开工作年度报告</a></td>"
            f"<td>2024-01-{i + 8:02}</td></tr>"
            for i, b in enumerate(_BODIES)
        )
        + "</table>",
    ),
    "column with numbers of views": page(
        "政府信息公开年报-云溪市人民政府",
        "<table><tr><th>标题</th><th>阅读</th><th>日期</th></tr>"
        + "".join(
            f"<tr><td>{REPORT.format(2010 + i)}</td><td>{i * 31}</td><td>2024-01-1{i}</td></tr>"
            for i in range(9)
        )
        + "</table>",
    ),
    "column whose entries are opened by script": page(
        "政府信息公开年报",
        "<ul>"
        + "".join(f"<li onclick='go({y})'>{REPORT.format(y)} 2024-01-20</li>" for y in range(2015, 2024))
        + "</ul>",
    ),
    "column of a year, entries by script": page(
        "2023年政府信息公开工作年度报告",
        "<h1>2023年政府信息公开工作年度报告</h1>"
        + "".join(f"<p>云溪市{b}2023年政府信息公开工作年度报告</p>" for b in _BODIES),
    ),
    "search results": page(
        "搜索：年度报告",
        "".join(
            f"<h3><a href=/{y}>{REPORT.format(y)}</a></h3><p>根据《中华人民共和国政府信息公开条例》，"
            f"现公布本局{y}年主动公开、依申请公开、行政复议诉讼、存在的主要问题及改进情况……</p>"
            for y in range(2018, 2024)
        ),
    ),
    "catalogue of disclosures": page(
        "云溪市水利局政府信息公开目录",
        "<h1>法定主动公开内容</h1>" + listing(["机构职能", "政策文件", "行政许可", "行政处罚", "财政预决算", REPORT.format(2023)]),
    ),
    "disclosure system": page(
        "云溪市水利局政府信息公开制度",
        "<h1>云溪市水利局政府信息公开工作制度</h1>"
        + prose("第一条 为规范政府信息主动公开和依申请公开工作，制定本制度。" + _LONG, "第二条 各科室负责办理申请。" + _LONG,
                "第三条 引起行政复议、行政诉讼的，由办公室牵头。" + _LONG, "第四条 每年编制年度报告，说明存在的主要问题和改进措施。"),
    ),
    "notice that brings the blank form": page(
        "关于做好2023年政府信息公开工作年度报告编制工作的通知",
        "<h1>关于做好2023年政府信息公开工作年度报告编制工作的通知</h1>"
        + prose("各单位：请按附件格式编制。" + _LONG)
        + report_html(
            map_values(compose("（单位名称）", 2023, random_figures(Random(1)), rng=Random(1)), lambda _: ""),
            Random(1),
        ),
    ),
    "empty column": page("政府信息公开年报", "<h2>政府信息公开年报</h2><p>暂无内容</p>"),
    "home page": page(
        "云溪市人民政府",
        "<h3>政务要闻</h3>"
        + listing([f"全市召开第{i}次重点工作推进会" for i in range(12)])
        + "<h3>通知公告</h3>"
        + listing([f"关于开展第{i}批项目申报的通知" for i in range(12)])
        + "<h3>政府信息公开</h3>"
        + listing(
            ["政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "政府信息公开年报"]
            + [REPORT.format(y) for y in (2023, 2022)]
        )
        + prose(_LONG * 3),
    ),
    "disclosure platform": page(
        "政府信息公开",
        listing(["政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "政府信息公开年报", "依申请公开"])
        + prose("本栏目依照《中华人民共和国政府信息公开条例》设置，欢迎公众查阅。"),
    ),
    "disclosure guide": page(
        "云溪市水利局政府信息公开指南",
        "<h1>云溪市水利局政府信息公开指南</h1>"
        + prose(
            "为方便公民、法人和其他组织获取本机关的政府信息，编制本指南。",
            "一、主动公开",
            "（一）公开范围。本机关负责公开机构职能、权责清单、行政许可、行政处罚等信息。",
            "（二）公开形式。通过门户网站、政务新媒体和公开栏公开。",
            "二、依申请公开",
            "（一）申请人可以当面、邮寄或者网上提交申请表，本机关收到申请后登记并答复。",
            "（二）办理期限为二十个工作日，需要延长的，经负责人同意并告知申请人。",
            "三、政府信息公开年度报告",
            "本机关每年1月31日前公布上一年度政府信息公开工作年度报告。",
            "四、监督和救济",
            "公民认为侵犯合法权益的，可以依法申请行政复议或者提起行政诉讼。",
            "五、其他需要说明的事项",
            "本指南自公布之日起施行，由办公室负责解释并更新。",
        ),
    ),
    "government work report": page(
        "2024年政府工作报告",
        "<h1>2024年政府工作报告</h1>"
        + prose("一、2023年工作回顾", _LONG * 8, "二、2024年总体要求", _LONG * 6, "三、重点工作", _LONG * 9),
    ),
    "rule of law report": page(
        "云溪市水利局2023年度法治政府建设年度报告",
        "<h1>云溪市水利局2023年度法治政府建设年度报告</h1>"
        + prose(
            "一、总体情况", _LONG * 4, "二、主要举措和成效", _LONG * 5,
            "三、存在的问题和不足", _LONG * 2, "四、下一步工作", _LONG * 2,
        ),
    ),
    "budget": page(
        "云溪市水利局2023年度部门决算公开说明",
        "<h1>云溪市水利局2023年度部门决算公开说明</h1>"
        + prose("一、部门概况", _LONG, "二、总体情况说明", _LONG * 3, "五、其他需要说明的事项", _LONG)
        + "<table><tr><td>项目</td><td>预算数</td><td>决算数</td></tr>"
        + "".join(f"<tr><td>科目{i}</td><td>{i * 17}</td><td>{i * 16}</td></tr>" for i in range(15))
        + "</table>",
    ),
    "explanation of the report": page(
        "图解：云溪市2023年政府信息公开工作年度报告",
        "<h1>图解：云溪市2023年政府信息公开工作年度报告</h1>"
        + prose(
            "2023年，全市主动公开政府信息12031条，收到政府信息公开申请318件。",
            "行政复议11件，行政诉讼4件。详情请阅读报告全文。",
        )
        + "<img src=1.jpg><img src=2.jpg>",
    ),
    "explanation with a table": page(
        "云溪市2023年政府信息公开工作年度报告解读",
        "<h1>云溪市2023年政府信息公开工作年度报告解读</h1>"
        + prose("一、总体情况", "全年公开信息12031条。", "二、依申请公开", "收到申请318件。")
        + "<table><tr><td>指标</td><td>2023年</td><td>2022年</td></tr><tr><td>主动公开</td>"
        "<td>12031</td><td>11000</td></tr><tr><td>依申请公开</td><td>318</td><td>290</td></tr></table>",
    ),
    "news about the report": page(
        "我市发布2023年政府信息公开工作年度报告",
        "<h1>我市发布2023年政府信息公开工作年度报告</h1><p>发布时间：2024-03-30</p>"
        + prose("记者从市政府办公室获悉，我市近日发布上一年度报告。" + _LONG, _LONG, _LONG),
    ),
    "notice to write reports": page(
        "关于做好2023年政府信息公开工作年度报告编制和发布工作的通知",
        "<h1>关于做好2023年政府信息公开工作年度报告编制和发布工作的通知</h1>"
        + prose(
            "各乡镇人民政府，市政府各部门：",
            "一、编制内容。包括总体情况、主动公开、依申请公开、行政复议和行政诉讼、主要问题和其他事项。",
            "二、发布时间。各单位于2024年1月31日前公布。", _LONG,
        ),
    ),
    "training meeting": page(
        "市水利局召开2023年政府信息公开工作年度报告编制培训会",
        "<h1>市水利局召开2023年政府信息公开工作年度报告编制培训会</h1>" + prose(_LONG * 4, _LONG * 3),
    ),
    "website report": page(
        "云溪市水利局2023年政府网站工作年度报表",
        "<h1>云溪市水利局2023年政府网站工作年度报表</h1><table>"
        + "".join(f"<tr><td>{n}</td><td>{i * 7}</td></tr>" for i, n in enumerate(
            ("独立用户访问总量", "网站总访问量", "信息发布总数", "概况类信息更新量", "解读材料数量",
             "办事服务事项", "留言办结数量", "新媒体信息发布量")))
        + "</table>",
    ),
    "empty shell": page("", "<div id=app></div><script src=/js/app.js></script>"),
    "shell with a title": page(REPORT.format(2023), "<div id=app>正在加载，请稍候……</div>"),
    "captcha": page("安全验证", "<p>请完成安全验证后继续访问</p><img src=/captcha.jpg>"),
    "not found": page("404", "<h1>404</h1><p>您访问的页面不存在或已删除</p>"),
    "statistics of requests": page(
        "2023年依申请公开统计",
        "<h1>2023年依申请公开统计</h1><table><tr><td>月份</td><td>自然人</td><td>法人或其他组织</td><td>总计</td></tr>"
        + "".join(f"<tr><td>{i}月</td><td>{i}</td><td>{i * 2}</td><td>{i * 3}</td></tr>" for i in range(1, 13))
        + "</table>",
    ),
    "list of rules": page(
        "规范性文件目录",
        "<h1>云溪市行政规范性文件目录</h1><table><tr><td>序号</td><td>规范性文件名称</td><td>是否现行有效</td></tr>"
        + "".join(f"<tr><td>{i}</td><td>关于第{i}项管理办法</td><td>现行有效</td></tr>" for i in range(20))
        + "</table>",
    ),
    "penalty decisions": page(
        "行政处罚决定公示",
        "<h1>行政处罚决定公示</h1><table><tr><td>当事人</td><td>行政处罚</td><td>金额</td></tr>"
        + "".join(f"<tr><td>某公司{i}</td><td>罚款</td><td>{i}000</td></tr>" for i in range(20))
        + "</table>",
    ),
    "disclosure work plan": page(
        "云溪市水利局2024年政务公开工作要点",
        "<h1>云溪市水利局2024年政务公开工作要点</h1>" + prose("一、主动公开重点信息", _LONG * 2, "二、依申请公开规范办理", _LONG * 2),
    ),
    "lawful administration report": page(
        "云溪市水利局2023年依法行政工作年度报告",
        "<h1>云溪市水利局2023年依法行政工作年度报告</h1>"
        + prose("一、总体情况", _LONG * 3, "二、主要工作", _LONG * 3, "三、存在的主要问题", _LONG, "四、下一步工作", _LONG),
    ),
    "handling of proposals": page(
        "云溪市水利局2023年建议提案办理情况报告",
        "<h1>云溪市水利局2023年建议提案办理情况报告</h1>"
        + prose(
            "一、总体情况", "全年承办人大代表建议12件、政协提案9件，全部办结并公开答复。" + _LONG,
            "二、存在的问题及改进情况", _LONG * 2, "三、其他需要报告的事项", "无。",
        ),
    ),
    "statistical communique": page(
        "云溪市2023年国民经济和社会发展统计公报",
        "<h1>云溪市2023年国民经济和社会发展统计公报</h1>" + prose("一、综合", _LONG * 4, "二、农业", _LONG * 3)
        + "<table><tr><td>指标</td><td>单位</td><td>绝对数</td></tr>"
        + "".join(f"<tr><td>产品{i}</td><td>吨</td><td>{i * 13}</td></tr>" for i in range(20)) + "</table>",
    ),
    "summary of the work on openness": page(
        "云溪市水利局2023年政务公开工作总结",
        "<h1>云溪市水利局2023年政务公开工作总结</h1>"
        + prose("2023年，我局政务公开工作取得成效。" + _LONG, "一、主要做法", _LONG * 2, "二、存在的问题", _LONG, "三、下一步打算", _LONG),
    ),
    "website report with requests": page(
        "政府网站工作年度报表（2023年度）",
        "<h1>政府网站工作年度报表</h1><p>（2023年度）</p><p>填报单位：云溪市水利局</p><table>"
        + "".join(f"<tr><td>{n}</td><td>{i * 7}</td></tr>" for i, n in enumerate(
            ("网站名称", "独立用户访问总量", "信息发布总数", "依申请公开 收到申请", "行政许可 办件量", "行政处罚 办件量", "安全检测")))
        + "</table>",
    ),
    "notice to hand in reports": page(
        "关于报送2023年政府信息公开工作年度报告的通知",
        "<h1>关于报送2023年政府信息公开工作年度报告的通知</h1>"
        + prose(
            "各乡镇人民政府、各部门：请于1月20日前报送。" + _LONG, "一、主动公开政府信息情况。请填写表格。",
            "二、收到和处理政府信息公开申请情况。", "三、政府信息公开行政复议、行政诉讼情况。",
            "四、存在的主要问题及改进情况。", "五、其他需要报告的事项。",
        ),
    ),
    "explanation with the report's headings": page(
        "《云溪市2023年政府信息公开工作年度报告》政策解读",
        "<h1>《云溪市2023年政府信息公开工作年度报告》政策解读</h1>"
        + prose(
            "一、总体情况", _LONG, "二、主动公开政府信息情况", _LONG, "三、收到和处理政府信息公开申请情况",
            "全年收到318件。" + _LONG, "四、行政复议、行政诉讼情况", _LONG,
        ),
    ),
    "news that quotes the report": page(
        "云溪市晒出政府信息公开“成绩单”",
        "<h1>云溪市晒出政府信息公开“成绩单”</h1>"
        + prose(
            "日前，云溪市发布2023年政府信息公开工作年度报告。报告显示，全市主动公开信息12031条，收到申请318件，"
            "行政复议11件，行政诉讼4件。" + _LONG, "报告指出存在的问题，提出改进措施。" + _LONG * 2,
        ),
    ),
    "legal person's report": page(
        "云溪市水利局2023年事业单位法人年度报告",
        "<h1>云溪市水利局水文站事业单位法人年度报告（2023年度）</h1>"
        + prose("一、开展业务活动情况", _LONG * 2, "二、相关资质", _LONG, "三、绩效和受奖惩及诉讼投诉情况", "无。"),
    ),
    "results of an assessment": page(
        "2023年度政务公开工作考核结果通报",
        "<h1>2023年度政务公开工作考核结果通报</h1><table><tr><td>单位</td><td>主动公开</td><td>依申请公开</td><td>得分</td></tr>"
        + "".join(f"<tr><td>局{i}</td><td>{i}</td><td>{i + 1}</td><td>{80 + i}</td></tr>" for i in range(20)) + "</table>",
    ),
    "table of all reports": page(
        "2023年度政府信息公开工作年度报告汇总",
        "<h1>2023年度政府信息公开工作年度报告汇总</h1><table>"
        + "".join(f"<tr><td>{i}</td><td>云溪市第{i}局</td><td><a href=/{i}.pdf>查看</a></td></tr>" for i in range(30))
        + "</table>",
    ),
    "request form": page(
        "云溪市水利局政府信息公开申请表",
        "<h1>政府信息公开申请表</h1><table><tr><td>申请人信息</td><td>公民</td><td>姓名</td><td></td></tr>"
        "<tr><td></td><td>商业企业</td><td>科研机构</td><td>社会公益组织</td><td>法律服务机构</td><td>其他</td></tr>"
        "<tr><td>所需信息</td><td></td></tr></table>",
    ),
    "rule of law report with figures": page(
        "云溪市2023年法治政府建设年度报告",
        "<h1>云溪市2023年法治政府建设年度报告</h1>" + prose("一、总体情况", _LONG, "二、存在的主要问题", _LONG)
        + "<table><tr><td></td><td>行政复议</td><td>行政诉讼</td></tr><tr><td>结果维持</td><td>3</td><td>4</td></tr>"
        "<tr><td>结果纠正</td><td>1</td><td>1</td></tr><tr><td>总计</td><td>4</td><td>5</td></tr></table>"
        "<table><tr><td>行政许可</td><td>123</td></tr><tr><td>行政处罚</td><td>45</td></tr></table>",
    ),
    "figures of enforcement": page(
        "云溪市水利局2023年度行政执法数据公示",
        "<h1>云溪市水利局2023年度行政执法数据公示</h1><table><tr><td>类别</td><td>本年处理决定数量</td></tr>"
        "<tr><td>行政许可</td><td>123</td></tr><tr><td>行政处罚</td><td>45</td></tr>"
        "<tr><td>行政强制</td><td>6</td></tr></table>" + prose(_LONG),
    ),
    "statistics of an early year": page(
        "云溪市水利局2015年政府信息公开情况统计表",
        "<h1>云溪市水利局2015年政府信息公开情况统计表</h1><table><tr><td>统计指标</td><td>单位</td><td>统计数</td></tr>"
        "<tr><td>主动公开政府信息数</td><td>条</td><td>120</td></tr><tr><td>收到申请数</td><td>件</td><td>7</td></tr>"
        "<tr><td>申请办结数</td><td>件</td><td>7</td></tr><tr><td>行政复议数量</td><td>件</td><td>0</td></tr>"
        "<tr><td>行政诉讼数量</td><td>件</td><td>0</td></tr></table>",
    ),
}  # fmt: skip


def column_that_is_the_report(rng: Random) -> bytes:
    """A column page that shows the newest report under the list of the others."""
    report = compose("云溪市水利局", 2023, random_figures(rng), rng=rng)
    titles = [REPORT.format(y) for y in range(2023, 2018, -1)]
    return page(
        "政府信息公开年报", listing(titles) + f"<h1>{report.title}</h1>" + report_html(report, rng)
    )
