"""An attempt as xAPI statements (version 1.0.3), for the company's learning system. Pure: from facts to JSON.

Who it was is an account under the organisation's own address, named by his pseudonym: no name and no mail address goes
out. Activities and extensions have addresses under the same one (``<home>/huikuan/…``).

**What is said.** ``initialized`` when a talk begins that counts: an exam, or practice that instructors see. When it is
over ``scored`` for each objective that it was evidence of, ``passed`` or ``failed``, and ``completed``. Marks are those
under the version of the rubric that the attempt was begun under; of a regrading, which takes nothing back, the talk and
its objectives are ``scored`` once more, with the other version.

**Ids** are UUIDs made of what is said of what, so that saying it again changes nothing: attempt, verb, objective,
rubric, and the numbers of the decision and the sharing that it rests on. Bodies are made of the record alone, so that
the same id says the same. What a reviewer overruled is said anew under other ids; whoever delivers takes back
(``voided``) what had gone out before, and does so as well where a trainee shows a talk no more.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from scoring.objectives import Observation
from simulator.model.figures import figures, fill
from simulator.model.language import LANGUAGES, Language
from simulator.model.record import Started
from simulator.model.scenario import Course, Objective, Scenario
from simulator.model.text import Text
from simulator.workflows.ports import Recorded, Result, Statement

VERSION = "1.0.3"
PLATFORM = "Huikuan"
_SPACE = uuid.UUID("7b038557-8b02-451b-8eda-bda2e6f28e8e")  # of this project's ids, for good
_TAGS: Mapping[Language, str] = {"zh": "zh-CN", "en": "en"}  # BCP 47
_VERBS = "http://adlnet.gov/expapi/verbs/"
_TYPES = "http://adlnet.gov/expapi/activities/"
_SAID = {  # verbs as people read them
    "initialized": ("开始", "initialized"),
    "scored": ("得分", "scored"),
    "passed": ("通过", "passed"),
    "failed": ("未通过", "failed"),
    "completed": ("完成", "completed"),
    "voided": ("作废", "voided"),
}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A turn's words, where they may go out. ``said`` is empty where it was erased."""

    turn: int
    said: str
    answer: str


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that the statements of an attempt are made of.

    Attributes:
        home: the organisation's address, an IRI.
        begun, first: when the attempt began, in UTC, and the hash of its first event.
        courses: by id.
        assignment: its title; None where it is played under none.
        results: those of the attempt as it is now, by rubric; empty while it goes on.
        last: the hash of the event that ended it; empty while it goes on.
        ruled: the latest overruling; None where nothing is overruled.
        shared: the number of the sharing that it is seen by; None where it needs none.
        lines: the talk in words; None where words stay home.
        simulated: a program played it.
    """

    home: str
    attempt: str
    started: Started
    begun: datetime
    first: str
    scenario: Scenario
    courses: Mapping[str, Course]
    assignment: str | None = None
    results: tuple[Result, ...] = ()
    last: str = ""
    ruled: Recorded | None = None
    shared: int | None = None
    lines: tuple[Line, ...] | None = None
    simulated: bool = False


def statements(told: Told) -> tuple[Statement, ...]:
    """What is said of an attempt, in the order in which it happened."""
    return tuple(_written(one) for one in _Telling(told).all())


def voiding(home: str, gone: str, at: datetime) -> Statement:
    """The statement that takes back one of that id; it is this program that says so."""
    made: Json = {
        "id": str(_id("", "voided", gone)),
        "actor": _account(home, PLATFORM.lower()),
        "verb": _verb("voided"),
        "object": {"objectType": "StatementRef", "id": gone},
        "timestamp": instant(at),
    }
    return Statement(made["id"], _compact(made), gone)


def structure(home: str, courses: Iterable[Course], scenarios: Iterable[Scenario]) -> Json:
    """Courses, modules, objectives and talks with the very ids and definitions that statements have.

    This is what a cmi5 package would be made of: a block for each course and module, its objectives, and an assignable
    unit for each scenario.
    """
    names = _Names(home)
    known = {course.course: course for course in courses}
    return {
        "courses": [
            {
                **names.course(course),
                "modules": [
                    {
                        **names.module(course.course, module.id, module.title),
                        "objectives": [
                            names.objective(f"{course.course}/{module.id}.{one.id}", one) for one in module.objectives
                        ],
                    }
                    for module in course.modules
                ],
            }
            for course in known.values()
        ],
        "scenarios": [
            {
                **names.scenario(scenario),
                "courses": [names.iri("courses", course) for course in scenario.courses],
                "objectives": [names.iri("objectives", *name.split("/")) for name in scenario.objectives],
            }
            for scenario in scenarios
        ],
    }


def instant(at: datetime) -> str:
    """A time as statements have it: ISO 8601 in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Names:
    """Activities: their addresses, and what they are called in both languages."""

    def __init__(self, home: str) -> None:
        self._base = home.rstrip("/") + "/huikuan"

    def iri(self, *parts: str) -> str:
        """An address; ids are of plain letters already, and what is not cannot leave its place in it."""
        return "/".join((self._base, *(quote(part, safe="") for part in parts)))

    def extension(self, name: str) -> str:
        return self.iri("extensions", name)

    def scenario(self, scenario: Scenario) -> Json:
        by_language = {language: figures(scenario, language) for language in LANGUAGES}

        def words(text: Text) -> Json:
            return {_TAGS[one]: fill(text.to(one), by_language[one]) for one in LANGUAGES if getattr(text, one)}

        definition: Json = {"type": _TYPES + "simulation", "name": words(scenario.title)}
        if scenario.summary is not None:
            definition["description"] = words(scenario.summary)
        return _activity(self.iri("scenarios", scenario.id), definition)

    def course(self, course: Course) -> Json:
        definition: Json = {"type": _TYPES + "course", "name": _words(course.title)}
        if course.about is not None:
            definition["description"] = _words(course.about)
        return _activity(self.iri("courses", course.course), definition)

    def module(self, course: str, module: str, title: Text) -> Json:
        return _activity(self.iri("courses", course, module), {"type": _TYPES + "module", "name": _words(title)})

    def objective(self, name: str, objective: Objective | None) -> Json:
        """An objective; one that no course has any more by its address alone."""
        definition: Json = {"type": _TYPES + "objective"}
        if objective is not None:
            definition["name"] = _words(objective.concept or objective.statement)
            definition["description"] = _words(objective.statement)
        return _activity(self.iri("objectives", *name.split("/")), definition)

    def assignment(self, assignment: str, title: str | None) -> Json:
        definition: Json = {"type": _TYPES + "assessment"}
        if title:
            definition["name"] = {"und": title}  # in whatever language it was written
        return _activity(self.iri("assignments", assignment), definition)


