"""From draft to class: a scenario's status, what publishing demands, and who may play what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.model.errors import BadFile, NotPublishable, UsageError
from simulator.model.language import N_, _
from simulator.workflows.ports import on_shelf

if TYPE_CHECKING:  # whoever only asks what may be played loads neither the engine nor the models
    from simulator.model.problem import Problem
    from simulator.model.record import Mode
    from simulator.model.scenario import Status
    from simulator.workflows.ports import Library, ScenarioFiles
    from simulator.workflows.solutions import Solutions

_WORDS: dict[Status, str] = {"draft": N_("draft"), "published": N_("published"), "retired": N_("retired")}


@dataclass(frozen=True, slots=True)
class StatusSet:
    """A scenario's file that has the status asked for.

    Attributes:
        stamp: of the file as it is now.
        is_changed: the file was written; it was not where it had that status already.
    """

    path: Path
    status: Status
    stamp: str
    is_changed: bool


def set_status(
    files: ScenarioFiles,
    library: Library,
    solutions: Solutions,
    name: str,
    status: Status,
    doing: Callable[[str], None] = lambda _what: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> StatusSet:
    """Gives a scenario's file a status. Only the line ``status:`` is written; where there is none, after the title.

    Publishing demands that nothing is wrong: neither errors nor findings, but for those that the file silences, and
    that every test plan holds. A draft and a retired scenario may have any, since nobody is offered them.

    Args:
        name: an id, or the path of the file or its folder.
        doing: is told what is begun.

    Raises:
        UsageError: there is no such scenario, it came with the program, or it cannot be written.
        NotPublishable: there are problems, all of them named; nothing was written.
        BadFile: it is too broken to tell where its status stands.
        ChangedElsewhere: the file was changed while it was checked; nothing was written.
        Cancelled: somebody asked to stop.
    """
    from simulator.workflows import checking

    located = library.locate(name)
    if scenario := on_shelf(located.path):
        raise UsageError(_("“{id}” is on the team's shelf: `huikuan team publish {id}`.", id=scenario))
    if located.shipped:
        raise UsageError(
            _("“{name}” came with the program and stays as it is. Make a copy, and set the status of that.", name=name)
        )
    loaded = files.load(located.path)
    text = library.with_status(loaded.text, status)
    if text is None:
        raise _no_place(library, name, loaded.text, status)
    if status == "published":
        doing(_("checking {scenario}", scenario=name))
        problems = tuple(dict.fromkeys(checking.problems_of(library, name, solutions, cancelled, text)))
        if problems := problems or tuple(_failed_plans(library, name, text, solutions)):
            raise NotPublishable(problems)
    if text == loaded.text:
        return StatusSet(located.path, status, loaded.stamp, False)
    return StatusSet(located.path, status, files.save(located.path, text, loaded.stamp), True)


def _failed_plans(library: Library, name: str, text: str, solutions: Solutions) -> Iterator[Problem]:
    """The test plans that do not hold, as problems of their files."""
    from simulator.model.problem import Problem
    from simulator.workflows.author import program_of, run_plan

    plans, _broken = library.plans(name)
    program = program_of(library.read(name, text))
    for plan in plans:
        for failure in run_plan(program, plan, solutions).failures:
            yield Problem(str(plan.path), 1, 1, "plan-fails", failure, "finding")


def is_offered(library: Library, path: Path) -> bool:
    """Whether Home would list the scenario of this file: it lies in a folder that is looked through."""
    return any(title.path.resolve() == path.resolve() for title in library.titles())


def status_word(status: Status) -> str:
    """What a status is called; a word that is none is itself."""
    return _(_WORDS[status]) if status in _WORDS else status


def demand_published(status: Status, mode: Mode, is_writer: bool = True) -> None:
    """Refuses an exam on what is not published; practice may be had on anything that can be opened, by who writes it.

    Args:
        is_writer: whether who asks may write scenarios: drafts and retired ones are nobody else's.

    Raises:
        UsageError: the scenario is a draft or retired, and it is an exam or he is none.
    """
    if status == "published":
        return
    if not is_writer:
        raise UsageError(_("This scenario is not offered: its status is “{status}”.", status=status_word(status)))
    if mode == "exam":
        raise UsageError(
            _(
                "An exam is held on published scenarios alone, and the status of this one is “{status}”. It can be "
                "practised.",
                status=status_word(status),
            )
        )


def _no_place(library: Library, name: str, text: str, status: Status) -> BadFile | UsageError:
    errors = [problem for problem in library.read(name, text).problems if problem.severity == "error"]
    if errors:
        return BadFile(errors)
    return UsageError(_("There is no safe place for the status in this file. Write “status: {s}” into it.", s=status))
