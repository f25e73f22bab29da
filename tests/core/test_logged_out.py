"""What counts as typed: what people wrote and chose, in the page's words, and nothing that the page sent by itself."""

from __future__ import annotations

import pytest
from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string

from portal.core.logged_out import Typed, typed
from portal.core.windows import SeenForm

STAMP = "0f" * 32


class Letter(SeenForm):
    to = forms.CharField(label="Till")
    text = forms.CharField(label="Brevet", widget=forms.Textarea)
    how = forms.ChoiceField(label="Hur?", choices=[("post", "Med posten"), ("bud", "Med bud")])
    quote = forms.CharField(widget=forms.HiddenInput)


def posted(text: str) -> QueryDict:
    return QueryDict(text)


def test_of_a_known_form_every_visible_field_that_says_something_counts_in_the_order_of_the_page() -> None:
    data = posted(f"csrfmiddlewaretoken=abc&seen={STAMP}&quote=ur+en+text&to=Bo&text=Hej+d%C3%A5%0AÅsa&how=bud")

    assert typed(data, Letter) == [Typed("Till", "Bo"), Typed("Brevet", "Hej då\nÅsa"), Typed("Hur?", "Med bud")]


def test_blanks_and_choices_that_no_page_offers_are_nothing() -> None:
    assert typed(posted("to=+&text=%0A&how=duva&do=ready"), Letter) == []


def test_of_an_unknown_form_more_than_a_word_counts() -> None:
    data = posted(f"csrfmiddlewaretoken=abc&token=a+b&kind=open&hash={STAMP}&at=12+30&why=S%C3%A5+blev+det&why=Och+mer")

    assert typed(data) == [Typed("", "Så blev det"), Typed("", "Och mer")]


def test_what_a_known_form_does_not_declare_counts_all_the_same() -> None:
    assert typed(posted("note_1=Sagt+i+f%C3%B6rbifarten"), Letter) == [Typed("", "Sagt i förbifarten")]


def test_what_admins_forms_send_by_themselves_does_not_count() -> None:
    assert typed(posted("_continue=Spara+och+forts%C3%A4tt&initial-at=den+2+maj&title=Den+nya+rubriken")) == [
        Typed("", "Den nya rubriken")
    ]


@pytest.mark.parametrize(("text", "rows"), [("å" * 81, 3), ("rad\n" * 7, 7), ("rad\n" * 90, 20)])
def test_a_long_text_has_a_box_that_fits_it(text: str, rows: int) -> None:
    assert (Typed("", text).is_line, Typed("", text).rows) == (False, rows)


def test_a_text_is_shown_to_the_letter_and_never_as_markup() -> None:
    text = '\n</textarea><script>1</script> & "citat"\nslut'

    page = render_to_string("401.html", {"typed": [Typed("Brevet", text), Typed("", '"><b>')], "log_in_url": "/"})

    # A browser drops the first line break of a box: there is one more.
    boxed = "\n\n&lt;/textarea&gt;&lt;script&gt;1&lt;/script&gt; &amp; &quot;citat&quot;\nslut</textarea>"
    assert f'autocomplete="off">{boxed}' in page
    assert 'value="&quot;&gt;&lt;b&gt;"' in page
    assert "<script" not in page
