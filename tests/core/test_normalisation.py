"""The rules that clean what people type: examples that matter, and properties that hold for any text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.core import normalisation
from portal.core.normalisation import BadAddress, BadPhone, NotText

# What a browser can send: any text without lone surrogates.
TYPED = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
# Text in which the odd signs are as common as the plain ones.
ODD = st.text(alphabet="aå1 \t\r\n\u00a0\u00ad\u200b\u200c\u200d\u200e\u202e\u2028\ufeff\u2066\u0301\u030a🇸🇪👩‍💻")
INVISIBLE = {"Cc", "Cf"}
JOINERS = "\u200c\u200d"


def invisible_in(text: str) -> str:
    """What no reader sees, without what belongs to a seen sign."""
    kept = normalisation.SEEN_FORMAT
    return "".join(
        char
        for char in text
        if unicodedata.category(char) in INVISIBLE and char not in "\n\t" + JOINERS and not kept.match(char)
    )


@given(TYPED | ODD)
@example("A\x1f\u0300")
def test_cleaning_twice_is_cleaning_once(value: str) -> None:
    for clean in (normalisation.clean_line, normalisation.clean_text):
        assert clean(clean(value)) == clean(value)


@given(TYPED | ODD)
def test_nothing_invisible_is_left(value: str) -> None:
    assert invisible_in(normalisation.clean_line(value)) == ""
    assert invisible_in(normalisation.clean_text(value)) == ""


@given(TYPED | ODD)
def test_a_line_is_one_line_with_single_spaces_and_no_ends(value: str) -> None:
    line = normalisation.clean_line(value)
    assert line == line.strip()
    assert line.splitlines() in ([], [line])
    assert "  " not in line


@given(TYPED | ODD)
def test_stored_text_is_never_longer_than_typed(value: str) -> None:
    """Composed characters are counted, as people do; a few signs have no composed form and stay two in any case."""
    composed = unicodedata.normalize("NFC", value)
    assert len(normalisation.clean_line(value)) <= len(composed)
    assert len(normalisation.clean_text(value)) <= len(composed)


@given(TYPED | ODD)
def test_what_can_be_seen_stays(value: str) -> None:
    def seen(text: str) -> list[str]:
        return [char for char in unicodedata.normalize("NFD", text) if unicodedata.category(char)[0] in "LNPS"]

    assert seen(normalisation.clean_text(value)) == seen(value)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Åsa   Lind\u00a0Öberg ", "Åsa Lind Öberg"),
        ("A\u030asa", "Åsa"),
        ("Å\u200bsa", "Åsa"),
        ("\u202easÅ", "asÅ"),
        ("Åsa\r\nBcc: alla", "Åsa Bcc: alla"),
        ("Åsa\u2028Lind", "Åsa Lind"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("\u200b\u200b", ""),
        ("O’Neill-d'Arc", "O’Neill-d'Arc"),
    ],
)
def test_lines(typed: str, kept: str) -> None:
    assert normalisation.clean_line(typed) == kept


def test_text_keeps_its_lines() -> None:
    assert normalisation.clean_text("\nHej\r\n\r\n- ett\r- två\t!\n ") == "Hej\n\n- ett\n- två\t!"


@pytest.mark.parametrize("value", ["a\0b", "a\ufffdb", "a" + chr(0xD800)])
def test_what_is_no_text_is_refused(value: str) -> None:
    with pytest.raises(NotText):
        normalisation.refuse_non_text(value)


# --- Addresses -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "kept", "key"),
    [
        ("Asa.Lind@Kommun.EXAMPLE", "Asa.Lind@kommun.example", "asa.lind@kommun.example"),
        (" \u200basa@kommun.example\n", "asa@kommun.example", "asa@kommun.example"),
        ("\u202aasa@kommun.example\u202c\u200e", "asa@kommun.example", "asa@kommun.example"),
        ("asa+samspel@kommun.example", "asa+samspel@kommun.example", "asa+samspel@kommun.example"),
        ("asa@Västerås.example", "asa@västerås.example", "asa@xn--vsters-buam.example"),
        ("asa@xn--vsters-buam.example", "asa@xn--vsters-buam.example", "asa@xn--vsters-buam.example"),
    ],
)
def test_addresses(typed: str, kept: str, key: str) -> None:
    address = normalisation.clean_address(typed)
    assert (address.typed, address.key) == (kept, key)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("asa", "no_at"),
        ("@kommun.example", "no_at"),
        ("asa@kommun", "no_dot"),
        ("asa@b.example, bo@b.example", "several"),
        ("asa @kommun.example", "space"),
        ("a\u200bsa@kommun.example", "space"),
        ("åsa@kommun.example", "local_not_ascii"),
        ("a" * 65 + "@kommun.example", "form"),
        ("a@" + "b" * 250 + ".example", "too_long"),
        ("asa@127.0.0.1", "form"),
        ("asa@[127.0.0.1]", "form"),
        ("asa%other.example@kommun.example", "form"),
        ("asa@kommun..example", "form"),
        ("asa@kommun.example\r\nBcc:bo@b.example", "space"),
    ],
)
def test_bad_addresses(typed: str, reason: str) -> None:
    with pytest.raises(BadAddress) as caught:
        normalisation.clean_address(typed)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "pasted",
    [
        "Åsa Lind <asa.lind@kommun.example>",
        "Åsa<asa.lind@kommun.example>",
        "<asa.lind@kommun.example>",
        "mailto:asa.lind@kommun.example",
        "MAILTO:asa.lind@kommun.example?subject=Hej%20du",
        "asa.lind@kommun.example;",
        "asa.lind@kommun.example.",
        '"asa.lind@kommun.example"',
        "asa.\u200blind@kommun.example",
        "(asa.lind@kommun.example)",
    ],
)
def test_an_address_with_something_around_it_is_suggested_without_it(pasted: str) -> None:
    with pytest.raises(BadAddress) as caught:
        normalisation.clean_address(pasted)
    assert caught.value.suggestion == "asa.lind@kommun.example"


@pytest.mark.parametrize(
    "typed",
    [
        "asa@kommun.example, bo@b.example",
        "asa@kommun.example,bo@b.example",
        "asa@kommun.example;bo@b.example;",
        "asa@kommun.example bo@b.example",
        "asa@kommun.example / bo@b.example",
        "asa@kommun.example och bo@b.example",
        "Åsa Lind <asa@kommun.example>; Bo Ek <bo@b.example>",
        "åsa@kommun.example, bo@b.example",
        "\u200basa@kommun.example,\u00a0bo@b.example",
    ],
)
def test_several_addresses_are_called_that_and_none_of_them_is_suggested(typed: str) -> None:
    with pytest.raises(BadAddress) as caught:
        normalisation.clean_address(typed)
    assert (caught.value.reason, caught.value.suggestion) == ("several", "")


@pytest.mark.parametrize(
    "typed", ["asa@kommun@b.example", "asa@kommun.example <asa@kommun.example>", "@a @b", "a@@b.se"]
)
def test_one_address_is_never_called_several(typed: str) -> None:
    with pytest.raises(BadAddress) as caught:
        normalisation.clean_address(typed)
    assert caught.value.reason != "several"


@pytest.mark.parametrize(
    "typed",
    ["Åsa Lind", "Åsa <asa>", "Åsa <åsa@kommun.example>", "asa lind@kommun.example", "a@b.example, c@d.example", "<>"],
)
def test_what_holds_no_address_makes_no_suggestion(typed: str) -> None:
    with pytest.raises(BadAddress) as caught:
        normalisation.clean_address(typed)
    assert caught.value.suggestion == ""


@given(TYPED | ODD | st.emails())
def test_an_address_is_refused_or_fit_for_an_envelope(value: str) -> None:
    try:
        address = normalisation.clean_address(value)
    except BadAddress:
        return
    assert address.key.isascii()
    assert address.key.isprintable()
    assert " " not in address.key
    assert address.key == address.key.lower()
    assert len(address.typed) <= 254
    assert normalisation.clean_address(address.typed) == address


# --- Telephone numbers -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("070-174 06 05", "+46701740605"),
        ("+46 70 174 06 05", "+46701740605"),
        ("0046701740605", "+46701740605"),
        ("08-123 456 78", "+46812345678"),
        ("(08) 123 456 78", "+46812345678"),
        ("070–174 06 05", "+46701740605"),
        ("070—174 06 05", "+46701740605"),
        ("070−174 06 05", "+46701740605"),
        ("+47 22 12 34 56", "+4722123456"),
        ("(+46) 70 174 06 05", "+46701740605"),
        ("+46 (0)70-174 06 05", "+46701740605"),
    ],
)
def test_telephone_numbers_are_kept_as_typed(typed: str, e164: str) -> None:
    assert normalisation.clean_phone(typed) == typed
    assert normalisation.e164(typed) == e164


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("08-12", "few"),
        ("070-174 06 05 ank 12", "letters"),
        ("1" * 16, "many"),
        ("070+1740605", "letters"),
        ("((+46) 70 174 06 05", "letters"),
    ],
)
def test_bad_telephone_numbers(typed: str, reason: str) -> None:
    with pytest.raises(BadPhone) as caught:
        normalisation.clean_phone(typed)
    assert caught.value.reason == reason


@given(TYPED | ODD | st.text(alphabet="0123456789 -+()٠١²"))
def test_a_number_is_refused_or_has_seven_to_fifteen_digits(value: str) -> None:
    try:
        kept = normalisation.clean_phone(value)
    except BadPhone:
        return
    assert 7 <= sum(char.isdigit() for char in kept) <= 15
    assert normalisation.clean_phone(kept) == kept
    assert normalisation.e164(kept) == "" or normalisation.e164(kept).startswith("+")


# --- Hints -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", ["19811228-9874", "811228-9874", "198112289874", "811288-9874", "811228+9874"])
def test_personal_numbers_are_masked(number: str) -> None:
    assert normalisation.mask_personal_numbers(f"Jag är {number}.") == "Jag är ••••••-••••."


@pytest.mark.parametrize("number", ["0701740605", "08-123 456 78", "212000-0142", "2026-11-21"])
def test_other_numbers_are_not_masked(number: str) -> None:
    assert normalisation.mask_personal_numbers(number) == number


def test_likely_domains_and_offices() -> None:
    assert normalisation.likely_domain("asa@gmial.com") == "gmail.com"
    assert normalisation.likely_domain("asa@kommun.example") == ""
    assert normalisation.is_role_address("Registrator@kommun.example")
    assert not normalisation.is_role_address("asa@kommun.example")
