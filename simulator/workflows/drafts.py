"""A scenario's text while somebody edits it: read, watched, merged, saved, never lost, and examined as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from simulator.model.errors import Cancelled, UsageError
from simulator.model.language import _
from simulator.model.problem import Problem
from simulator.workflows.merging import merge3
from simulator.workflows.ports import Claim, Kept, Library, Read, ScenarioFiles, Written

if TYPE_CHECKING:  # heavy, and an editor is there before anything is examined
    from simulator.engine.program import Program
    from simulator.engine.what_if import RuleAt
    from simulator.workflows.solutions import Solutions

News = Literal["same", "reloaded", "merged", "conflict", "gone"]
Side = Literal["mine", "theirs", "both"]

_STAMP_SHOWN = 8  # characters of a stamp in a file's name: enough to tell a few versions apart


class Draft:
    """A scenario's text in an editor, with what it was made from. Not to be shared between threads.

    Attributes:
        name: by which the library knows the scenario.
        text: as it stands in the editor.
        base, stamp: what was last read or saved; the stamp is None where there is no file.
        read_only: it came with the program; ``copy_to`` makes one's own of it.
        theirs: what is on disk, while that and ``text`` cannot be joined and nobody has decided.
    """

    def __init__(self, files: ScenarioFiles, path: Path, name: str, read_only: bool = False) -> None:
        loaded = files.load(path)
        self._files = files
        self.path, self.name, self.read_only = path, name, read_only
        self.text = self.base = loaded.text
        self.stamp: str | None = loaded.stamp
        self.theirs: str | None = None
        self._their_stamp: str | None = None
        self._emptied: str | None = None

    @classmethod
    def open(cls, files: ScenarioFiles, library: Library, name: str) -> Draft:
        """The draft of a scenario, by id or by the path of its file or folder.

        Raises:
            UnknownName: there is none.
            BadFile: its file cannot be read as text.
        """
        located = library.locate(name)
        return cls(files, located.path, name, located.shipped)

    @property
    def is_changed(self) -> bool:
        """Whether leaving would lose something: the text is not what was last read or saved, or its file is gone."""
        return not self.read_only and (self.text != self.base or self.stamp is None)

    def edit(self, text: str) -> None:
        """Takes the text of the editor.

        Raises:
            UsageError: the scenario came with the program.
        """
        if self.read_only and text != self.text:
            raise UsageError(_("This scenario comes with the program and stays as it is; make a copy to change it."))
        self.text = text

    def save(self) -> None:
        """Writes the text to its file.

        Raises:
            ChangedElsewhere: the file went on meanwhile, and is as it was; ``look`` says what to do.
            BadFile: the text is none that a file could hold.
            UsageError: the scenario came with the program, or nothing can be written.
        """
        if self.read_only:
            raise UsageError(_("This scenario comes with the program and stays as it is; make a copy to change it."))
        self.stamp = self._files.save(self.path, self.text, self.stamp)
        self.base, self.theirs = self.text, None
        self._files.forget(self.path)

    # What happens to the file meanwhile

    def look(self) -> News:
        """What has become of the file since it was last looked at; each thing is told once, when it happens.

        A change on disk is taken in at once where nothing is unsaved, else joined with the text line by line
        (``merged``: the text is both, and still to be saved). Where that does not go, both are kept until ``resolve``.

        Raises:
            BadFile: what is on disk now cannot be read as text; nothing has changed here.
        """
        stamp = self._files.stamp(self.path)
        if stamp == (self._their_stamp if self.theirs is not None else self.stamp):
            return "same"
        if stamp is None:
            self.stamp, self.theirs = None, None
            return "gone"
        loaded = self._files.load(self.path)
        if not loaded.text and self._emptied != loaded.stamp:
            self._emptied = loaded.stamp  # an editor that empties a file before it writes is given until the next look
            return "same"
        self._emptied = None
        return self._taken_in(loaded.text, loaded.stamp)

    def _taken_in(self, theirs: str, stamp: str) -> News:
        had_changes = self.text != self.base
        merged = merge3(self.base, self.text, theirs)
        if not merged.is_clean:
            self.theirs, self._their_stamp = theirs, stamp
            return "conflict"
        is_news = self.text != merged.text
        self.text, self.base, self.stamp, self.theirs = merged.text, theirs, stamp, None
        if not is_news:
            return "same"
        return "merged" if had_changes else "reloaded"

    def resolve(self, side: Side) -> Path:
        """Ends a conflict. The other side's text is written beside the file first; the path of it.

        Args:
            side: whose text goes on; with ``both``, both versions stand where they cannot be joined, between lines that
                no reader accepts, so that it cannot be saved and forgotten.

        Raises:
            UsageError: there is no conflict, or nothing can be written beside the file; then nothing is decided.
        """
        if self.theirs is None or self._their_stamp is None:
            raise UsageError(_("There is nothing to decide: the file and the text do not contradict each other."))
        theirs, stamp = self.theirs, self._their_stamp
        other, mark = (self.text, "mine") if side == "theirs" else (theirs, "theirs")
        copy = self._files.beside(self.path, f"{mark}-{stamp[:_STAMP_SHOWN]}", other)
        if side == "both":
            self.text = merge3(self.base, self.text, theirs).text
        elif side == "theirs":
            self.text = theirs
        self.base, self.stamp, self.theirs, self._their_stamp = theirs, stamp, None, None
        return copy

    # Unsaved text, and who else is here

    def autosave(self) -> None:
        """Keeps the text in the data folder while it is unsaved, so that it outlives this process.

        Raises:
            UsageError: nothing can be written there.
        """
        if self.is_changed:
            self._files.keep(self.path, self.text, self.base, self.stamp)
        else:
            self._files.forget(self.path)

    def restore(self, kept: Kept) -> None:
        """Takes in what was kept when a Studio died. If the file went on since, ``look`` then joins the two.

        What was kept stays until ``discard``.

        Raises:
            UsageError: the scenario came with the program.
        """
        self.edit(kept.text)
        self.base, self.stamp = kept.base, kept.stamp
        self.theirs = None

    def claim(self) -> Claim | None:
        """Says that the file is open here, and tells who else has it open; to be renewed now and then."""
        return self._files.claim(self.path)

    def close(self) -> None:
        """Lets go of the file; what was kept of unsaved text goes too, since leaving was decided."""
        self._files.forget(self.path)
        self._files.release(self.path)


def recover(files: ScenarioFiles, path: Path | None = None) -> tuple[Kept, ...]:
    """Unsaved text of Studios that died, of one file or of all, the latest first."""
    return tuple(files.kept(path))


def discard(files: ScenarioFiles, kept: Kept) -> None:
    """Drops unsaved text that nobody wants, or that was taken in."""
    files.forget(kept.path, kept.token)


def copy_to(library: Library, name: str, workshop: Path, new_id: str) -> Path:
    """Makes a scenario one's own: its text under a new id in the workshop, with its test plans; the path of its file.

    Raises:
        UnknownName: there is no such scenario.
        BadFile: its file cannot be read as text.
        UsageError: the id is none or is taken, or nothing can be written there.
    """
    return library.copy(name, new_id, workshop)


@dataclass(frozen=True, slots=True)
class Examined:
    """What a text means, as far as reading it tells.

    Attributes:
        name, text: what was examined.
        problems: by line, errors before findings on one line; what the scenario silences is left out.
        program: None where there are errors.
        proved: the findings that need exploring are among the problems.
    """

    name: str
    text: str
    read: Read
    problems: tuple[Problem, ...]
    program: Program | None
    proved: bool

    @property
    def is_sound(self) -> bool:
        """It has a meaning: it can be drawn, played and explored."""
        return self.program is not None


def examine(
    library: Library, solutions: Solutions, draft: Draft, cancelled: Callable[[], bool] = lambda: False
) -> Examined:
    """The problems of a draft's text as it stands. Nothing is explored; findings that are remembered are there at once.

    May run in another thread than the draft's: it looks at the text once.

    Raises:
        Cancelled: somebody asked to stop.
        UnknownName: the scenario's file is gone, and it was opened by its id.
    """
    from simulator.workflows.checking import remembered

    name, text = draft.name, draft.text
    read = library.read(name, text)
    if cancelled():
        raise Cancelled
    program = _program(read)
    silent = read.scenario.silence if read.scenario else {}
    problems = [one for one in read.problems if one.severity == "error" or one.code not in silent]
    faults = remembered(read.scenario, solutions) if read.scenario else None
    if faults is not None:
        problems += library.place(name, faults, text)
    return Examined(name, text, read, _sorted(problems), program, faults is not None)


def prove(
    library: Library, solutions: Solutions, examined: Examined, cancelled: Callable[[], bool] = lambda: False
) -> Examined:
    """What was examined, with the findings that exploring proves; takes seconds, and is remembered.

    What has errors comes back as it is: it has no meaning to explore.

    Raises:
        Cancelled: somebody asked to stop.
    """
    from simulator.workflows.checking import findings

    if examined.read.scenario is None or examined.proved:
        return examined
    faults = findings(examined.read.scenario, solutions, cancelled)
    found = library.place(examined.name, faults, examined.text)
    return replace(examined, problems=_sorted((*examined.problems, *found)), proved=True)


def lines_of(library: Library, examined: Examined, rules: Iterable[RuleAt]) -> tuple[Written | None, ...]:
    """The file and line of each rule, those of the lower layers too; None where there is none."""
    return library.written(examined.name, [(rule.layer, rule.path) for rule in rules], examined.text)


def _program(read: Read) -> Program | None:
    from simulator.engine.program import Program

    return None if read.scenario is None else Program(read.scenario)


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file and place, the errors of one place first."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: (one.file, one.line, one.severity, one.column, one)))
