"""Pages of the demo (DEBUG only): how to get in, and the mailbox."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.core.mail_preview import may_frame_previews, preview
from portal.demo import agreements, mailbox, staff

MAILS_PER_PAGE = 25


@never_cache
@require_safe
def demo_index(request: HttpRequest) -> HttpResponse:
    """How to get in, with the code that the telephone would show."""
    return render(request, "demo/index.html", {"steps": staff.second_steps(), "pairs": agreements.addresses()})


@never_cache
@require_safe
def demo_mailbox(request: HttpRequest) -> HttpResponse:
    page = Paginator(mailbox.names(), MAILS_PER_PAGE).get_page(request.GET.get("sida"))
    mails = [mail for name in page if (mail := mailbox.read(name)) is not None]
    return render(request, "demo/mailbox.html", {"page": page, "mails": mails})


def _mail(name: str) -> mailbox.DemoMail:
    mail = mailbox.read(name)
    if mail is None:
        raise Http404
    return mail


@may_frame_previews
@never_cache
@require_safe
def demo_message(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "demo/mailbox_message.html", {"mail": _mail(name)})


@never_cache
@require_safe
def demo_message_html(request: HttpRequest, name: str) -> HttpResponse:
    """The mail's HTML alone, for the frame. Its links open in a window of their own."""
    return preview(_mail(name).html.replace("<head>", '<head><base target="_blank">', 1))
