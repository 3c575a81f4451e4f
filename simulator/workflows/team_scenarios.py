"""The team's scenarios: written together, published to everybody, retired. What is published stays as it was until the
next version is, whatever is being written meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.model.characters import CONTROL
from simulator.model.errors import NotPublishable, UsageError
from simulator.model.journal import Shelved
from simulator.model.language import _
from simulator.workflows.permission import needs
from simulator.workflows.ports import TeamScenario, on_shelf, shelf_path

if TYPE_CHECKING:  # whoever only reads the list loads neither the engine nor the models
    from simulator.model.language import Language
    from simulator.model.scenario import Status
    from simulator.workflows.ports import Library, Title
    from simulator.workflows.rehearse import Desk
    from simulator.workflows.solutions import Solutions

_LARGEST = 1_000_000  # bytes, as a scenario's file may have


@dataclass(frozen=True, slots=True)
class Shown:
    """A scenario of the shelf as lists show it.

    Attributes:
        title: of the text that is being written; None where that is too broken for one.
        goes_on: what is being written is another text than the published one.
        by: who changed it last, by name; None once he was erased.
    """

    one: TeamScenario
    title: Title | None
    goes_on: bool
    by: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """What became of a scenario of the shelf.

    Attributes:
        content: hex SHA-256 of the published text.
        by: by name; None once he was erased.
    """

    at: datetime
    status: Status
    content: str | None
    by: str | None


@needs("scenarios.write")
def shelf(desk: Desk, library: Library) -> tuple[Shown, ...]:
    """Everything on the shelf, in the order of ids."""
    texts = desk.store.shelved_texts()
    return tuple(_shown(desk, library, one, texts.get(one.scenario, "")) for one in desk.store.shelved())


def _shown(desk: Desk, library: Library, one: TeamScenario, text: str) -> Shown:
    title = library.title(str(shelf_path(one.scenario)), text)
    return Shown(one, title, _goes_on(one, text), desk.store.name(one.by))


def _goes_on(one: TeamScenario, text: str) -> bool:
    """Whether the text is another than the published one, as far as it is published."""
    return one.is_offered and hashlib.sha256(text.encode()).hexdigest() != one.published


@needs("scenarios.write")
def text_of(desk: Desk, scenario: str) -> tuple[TeamScenario, str]:
    """A scenario of the shelf with the text that is being written.

    Raises:
        UnknownName: there is none of that id.
    """
    return desk.store.shelved_text(scenario)


@needs("scenarios.write")
def standing(desk: Desk, scenario: str) -> tuple[Status, bool]:
    """The status of a scenario of the shelf, and whether its text was written on since it was published.

    Raises:
        UnknownName: there is none of that id.
    """
    one, text = desk.store.shelved_text(scenario)
    return one.status, _goes_on(one, text)


@needs("scenarios.write")
def history(desk: Desk, scenario: str) -> tuple[Version, ...]:
    """What became of a scenario of the shelf, the latest first.

    Raises:
        UnknownName: there is none of that id.
    """
    desk.store.shelved_text(scenario)
    return tuple(
        Version(entered.at, event.status, event.content, desk.store.name(event.by))
        for entered in reversed(desk.store.journal())
        if isinstance(event := entered.event, Shelved) and event.scenario == scenario
    )


@needs("scenarios.write")
def published_text(desk: Desk, scenario: str, content: str) -> str:
    """The text of a published version.

    Args:
        content: its hash, or the beginning of it (four signs or more).

    Raises:
        UsageError: no version of that scenario has that hash.
    """
    known = [one.content for one in history(desk, scenario) if one.content]
    found = {one for one in known if one == content or (len(content) >= 4 and one.startswith(content))}
    if len(found) != 1:
        raise UsageError(_("No version of “{scenario}” begins with “{hash}”.", scenario=scenario, hash=content))
    return desk.store.content(found.pop()).decode()


# Writing


@needs("scenarios.write")
def start(
    desk: Desk, library: Library, scenario: str, persona: str | None, language: Language, by: str
) -> TeamScenario:
    """Puts a small complete scenario to start from on the shelf.

    Args:
        language: of its comments; its texts are in both.
        by: the pseudonym of who does it, here and below.

    Raises:
        UnknownName: there is no such persona.
        UsageError: the id is none or is taken.
    """
    return _new(desk, scenario, library.started(scenario, persona, language), by)


@needs("scenarios.write")
def copy(desk: Desk, library: Library, name: str, scenario: str, by: str) -> TeamScenario:
    """Puts a scenario's text on the shelf under a new id; of one of the shelf, the text that is being written.

    Args:
        name: what the library knows it by.

    Raises:
        UnknownName: there is no such scenario.
        BadFile: its file cannot be read as text.
        UsageError: the id is none or is taken.
    """
    source = on_shelf(name)
    text = desk.store.shelved_text(source)[1] if source else None
    return _new(desk, scenario, library.copied(name, scenario, text), by)


@needs("scenarios.write")
def put(desk: Desk, library: Library, scenario: str, text: str, by: str, expected: str | None = None) -> TeamScenario:
    """Puts a text on the shelf: a new scenario, or the next text of one.

    Args:
        expected: the stamp of what it is to take the place of; None for whatever is there.

    Raises:
        ChangedElsewhere: there is something else by now.
        UsageError: the id is none, a scenario elsewhere has it, or the text cannot be kept.
    """
    if all(one.scenario != scenario for one in desk.store.shelved()):
        library.demand_free(scenario)
        return _new(desk, scenario, text, by)
    return save(desk, scenario, text, expected or desk.store.shelved_text(scenario)[0].stamp, by)


@needs("scenarios.write")
def save(desk: Desk, scenario: str, text: str, expected: str, by: str) -> TeamScenario:
    """Saves the text that is being written, whatever is wrong with it. What is published stays as it is.

    Args:
        expected: the stamp of what it was made from.

    Raises:
        ChangedElsewhere: somebody else saved meanwhile; nothing was written.
        UsageError: the text cannot be kept.
    """
    plain = _storable(text)
    one = desk.store.shelved_text(scenario)[0]
    return desk.store.shelve(scenario, plain, expected, by, desk.now(), status=one.status, published=one.published)


def _new(desk: Desk, scenario: str, text: str, by: str) -> TeamScenario:
    return desk.store.shelve(scenario, _storable(text), None, by, desk.now())


def _storable(text: str) -> str:
    """The text with line ends as ``\\n``.

    Raises:
        UsageError: it is too large, or holds what no text may.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(plain.encode("utf-8", "surrogatepass")) > _LARGEST:
        raise UsageError(_("The text is larger than {most} bytes and cannot be kept.", most=f"{_LARGEST:,}"))
    if found := CONTROL.search(plain):
        line, sign = plain.count("\n", 0, found.start()) + 1, f"U+{ord(found[0]):04X}"
        raise UsageError(_("Line {line} holds the control character {sign}; delete it.", line=line, sign=sign))
    return plain


