"""The components as template tags, and the forms' template pack."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from crispy_forms.utils import render_crispy_form
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory

from portal.core.templatetags import ui


class ExampleForm(forms.Form):
    name = forms.CharField(
        label="Namn", help_text="För- och efternamn.", error_messages={"required": "Skriv ditt namn."}
    )
    note = forms.CharField(label="Meddelande", required=False, widget=forms.Textarea)
    wishes = forms.MultipleChoiceField(
        label="Program",
        choices=[("a", "Det ena"), ("b", "Det andra")],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Välj minst ett program."},
    )
    agrees = forms.BooleanField(label="Jag har läst", error_messages={"required": "Kryssa i rutan."})
    token = forms.CharField(widget=forms.HiddenInput, error_messages={"required": "Öppna sidan på nytt."})
    trap = forms.CharField(label="Lämna tomt", required=False, widget=forms.TextInput(attrs={"tabindex": "-1"}))


def render(source: str, path: str = "/program/", **context: Any) -> str:
    return engines["django"].from_string(source).render(context, RequestFactory().get(path))


def soup(source: str, path: str = "/program/", **context: Any) -> BeautifulSoup:
    return BeautifulSoup(render(source, path, **context), "html.parser")


def form_soup(form: forms.Form) -> BeautifulSoup:
    return BeautifulSoup(render_crispy_form(form), "html.parser")


def words(node: Tag | BeautifulSoup | None) -> str:
    assert node is not None
    return " ".join(node.get_text(" ").split())


# --- Components ------------------------------------------------------------------------------------------------------
def test_the_breadcrumb_begins_at_start_and_ends_where_one_stands() -> None:
    page = soup('{% breadcrumb "Program" "/program/" "Fortsättning" %}')
    assert [(words(item), item.a["href"] if item.a else None) for item in page.select("li")] == [
        ("Start", "/"),
        ("Program", "/program/"),
        ("Fortsättning", None),
    ]
    assert words(page.select_one("[aria-current=page]")) == "Fortsättning"


def test_the_navigation_marks_the_page_and_its_section() -> None:
    own = soup("{% main_navigation %}", path="/program/")
    below = soup("{% main_navigation %}", path="/program/fortsattning/")
    marked = [(words(link), link["aria-current"]) for page in (own, below) for link in page.select("[aria-current]")]
    assert marked == [("Program", "page"), ("Program", "true")]


def test_what_a_page_does_not_know_about_itself_is_left_out() -> None:
    assert render("{% page_meta %}").strip() == ""
    page = soup("{% page_meta published=day updated=day responsible='Anna Exempel' %}", day=dt.date(2024, 5, 29))
    assert words(page) == "Publicerad 29 maj 2024 Informationsansvarig Anna Exempel"


def test_an_unknown_fact_says_nothing() -> None:
    source = (
        '{% facts %}{% fact "Plats" %}{{ place }}{% endfact %}{% fact "Längd" %}6 månader{% endfact %}{% endfacts %}'
    )
    assert words(soup(source, place="")) == "Längd 6 månader"
    assert render('{% facts %}{% fact "Plats" %}{% endfact %}{% endfacts %}') == ""
    assert words(soup("{% fact_list rows %}", rows=[("Träffar", 4), ("Plats", None), ("Avgift", "")])) == "Träffar 4"


def test_content_is_escaped_once_in_labels_and_in_blocks() -> None:
    page = render(
        "{% card title %}{{ text }}{% endcard %}{% notice title=title %}{{ text }}{% endnotice %}",
        title="<b>A & B</b>",
        text="<i>x</i>",
    )
    assert "<b>" not in page
    assert "<i>" not in page
    assert page.count("&lt;i&gt;x&lt;/i&gt;") == 2
    assert "&amp;lt;" not in page


def test_an_unknown_kind_of_notice_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        ui.notice(content="", kind="danger")  # type: ignore[arg-type]  # the content does not matter here


def test_the_feedback_question_names_the_page_and_needs_no_script() -> None:
    page = soup("{% feedback_question %}", path="/uppdraget/")
    assert words(page.h2) == "Hjälpte informationen på sidan dig?"
    assert [(button["name"], button["value"], words(button)) for button in page.select("button[type=submit]")] == [
        ("helpful", "ja", "Ja"),
        ("helpful", "nej", "Nej"),
    ]
    assert page.select_one("input[name=path]")["value"] == "/uppdraget/"  # type: ignore[index]  # fails if it is missing


def test_pages_keep_the_rest_of_the_address() -> None:
    page = soup("{% pagination page %}", path="/x/?sok=åsa&sida=2", page=Paginator(range(30), 10).page(2))
    assert [link["href"] for link in page.select("a")] == ["?sok=%C3%A5sa&sida=1", "?sok=%C3%A5sa&sida=3"]
    assert words(page.p) == "Sida 2 av 3"
    assert render("{% pagination page %}", page=Paginator(range(3), 10).page(1)).strip() == ""


def test_dates_and_sums_of_the_unknown_are_empty() -> None:
    assert render("{{ x|sv_date }}{{ x|sv_time }}{{ x|sv_datetime }}{{ x|sv_sum }}{% sv_date_range x %}", x=None) == ""
    assert (
        render("{{ midnight|sv_time }} {{ free|sv_sum }}", midnight=dt.time(0, 0), free=Decimal(0)) == "00.00 0\u00a0kr"
    )


# --- Forms -----------------------------------------------------------------------------------------------------------
def test_the_error_summary_counts_and_leads_to_each_control() -> None:
    page = form_soup(ExampleForm({}))
    summary = page.select_one("#error-summary")
    assert summary is not None
    assert (summary["tabindex"], words(summary.h2), words(summary.p)) == (
        "-1",
        "Något behöver rättas",
        "3 uppgifter behöver ses över.",
    )
    assert [(words(item), item.a["href"] if item.a else None) for item in summary.select("li")] == [
        ("Skriv ditt namn.", "#id_name"),
        ("Välj minst ett program.", "#id_wishes_0"),
        ("Jag har läst: Kryssa i rutan.", "#id_agrees"),
        ("Öppna sidan på nytt.", None),
    ]
    targets = [str(link["href"])[1:] for link in summary.select("a")]
    assert all(page.find(id=target) is not None for target in targets)


@pytest.mark.parametrize(
    ("general", "name", "day", "said"),
    [
        ([], [], [], None),
        (["Sidan är gammal."], [], [], ["Sidan är gammal."]),
        (["Sidan är gammal.", "Något mer."], [], [], ["Sidan är gammal.", "Något mer."]),
        ([], ["Skriv ditt namn."], [], ["En uppgift behöver ses över.", "Skriv ditt namn."]),
        ([], ["Kort.", "Fel."], [], ["En uppgift behöver ses över.", "Kort.", "Fel."]),
        (["Gammal."], ["Fel."], [], ["En uppgift behöver ses över.", "Gammal.", "Fel."]),
        (["Gammal."], ["Fel."], ["Sent."], ["2 uppgifter behöver ses över.", "Gammal.", "Fel.", "Sent."]),
    ],
)
def test_the_error_summary_counts_controls_and_no_sentence_about_the_whole_form(
    general: list[str], name: list[str], day: list[str], said: list[str] | None
) -> None:
    class TwoFields(forms.Form):
        name = forms.CharField(required=False, label="")
        day = forms.CharField(required=False, label="")

    form = TwoFields({})
    for field, texts in ((None, general), ("name", name), ("day", day)):
        for text in texts:
            form.add_error(field, text)

    summary = soup("{% error_summary form %}", form=form).select_one("#error-summary")

    assert (summary and [words(part) for part in summary.select("p, li")]) == said


@pytest.mark.parametrize(
    ("label", "error", "said"),
    [
        ("Meddelande", "Texten är 2 tecken för lång.", "Meddelande: Texten är 2 tecken för lång."),
        ("Namn", "Skriv ditt namn.", "Skriv ditt namn."),
        ("E-postadress", "E-postadressen är för lång.", "E-postadressen är för lång."),
        ("Efterträdarens e-postadress", "Skriv e-postadressen.", "Efterträdarens e-postadress: Skriv e-postadressen."),
        ("Namn", "Skriv föreningens smeknamn.", "Namn: Skriv föreningens smeknamn."),
        ("Hur mycket?", "Välj heltid eller deltid.", "Hur mycket? Välj heltid eller deltid."),
        ("Mer (valfritt) +", "Skriv & <b>.", "Mer (valfritt) +: Skriv & <b>."),
    ],
)
def test_each_line_of_the_error_summary_names_its_box_and_the_box_does_not_name_itself(
    label: str, error: str, said: str
) -> None:
    class OneField(forms.Form):
        box = forms.CharField(required=False, label=label)

    form = OneField({})
    form.add_error("box", error)
    page = form_soup(form)

    assert [words(line) for line in page.select("#error-summary li")] == [said]
    assert words(page.select_one(".field__error")) == f"Fel: {error}"


def test_a_form_that_was_not_sent_has_no_summary() -> None:
    assert form_soup(ExampleForm()).select_one("#error-summary") is None


def test_hint_and_error_describe_the_control() -> None:
    page = form_soup(ExampleForm({}))
    control = page.select_one("#id_name")
    assert control is not None
    assert control["aria-invalid"] == "true"
    assert [words(page.find(id=part)) for part in str(control["aria-describedby"]).split()] == [
        "För- och efternamn.",
        "Fel: Skriv ditt namn.",
    ]


def test_a_group_of_choices_is_a_fieldset_that_its_error_describes() -> None:
    group = form_soup(ExampleForm({})).select_one("fieldset")
    assert group is not None
    assert words(group.legend) == "Program"
    assert group["aria-describedby"] == "id_wishes_error"
    assert [words(label) for label in group.select("label")] == ["Det ena", "Det andra"]


def test_only_the_optional_fields_are_marked() -> None:
    labels = [words(label) for label in form_soup(ExampleForm()).select(".field__label")]
    assert labels == ["Namn", "Meddelande (valfritt)", "Program"]


def test_the_trap_is_reached_by_nobody() -> None:
    trap = form_soup(ExampleForm()).select_one(".hp")
    assert trap is not None
    assert trap["aria-hidden"] == "true"
    assert [control["tabindex"] for control in trap.select("input")] == ["-1"]


def test_the_browser_leaves_the_judging_to_us() -> None:
    page = form_soup(ExampleForm())
    assert page.form is not None
    assert page.form.has_attr("novalidate")
    assert page.select("[maxlength], [pattern], [style]") == []


def test_the_title_of_a_page_with_errors_says_so_first() -> None:
    source = "{% error_prefix %}Anmäl intresse"
    assert render(source, form=ExampleForm({})) == "Fel: Anmäl intresse"
    assert render(source, form=ExampleForm()) == "Anmäl intresse"
    assert render(source, forms=[ExampleForm(), ExampleForm({})]) == "Fel: Anmäl intresse"
    assert render(source) == "Anmäl intresse"
