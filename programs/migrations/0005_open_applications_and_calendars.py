import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programs", "0004_meetings_letters_learning")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="captcha_outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("solved", "klarad"),
                    ("no_script", "utan JavaScript"),
                    ("unavailable", "kontrollen svarade inte"),
                ],
                default="",
                editable=False,
                max_length=12,
                verbose_name="robotkontroll",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="application",
            name="captcha_proof",
            field=models.CharField(editable=False, max_length=64, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="application",
            name="flags",
            field=models.JSONField(blank=True, default=list, editable=False, verbose_name="att titta på"),
        ),
        migrations.AddField(
            model_name="occasion",
            name="calendar_changed_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
    ]
