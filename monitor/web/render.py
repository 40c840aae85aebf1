"""Jinja2 for the pages and for the HTML export: one stylesheet, one set of filters, autoescape on.

Templates and the stylesheet are package resources, so that an installed wheel finds them.
"""

from __future__ import annotations

from functools import cache, partial
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor import labels
from monitor.exports.evidence import evidence_text


@cache
def environment() -> Environment:
    env = Environment(
        loader=PackageLoader("monitor.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        label=labels.label,
        day=labels.day,
        moment=labels.moment,
        published_when=labels.published_when,
        published_source=labels.published_source,
        published_interval=labels.published_interval,
        why=labels.why,
        web_link=labels.web_link,
        shown=labels.shown,
        evidence=evidence_text,
        # Passages stand side by side in a table of their own.
        evidence_brief=partial(evidence_text, without=frozenset({"passages"})),
    )
    return env


def stylesheet() -> str:
    """The one stylesheet, for embedding into a self-contained file."""
    return (files("monitor.web") / "static" / "nianbao.css").read_text(encoding="utf-8")


def render(template: str, **values: object) -> str:
    return environment().get_template(template).render(**values)
