"""One thing has one word wherever people read it (docs/glossary.md, "How we write")."""

import re

import pytest

from tests.architecture.files import name, tracked

READ = ("templates/*.html", "templates/*.txt", "agreements/*.py", "media_catalog/*.py", "portal/*.py", "programs/*.py")


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("e-postadress", r"""["'>](?:assistentens )?e-post["'<]"""),
        ("telefonnummer", r"""["'>](?:assistentens )?telefon["'<]"""),
        ("ladda ner", r"\b(?:ladda|spara)r? ned\b"),
    ],
)
def test_no_page_calls_it_by_another_word(word: str, other: str) -> None:
    texts = [(name(path), path.read_text()) for path in tracked(*READ) if "/migrations/" not in name(path)]
    found = [(place, match[0]) for place, text in texts for match in re.finditer(other, text, re.IGNORECASE)]
    assert (len(texts) > 300, found) == (True, []), word
