"""The mix that staff wishes for."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from portal.core import audit
from programs.actions.locking import lock_cohort
from programs.models import Cohort, CompositionWish
from programs.queries.composition import wishes_of


@transaction.atomic
def set_wishes(cohort: Cohort, wishes: Mapping[tuple[str, str], int], *, by: audit.Actor) -> bool:
    """Let these shares (dimension, group: percent) be what is wished for, and no others; False when nothing changed."""
    locked = lock_cohort(cohort.pk)
    before = wishes_of(locked)
    if before == dict(wishes):
        return False
    CompositionWish.objects.filter(cohort=locked).delete()
    CompositionWish.objects.bulk_create(
        CompositionWish(cohort=locked, dimension=dimension, value=value, percent=percent)
        for (dimension, value), percent in wishes.items()
    )
    changed = {dimension for (dimension, _value), _percent in before.items() ^ dict(wishes).items()}
    audit.record("programs.wishes_set", locked, by=by, changed=sorted(changed))
    return True