class _Telling:
    """The statements of one attempt."""

    def __init__(self, told: Told) -> None:
        self._told, self._names = told, _Names(told.home)
        self._scenario = self._names.scenario(told.scenario)
        known = (told.courses[one] for one in told.scenario.courses if one in told.courses)
        self._courses = [self._names.course(course) for course in known]
        self._objectives = {
            name: objective for course in told.courses.values() for name, objective in course.objective_names().items()
        }

    def all(self) -> Iterator[Json]:
        """Every one, in the order in which it happened."""
        told = self._told
        yield self._one("initialized", self._scenario, told.begun, told.first, told.started.rubric)
        for result in sorted(told.results, key=lambda one: one.rubric != told.started.rubric):
            yield from self._scored(result)
        for result in told.results:
            if result.rubric == told.started.rubric:
                yield self._completed(result)

    def _scored(self, result: Result) -> Iterator[Json]:
        by_objective: dict[str, list[Observation]] = {}
        for observation in result.observations:
            by_objective.setdefault(observation.objective, []).append(observation)
        for name, found in sorted(by_objective.items()):
            credit = sum(one.credit for one in found) / len(found)
            extensions = {self._names.extension("observations"): len(found)}
            said: Json = {"score": _score(credit * 100), "extensions": extensions}
            yield self._marked("scored", self._names.objective(name, self._objectives.get(name)), result, said, name)
        stands = result.rubric == self._told.started.rubric
        verb = ("passed" if result.passed else "failed") if stands else "scored"
        said = {"score": _score(result.total), "duration": _duration(result.seconds)}
        if stands:
            said["success"] = result.passed
        said["extensions"] = {self._names.extension("breaches"): len(result.breaches)}
        yield self._marked(verb, self._scenario, result, said)

    def _completed(self, result: Result) -> Json:
        made = self._one("completed", self._scenario, result.ended, self._told.last, result.rubric)
        made["result"] = {"completion": True, "duration": _duration(result.seconds)}
        if self._told.lines is not None:
            words = [{"turn": one.turn, "said": one.said, "answer": one.answer} for one in self._told.lines]
            made["result"]["extensions"] = {self._names.extension("transcript"): words}
        return made

    def _marked(self, verb: str, of: Json, result: Result, said: Json, objective: str = "") -> Json:
        """A statement of marks, which a reviewer may have changed."""
        ruled = self._told.ruled
        number, at = (ruled.seq, ruled.at) if ruled else (None, result.ended)
        head = ruled.hash if ruled else self._told.last
        made = self._one(verb, of, at, head, result.rubric, objective, number)
        made["result"] = said
        extensions = made["context"]["extensions"]
        if result.overruled:
            extensions[self._names.extension("overruled")] = True
        if result.rubric != self._told.started.rubric:
            extensions[self._names.extension("regraded")] = True
        return made

    def _one(
        self,
        verb: str,
        of: Json,
        at: datetime,
        head: str,
        rubric: str,
        objective: str = "",
        ruled: int | None = None,
    ) -> Json:
        told = self._told
        edition = ("" if ruled is None else str(ruled), "" if told.shared is None else str(told.shared))
        extensions: Json = {
            self._names.extension("rubric"): rubric,
            self._names.extension("mode"): told.started.mode,
            self._names.extension("head"): head,
        }
        if told.simulated:
            extensions[self._names.extension("simulated")] = True
        return {
            "id": str(_id(told.attempt, verb, objective, rubric, *edition)),
            "actor": _account(told.home, told.started.person),
            "verb": _verb(verb),
            "object": of,
            "context": {
                "registration": str(_id(told.attempt, "registration")),
                "contextActivities": self._surroundings(bool(objective)),
                "revision": told.started.content,
                "platform": PLATFORM,
                "language": _TAGS[told.started.language],
                "extensions": extensions,
            },
            "timestamp": instant(at),
        }

    def _surroundings(self, of_objective: bool) -> Json:
        """What it is part of: an objective of its talk, a talk of its assignment or, without one, of its courses."""
        told, outer = self._told, list(self._courses)
        if told.started.assignment is not None:
            under = [self._names.assignment(told.started.assignment, told.assignment)]
        else:
            under, outer = outer, []
        if of_objective:
            under, outer = [self._scenario], [*under, *outer]
        return {name: found for name, found in (("parent", under), ("grouping", outer)) if found}


