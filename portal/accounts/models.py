"""People who can log in. An e-mail address is the user name and there are no passwords: a code comes by mail."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.personal_data import HoldsPersonalData, PersonalField, PersonalRecord

# After the day on which nothing else of the person's was left.
DAYS_OF_UNUSED_ACCOUNT = 30


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_unusable_password()
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Django's `createsuperuser` asks for a password; there is none here, so what is given is not kept."""
        return self.create_user(email, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin, HoldsPersonalData):
    """Somebody who logs in: SKR's staff, participants and pairs."""

    personal_record: ClassVar[PersonalRecord] = PersonalRecord(
        title=_("Konto att logga in med"),
        purpose=_("Vi släpper bara in rätt person till det som är personens eget."),
        basis=_("Berättigat intresse: du använder sidor som bara du ska se (artikel 6.1 f)."),
        kept=_("Så länge du har något hos oss att logga in till. När inget är kvar raderas kontot efter 30 dagar."),
        days=DAYS_OF_UNUSED_ACCOUNT,
        fields=(
            PersonalField("name", _("Namn"), _("Visa vem som är inloggad.")),
            PersonalField("email", _("E-postadress"), _("Skicka koden som du loggar in med.")),
            PersonalField("last_login", _("När du senast loggade in"), _("Se att kontot används av rätt person.")),
        ),
    )

    email = models.EmailField(_("e-postadress"), max_length=254, unique=True)
    name = models.CharField(_("namn"), max_length=200, blank=True)
    is_staff = models.BooleanField(_("arbetar på SKR"), default=False, help_text=_("Får logga in i administrationen."))
    is_active = models.BooleanField(_("aktiv"), default=True, help_text=_("Avmarkera i stället för att ta bort."))
    date_joined = models.DateTimeField(_("skapad"), default=timezone.now, editable=False)
    # Set when nothing that one could log in to is left; empty while there is something.
    delete_after: models.DateField[date | None, date | None] = models.DateField(
        _("raderas efter"), null=True, blank=True, editable=False, db_index=True
    )

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"

    class Meta:
        verbose_name = _("användare")
        verbose_name_plural = _("användare")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_user_per_email",
                violation_error_message=_("Det finns redan ett konto med den e-postadressen."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The address in small letters: allauth looks for it so, and whoever was written "Asa@…" would get no code."""
        self.email = self.email.lower()
        super().save(*args, **kwargs)
