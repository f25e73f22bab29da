"""Up to where each person has seen the shared text."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0005_private_notes'),
    ]

    operations = [
        migrations.AddField(
            model_name='member',
            name='seen_seq',
            field=models.PositiveBigIntegerField(default=0, editable=False),
        ),
    ]
