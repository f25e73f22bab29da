"""Papers to try: ordinary, empty, long, full of odd signs."""

from __future__ import annotations

from datetime import UTC, datetime

from agreements.collaboration.content import (
    Block,
    Content,
    HowOften,
    Meeting,
    Paragraph,
    Run,
    Section,
    item_list,
    paragraph,
)
from agreements.queries.papers import Sheet, Signatory

MOMENT = datetime(2026, 11, 21, 13, 32, tzinfo=UTC)
LONG_WORD = "Samhällsbyggnadsnämndsordförandeskapsöverlämning"
SENTENCE = "Vi leder tillsammans mot samma mål och säger samma sak utåt. "
HOSTILE = (
    '<script>alert(1)</script><img src="{url}/x.png"><style>@import url({url}/x.css)</style>'
    '<svg><image href="{url}/x.svg"/></svg><link rel="attachment" href="file:///etc/passwd">'
)


def text(value: str, **look: bool | str) -> Paragraph:
    return paragraph([Run(value, **look)])  # type: ignore[arg-type]  # a Run's own keywords


def ordinary() -> Content:
    listed: list[Block] = [text("En skola där alla lyckas"), item_list("bullets", [[text("före sommaren")]])]
    meetings = (
        Meeting("Avstämning", "Ordförande och direktör", HowOften.WEEKLY, "Direktören"),
        Meeting("Vid behov", "", HowOften.WHEN_NEEDED, ""),
        Meeting("Avstämning", "Presidiet", HowOften.QUARTERLY, "Kansliet"),
    )
    runs = [
        Run("Chefen "),
        Run("leder", bold=True),
        Run(" enligt "),
        Run("instruktionen", href="https://a.example/i?a=1&b=2"),
    ]
    return Content(
        (
            Section("uppdraget", "Uppdraget – det gemensamma", (text(SENTENCE * 4), text("Åsa, Örjan & <Ärla>."))),
            Section("fokus", "Fokus", (item_list("numbers", [listed, [text("Ekonomi i balans")]]),)),
            Section("tomt", "Ordförandes uppdrag och ansvar"),
            Section("chefen", "Chefens uppdrag", (paragraph(runs), text("Alltid.", italic=True))),
            Section("moten", "Möten och kontakter", (), meetings),
        )
    )


def empty() -> Content:
    return Content(tuple(Section(f"s{number}", f"Rubrik {number}") for number in range(8)))


def odd() -> Content:
    signs = f"Ŋiŋŋá Čáhppes Đorđi Ŧuommá 👍🏽 👩‍👩‍👧 🇸🇪 ✅ 漢字 العربية Київ \u2011\u202f {LONG_WORD * 5}"
    return Content((Section("a", "Čáliid 👍", (text(signs), text(HOSTILE.format(url="http://127.0.0.1:9")))),))


def long() -> Content:
    blocks = tuple(text(SENTENCE * 12) for _ in range(28))
    return Content(tuple(Section(f"s{number}", f"Rubrik {number}", blocks) for number in range(8)))


def sheet(content: Content, *, number: int | None = 2) -> Sheet:
    approved = MOMENT if number else None
    pair = (
        Signatory("Åsa Ŋiŋŋá Öst", "kommunstyrelsens ordförande", approved),
        Signatory("Kim 👍 Ek", "kommundirektör", approved),
    )
    return Sheet("Gemensam överenskommelse", "Exempelkommun", pair, content, MOMENT, number)
