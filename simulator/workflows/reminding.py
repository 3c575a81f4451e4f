"""Reminders as text, for a person to send: the program sends nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.model.errors import UsageError
from simulator.model.language import N_, _, translator
from simulator.workflows.following import Follow, Followed, follow
from simulator.workflows.permission import needs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.model.language import Language
    from simulator.workflows.assigning import Due
    from simulator.workflows.people import Person
    from simulator.workflows.ports import Library
    from simulator.workflows.rehearse import Desk

_HELLO = N_("Hello {name},")
_DUE = N_("a short reminder: “{title}” is waiting for you. It is due on {day}.")
_OVERDUE = N_("a short reminder: “{title}” was due on {day} and is not finished yet. Please do it as soon as you can.")
_UNDATED = N_("a short reminder: “{title}” is waiting for you. It has no due date.")
_ROW = N_("- {scenario} ({mode}): {left}")
_MODES = {"practice": N_("practice"), "exam": N_("exam")}
_BEGUN, _ANY = N_("begun; go on where you stopped"), N_("as many attempts as you like")
_ONE, _MANY = N_("one attempt left"), N_("{n} attempts left")
_OVER = N_("its time is over; please speak to me")
_ADVICE = N_("Open Huikuan: what is left stands at the top of the first screen. Thank you!")


@dataclass(frozen=True, slots=True)
class Reminder:
    """What to send to one person.

    Attributes:
        left: what he has still to do.
        text: plain lines, without a line end after the last.
    """

    person: Person
    left: tuple[Due, ...]
    text: str


@needs("assign")
def reminders(
    desk: Desk, library: Library, name: str, language: Language, cancelled: Callable[[], bool] = lambda: False
) -> tuple[Reminder, ...]:
    """A text for everybody who has not done what an assignment asks, in the order of their names.

    Args:
        name: of the assignment: its id, the beginning of that, or its title.
        language: of the texts.

    Raises:
        UsageError: there is no such assignment, there are several, or it was withdrawn.
        Cancelled: somebody asked to stop.
    """
    one = follow(desk, name, cancelled)
    if one.assignment.is_withdrawn:
        raise UsageError(_("“{title}” was withdrawn already.", title=one.assignment.title))
    titles = {title.id: title.title.get(language) or title.id for title in library.titles()}
    return tuple(
        Reminder(each.person, each.left, "\n".join(_lines(one, each, titles, language)))
        for each in one.people
        if each.is_left
    )


def _lines(one: Followed, each: Follow, titles: Mapping[str, str], language: Language) -> Iterator[str]:
    say, event = translator(language), one.assignment.event
    day = event.due.astimezone().date().isoformat() if event.due else ""
    about = _OVERDUE if each.state == "overdue" else _DUE if day else _UNDATED
    yield say(_HELLO).format(name=each.person.called or each.person.shown)
    yield say(about).format(title=one.assignment.title, day=day)
    for due in each.left:
        scenario = titles.get(due.scenario, due.scenario)
        yield say(_ROW).format(scenario=scenario, mode=say(_MODES[event.mode]), left=_left(due, language))
    yield say(_ADVICE)


def _left(due: Due, language: Language) -> str:
    say = translator(language)
    if due.attempt is not None:
        return say(_BEGUN)
    if not due.can_start:
        return say(_OVER)
    if due.left is None:
        return say(_ANY)
    return say(_ONE) if due.left == 1 else say(_MANY).format(n=due.left)
