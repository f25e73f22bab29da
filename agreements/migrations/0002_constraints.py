# The rules that the database holds, apart from the tables so that each file can be read.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0001_initial'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='member',
            constraint=models.UniqueConstraint(condition=models.Q(('left_at__isnull', True), ('role__in', ('chair', 'chief'))), fields=('agreement', 'role'), name='one_chair_and_one_chief_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.UniqueConstraint(condition=models.Q(('left_at__isnull', True)), fields=('agreement', 'user'), name='one_membership_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['chair', 'chief', 'reader'])), name='member_role_is_known'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('role', 'reader'), _negated=True), ('access_until__isnull', False), _connector='OR'), name='member_reader_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='pulseanswer',
            constraint=models.UniqueConstraint(fields=('member', 'quarter'), name='one_pulse_per_person_and_quarter'),
        ),
        migrations.AddConstraint(
            model_name='pulseanswer',
            constraint=models.CheckConstraint(condition=models.Q(('cooperation__range', (1, 5)), ('direction__range', (1, 5)), ('support__range', (1, 5))), name='pulse_is_one_to_five'),
        ),
        migrations.AddConstraint(
            model_name='sectionmark',
            constraint=models.UniqueConstraint(fields=('member', 'section_key'), name='one_mark_per_person_and_section'),
        ),
        migrations.AddConstraint(
            model_name='sectionread',
            constraint=models.UniqueConstraint(fields=('member', 'section_key'), name='one_read_per_person_and_section'),
        ),
        migrations.AddConstraint(
            model_name='snapshot',
            constraint=models.UniqueConstraint(fields=('document', 'upto_seq'), name='snapshot_once'),
        ),
        migrations.AddConstraint(
            model_name='templateversion',
            constraint=models.UniqueConstraint(fields=('template', 'number'), name='template_version_number_once'),
        ),
        migrations.AddConstraint(
            model_name='templatesection',
            constraint=models.UniqueConstraint(fields=('version', 'key'), name='template_section_key_once'),
        ),
        migrations.AddConstraint(
            model_name='templatesection',
            constraint=models.UniqueConstraint(fields=('version', 'position'), name='template_section_position_once'),
        ),
        migrations.AddConstraint(
            model_name='templatesection',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['text', 'meetings'])), name='template_section_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['writing', 'approved', 'ended'])), name='agreement_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='update',
            constraint=models.UniqueConstraint(fields=('document', 'seq'), name='update_number_once'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.UniqueConstraint(fields=('agreement', 'number'), name='version_number_once'),
        ),
        migrations.AddConstraint(
            model_name='reviewanswer',
            constraint=models.UniqueConstraint(fields=('version', 'member', 'section_key'), name='one_verdict_per_section'),
        ),
        migrations.AddConstraint(
            model_name='reviewanswer',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['keep', 'change', 'drop'])), name='verdict_is_known'),
        ),
        migrations.AddConstraint(
            model_name='paper',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'making', 'done', 'failed'])), name='paper_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='paper',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('content__isnull', False), ('made_at__isnull', False), ('state', 'done'), models.Q(('sha256', ''), _negated=True)), models.Q(models.Q(('state', 'done'), _negated=True), ('content__isnull', True), ('made_at__isnull', True), ('sha256', '')), _connector='OR'), name='paper_is_whole_when_done'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(condition=models.Q(('owner__isnull', True)), fields=('agreement',), name='one_shared_document_per_agreement'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('agreement', 'owner'), name='one_silent_document_per_person'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('snapshot_seq__lte', models.F('head_seq'))), name='snapshot_not_ahead'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(condition=models.Q(('version__isnull', True)), fields=('member',), name='one_pending_approval_per_person'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(fields=('member', 'version'), name='one_approval_per_person_and_version'),
        ),
    ]
