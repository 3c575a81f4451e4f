"""What the screens of Progress, Group and Person ask for, whoever works it out.

Every method may take long and is called in a thread. Whoever waits is told how far it is, and stops it by an exception
out of that very call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from simulator.model.language import Language

if TYPE_CHECKING:
    from simulator.tui.views.group import AgreementView, DeskView, DueView
    from simulator.tui.views.person import CellView, LineView
    from simulator.tui.views.progress import AdviceView, ProgressView
    from simulator.workflows.cells import Filters

# Called with how many of how many are done; raises ``Cancelled`` where nobody waits any longer.
Going: TypeAlias = Callable[[int, int], None]
Scope = Literal["group", "person", "attempt", "certificate"]
Format = Literal["html", "pdf", "xlsx", "csv", "json"]


@dataclass(frozen=True, slots=True)
class Advised:
    """What to practise next, the best first, as far as ``done`` of ``of`` scenarios tell."""

    advice: tuple[AdviceView, ...]
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in a group, and how far raters agree, which takes as long to find out.

    Attributes:
        undone: by pseudonym, how much that was assigned is not finished, and how much of it is late; who is not there
            has nothing to do.
    """

    due: tuple[DueView, ...]
    undone: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    agreement: tuple[AgreementView, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """A report that somebody wants.

    Attributes:
        subject: the group's id, empty for everybody; or the pseudonym, the attempt, the certificate.
        filters: what the group is looked at through; None for none.
        identified: with names; else with pseudonyms.
        path: the file that it is written to; None for one in the program's own folder of exports. Of who is signed in
            the file's name alone.
    """

    scope: Scope
    subject: str
    filters: Filters | None
    form: Format
    language: Language
    identified: bool
    path: Path | None


class Source(Protocol):
    """The figures, read from the record. A person is named by his pseudonym; None is the trainee himself."""

    def version(self) -> int:
        """Another number whenever figures may be others, such as after a decision."""

    def progress(self, person: str | None, going: Going) -> ProgressView:
        """Everything about one person but what to practise next. The trainee himself sees his own practice too."""

    def advice(self, person: str | None) -> Iterator[Advised]:
        """What to practise next, ever better founded as scenarios are looked through."""

    def group(self, filters: Filters, going: Going) -> DeskView:
        """A group's figures, but for what waits for a decision and for the pars that were never worked out."""

    def waiting(self, view: DeskView, going: Going) -> Waiting:
        """What waits for somebody in a group."""

    def pars(self, view: DeskView, going: Going) -> Mapping[str, float | None]:
        """The pars that a group's figures lack, by scenario."""

    def cell(self, person: str | None, objective: str, filters: Filters | None) -> CellView:
        """A person on an objective, as yet without the words of the lines."""

    def told(self, lines: Sequence[LineView]) -> tuple[LineView, ...]:
        """Lines of one attempt with their words: what was said, what came of it, and why."""

    def share(self, attempt: str, shared: bool) -> None:
        """Shares a practice attempt of the trainee's own, or takes that back."""

    def proposed(self, wish: Wish) -> Path:
        """Where a report goes if nobody says otherwise: the program's own folder, where erasing somebody reaches it.

        Of who is signed in the file's name alone: it goes to his browser.
        """

    def export(self, wish: Wish, going: Going) -> Path:
        """Writes a report, whole or not at all; the file that was written.

        For who is signed in it is alone in a new folder, to be handed to him, and then to go with that folder.
        """
