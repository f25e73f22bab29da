"""How typed text is cleaned before it is judged and kept. Pure; the policy is docs/adr/0006.

Nothing that a person can see is changed: letters are composed (NFC), invisible characters that confuse readers, mails
and searches go, white space is trimmed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import email_validator
import phonenumbers

ZERO_WIDTH_JOINERS = "\u200c\u200d"
# Format characters (Unicode category Cf) that are seen or that belong to a seen sign: Arabic number signs, emoji flags.
SEEN_FORMAT = re.compile("[\u0600-\u0605\u06dd\u070f\u08e2\U000e0020-\U000e007f]")
UNREADABLE = "\ufffd"
# What looks like an address among other words; each begins the text, or comes after what people put between two.
ADDRESSES = re.compile(r"""(?:^|[\s,;/&|<("'])([^\s@,;:/&|<>()"']+@[^\s@,;:/&|<>()"']+)""")


class NotText(ValueError):  # noqa: N818 - says what the value is
    """The value holds NUL, or bytes that were no text in UTF-8."""


def refuse_non_text(value: str) -> None:
    """Raise `NotText` for NUL, for lone surrogates and for what the decoder replaced because it was not UTF-8."""
    if "\0" in value or UNREADABLE in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise NotText


def _is_visible(char: str) -> bool:
    return bool(char) and not char.isspace() and unicodedata.category(char) not in {"Cc", "Cf"}


def _keeps(text: str, index: int) -> bool:
    char = text[index]
    if char in "\n\t":
        return True
    if char in ZERO_WIDTH_JOINERS:
        return _is_visible(text[index - 1 : index]) and _is_visible(text[index + 1 : index + 2])
    category = unicodedata.category(char)
    return category != "Cc" and (category != "Cf" or SEEN_FORMAT.match(char) is not None)


def _without_invisible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for index, char in enumerate(text) if _keeps(text, index))


def _composed(text: str) -> str:
    """Composed after the invisible is gone, which may have stood between a letter and its accent."""
    return unicodedata.normalize("NFC", _without_invisible(text))


def clean_text(value: str) -> str:
    """Text of several lines: composed, LF line ends, no invisible characters, trimmed."""
    return _composed(value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def clean_line(value: str) -> str:
    """Text of one line: as `clean_text`, and every run of white space or line breaks becomes one space."""
    return re.sub(r" +", " ", _composed(re.sub(r"\s+", " ", value))).strip()


class BadAddress(ValueError):  # noqa: N818
    """Not an address that our mail can reach; `reason` is one of the words below, `suggestion` what may be meant."""

    def __init__(self, reason: str, suggestion: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.suggestion = suggestion


@dataclass(frozen=True)
class Address:
    """An e-mail address as typed (the domain in small letters), and the form in which two of them are compared."""

    typed: str
    key: str


def _validated(value: str) -> email_validator.ValidatedEmail:
    try:
        return email_validator.validate_email(
            value, check_deliverability=False, allow_smtputf8=False, test_environment=True, strict=True
        )
    except email_validator.EmailNotValidError as error:
        raise BadAddress("form") from error


def _trimmed(value: str) -> str:
    """Without the white space and the unseen signs around it, which come along when an address is copied."""
    seen = [index for index, char in enumerate(value) if _is_visible(char)]
    return value[seen[0] : seen[-1] + 1] if seen else ""


def _address(trimmed: str) -> Address:
    if any(char.isspace() for char in trimmed) or not _without_invisible(trimmed) == trimmed:
        raise BadAddress("space")
    local, at, domain = unicodedata.normalize("NFC", trimmed).rpartition("@")
    if not at or not local or not domain:
        raise BadAddress("no_at")
    if not local.isascii():
        raise BadAddress("local_not_ascii")
    if "." not in domain or len(trimmed) > 254:
        raise BadAddress("too_long" if len(trimmed) > 254 else "no_dot")
    found = _validated(f"{local}@{domain}")
    if found.ascii_domain.rpartition(".")[2].isdigit() or "%" in local:
        raise BadAddress("form")
    return Address(typed=f"{local}@{domain.lower()}", key=f"{local}@{found.ascii_domain}".lower())


def _suggestion(typed: str) -> str:
    """The address in what was pasted with its surroundings ("Åsa Lind <asa@kommun.se>", "mailto:", a last comma)."""
    bracketed = re.search(r"<([^<>]*)>", typed)
    inner = _without_invisible(bracketed[1] if bracketed else typed)
    inner = re.sub(r"^\s*mailto:", "", inner, flags=re.IGNORECASE).partition("?")[0]
    try:
        return _address(inner.strip(" .,;:()[]<>\"'”’")).typed
    except BadAddress:
        return ""


def _holds_several(typed: str) -> bool:
    """Whether two or more different addresses stand in it, however they are separated."""
    found = ADDRESSES.findall(_without_invisible(typed))
    return len({one.strip(".").casefold() for one in found}) > 1


def clean_address(value: str) -> Address:
    """An e-mail address: the part before @ as typed, the domain in small letters. Raises `BadAddress`.

    RFC 5321: at most 64 characters before @ and 254 in all. Letters such as å before @ need SMTPUTF8 (RFC 6531), which
    few mail servers speak; in the domain they are fine (IDNA).
    """
    trimmed = _trimmed(value)
    try:
        return _address(trimmed)
    except BadAddress as bad:
        if _holds_several(trimmed):
            raise BadAddress("several") from bad
        raise BadAddress(bad.reason, _suggestion(trimmed)) from bad


# Domains that people type when they mean another one.
MISTYPED_DOMAINS = {
    "gmial.com": "gmail.com",
    "gmai.com": "gmail.com",
    "gmail.se": "gmail.com",
    "gamil.com": "gmail.com",
    "gmail.con": "gmail.com",
    "hotmial.com": "hotmail.com",
    "hotmail.con": "hotmail.com",
    "outlok.com": "outlook.com",
    "outloook.com": "outlook.com",
    "icloud.con": "icloud.com",
    "iclod.com": "icloud.com",
    "telai.com": "telia.com",
}
ROLE_NAMES = {"noreply", "no-reply", "info", "kansli", "kommun", "kommunen", "region", "registrator", "kontakt", "post"}
# A Swedish personal identity or co-ordination number: a date, then four digits. Ten bare digits are more often a
# telephone number, so those count only with the sign or the century.
_DAY = r"(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])"
PERSONAL_NUMBER = re.compile(rf"(?<!\d)(?:(?:19|20)\d{{2}}{_DAY}[-+ ]?|\d{{2}}{_DAY}[-+])\d{{4}}(?!\d)")


def likely_domain(address: str) -> str:
    """The domain that was probably meant, or "" when the address looks right."""
    return MISTYPED_DOMAINS.get(address.rpartition("@")[2], "")


def is_role_address(address: str) -> bool:
    """Whether the address is an office's rather than a person's."""
    return address.partition("@")[0].lower() in ROLE_NAMES


def mask_personal_numbers(text: str) -> str:
    """The text with anything that looks like a personal identity number hidden, for lists and exports."""
    return PERSONAL_NUMBER.sub("••••••-••••", text)


class BadPhone(ValueError):  # noqa: N818
    """Not a telephone number; `reason` is "letters", "few" or "many"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def clean_phone(value: str) -> str:
    """A telephone number as typed, one line: 7 to 15 digits (ITU-T E.164) with the usual signs, "(+46) 70 …" too."""
    text = clean_line(value)
    if re.search(r"[^\d\s()+./\-\u2010-\u2015\u2212]", text) or "+" in text.removeprefix("(")[1:]:
        raise BadPhone("letters")
    digits = sum(char.isdigit() for char in text)
    if digits < 7:
        raise BadPhone("few")
    if digits > 15:
        raise BadPhone("many")
    return text


def read_phone(typed: str) -> str:
    """The number that somebody looks for, in E.164 form; "" when it is something else, or only a part of one."""
    try:
        return e164(clean_phone(typed))
    except BadPhone:
        return ""


def phone_pattern(number: str) -> str:
    """Numbers in E.164 form stand in texts in many ways: the digits after the country's, with other signs between."""
    national = str(phonenumbers.parse(number).national_number)
    return r"\D*".join(national) + r"\D*$"


def e164(phone: str) -> str:
    """The number in E.164 form ("+46701740605"), or "" when it does not parse as one."""
    plain = "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in phone)
    try:
        number = phonenumbers.parse(plain, "SE")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
