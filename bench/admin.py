"""Admin's list of interest registrations with 100,000 rows beside 1,000: `python -m bench.admin`. Aim: at most twice.

SQLite and PostgreSQL one after the other, each in a process of its own. Every page goes through the whole portal
(middleware, permissions, template); the clock stops when the response is rendered. The median of the rounds counts.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import statistics
import sys
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from bench import stack

if TYPE_CHECKING:
    from portal.core.models import OutgoingMail
    from portal.organisations.models import Organisation
    from programs.models import InterestRegistration, InterestRound

AIM = 2.0
FEW, MANY = 1_000, 100_000
BATCH = 5_000
LIST = "/admin/programs/interestregistration/"
# What staff opens: the list, other pages of it, every filter, another order, a search for many, for few, for nobody.
# Each page shows as many rows among the few as among the many.
PAGES = {
    "the list": "",
    "page 2": "?p=2",
    "page 20": "?p=20",
    "state": "?state__exact=registered",
    "round": "?interest_round__id__exact={round}",
    "programme": "?program={programme}",
    "role": "?role__exact=kso",
    "kind": "?slag=region",
    "to look at": "?titta=ja",
    "by name": "?o=1",
    "by organisation": "?o=2",
    "search: a rare name": "?q=Xerxes",
    "search: two words": "?q=xerxes+quist",
    "search: a common name": "?q=%C3%A5sa",
    "search: a reference": "?q=SAM-0000-0007",
    "search: nobody": "?q=zzzzzz",
}
FIRST = (
    "Åsa",
    "Bo",
    "Cia",
    "Dan",
    "Eva",
    "Fia",
    "Gun",
    "Hans",
    "Ida",
    "Jan",
    "Kim",
    "Lea",
    "Mia",
    "Nils",
    "Olga",
    "Per",
)
LAST = (
    "Lind",
    "Ek",
    "Öberg",
    "Ström",
    "Falk",
    "Holm",
    "Dahl",
    "Berg",
    "Åkesson",
    "Malm",
    "Quist",
    "Ros",
    "Sand",
    "Vik",
)


def main() -> int:
    return stack.on_both_databases("bench.admin", __doc__, 15, _measure)


def _measure(rounds: int) -> int:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    with Path(os.devnull).open("w") as nowhere:
        call_command("load_reference_data", stdout=nowhere)
    random.seed(7)
    _fill(FEW)
    _rename_some()
    few = _times(rounds)
    _fill(MANY - FEW)
    many = _times(rounds)
    return _report(few, many)


def _report(few: dict[str, float], many: dict[str, float]) -> int:
    print(f"  {'page':22} {FEW:>10,} {MANY:>10,}  ratio")
    ratios = {page: many[page] / few[page] for page in PAGES}
    for page, ratio in ratios.items():
        missed = "" if ratio <= AIM else "  MISSED"
        print(f"  {page:22} {few[page]:7.1f} ms {many[page]:7.1f} ms  {ratio:5.2f}{missed}", flush=True)
    return 0 if max(ratios.values()) <= AIM else 1


def _times(rounds: int) -> dict[str, float]:
    """The median time of each page in milliseconds. The rounds go through all pages in turn."""
    from django.test import Client

    from programs.models import InterestRound, Programme
    from tests.accounts.people import log_in, make_staff

    client = log_in(Client(SERVER_NAME="localhost"), make_staff(f"{uuid.uuid4().hex}@skr.example"))
    round_id = InterestRound.objects.latest("year").pk
    slug = Programme.objects.current().first().slug  # type: ignore[union-attr]  # the reference data has some
    paths = {page: LIST + query.format(round=round_id, programme=slug) for page, query in PAGES.items()}
    taken: dict[str, list[float]] = {page: [] for page in PAGES}
    for number in range(rounds + 1):
        for page, path in paths.items():
            started = time.perf_counter()
            response = client.get(path)
            seconds = time.perf_counter() - started
            assert response.status_code == 200, f"{path}: {response.status_code}"
            if number:
                taken[page].append(1000 * seconds)
    return {page: statistics.median(values) for page, values in taken.items()}


def _rename_some() -> None:
    """A few whom every search for them finds, however many others there are: the same page is compared."""
    from programs.models import InterestRegistration

    for number, row in enumerate(InterestRegistration.objects.order_by("pk")[:10]):
        row.name, row.reference = "Xerxes Quist", f"SAM-0000-{number:04}"
        row.save()


def _fill(number: int) -> None:
    """So many registrations more, each with its choice of programmes and its confirmation, as the form makes them."""
    from django.db import connection

    for start in range(0, number, BATCH):
        _add(min(BATCH, number - start))
    with connection.cursor() as cursor:
        # As PostgreSQL does by itself some minutes later.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _add(number: int) -> None:
    from django.db import transaction

    from portal.core.models import OutgoingMail
    from portal.organisations.models import Organisation
    from programs.models import InterestRegistration, InterestRound, Programme

    round_of_year = InterestRound.objects.get_or_create(year=2027)[0]
    organisations = list(Organisation.objects.active())
    programmes = list(Programme.objects.current())
    rows = [_registration(round_of_year, random.choice(organisations)) for _number in range(number)]
    chosen = InterestRegistration.programmes.through
    with transaction.atomic():
        InterestRegistration.objects.bulk_create(rows)
        chosen.objects.bulk_create(
            chosen(interestregistration_id=row.pk, programme_id=random.choice(programmes).pk) for row in rows
        )
        OutgoingMail.objects.bulk_create(_confirmation(row) for row in rows)


def _registration(interest_round: InterestRound, organisation: Organisation) -> InterestRegistration:
    from portal.core.models import CaptchaOutcome
    from portal.core.references import new_reference
    from portal.core.search import fold
    from programs.models import InterestRegistration, Role

    name = f"{random.choice(FIRST)} {random.choice(LAST)}"
    key = f"{uuid.uuid4().hex}@kommun.example"
    row = InterestRegistration(
        interest_round=interest_round,
        reference=new_reference(),
        name=name,
        email=key,
        email_key=key,
        organisation=organisation,
        role=random.choice(Role.values),
        submission_token=uuid.uuid4(),
        submission_digest="",
        captcha_outcome=CaptchaOutcome.SOLVED,
        # Often enough that a thousand fill a page of them.
        flags=["haste"] if random.random() < 0.1 else [],
        created_at=_moment(),
        delete_after=dt.date(2030, 1, 1),
    )
    row.search_text = fold(" ".join(row.search_fields()))
    return row


def _moment() -> dt.datetime:
    return dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=random.randrange(300 * 86_400))


def _confirmation(row: InterestRegistration) -> OutgoingMail:
    from portal.core.models import OutgoingMail, label_of
    from portal.core.states import MailState

    about_type, about_id = label_of(row)
    return OutgoingMail(
        key=f"interest_registered:{row.pk.hex}",
        message_id=f"<{row.pk.hex}@localhost>",
        letter="programs/interest_registered",
        to_email=row.email,
        from_email="samspel@skr.example",
        subject="Vi har tagit emot din intresseanmälan",
        text_body="Hej!",
        html_body="<p>Hej!</p>",
        about_type=about_type,
        about_id=about_id,
        state=MailState.SENT,
        not_before=None,
        sent_at=row.created_at,
        delete_after=row.delete_after,
    )


if __name__ == "__main__":
    sys.exit(main())
