"""What the pages ask the database and the address table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import Resolver404, ResolverMatch, resolve

from media_catalog.models import MediaItem
from portal.core.mail_status import MailStatus, latest_status
from portal.core.models import OutgoingMail
from portal.pages.models import Enquiry, FeedbackAnswer, Page
from portal.pages.models.feedback import page_name
from programs.models import Programme
from programs.queries.catalogue import ProgrammeCard, programme_cards

# Prefixes of addresses that are no pages with a question at their foot.
_NO_QUESTION = ("/admin/", "/demo/", "/halsa/", "/konto/", "/kontroll/", "/csp/", "/feedback/")


@dataclass(frozen=True)
class StartPage:
    """The programmes on the start page, and the year that one can register interest for."""

    offered: tuple[ProgrammeCard, ...]
    interest_year: int | None


@dataclass(frozen=True)
class FeedbackCount:
    """How one page was judged."""

    page: str
    helpful: int
    not_helpful: int


def start_page(today: dt.date) -> StartPage:
    """What the start page says of the programmes. Two queries, however many they are."""
    offered = tuple(card for card in programme_cards(today) if not card.programme.historic)
    years = [card.situation.interest_year for card in offered if card.situation.interest_year is not None]
    return StartPage(offered, min(years, default=None))


def published_page(key: str) -> Page | None:
    """The page with that key, if visitors may see it, with the one who answers for it."""
    return Page.objects.published().filter(key=key).first()


def receipt_status(enquiry: Enquiry, letters: tuple[str, ...]) -> MailStatus | None:
    """What became of the latest confirmation that went to the sender."""
    return latest_status(OutgoingMail.objects.about(enquiry).filter(letter__in=letters))


def page_key_of(path: str) -> str | None:
    """A short name for a page of ours: its address's, with the programme or film that it shows; None for other paths.

    The path itself is not kept: addresses of receipts lead to a person.
    """
    if path.startswith(_NO_QUESTION):
        return None
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return _named(match)


def _named(match: ResolverMatch) -> str | None:
    if not match.url_name or match.namespaces:
        return None
    slug = match.kwargs.get("slug")
    if slug is None:
        return match.url_name
    shown = MediaItem.objects.listed() if match.url_name == "media_item" else Programme.objects.published()
    return f"{match.url_name}:{slug}" if shown.filter(slug=slug).exists() else None


def feedback_counts() -> list[FeedbackCount]:
    """Every page that somebody has judged, the least helpful first."""
    rows = FeedbackAnswer.objects.values_list("page_key").annotate(
        yes=Count("pk", filter=Q(helpful=True)), no=Count("pk", filter=Q(helpful=False))
    )
    return [FeedbackCount(page_name(key), yes, no) for key, yes, no in rows.order_by("-no", "page_key")]
