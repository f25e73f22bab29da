"""allauth's pages answer as ours do."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers

from portal.accounts.forms import SECONDS_TO_WAIT

# The page of the second step has two.
FORMS = ("form", "webauthn_form")


class PagesOfLogIn:
    """422 instead of 200 when a form of a view that is not ours is shown again with its errors; 429 for too often.

    No browser keeps the pages: recovery codes and the secret of an app came back by "back" after log-out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (page := request.resolver_match) and page.route.startswith("konto/"):
            add_never_cache_headers(response)
        return response

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        context = response.context_data or {}
        if request.method != "POST" or response.status_code != HTTPStatus.OK:
            return response
        refused = [form for name in FORMS if isinstance(form := context.get(name), BaseForm) and form.errors]
        if refused:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        if wait := max(map(_seconds_to_wait, refused), default=0):
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response["Retry-After"] = str(wait)
        return response


def _seconds_to_wait(form: BaseForm) -> int:
    errors = [error for of_field in form.errors.as_data().values() for error in of_field]
    return max((SECONDS_TO_WAIT.get(error.code or "", 0) for error in errors), default=0)
