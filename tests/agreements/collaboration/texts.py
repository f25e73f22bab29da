"""Random contents of an agreement, for hypothesis."""

from typing import Any

from hypothesis import strategies as st

from agreements.collaboration.content import (
    BULLETS,
    NUMBERS,
    Block,
    Content,
    Frame,
    HowOften,
    Run,
    Section,
    item_list,
    meeting,
    paragraph,
    without_empty_end,
    written_meetings,
)

FRAMES = [Frame("fokus", "Gemensamt fokus"), Frame("moten", "Möten och kontakter", has_meetings=True)]

# Composed and decomposed letters, several code units, nothing but space: what offsets and normalisation stumble on.
letters = st.text(alphabet="aåäöÅé́̈ŋ🙂👩‍👩‍👧 \t\n<&'", max_size=12) | st.text(max_size=5)
hrefs = st.sampled_from(["", "https://skr.se/å", "mailto:a@example.se", "javascript:alert(1)", "http:///x", "ftp://a"])
runs = st.builds(Run, letters, st.booleans(), st.booleans(), hrefs)
paragraphs = st.lists(runs, max_size=4).map(paragraph)


def _lists(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    items = st.lists(st.lists(inner, max_size=3), max_size=3)
    return st.builds(item_list, st.sampled_from([BULLETS, NUMBERS]), items)


block_trees: st.SearchStrategy[Block] = st.recursive(paragraphs, _lists, max_leaves=8)
bodies = st.lists(block_trees, max_size=4).map(without_empty_end)
meeting_values: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"what": letters, "who": letters, "how_often": st.sampled_from([*HowOften.values, "nonsense"])}
)
meetings = st.lists(meeting_values.map(meeting), max_size=3).map(written_meetings)


@st.composite
def contents(draw: st.DrawFn) -> Content:
    return Content(
        tuple(
            Section(frame.key, frame.heading, draw(bodies), draw(meetings) if frame.has_meetings else None)
            for frame in FRAMES
        )
    )
