"""Our admin site: Django's own, in our colours and words, and only for staff that has passed a second step.

The front page shows panels ("what is new"). An app adds its own in its `admin.py`:

    site.register_panel(my_panel)   # def my_panel(request: HttpRequest) -> Panel | None

and names its events for the trail: `site.register_events({...})` (see `admin_trail`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar, cast

from allauth.account.authentication import get_authentication_records
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import admin, auth, messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal.core.admin_boxes import text_boxes
from portal.core.logged_out import View, typed_page

Text = str | Promise
# Recovery codes replace a lost second step; alone they are none.
SECOND_STEPS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


@dataclass(frozen=True)
class Row:
    """One line of a panel: how many of something there are, and the list that shows them."""

    label: Text
    number: int
    url: str
    # Something that should not be: the line stands out when the number is not 0.
    alarming: bool = False


@dataclass(frozen=True)
class Panel:
    title: Text
    rows: list[Row]


PanelFunction = Callable[[HttpRequest], Panel | None]


def has_passed_second_step(request: HttpRequest) -> bool:
    """Whether this session has shown a TOTP code, a recovery code or a passkey."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def has_second_step(user: AbstractBaseUser | AnonymousUser) -> bool:
    return bool(is_mfa_enabled(user, SECOND_STEPS))


class SamspelAdminSite(AdminSite):
    site_header = _("Samspel – administration")
    site_title = _("Samspel")
    index_title = _("Översikt")
    site_url = "/"
    # The lists need the width, and the front page is one press away.
    enable_nav_sidebar = False
    # Accounts have no passwords.
    without: ClassVar[set[str]] = {"password_change", "password_change_done"}
    # allauth's models hold secrets, and the roles are kept by `portal.accounts.permissions`: neither is edited by hand.
    hidden_apps: ClassVar[set[str]] = {"account", "auth", "mfa"}

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._panels: list[PanelFunction] = []
        self._events: dict[str, Text] = {}
        self._letters: dict[str, Text] = {}
        self.letters_between_others: set[str] = set()

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin[Any]] | None = None,
        **options: Any,
    ) -> None:
        models = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else model_or_iterable
        shown = [model for model in models if model._meta.app_label not in self.hidden_apps]
        super().register(shown, admin_class, **options)

    def register_panel(self, panel: PanelFunction) -> PanelFunction:
        """Show the panel that the function makes on the front page; None means nothing to show to this person."""
        self._panels.append(panel)
        return panel

    def labels_open_to(self, request: HttpRequest) -> list[str]:
        """The kinds of things that have a page here which this person may open: ["programs.place", …]."""
        return [
            model._meta.label_lower
            for model, its in self._registry.items()
            if its.has_view_or_change_permission(request)
        ]

    def register_events(self, labels: Mapping[str, Text]) -> None:
        """What the events of the audit trail are called: {"core.mail_resent": _("mejlet skickades igen")}."""
        self._events.update(labels)

    def event_label(self, event: str) -> str:
        return str(self._events.get(event, event))

    def event_labels(self) -> list[tuple[str, str]]:
        """All events that have a name, in the order of the names."""
        return sorted(((event, str(label)) for event, label in self._events.items()), key=lambda pair: pair[1])

    def register_letters(self, labels: Mapping[str, Text], *, between_others: bool = False) -> None:
        """What the letters are called, by the name of their template. `between_others`: see `admin_letters`."""
        self._letters.update(labels)
        if between_others:
            self.letters_between_others.update(labels)

    def letter_label(self, name: str) -> str:
        return str(self._letters.get(name, name))

    def letter_labels(self) -> list[tuple[str, str]]:
        """All letters that have a name, in the order of the names."""
        return sorted(((name, str(label)) for name, label in self._letters.items()), key=lambda pair: pair[1])

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and has_second_step(request.user) and has_passed_second_step(request)

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # type: ignore[override]  # the stub's variable
        """As Django's, but what staff typed on a page that outlived their log-in is not thrown away."""
        admitted, boxes = super().admin_view(view, cacheable), text_boxes(view)

        @wraps(admitted)
        def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            way = request.get_full_path()
            shown = None if request.user.is_authenticated else typed_page(request, way, boxes)
            return shown or admitted(request, *args, **kwargs)

        return cast("View", asked)

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send people on to what they lack: an account, staff rights, a second step, or showing it."""
        wanted = get_next_redirect_url(request) or reverse("admin:index")
        if not request.user.is_authenticated:
            return _redirect("account_login", wanted)
        if not super().has_permission(request):
            raise PermissionDenied
        if not has_second_step(request.user):
            return _redirect("mfa_index", wanted)
        if not has_passed_second_step(request):
            return _redirect(_reauthentication_for(request.user), wanted)
        return redirect(wanted)

    @method_decorator([never_cache, require_POST])
    def logout(  # type: ignore[override]  # the stub promises a page, Django only needs a response
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """As `portal.accounts.views.LogOut`: nothing stays in the browser."""
        auth.logout(request)
        messages.success(request, _("Du är utloggad."))
        response = redirect("account_login")
        response["Clear-Site-Data"] = '"storage"'
        return response

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        panels = [panel for make in self._panels if (panel := make(request)) is not None]
        return super().index(request, {"panels": panels, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [url for url in super().get_urls() if getattr(url, "name", None) not in self.without]


def _redirect(name: str, wanted: str) -> HttpResponse:
    return redirect(f"{reverse(name)}?{urlencode({'next': wanted})}")


def _reauthentication_for(user: AbstractBaseUser | AnonymousUser) -> str:
    """The page for the code of the app, or for the passkey when there is no app."""
    return "mfa_reauthenticate" if is_mfa_enabled(user, [Authenticator.Type.TOTP]) else "mfa_reauthenticate_webauthn"


# The site that admin.py modules register with, typed.
site = cast("SamspelAdminSite", admin.site)
