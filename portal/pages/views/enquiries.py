"""The contact form and the report of a barrier: the form, what becomes of a post, and the receipt."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core import audit
from portal.core.captcha import ProofAlreadyUsed
from portal.core.forms import new_token
from portal.core.microcache import microcached
from portal.core.receipts import decoy_id, decoy_reference, is_decoy
from portal.core.requests import note_robot, seconds_to_wait, see_other
from portal.core.views import refusal
from portal.pages.actions.enquiries import report_barrier, send_message
from portal.pages.forms import AccessibilityReportForm, ContactForm
from portal.pages.mail import CONTACT_LETTERS
from portal.pages.models import AccessibilityReport, ContactMessage, Page, PageKey
from portal.pages.queries import receipt_status


# Not "no-store": going back must bring the same form with its token and what was typed, so that it can be mended.
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
@microcached(fills={"token": lambda: new_token(ContactForm.form_name)})
def contact(request: HttpRequest) -> HttpResponse:
    """The contact form, and what becomes of a post of it. Nothing in the address is read, so nothing is echoed."""
    if request.method != "POST":
        return _contact_page(request, ContactForm())
    if wait := seconds_to_wait("contact", request):
        return refusal(request, 429, retry_after=wait)
    form = ContactForm(request.POST)
    if form.is_from_robot:
        note_robot("contact")
        return see_other(reverse("contact_receipt", args=[decoy_id()]))
    if not form.is_valid():
        return _contact_page(request, form)
    try:
        message = send_message(form.message_content(), form.submitted(), by=audit.PERSON)
    except ProofAlreadyUsed:
        form.refuse_proof()
        return _contact_page(request, form)
    return see_other(reverse("contact_receipt", args=[message.pk]))


def _contact_page(request: HttpRequest, form: ContactForm) -> HttpResponse:
    page = get_object_or_404(Page.objects.published(), key=PageKey.CONTACT)
    context = {"page": page, "form": form, "record": ContactMessage.personal_record}
    return render(request, "pages/contact.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def contact_receipt(request: HttpRequest, receipt: uuid.UUID) -> HttpResponse:
    """The reference, what became of the mail, and what happens next. Nothing about the sender."""
    if is_decoy(receipt):
        return render(request, "pages/contact_receipt.html", {"reference": decoy_reference(receipt)})
    message = ContactMessage.objects.filter(pk=receipt).first()
    if message is None:
        raise Http404
    context = {"reference": message.reference, "mail": receipt_status(message, CONTACT_LETTERS)}
    return render(request, "pages/contact_receipt.html", context)


@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
@microcached(fills={"token": lambda: new_token(AccessibilityReportForm.form_name)})
def accessibility_report(request: HttpRequest) -> HttpResponse:
    """The form for a barrier on the site; it can be sent without a word about who one is."""
    if request.method != "POST":
        return _report_page(request, AccessibilityReportForm())
    if wait := seconds_to_wait("accessibility-report", request):
        return refusal(request, 429, retry_after=wait)
    form = AccessibilityReportForm(request.POST)
    if form.is_from_robot:
        note_robot("accessibility-report")
        return see_other(reverse("accessibility_report_sent"))
    if not form.is_valid():
        return _report_page(request, form)
    try:
        report_barrier(form.report_content(), form.submitted(), by=audit.PERSON)
    except ProofAlreadyUsed:
        form.refuse_proof()
        return _report_page(request, form)
    return see_other(reverse("accessibility_report_sent"))


def _report_page(request: HttpRequest, form: AccessibilityReportForm) -> HttpResponse:
    context = {"form": form, "record": AccessibilityReport.personal_record}
    return render(request, "pages/accessibility_report.html", context, status=422 if form.is_bound else 200)


@require_safe
@microcached()
def accessibility_report_sent(request: HttpRequest) -> HttpResponse:
    """Thanks for a report. The page is the same for everybody, so it says nothing of who reported what."""
    return render(request, "pages/accessibility_report_sent.html")
