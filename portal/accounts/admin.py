"""Accounts and roles in admin. Whoever adds somebody needs the address only; there are no passwords."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts import actions
from portal.accounts.models import User
from portal.core import admin_questions, audit
from portal.core.admin_questions import Question
from portal.core.admin_site import SECOND_STEPS, site
from portal.core.admin_trail import AuditedAdmin


@admin.register(User)
class UserAdmin(AuditedAdmin[User]):
    list_display = ("email", "name", "is_staff", "is_active", "second_step", "last_login")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("email", "name")
    ordering = ("email",)
    fieldsets = (
        (None, {"fields": ("email", "name")}),
        (_("Vad kontot får göra"), {"fields": ("is_active", "is_staff", "groups", "is_superuser")}),
        (_("Inloggning"), {"fields": ("second_step", "last_login", "date_joined")}),
    )
    readonly_fields = ("second_step", "last_login", "date_joined")
    actions = ("remove_second_step",)

    @admin.display(description=_("andra steg"), boolean=True)
    def second_step(self, user: User) -> bool:
        return bool(Authenticator.objects.filter(user_id=user.pk, type__in=SECOND_STEPS).exists())

    @admin.action(description=_("Ta bort andra steget (för den som har tappat sin telefon) …"), permissions=["change"])
    def remove_second_step(self, request: HttpRequest, users: QuerySet[User]) -> HttpResponse | None:
        """Ask first: what is removed cannot be put back, and until the next log-in the code by mail is all there is."""
        chosen = list(users[: admin_questions.MOST + 1])
        if admin_questions.are_too_many(request, chosen):
            return None
        if not admin_questions.is_answered(request):
            return admin_questions.ask_about_chosen(self, request, _removal(chosen), chosen)
        for user in chosen:
            actions.remove_second_step(user, by=audit.staff(request.user))
            text = gettext("%(user)s väljer ett nytt andra steg vid nästa inloggning.")
            messages.success(request, text % {"user": user})
        return None

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["widget"] = forms.CheckboxSelectMultiple()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm[User], change: bool) -> None:
        by = audit.staff(request.user)
        if change:
            actions.change_user(obj, form.changed_data, by=by)
        else:
            actions.add_user(obj, by=by)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """The trail names people by their account: it is closed, not removed."""
        return False


def _removal(users: Sequence[User]) -> Question:
    text = _(
        "Appen och reservkoderna slutar att gälla. Det går inte att ångra: personen väljer ett nytt andra steg vid"
        " nästa inloggning. Kontrollera först att det är rätt person som ber om det:"
    )
    about = [f"{user.name}, {user.email}" if user.name else user.email for user in users]
    return Question(_("Ta bort andra steget?"), text, _("Ja, ta bort"), about)


site.register_events(
    {
        "accounts.user_added": _("kontot lades upp"),
        "accounts.user_changed": _("kontot ändrades"),
        "accounts.second_step_removed": _("andra steget togs bort"),
        "accounts.mistaken_account_removed": _("ett konto med fel adress togs bort"),
    }
)
site.register_letters(
    {
        "accounts/login_code": _("kod för att logga in"),
        "accounts/security_change": _("säkerheten för kontot ändrades"),
    }
)
