"""One form, its receipt, and a page of 10 kB."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from bench.bare.forms import RegistrationForm, ShortForm
from bench.bare.models import Mail, Organisation, Registration


def register(request: HttpRequest, form_class: type[ShortForm] = RegistrationForm) -> HttpResponse:
    form = form_class(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        if not isinstance(data["organisation"], Organisation):
            data["organisation"] = Organisation(code=data["organisation"])
        with transaction.atomic():
            registration = Registration.objects.create(**data)
            Mail.objects.create(
                registration=registration,
                to_email=registration.email,
                subject="Tack för din anmälan",
                body=f"Hej {registration.name}! Vi har tagit emot din anmälan {registration}.",
            )
        return redirect("receipt", registration.pk)
    return render(request, "register.html", {"form": form})


def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "receipt.html", {"registration": get_object_or_404(Registration, pk=pk)})


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "page.html", {"title": "En sida", "rows": range(20)})
