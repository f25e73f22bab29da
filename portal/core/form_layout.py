"""How the template pack lays a field out, and what the summary at the top of a refused form says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.forms.widgets import ChoiceWidget


@dataclass(frozen=True)
class ErrorLink:
    """A line of the error summary: what is wrong, and the id of the control that cures it (empty: the whole form)."""

    text: str
    target: str


def control_id(field: BoundField) -> str:
    """The id that a link to the field should lead to: a group of choices has no id of its own, its first choice has."""
    widget = field.field.widget
    if isinstance(widget, ChoiceWidget) and widget.use_fieldset:
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


def field_kind(field: BoundField) -> str:
    """How the template pack lays the field out: bare, hidden, trap, group, checkbox or plain.

    Bare: the widget is a component of ours and says itself what it is. Trap: the honeypot, which people never reach.
    """
    widget = field.field.widget
    if widget.template_name.startswith("components/"):
        return "bare"
    if field.is_hidden:
        return "hidden"
    if str(widget.attrs.get("tabindex")) == "-1":
        return "trap"
    if widget.use_fieldset:
        return "group"
    return "checkbox" if getattr(widget, "input_type", "") == "checkbox" else "plain"


def error_links(form: BaseForm) -> list[ErrorLink]:
    """The form's own errors first, then the fields in the order in which they stand."""
    links = [ErrorLink(str(error), "") for error in form.non_field_errors()]
    for field in form:
        target = "" if field_kind(field) == "hidden" else control_id(field)
        label = str(field.label) if target else ""
        links += [ErrorLink(_named(label, str(error)), target) for error in field.errors]
    return links


def _named(label: str, error: str) -> str:
    """The error, after the name of the box that it is about where it does not say so: beside the box it need not."""
    if not label or re.search(rf"\b{re.escape(label)}", error, re.IGNORECASE):
        return error
    return f"{label} {error}" if label.endswith((".", "?", "!", ":")) else f"{label}: {error}"
