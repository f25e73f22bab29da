"""The pages of process leading and of the mentor programme: what they are, and a form to ask SKR."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from media_catalog.forms.orders import MentorForm, OrdererForm, ProcessLeadingForm
from media_catalog.models.orders import OrderKind, order_deletion_day
from media_catalog.views.orders import posted, receipt_page
from portal.core.forms import new_token
from portal.core.microcache import microcached


# Not "no-store": going back must bring the same form with its token and what was typed, so that it can be mended.
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
@microcached(fills={"token": lambda: new_token(ProcessLeadingForm.form_name)})
def request_process_leading(request: HttpRequest) -> HttpResponse:
    def page(form: OrdererForm) -> HttpResponse:
        return _form_page(request, form, "media_catalog/request_process_leading.html")

    if request.method == "POST":
        return posted(request, lambda: ProcessLeadingForm(request.POST), page, "process_leading_receipt")
    return page(ProcessLeadingForm())


@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
@microcached(fills={"token": lambda: new_token(MentorForm.form_name)})
def request_mentor(request: HttpRequest) -> HttpResponse:
    def page(form: OrdererForm) -> HttpResponse:
        return _form_page(request, form, "media_catalog/request_mentor.html")

    if request.method == "POST":
        return posted(request, lambda: MentorForm(request.POST), page, "mentor_receipt")
    return page(MentorForm())


def _form_page(request: HttpRequest, form: OrdererForm, template: str) -> HttpResponse:
    context = {"form": form, "deletion_day": order_deletion_day()}
    return render(request, template, context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def process_leading_receipt(request: HttpRequest, receipt: uuid.UUID) -> HttpResponse:
    return receipt_page(request, receipt, OrderKind.PROCESS_LEADING)


@never_cache
@require_safe
def mentor_receipt(request: HttpRequest, receipt: uuid.UUID) -> HttpResponse:
    return receipt_page(request, receipt, OrderKind.MENTOR)
