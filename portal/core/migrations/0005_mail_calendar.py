from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0004_cache_table")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="calendar",
            field=models.TextField(blank=True, default="", editable=False, verbose_name="kalenderfil"),
            preserve_default=False,
        ),
    ]
