"""Notes that are a person's own."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0004_silent_sections'),
    ]

    operations = [
        migrations.CreateModel(
            name='PrivateNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section_key', models.SlugField(max_length=40, verbose_name='rubrik')),
                ('text', models.TextField(verbose_name='anteckning')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='när')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='agreements.agreement', verbose_name='överenskommelse')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='agreements.member', verbose_name='deltagare')),
            ],
            options={
                'verbose_name': 'egen anteckning',
                'verbose_name_plural': 'egna anteckningar',
                'constraints': [models.UniqueConstraint(fields=('member', 'section_key'), name='one_note_per_person_and_section')],
            },
        ),
    ]
