"""What the variants of PDF files change: the figures, the cells, or the markup before printing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from spiders.samples.figures import Profile, random_figures
from spiders.samples.reports import Report, compose
from tests.crawler.parsing.scoring import truth
from tests.crawler.parsing.writing import AGENCY, YEAR, Sample, map_values, old_form, sample

Given = tuple[Sample, Report]


def plain(seed: int) -> Given:
    made = sample(seed)
    return made, made.report


def with_defect(defect: str, seed: int) -> Given:
    made = sample(seed)
    return made, compose(AGENCY, YEAR, made.figures, rng=Random(seed), defects=(defect,))


def old(seed: int) -> Given:
    made = old_form(sample(seed), Random(seed))
    return made, made.report


def large(seed: int) -> Given:
    """A province: thousands of requests, millions of decisions, with separators."""
    rng = Random(seed)
    profile = replace(
        Profile.random(rng), requests=48_000, reviews=3_900, licensing=12_345_678, penalty=987_654
    )
    figures = random_figures(rng, profile)
    made = Sample(compose(AGENCY, YEAR, figures, rng=rng), truth(figures), figures)
    return made, map_values(made.report, lambda text: f"{int(text):,}" if text.isdigit() else text)


def values(change: Callable[[str], str], seed: int) -> Given:
    made = sample(seed)
    return made, map_values(made.report, change)


def full_width(text: str) -> str:
    return text.translate({0x30 + i: 0xFF10 + i for i in range(10)})


RADICALS = str.maketrans("目行人一工二十日用见非力", "⽬⾏⼈⼀⼯⼆⼗⽇⽤⻅⾮⼒")


def in_text(change: Callable[[str], str], markup: str) -> str:
    head, body, rest = re.split(r"(?<=<body>)|(?=</body>)", markup)
    return head + re.sub(r">[^<]+<", lambda m: change(m[0]), body) + rest


def repeat_head(markup: str) -> str:
    """Three head rows of table 三 repeat on each page."""
    return re.sub(
        r"(<table[^>]*>\n)<tbody>\n((?:<tr>(?:(?!</tr>).)*申请人情况.*\n)(?:<tr>.*\n){2})",
        r"\1<thead>\n\2</thead><tbody>\n",
        markup,
    )


def doubled(markup: str) -> str:
    """The text once more, invisible, a hair beside: as some programs imitate bold."""
    body = markup[markup.index("<body>") + 6 : markup.index("</body>")]
    layers = (
        f'<div style="position:absolute;left:{left};top:0;width:100%;color:{ink}">{body}</div>'
        for left, ink in (("0", "#000"), (".3px", "rgba(0,0,0,.01)"))
    )
    return markup.replace(body, f'<div style="position:relative">{"".join(layers)}</div>')


def boxed(markup: str) -> str:
    """The whole report in the only cell of a table, as content editors wrap it."""
    markup = markup.replace("<body>", '<body><table border="1"><tr><td>', 1)
    return markup.replace("</body>", "</td></tr></table></body>")


def marked(text: str, markup: str) -> str:
    mark = f'<div style="position:fixed;top:40%;left:5%;font-size:60px;color:#ddd;transform:rotate(-35deg)">{text}</div>'
    return markup.replace("<body>", f"<body>{mark}", 1)


def pale(text: str, style: str, markup: str) -> str:
    """Light grey writing all over the first page, level with the rows or turned by ``style``."""
    marks = "".join(
        f'<div style="position:absolute;top:{60 + 90 * n}px;left:{130 * n % 420}px;color:#ddd;'
        f'font-size:14px;white-space:nowrap;{style}">{text}</div>'
        for n in range(24)
    )
    return markup.replace("<body>", f"<body>{marks}", 1)


def upright(markup: str) -> str:
    """The names of groups and the first stub written downward."""
    style = "writing-mode:vertical-rl;text-orientation:upright;white-space:nowrap"
    return re.sub(
        r"(<td[^>]*)(>(?:(?!</td>).)*(?:三、本年度办理结果|不予公开|不予处理))",
        rf'\1 style="{style}"\2',
        markup,
    )
