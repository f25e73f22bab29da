"""The silent start is of sections that the two choose, no longer of the whole text."""

from django.db import migrations, models


def all_sections(apps, _schema_editor):
    for agreement in apps.get_model("agreements", "Agreement").objects.filter(writes_silently=True):
        sections = agreement.template_version.sections.order_by("position")
        agreement.silent_keys = list(sections.values_list("key", flat=True))
        agreement.save(update_fields=["silent_keys"])


def the_whole(apps, _schema_editor):
    apps.get_model("agreements", "Agreement").objects.exclude(silent_keys=[]).update(writes_silently=True)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0003_versions_never_change")]

    operations = [
        migrations.AddField(
            "agreement",
            "silent_keys",
            models.JSONField(blank=True, default=list, verbose_name="skriver var för sig först"),
        ),
        migrations.RunPython(all_sections, the_whole),
        migrations.RemoveField("agreement", "writes_silently"),
    ]
