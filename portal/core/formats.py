"""How Samspel writes dates, times, lengths and sums: 29 maj 2024, 23–24 maj 2019, 10.00, 3 min 15 s, 24 000 kr.

Pure functions. Moments are shown as the clock on the wall in Sweden, whatever zone they are stored in.
"""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NO_BREAK_SPACE = "\u00a0"
EN_DASH = "–"
MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)


def local_date(value: dt.date | dt.datetime) -> dt.date:
    """The Swedish calendar day: a moment late in the evening in UTC is already tomorrow here."""
    if isinstance(value, dt.datetime):
        return _on_the_wall(value).date()
    return value


def date(value: dt.date | dt.datetime) -> str:
    """29 maj 2024."""
    day = local_date(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def time(value: dt.time | dt.datetime) -> str:
    """10.00, with a full stop as Swedish typography has it."""
    clock = _on_the_wall(value) if isinstance(value, dt.datetime) else value
    return f"{clock.hour:02}.{clock.minute:02}"


def date_and_time(value: dt.datetime) -> str:
    """29 maj 2024 klockan 10.00."""
    return f"{date(value)} klockan {time(value)}"


def clock(value: dt.datetime, today: dt.date) -> str:
    """ "kl. 14.32", with its day when that is another one than today: "den 29 maj 2024 kl. 14.32"."""
    at = f"kl. {time(value)}"
    return at if local_date(value) == today else f"den {date(value)} {at}"


def date_range(start: dt.date | dt.datetime, end: dt.date | dt.datetime | None) -> str:
    """23–24 maj 2019: month and year are written once when both ends share them."""
    first, last = local_date(start), local_date(end if end is not None else start)
    if first == last:
        return date(first)
    if first.year != last.year:
        return f"{date(first)}{EN_DASH}{date(last)}"
    if first.month != last.month:
        return f"{first.day} {MONTHS[first.month - 1]}{EN_DASH}{date(last)}"
    return f"{first.day}{EN_DASH}{date(last)}"


def duration(seconds: float) -> str:
    """3 min 15 s, 30 min, 1 tim 5 min: whole seconds, and none beside hours."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "tim"), (minutes, "min"), (0 if hours else rest, "s")]
    return " ".join(f"{number}{NO_BREAK_SPACE}{unit}" for number, unit in parts if number) or f"0{NO_BREAK_SPACE}s"


def position(seconds: float) -> str:
    """1:05 or 1:02:03, as players write where one is."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def number(value: int) -> str:
    """10 000, as the scripts of our pages write it too."""
    return f"{value:,}".replace(",", NO_BREAK_SPACE)


def sum_of_money(value: Decimal | int) -> str:
    """24 000 kr, with no-break spaces so that no line break tears it apart; öre only when there are any."""
    amount = Decimal(value).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    number = f"{amount:,.2f}".removesuffix(".00").replace(",", NO_BREAK_SPACE).replace(".", ",")
    return f"{number.replace('-', '−')}{NO_BREAK_SPACE}kr"


def _on_the_wall(moment: dt.datetime) -> dt.datetime:
    """A naive moment is taken to be Swedish time already."""
    return moment if moment.tzinfo is None else moment.astimezone(STOCKHOLM)
