"""Admin with the demo's data in it: no link leads to a closed door, and every form can be saved as it stands."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib.admin import ModelAdmin
from django.core.management import call_command
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.http import urlencode

from portal.accounts.models import User
from portal.core.admin_site import site
from portal.core.models import AuditEvent, OutgoingMail
from portal.demo import staff
from tests.accounts.people import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo.urls")]

# As many pages of one shape are read: the second may be of a thing in another state.
OF_ONE_SHAPE = 2
# What is made anew at each request and takes long, or leaves the house.
NOT_FOLLOWED = re.compile(r"/papper/|/demo/|\.pdf$|^/media/")


@pytest.fixture
def whole_demo(demo: str) -> None:
    """With the letters and pages that `make run` loads too."""
    for name in ("load_letters", "load_pages"):
        call_command(name, stdout=StringIO())


# --- Links -----------------------------------------------------------------------------------------------------------
def shape(address: str) -> tuple[str, ...]:
    """What kind of page it is: the path without the numbers, and what is asked for."""
    parts = urlsplit(address)
    return (re.sub(r"/(?:\d+|[0-9a-f-]{32,36})(?=/)", "/…", parts.path), *sorted(parse_qs(parts.query)))


def links(page: bytes, here: str) -> Iterator[str]:
    """Where the page leads within the portal. From a filtered list no further filter is chosen: there is no end."""
    for tag in BeautifulSoup(page, "html.parser").select("a[href], iframe[src]"):
        address = urljoin(here, str(tag.get("href") or tag.get("src"))).partition("#")[0]
        address = re.sub(r"[?&]_changelist_filters=[^&]*", "", address)
        if address.startswith("/") and not (urlsplit(here).query and urlsplit(address).query):
            yield address


def seeds() -> list[str]:
    """The front page, and the lists of mails and of the trail for each kind of thing that they are about."""
    lists: list[tuple[str, str, type[Model]]] = [
        ("core_auditevent", "subject_type", AuditEvent),
        ("core_outgoingmail", "about_type", OutgoingMail),
    ]
    return [
        reverse("admin:index"),
        *(
            f"{reverse(f'admin:{name}_changelist')}?{urlencode({column: kind})}"
            for name, column, model in lists
            for kind in model._default_manager.order_by().values_list(column, flat=True).distinct()
        ),
    ]


def closed_doors(client: Client) -> tuple[int, list[str]]:
    """How many pages there were, and the links that lead to none."""
    waiting, read, closed = deque((address, "") for address in seeds()), Counter[tuple[str, ...]](), []
    asked_for: set[str] = set()
    while waiting:
        address, seen_on = waiting.popleft()
        if address in asked_for or read[shape(address)] >= OF_ONE_SHAPE or NOT_FOLLOWED.search(address):
            continue
        asked_for.add(address)
        read[shape(address)] += 1
        answer = client.get(address)
        if answer.status_code >= 400:
            closed.append(f"{answer.status_code} {address} on {seen_on}")
        elif answer.status_code in {301, 302, 303}:
            waiting.append((urljoin(address, answer["Location"]).removeprefix("http://testserver"), seen_on))
        elif address.startswith(reverse("admin:index")) and answer["Content-Type"].startswith("text/html"):
            waiting.extend((link, address) for link in links(answer.content, address))
    return len(asked_for), closed


def test_nobody_in_admin_meets_a_link_that_they_may_not_follow(whole_demo: None) -> None:
    for member in staff.STAFF:
        client = log_in(Client(raise_request_exception=False), User.objects.get(email=member.email))

        pages, closed = closed_doors(client)

        assert closed == [], member.may
        assert pages > 100


# --- Forms -----------------------------------------------------------------------------------------------------------
def filled_in(form: Tag) -> dict[str, list[str]]:
    """What a browser would send if the form's own button was pressed at once."""
    told: dict[str, list[str]] = {}
    for box in form.select("input[name], textarea[name], select[name]"):
        for value in _values(box):
            told.setdefault(str(box["name"]), []).append(value)
    return told


def _values(box: Tag) -> list[str]:
    if box.name == "textarea":
        return [box.get_text().removeprefix("\n")]
    if box.name == "select":
        return [str(choice.get("value", "")) for choice in box.select("option[selected]")]
    kind = box.get("type", "text")
    if kind in {"submit", "file", "button"} or (kind in {"checkbox", "radio"} and not box.has_attr("checked")):
        return []
    return [str(box.get("value", "on" if kind == "checkbox" else ""))]


def refusal(client: Client, row: Model) -> str:
    """What the row's form says when it is saved as it stands; "" when it is saved, or when nobody may change it."""
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    page = BeautifulSoup(client.get(address).content, "html.parser")
    form = page.select_one(f"form#{row._meta.model_name}_form")
    if form is None or form.select_one("input[name=_save]") is None:
        return ""
    answer = client.post(address, filled_in(form))
    if answer.status_code == 302:
        return ""
    errors = BeautifulSoup(answer.content, "html.parser").select(".errorlist")
    return f"{address} {answer.status_code}: {'; '.join(error.get_text(' ') for error in errors)}"


def rows_in_admin() -> Iterator[Model]:
    for model, its in site._registry.items():
        yield from _shown(its).filter(pk__in=list(model._default_manager.values_list("pk", flat=True)[:FEW]))


# Of long lists, such as the municipalities, the first are enough.
FEW = 60


def _shown(its: ModelAdmin[Any]) -> Any:
    request = RequestFactory().get("/")
    request.user = User.objects.get(email=staff.STAFF[0].email)
    return its.get_queryset(request).order_by("pk")


def test_every_row_of_the_demo_can_be_saved_as_it_stands(whole_demo: None) -> None:
    client = log_in(Client(), User.objects.get(email=staff.STAFF[0].email))
    changeable = [row for row in rows_in_admin() if not isinstance(row, AuditEvent | OutgoingMail)]

    refused = [said for row in changeable if (said := refusal(client, row))]

    assert refused == []
    assert len(changeable) > 100
