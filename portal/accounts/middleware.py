"""allauth's forms answer as ours do."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


class RefusedFormsSaySo:
    """422 instead of 200 when a form of a view that is not ours is shown again with its errors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        form = (response.context_data or {}).get("form")
        shown_again = request.method == "POST" and response.status_code == HTTPStatus.OK
        if shown_again and isinstance(form, BaseForm) and form.errors:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response
