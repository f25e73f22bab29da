"""A person's own notes, and all that the room keeps about them."""

from __future__ import annotations

import json
import uuid

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agreements.actions.agreeing import NotAllowed
from agreements.actions.notes import write_note
from agreements.forms import NoteForm
from agreements.queries.own_data import own_data
from agreements.queries.room_page import note_values
from agreements.views.access import for_members, for_members_filling_in, visit
from agreements.views.agreeing import room_address
from agreements.views.rooms import room_response
from portal.core.requests import see_other
from portal.core.windows import SavedElsewhere


@never_cache
@require_POST
@for_members_filling_in(NoteForm, of_room=True)
def agreement_note(request: HttpRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """Write down, change or clear one's own note beside a section."""
    here = visit(request, pk)
    form = NoteForm(request.POST, stored=note_values(here.member, key))
    if not form.is_valid():
        return room_response(request, here, form, f"note-{key}")
    try:
        write_note(here.agreement, key, form.cleaned_data["text"], by=here.member, seen=form.what_was_seen())
    except SavedElsewhere as found:
        form.refuse_overwriting(found.stored)
        return room_response(request, here, form, f"note-{key}")
    except NotAllowed:
        messages.error(request, _("Anteckningen kan inte sparas här längre."))
    else:
        messages.success(request, _("Din anteckning är sparad. Bara du ser den."))
    return see_other(room_address(here.agreement, key))


@never_cache
@require_safe
@for_members
def agreement_own_data(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """All that the room keeps about the person who asks, as JSON."""
    here = visit(request, pk)
    facts = own_data(here.agreement, here.member)
    text = json.dumps(facts, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="mina-uppgifter.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
