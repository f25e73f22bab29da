"""What the database would refuse is told beside the field that it is about, not at the top of admin's form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import EMPTY_VALUES
from django.db.models import BaseConstraint, CheckConstraint, F, Model, Q, UniqueConstraint

ModelT = TypeVar("ModelT", bound=Model)


def columns(constraint: BaseConstraint) -> list[str]:
    """The fields that the constraint looks at, in the order in which it names them."""
    if isinstance(constraint, UniqueConstraint):
        named = [name for each in constraint.expressions for name in _in(each)]
        return [*constraint.fields, *named, *_in(constraint.condition)]
    return list(_in(constraint.condition)) if isinstance(constraint, CheckConstraint) else []


def _in(node: Any) -> Iterator[str]:
    if isinstance(node, Q):
        for child in node.children:
            yield from _of_pair(*child) if isinstance(child, tuple) else _in(child)
    elif isinstance(node, F):
        yield node.name  # type: ignore[attr-defined]  # the stubs do not know it
    else:
        for each in getattr(node, "get_source_expressions", list)():
            yield from _in(each)


def _of_pair(lookup: str, value: Any) -> Iterator[str]:
    yield lookup.partition("__")[0]
    yield from _in(value)


class AdminForm(forms.ModelForm[ModelT]):
    """A form of admin: its refusals stand where the person can mend them, also what a field it only shows decides."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # no name of the stubs
        for constraint in filter(self._is_decided_elsewhere, self.instance._meta.constraints):
            try:
                constraint.validate(type(self.instance), self.instance)
            except ValidationError as refused:
                self._update_errors(refused)

    def _is_decided_elsewhere(self, constraint: BaseConstraint) -> bool:
        """Django looks at no constraint of which a field is not asked for here: the database would refuse the row."""
        asked = {column for column in columns(constraint) if column in self.fields}
        is_partly_asked = 0 < len(asked) < len(set(columns(constraint)))
        return isinstance(constraint, CheckConstraint) and is_partly_asked and not asked & set(self.errors)

    def _update_errors(self, errors: ValidationError) -> None:
        # Django's own hook: all that the model refuses comes through here.
        super()._update_errors(_beside_the_fields(self, errors))  # type: ignore[misc]  # no name of the stubs


def use_admin_form() -> None:
    """Make every model admin and every inline without a form of its own use it; called before the first one is made."""
    BaseModelAdmin.form = AdminForm  # type: ignore[misc]  # one form for all of them


def _beside_the_fields(form: forms.ModelForm[Any], errors: ValidationError) -> ValidationError:
    told: dict[str, list[ValidationError]] = {}
    for name, found in errors.update_error_dict({}).items():
        for error in found:
            told.setdefault(_place_of(form, name, error), []).append(error)
    return ValidationError(told)


def _place_of(form: forms.ModelForm[Any], name: str, error: ValidationError) -> str:
    """The constraint is known by its words. It is about a field that was left empty, else about the first it names."""
    if name != NON_FIELD_ERRORS:
        return name
    said = [each for each in form.instance._meta.constraints if each.get_violation_error_message() == error.message]
    asked = [column for each in said for column in columns(each) if column in form.fields]
    left_empty = [column for column in asked if form.cleaned_data.get(column) in EMPTY_VALUES]
    return next(iter([*left_empty, *asked]), name)