def _id(*parts: str) -> uuid.UUID:
    return uuid.uuid5(_SPACE, json.dumps(parts, ensure_ascii=False, separators=(",", ":")))


def _account(home: str, name: str) -> Json:
    return {"objectType": "Agent", "account": {"homePage": home, "name": name}}


def _verb(name: str) -> Json:
    zh, en = _SAID[name]
    return {"id": _VERBS + name, "display": {_TAGS["zh"]: zh, _TAGS["en"]: en}}


def _activity(iri: str, definition: Json) -> Json:
    return {"objectType": "Activity", "id": iri, "definition": definition}


def _words(text: Text) -> Json:
    return {_TAGS[one]: getattr(text, one) for one in LANGUAGES if getattr(text, one)}


def _score(points: float) -> Json:
    """Points 0–100, and the same scaled to 0–1."""
    raw = round(min(max(points, 0.0), 100.0), 2)
    return {"scaled": round(raw / 100, 4), "raw": raw, "min": 0, "max": 100}


def _duration(seconds: float) -> str:
    """As ISO 8601 has it, to the hundredth of a second, which is as much as two durations are compared by."""
    return f"PT{seconds:.2f}".rstrip("0").rstrip(".") + "S"


def _written(made: Json) -> Statement:
    return Statement(made["id"], _compact(made))


def _compact(made: Json) -> str:
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
