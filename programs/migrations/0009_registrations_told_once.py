"""Each registration is told to staff in one morning's mail: marked, and those that were told of before too."""

from typing import Any, ClassVar

from django.db import migrations, models
from django.db.models import F

LETTER = "programs/interest_summary"


def mark_what_was_told(apps: Any, schema_editor: Any) -> None:
    """What came in before the last summary was in one. The trail of mails is the only thing that knows."""
    last = apps.get_model("core", "OutgoingMail").objects.filter(letter=LETTER, resend_of=None).order_by("pk").last()
    if last is not None:
        rows = apps.get_model("programs", "InterestRegistration").objects.filter(created_at__lte=last.created_at)
        rows.update(told_at=F("created_at"))


def told_at() -> models.DateTimeField[Any, Any]:
    return models.DateTimeField(editable=False, null=True, verbose_name="berättad för SKR")


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("core", "0006_disposals"),
        ("programs", "0008_constraints_say_what_is_wrong"),
    ]
    operations: ClassVar = [
        migrations.AddField(model_name="interestregistration", name="told_at", field=told_at()),
        migrations.AddField(model_name="interestrepeat", name="told_at", field=told_at()),
        migrations.RunPython(mark_what_was_told, migrations.RunPython.noop),
    ]
