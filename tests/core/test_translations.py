"""Constant texts are translated when a template is read; whatever is shown is what Django's own tag would show."""

from __future__ import annotations

import pytest
from django.template import Context, Engine, Template
from django.template.base import TextNode
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from dev.steps import ROOT

# A text that Django's own catalogue translates.
DJANGO_TEXT = "Log in"


def kinds(source: str) -> list[str]:
    return [type(node).__name__ for node in template(source).nodelist]


def template(source: str) -> Template:
    return Engine.get_default().from_string(source)


def shown(source: str, **context: object) -> str:
    return template(source).render(Context(context))


@pytest.mark.parametrize("tag", ["translate", "trans"])
def test_a_constant_is_plain_text_by_the_time_the_page_is_made(tag: str) -> None:
    (node,) = template(f'{{% {tag} "{DJANGO_TEXT}" %}}').nodelist
    assert isinstance(node, TextNode)
    assert node.s == "Logga in"


@pytest.mark.parametrize(
    "source",
    [
        "{% translate text %}",
        "{% translate 'Log in'|upper %}",
        "{% translate 'Log in' as text %}",
        "{% translate 'Log in' noop %}",
        "{% translate 'May' context 'abbrev. month' %}",
    ],
)
def test_whatever_can_differ_stays_djangos(source: str) -> None:
    assert kinds(source) == ["TranslateNode"]


def test_the_language_in_which_a_template_is_read_does_not_matter() -> None:
    for language in ("en", None):
        with override(language):
            read = template(f'{{% translate "{DJANGO_TEXT}" %}}')
        assert read.render(Context()) == "Logga in"


@given(st.text(st.characters(exclude_characters="\"'\\\n\r{}%", exclude_categories=["Cs"]), min_size=1))
def test_every_text_is_shown_as_djangos_tag_shows_it(text: str) -> None:
    assert shown(f'{{% translate "{text} 10%% <b>&" %}}') == shown(
        f'{{% load i18n %}}{{% translate "{text} 10%% <b>&" %}}'
    )


def test_no_template_of_ours_goes_back_to_djangos_by_loading_it() -> None:
    loading = [path for path in (ROOT / "templates").rglob("*.*") if "load i18n" in path.read_text()]
    assert loading == []
