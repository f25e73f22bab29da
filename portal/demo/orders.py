"""Made-up orders of long films, placed by the same verb as real ones, and a year of counted orders for the plots."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date

from django.db import transaction
from django.utils import timezone

from media_catalog.actions.orders import place_order
from media_catalog.forms.orders import OrderContent
from media_catalog.models import MediaItem, Order, Orderer, OrderKind, OrderTally
from media_catalog.queries.orders import offered_films
from portal.core import audit
from portal.core.captcha import CaptchaResult
from portal.core.forms import Submitted
from portal.core.models import CaptchaOutcome
from portal.core.normalisation import clean_address
from portal.organisations.models import Organisation

NAMESPACE = uuid.UUID("0b8f5d0e-52d1-4c8b-9d1f-6f3a9a1c5e77")
# Name, address, code of the organisation, another organisation, purpose.
PEOPLE = (
    ("Berit Demosson", "berit.demosson@kommun.example", "1280", "", "Vi vill se filmen i styrelsen."),
    ("Omar Exempel", "omar.exempel@region.example", "09", "", ""),
    ("Siri Påhitt", "siri.pahitt@hogskola.example", "", "Påhittade högskolan", "Till en kurs om ledarskap."),
)
MONTHS = 12


@transaction.atomic
def ensure_orders() -> int:
    """Place the made-up orders once, when there are films to order; returns how many that were."""
    films = offered_films()
    if not films or Order.objects.exists():
        return 0
    for number, person in enumerate(PEOPLE):
        _place(person, films[: 1 + number % len(films)])
    for film in films:
        _count_a_year(film)
    return len(PEOPLE)


def _place(person: tuple[str, str, str, str, str], films: tuple[MediaItem, ...]) -> None:
    name, email, code, other, purpose = person
    content = OrderContent(
        kind=OrderKind.FILMS,
        name=name,
        address=clean_address(email),
        phone="",
        organisation=Organisation.objects.filter(code=code).first(),
        other_organisation=other,
        purpose=purpose,
        films=films,
    )
    proof = hashlib.sha256(email.encode()).hexdigest()
    captcha = CaptchaResult(CaptchaOutcome.SOLVED, proof)
    place_order(content, Submitted(uuid.uuid5(NAMESPACE, email), proof, captcha, ()), by=audit.PERSON)


def _count_a_year(film: MediaItem) -> None:
    """Numbers without meaning, the same at each run, for the months before this one."""
    now = timezone.localdate()
    this_month = now.year * 12 + now.month - 1
    numbers = hashlib.sha256(film.slug.encode()).digest()
    for back in range(1, MONTHS):
        month = this_month - back
        for place, orderer in enumerate(Orderer):
            number = numbers[(back + 7 * place) % len(numbers)] % (9 - 2 * place)
            OrderTally.objects.create(
                film=film, month=date(month // 12, month % 12 + 1, 1), orderer=orderer, number=number
            )
