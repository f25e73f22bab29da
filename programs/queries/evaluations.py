"""What participants thought of an occasion, summed up so that no single answer can be told from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.core.plots import Bar, Plot, bars
from programs.models import Evaluation, Occasion

# With fewer answers a reader could work out who gave which.
FEWEST = 3
QUESTIONS = ("usefulness", "challenge", "setting")
MARKS = range(1, 6)


@dataclass(frozen=True)
class Summary:
    """All answers about one occasion together; empty as long as there are too few."""

    count: int
    plots: tuple[Plot, ...] = ()
    best: tuple[str, ...] = ()
    change: tuple[str, ...] = ()

    @property
    def is_shown(self) -> bool:
        return self.count >= FEWEST

    @property
    def missing(self) -> int:
        return max(0, FEWEST - self.count)


def summary_of(occasion: Occasion) -> Summary:
    """Marks as plots, words as they were written, in an order that says nothing of who came first."""
    answers = list(Evaluation.objects.filter(occasion=occasion))
    if len(answers) < FEWEST:
        return Summary(len(answers))
    return Summary(
        count=len(answers),
        plots=(*(_plot(question, answers) for question in QUESTIONS),),
        best=_words(answer.best for answer in answers),
        change=_words(answer.change for answer in answers),
    )


def _words(texts: Iterable[str]) -> tuple[str, ...]:
    """In the order of the alphabet: the two texts of one person do not stand at the same place."""
    return tuple(sorted(text for text in texts if text))


def _titles() -> dict[str, str]:
    return {
        "usefulness": _("Nytta i uppdraget"),
        "challenge": _("Framåt med utmaningen"),
        "setting": _("Plats och praktiskt"),
    }


def _plot(question: str, answers: list[Evaluation]) -> Plot:
    marks = [getattr(answer, question) for answer in answers]
    counted = Counter(marks)
    mean = sum(marks) / len(marks)
    title = _("%(question)s, i medeltal %(mean)s av 5") % {
        "question": _titles()[question],
        "mean": f"{mean:.1f}".replace(".", ","),
    }
    given = [Bar(str(mark), counted[mark]) for mark in MARKS]
    return bars(question, title, given, unit=_("Svar"), of=_("Betyg"))
