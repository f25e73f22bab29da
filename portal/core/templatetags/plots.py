"""`{% load plots %}{% plot made %}`: a plot of `portal.core.plots`, with its numbers in a table behind."""

from __future__ import annotations

from django import template

from portal.core.plots import Plot

register = template.Library()


@register.inclusion_tag("components/plot.html")
def plot(made: Plot, heading_level: int = 2) -> dict[str, object]:
    return {"plot": made, "heading": f"h{heading_level}"}
