"""What an agreement promises at every moment, asked of the database."""

from __future__ import annotations

from collections.abc import Mapping

from agreements.collaboration.content import Content, content_hash
from agreements.models import Agreement, Version
from agreements.queries.agreeing import agreeing_state
from agreements.queries.documents import current_content
from tests.agreements.builders import Pair


def no_approval_beside_other_content(pair: Pair, shown: Mapping[int, str]) -> None:
    """`shown`: the hash of what each member had in front of them when they approved last."""
    content, _seq = current_content(pair.document)
    agreement = Agreement.objects.get(pk=pair.agreement.pk)
    for member in agreeing_state(agreement, content).approved_by:
        assert shown[member.pk] == content_hash(content)


def nothing_enters_a_version(pair: Pair) -> None:
    for version in Version.objects.filter(agreement=pair.agreement):
        assert content_hash(Content.from_json(version.content)) == version.content_hash
        assert set(version.approvals.values_list("content_hash", flat=True)) == {version.content_hash}
        assert version.approvals.count() == 2
    document = pair.document
    if document.frozen_version is not None:
        assert document.head_seq == document.frozen_version.upto_seq
        assert content_hash(current_content(document)[0]) == document.frozen_version.content_hash
