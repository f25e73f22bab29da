"""What anybody may see of agreements: the sample, and the check of a fingerprint."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agreements.forms import CheckForm
from agreements.queries.papers import check_fingerprint
from agreements.sample import FILE
from portal.core.uploads import remind_of_files


@require_safe
@cache_control(public=True, max_age=3600)
def agreement_sample(request: HttpRequest) -> HttpResponse:
    """A paper with made-up names (`manage.py make_sample_agreement`)."""
    response = HttpResponse(FILE.read_bytes(), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="exempel-overenskommelse.pdf"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_check(request: HttpRequest) -> HttpResponse:
    """Whether a file or a fingerprint is of something approved: yes or no and the date. Nothing is stored."""
    is_post = request.method == "POST"
    form = CheckForm(request.POST, request.FILES) if is_post else CheckForm()
    if not is_post or not form.is_valid():
        remind_of_files(form)
        return render(request, "agreements/agreement_check.html", {"form": form}, status=422 if is_post else 200)
    answer = check_fingerprint(form.digest())
    return render(request, "agreements/agreement_check.html", {"form": CheckForm(), "answer": answer})