# From draft to class


@needs("scenarios.write")
def publish(
    desk: Desk,
    library: Library,
    solutions: Solutions,
    scenario: str,
    by: str,
    doing: Callable[[str], None] = lambda _what: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> TeamScenario:
    """Publishes the text that is being written: from now on everybody is offered it, whatever is written after that.

    It demands what publishing a file demands: neither errors nor findings, but for those that the text silences.

    Args:
        doing: is told what is begun.

    Raises:
        UnknownName: there is none of that id.
        NotPublishable: there are problems, all of them named; everything stays as it was.
        ChangedElsewhere: the text was changed while it was checked; everything stays as it was.
        Cancelled: somebody asked to stop.
    """
    from simulator.workflows.checking import problems_of

    one, before = desk.store.shelved_text(scenario)
    name = str(shelf_path(scenario))
    text = library.with_status(before, "published")
    if text is None:
        errors = [problem for problem in library.read(name, before).problems if problem.severity == "error"]
        raise NotPublishable(errors) if errors else _no_place("published")
    doing(_("checking {scenario}", scenario=scenario))
    if problems := tuple(dict.fromkeys(problems_of(library, name, solutions, cancelled, text))):
        raise NotPublishable(problems)
    return _set(desk, one, "published", text, desk.store.keep(text.encode()), by)


@needs("scenarios.write")
def retire(desk: Desk, library: Library, scenario: str, by: str) -> TeamScenario:
    """Takes a scenario out of what is offered. Attempts that were begun go on, and all of them stay on record.

    Raises:
        UnknownName: there is none of that id.
        ChangedElsewhere: it was changed at the same moment.
    """
    return _turn(desk, library, scenario, "retired", by)


@needs("scenarios.write")
def bring_back(desk: Desk, library: Library, scenario: str, by: str) -> TeamScenario:
    """Makes a scenario a draft again, to be published anew when it is ready; until then nobody is offered it.

    Raises:
        UnknownName: there is none of that id.
        ChangedElsewhere: it was changed at the same moment.
    """
    return _turn(desk, library, scenario, "draft", by)


def _turn(desk: Desk, library: Library, scenario: str, status: Status, by: str) -> TeamScenario:
    """Another status; where the text is too broken to say so, it is left as it is."""
    one, text = desk.store.shelved_text(scenario)
    return _set(desk, one, status, library.with_status(text, status) or text, one.published, by)


def _set(desk: Desk, one: TeamScenario, status: Status, text: str, published: str | None, by: str) -> TeamScenario:
    event = Shelved(scenario=one.scenario, status=status, content=published, by=by)
    return desk.store.shelve(
        one.scenario, text, one.stamp, by, desk.now(), status=status, published=published, event=event
    )


def _no_place(status: Status) -> UsageError:
    return UsageError(_("There is no safe place for the status in this file. Write “status: {s}” into it.", s=status))
