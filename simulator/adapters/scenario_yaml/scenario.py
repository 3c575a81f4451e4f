"""A scenario with its layers, merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from simulator.adapters.scenario_yaml.reader import Checked, identified, place_faults, read_file
from simulator.adapters.scenario_yaml.shape import follow, key_place
from simulator.adapters.scenario_yaml.shelf import Shelf
from simulator.adapters.scenario_yaml.source import Findings, given_text, printable, read_text
from simulator.adapters.scenario_yaml.starter import is_id
from simulator.adapters.scenario_yaml.tree import Entries, Node, compose, data
from simulator.model.errors import did_you_mean
from simulator.model.language import _
from simulator.model.layers import merge
from simulator.model.problem import Fault, Problem
from simulator.model.rules import Dropped
from simulator.model.scenario import Course, LayerName, Persona, Scenario, ScenarioFile
from simulator.workflows.ports import Read, Written


def read_scenario(
    path: Path, shelf: Shelf, inside: Path | None, text: str | None = None, identity: str | None = None
) -> Read:
    """The scenario in the file at ``path`` over the layers of ``shelf``, with the problems of all files it takes.

    Args:
        inside: a folder that the file must really lie in, links followed.
        text: read as if the file held it.
        identity: the id that must stand in it; by default the folder's name in a library, and any elsewhere.
    """
    own = read_file(path, ScenarioFile, inside, text)
    if identity is None and path.absolute().parent.parent.name == "library":
        identity = path.absolute().parent.name
    if identity is not None:
        own = identified(own, "scenario", identity)
    standard, catalogue, courses = shelf.standard(), shelf.catalogue(), shelf.courses()
    persona = shelf.persona(own.model.persona) if own.model and own.model.persona else None
    layers: dict[str, Checked[Any]] = {"scenario": own, "standard": standard}
    if persona:
        layers["persona"] = persona
    problems = [problem for file in (*layers.values(), catalogue, *courses) for problem in file.problems]
    scenario: Scenario | None = None
    dropped: list[Dropped] = []
    if own.model:
        faults = list(_own_faults(own.model, persona, shelf, courses))
        is_whole = bool(persona and persona.model) == bool(own.model.persona)
        if is_whole and standard.model and catalogue.model:
            kind = persona.model if persona else None
            merged = merge(own.model, kind, standard.model, catalogue.model, _objectives(courses))
            scenario, dropped = merged.scenario, merged.dropped
            faults += merged.faults
        problems += place_faults(faults, {**layers, "catalogue": catalogue})
    if any(problem.severity == "error" for problem in problems):
        scenario = None
    return Read(scenario, tuple(dict.fromkeys(problems)), tuple(dropped), path)


def place_in_scenario(
    path: Path, inside: Path | None, faults: Iterable[Fault], text: str | None = None
) -> tuple[Problem, ...]:
    """Faults of a scenario's own file as problems with places, by the file as it is now.

    Args:
        inside: a folder that the file must really lie in, links followed.
        text: taken as if the file held it.
    """
    found = Findings(printable(path, most=1000))
    tree = _tree(path, inside, found, text)
    return place_faults(faults, {"scenario": Checked(found.file, tree, None, ())})


def written_at(
    path: Path,
    shelf: Shelf,
    inside: Path | None,
    places: Iterable[tuple[LayerName, Sequence[str | int]]],
    text: str | None = None,
) -> Iterator[Written | None]:
    """The file and line of each place, given by its layer and the path of its keys; None where there is none.

    Args:
        inside: a folder that the file must really lie in, links followed.
        text: taken as if the file held it.
    """
    found = Findings(printable(path, most=1000))
    trees: dict[str, tuple[str, Node | None]] = {"scenario": (found.file, _tree(path, inside, found, text))}
    own = trees["scenario"][1]
    name = data(own).get("persona") if isinstance(own, Entries) else None
    lower: tuple[tuple[LayerName, Checked[Any] | None], ...] = (
        ("standard", shelf.standard()),
        ("persona", shelf.persona(name) if isinstance(name, str) and is_id(name) else None),
    )
    trees |= {layer: (checked.file, checked.tree) for layer, checked in lower if checked}
    for layer, keys in places:
        file, tree = trees.get(layer, ("", None))
        there = None if tree is None else follow(tree, keys)[0]
        is_there = tree is not None and there == tuple(keys)
        yield Written(file, key_place(tree, tuple(keys)).line) if tree is not None and is_there else None


def _tree(path: Path, inside: Path | None, findings: Findings, text: str | None) -> Node | None:
    known = read_text(path, findings, inside) if text is None else given_text(text, findings)
    return None if known is None else compose(known, findings)


def _own_faults(
    file: ScenarioFile, persona: Checked[Persona] | None, shelf: Shelf, courses: Iterable[Checked[Course]]
) -> Iterator[Fault]:
    """Names of files that do not exist; merging knows nothing of files."""
    if file.persona and persona is None:
        message = _("there is no {kind} “{name}”.", kind=_("persona"), name=file.persona)
        message += " " + did_you_mean(file.persona, shelf.personas())
        yield Fault("scenario", ("persona",), "unknown-name", message)
    known = [course.name for course in courses]
    for i, name in enumerate(file.courses):
        if name not in known:
            message = _("there is no {kind} “{name}”.", kind=_("course"), name=name) + " " + did_you_mean(name, known)
            yield Fault("scenario", ("courses", i), "unknown-name", message)


def _objectives(courses: Iterable[Checked[Course]]) -> list[str] | None:
    """The full names of all objectives; None where a course is broken, for then they are not all known."""
    names: list[str] = []
    for course in courses:
        if course.model is None:
            return None
        names += course.model.objective_names()
    return names or None
