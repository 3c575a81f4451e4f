"""What is said to the learning system: of which attempts, under which ids, and what is not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jsonschema
import pytest
from doubles import Clock
from workflows.dispatch import HOME, dispatch_over, verb
from workflows.talks import LEFT, PAID, RIGHT, play, start

from scoring.rubric import CURRENT, RUBRICS
from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.engine.program import Program
from simulator.model.journal import Assigned, Shared, Unshared
from simulator.model.position import Move
from simulator.workflows.deciding import overrule
from simulator.workflows.queueing import Dispatch, Said, Speaker, fill
from simulator.workflows.regrading import regrade
from simulator.workflows.rehearse import Desk, Rehearsal, Terms, Typed, begin
from simulator.workflows.remarking import remark
from simulator.workflows.settling import settle_all
from simulator.workflows.xapi import structure, voiding

BASE = HOME + "/huikuan"
Json = dict[str, Any]


@pytest.fixture
def dispatch(desk: Desk, content: YamlLibrary) -> Dispatch:
    return dispatch_over(desk, content)


def exam(desk: Desk, small: Program, moves: tuple[str, ...] = PAID) -> Rehearsal:
    rehearsal = start(desk, small, RIGHT, mode="exam")
    play(rehearsal, moves)
    if rehearsal.phase == "note":
        rehearsal.file_note({})
    return rehearsal


def said(dispatch: Dispatch) -> list[Json]:
    """Everything that is to be said now."""
    return [json.loads(one.body) for one in Said().of(dispatch)]


def verbs(dispatch: Dispatch) -> list[str]:
    return [verb(one) for one in said(dispatch)]


def by_verb(made: list[Json]) -> Mapping[str, Json]:
    return {verb(one): one for one in made}


def extension(one: Json, name: str) -> Any:
    return one["context"]["extensions"].get(f"{BASE}/extensions/{name}")


# What xAPI 1.0.3 asks of a statement, as far as ours go: https://github.com/adlnet/xAPI-Spec/blob/1.0.3/xAPI-Data.md
_IRI = {"type": "string", "pattern": '^https?://[^\\s<>"{}|\\\\^`]+$'}
_WORDS = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": "^(zh-CN|en|und)$"},
    "additionalProperties": {"type": "string", "minLength": 1},
}
_EXTENSIONS = {"type": "object", "propertyNames": _IRI}
_UUID = {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"}


def _object(required: list[str], **properties: object) -> Json:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


_ACTIVITY = _object(
    ["objectType", "id"],
    objectType={"const": "Activity"},
    id=_IRI,
    definition=_object(["type"], type=_IRI, name=_WORDS, description=_WORDS),
)
_SCORE = _object(
    ["scaled"],
    scaled={"type": "number", "minimum": -1, "maximum": 1},
    raw={"type": "number", "minimum": 0, "maximum": 100},
    min={"const": 0},
    max={"const": 100},
)
STATEMENT = _object(
    ["id", "actor", "verb", "object", "timestamp"],
    id=_UUID,
    actor=_object(
        ["objectType", "account"],
        objectType={"const": "Agent"},
        account=_object(["homePage", "name"], homePage=_IRI, name={"type": "string", "minLength": 1}),
    ),
    verb=_object(["id"], id=_IRI, display=_WORDS),
    object={"anyOf": [_ACTIVITY, _object(["objectType", "id"], objectType={"const": "StatementRef"}, id=_UUID)]},
    result=_object(
        [],
        score=_SCORE,
        success={"type": "boolean"},
        completion={"type": "boolean"},
        duration={"type": "string", "pattern": r"^PT\d+(\.\d{1,2})?S$"},
        extensions=_EXTENSIONS,
    ),
    context=_object(
        ["registration"],
        registration=_UUID,
        contextActivities=_object(
            [],
            parent={"type": "array", "minItems": 1, "items": _ACTIVITY},
            grouping={"type": "array", "minItems": 1, "items": _ACTIVITY},
        ),
        revision={"type": "string"},
        platform={"type": "string"},
        language={"enum": ["zh-CN", "en"]},
        extensions=_EXTENSIONS,
    ),
    timestamp={"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"},
)


def test_every_statement_keeps_the_rules_of_xapi(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """Of an exam that passed and one that failed, of one that goes on, of one overruled, and what takes one back."""
    attempt = exam(desk, small).attempt
    exam(desk, small, LEFT)
    start(desk, small, mode="exam", language="zh")
    overrule(desk, attempt, "Li Na", "total", None, 90.0, "other", "Well done.")
    made = [*said(replace(dispatch, texts=True)), json.loads(voiding(HOME, said(dispatch)[0]["id"], desk.now()).body)]
    for one in made:
        jsonschema.validate(one, STATEMENT)
    assert {verb(one) for one in made} == {"initialized", "scored", "passed", "failed", "completed", "voided"}
    assert len({one["id"] for one in made}) == len(made)


def test_exam_is_told_from_its_begin_to_its_end(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """Begun, each objective's score, the pass with the marks of the scorecard, and its end, each when it was."""
    rehearsal = exam(desk, small)
    made = said(dispatch)
    settle_all(desk)
    (result,) = desk.store.results()
    observed = sorted({one.objective for one in result.observations})
    assert [verb(one) for one in made] == ["initialized", *["scored"] * len(observed), "passed", "completed"]
    assert [one["object"]["id"] for one in made[1 : 1 + len(observed)]] == [f"{BASE}/objectives/{o}" for o in observed]
    told = by_verb(made)
    assert told["passed"]["result"]["score"] == {
        "scaled": round(result.total / 100, 4),
        "raw": result.total,
        "min": 0,
        "max": 100,
    }
    assert (told["passed"]["result"]["success"], told["completed"]["result"]["completion"]) == (True, True)
    assert told["completed"]["result"]["duration"] == f"PT{result.seconds:.0f}S"
    events = desk.store.events(rehearsal.attempt)
    when = [datetime.fromisoformat(told[name]["timestamp"]) for name in ("initialized", "completed")]
    assert when == [events[0].at, result.ended]
    assert {one["context"]["registration"] for one in made} == {told["passed"]["context"]["registration"]}
    assert UUID(told["passed"]["context"]["registration"]).version == 5
    assert {one["context"]["revision"] for one in made} == {result.content}
    assert [extension(one, "head") for one in (made[0], made[-1])] == [events[0].hash, events[-1].hash]
    assert {(extension(one, "rubric"), extension(one, "mode")) for one in made} == {("1", "exam")}


def test_objective_is_scored_by_the_mean_of_its_chances(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """And says how many there were; it says no pass, since one talk says little of an objective."""
    exam(desk, small)
    made = [one for one in said(dispatch) if verb(one) == "scored"]
    (result,) = desk.store.results()
    for one in made:
        name = one["object"]["id"].removeprefix(f"{BASE}/objectives/")
        credits = [observation.credit for observation in result.observations if observation.objective == name]
        assert one["result"]["score"]["scaled"] == pytest.approx(sum(credits) / len(credits), abs=1e-4)
        assert one["result"]["extensions"] == {f"{BASE}/extensions/observations": len(credits)}
        assert "success" not in one["result"]


def test_nobody_is_named(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """Who it was is an account under the organisation's address, named by his pseudonym; there is no mail address."""
    exam(desk, small)
    (person,) = {one.person for one in desk.store.attempts()}
    for one in said(dispatch):
        assert one["actor"] == {"objectType": "Agent", "account": {"homePage": HOME, "name": person}}
        written = json.dumps(one, ensure_ascii=False)
        assert "Wang" not in written
        assert "mbox" not in written
        assert "@" not in written


def test_words_stay_home_unless_they_are_let_out(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """No statement holds what was said; switched on, the last one holds all of it, and never as a response."""
    rehearsal = start(desk, small, RIGHT, mode="exam")
    line = '=HYPERLINK("x") <script> 🙂 ‮ 您什么时候付款?'
    rehearsal.play(Move.parse(PAID[0]), Typed(line, 0.9))
    play(rehearsal, PAID[1:])
    rehearsal.file_note({})
    kept = json.dumps(said(dispatch), ensure_ascii=False)
    assert "HYPERLINK" not in kept
    assert "transcript" not in kept
    let_out = said(replace(dispatch, texts=True))
    (told,) = [one for one in let_out if f"{BASE}/extensions/transcript" in one.get("result", {}).get("extensions", {})]
    lines = told["result"]["extensions"][f"{BASE}/extensions/transcript"]
    assert (verb(told), lines[0]["turn"], lines[0]["said"], len(lines)) == ("completed", 1, line, len(PAID))
    assert all("response" not in one.get("result", {}) for one in let_out)
    assert [one["id"] for one in let_out] == [one["id"] for one in said(dispatch)]


def test_practice_is_told_once_instructors_see_it(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """A trainee's own is nobody's business: neither begun nor ended. What an assignment shows is, from its begin."""
    own = start(desk, small, RIGHT)
    play(own, PAID)
    own.file_note({})
    own.try_again_from(2)
    assert said(dispatch) == []
    begin(desk, small.scenario, "Li Na", "practice", "zh", 1, Terms("w1", None, True, False, None))
    assert verbs(dispatch) == ["initialized"]
    person = own.state.started.person
    desk.store.enter(Shared(person=person, attempt=own.attempt), desk.now())
    assert verbs(dispatch).count("initialized") == 2
    assert "completed" in verbs(dispatch)
    desk.store.enter(Unshared(person=person, attempt=own.attempt), desk.now())
    assert verbs(dispatch) == ["initialized"]


def test_attempt_shown_again_is_told_under_other_ids(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """Those that were taken back in between stay so."""
    own = start(desk, small, RIGHT)
    play(own, PAID)
    own.file_note({})
    told: list[set[str]] = []
    for event in (Shared, Shared, Unshared, Shared):
        desk.store.enter(event(person=own.state.started.person, attempt=own.attempt), desk.now())
        told.append({one["id"] for one in said(dispatch)})
    assert told[0] == told[1] != set()
    assert told[2] == set()
    assert told[3]
    assert not told[3] & told[0]


def test_ids_are_the_same_whenever_and_wherever_they_are_made(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """The very bodies, whatever was remarked, appealed or looked at meanwhile, and on another machine's clock."""
    attempt = exam(desk, small).attempt
    before = said(dispatch)
    remark(desk, attempt, 1, "Well begun.", "Li Na")
    later = replace(desk, now=Clock(datetime(2031, 1, 1, tzinfo=UTC)))
    assert said(dispatch_over(later, dispatch.library)) == before


def test_overruled_marks_are_told_anew_and_the_old_taken_back(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """Marks get other ids and the time of the decision; the begin and the end stay what they are."""
    attempt = exam(desk, small).attempt
    fill(dispatch)
    first = deliver_all(desk)
    overrule(desk, attempt, "Li Na", "total", None, 30.0, "other", "Not that well.")
    assert fill(dispatch).queued == 2 * (len(first) - 2)
    waiting = deliver_all(desk)
    gone = [one["object"]["id"] for one in waiting if verb(one) == "voided"]
    marks = [one["id"] for one in first if verb(one) in ("scored", "passed")]
    assert gone == marks
    anew = [one for one in waiting if verb(one) != "voided"]
    assert {verb(one) for one in anew} == {"scored", "failed"}
    assert not {one["id"] for one in anew} & set(marks)
    assert by_verb(anew)["failed"]["result"]["score"]["raw"] == 30.0
    decided = desk.store.events(attempt)[-1]
    assert {datetime.fromisoformat(one["timestamp"]) for one in anew} == {decided.at}
    assert all(extension(one, "overruled") and extension(one, "head") == decided.hash for one in anew)
    assert fill(dispatch).queued == 0


def deliver_all(desk: Desk) -> list[Json]:
    """What waits, which is delivered with that."""
    now = desk.now()
    found = desk.store.take_statements(99, now, now + timedelta(minutes=5))
    desk.store.delivered_statements([one.statement.id for one in found])
    return [json.loads(one.statement.body) for one in found]


def test_what_is_overruled_before_it_went_out_never_does(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """Nothing is taken back that nobody has."""
    attempt = exam(desk, small).attempt
    fill(dispatch)
    overrule(desk, attempt, "Li Na", "total", None, 30.0, "other", "Not that well.")
    fill(dispatch)
    waiting = [verb(one) for one in deliver_all(desk)]
    assert "voided" not in waiting
    assert "passed" not in waiting
    assert waiting.count("failed") == waiting.count("completed") == waiting.count("initialized") == 1


def test_regraded_marks_are_told_beside_those_that_stand(
    dispatch: Dispatch, desk: Desk, small: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As scores under the other rubric: the pass that was given stays, and nothing is taken back."""
    exam(desk, small)
    fill(dispatch)
    before = deliver_all(desk)
    unkind = replace(CURRENT, version="unkind", pass_mark=100.5)
    monkeypatch.setitem(RUBRICS, "unkind", unkind)
    regrade(desk, unkind)
    fill(dispatch)
    beside = deliver_all(desk)
    assert {verb(one) for one in beside} == {"scored"}
    assert {extension(one, "rubric") for one in beside} == {"unkind"}
    assert all(extension(one, "regraded") for one in beside)
    talk = [one for one in beside if one["object"]["id"] == f"{BASE}/scenarios/small-debt"]
    assert [one["result"]["score"]["raw"] for one in talk] == [by_verb(before)["passed"]["result"]["score"]["raw"]]
    assert "success" not in talk[0]["result"]


def test_unshown_practice_is_taken_back(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """All of it that went out."""
    own = start(desk, small, RIGHT)
    play(own, PAID)
    own.file_note({})
    person = own.state.started.person
    desk.store.enter(Shared(person=person, attempt=own.attempt), desk.now())
    fill(dispatch)
    told = deliver_all(desk)
    desk.store.enter(Unshared(person=person, attempt=own.attempt), desk.now())
    fill(dispatch)
    assert {one["object"]["id"] for one in deliver_all(desk)} == {one["id"] for one in told}


def test_talk_is_part_of_its_assignment_and_course(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """An objective of its talk, the talk of the assignment, both in the course; titles are told as written."""
    title = "[b]三月 <script> =1+1 ../../x"
    assigned = Assigned(assignment="w 1/../x", title=title, scenarios=("small-debt",), mode="exam", by="p")
    desk.store.enter(assigned, desk.now())
    rehearsal = begin(desk, small.scenario, "Li Na", "exam", "zh", 1, Terms("w 1/../x", None, False, False, None))
    rehearsal.prepare(RIGHT)
    play(rehearsal, PAID)
    rehearsal.file_note({})
    told = by_verb(said(dispatch))
    talk, objective = (told[name]["context"]["contextActivities"] for name in ("passed", "scored"))
    assert [one["definition"]["name"] for one in talk["parent"]] == [{"und": title}]
    assert talk["parent"][0]["id"] == f"{BASE}/assignments/w%201%2F..%2Fx"
    assert [one["id"] for one in talk["grouping"]] == [f"{BASE}/courses/small"]
    assert [one["id"] for one in objective["parent"]] == [f"{BASE}/scenarios/small-debt"]
    assert objective["grouping"] == [*talk["parent"], *talk["grouping"]]
    assert told["passed"]["context"]["language"] == "zh-CN"
    assert told["passed"]["object"]["definition"]["name"] == {"zh-CN": "一笔小账", "en": "A small debt"}


def test_simulated_people_are_called_so(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """Whoever reads the file sees it in every statement."""
    exam(desk, small)
    assert extension(said(dispatch)[0], "simulated") is None
    desk.store.mark_simulated()
    assert all(extension(one, "simulated") for one in said(dispatch))


def test_nothing_is_said_of_who_was_erased(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """Neither queued nor written; what waited is gone."""
    rehearsal = exam(desk, small)
    fill(dispatch)
    desk.store.erase(rehearsal.state.started.person)
    assert said(dispatch) == []
    assert fill(dispatch).queued == 0
    assert desk.store.count_statements().waiting == 0


def test_attempt_that_cannot_be_settled_keeps_nobody_waiting(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """It is named with why; the others are queued, and it is not tried over and over."""
    broken, whole = exam(desk, small).attempt, exam(desk, small).attempt
    links = desk.store.links[broken]  # type: ignore[attr-defined]
    links[2] = replace(links[2], payload=links[2].payload.replace("ask.plain", "ask.nothing"))
    filled = fill(dispatch)
    assert {one.attempt for one in filled.faults} == {broken}
    assert {row.attempt for row in desk.store.out.values()} == {whole}  # type: ignore[attr-defined]
    assert desk.store.unqueued(9) == []


def test_statements_since_a_day_are_those_that_ended_then(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """Or were decided on then."""
    early = exam(desk, small).attempt
    clock: Any = desk.now
    clock.now += timedelta(days=3)
    late = exam(desk, small).attempt
    since = clock.now.astimezone().date()

    def told() -> set[str]:
        found = (json.loads(one.body) for one in Said().of(dispatch, since))
        return {extension(one, "head") for one in found if verb(one) == "completed"}

    ends = {attempt: desk.store.events(attempt)[-1].hash for attempt in (early, late)}
    assert told() == {ends[late]}
    overrule(desk, early, "Li Na", "total", None, 30.0, "other", "Not that well.")
    assert told() == set(ends.values())


def test_speaker_says_nothing_of_what_is_not_settled(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """Over, and no result of it as it is: that cannot be told yet, and nothing is taken back for it."""
    attempt = exam(desk, small).attempt
    assert Speaker(dispatch).wanted(attempt, True) is None
    settle_all(desk)
    assert Speaker(dispatch).wanted(attempt, True)
    remark(desk, attempt, 1, "Well begun.", "Li Na")
    assert Speaker(dispatch).wanted(attempt, True) is None


def test_structure_has_the_ids_that_statements_have(dispatch: Dispatch, desk: Desk, small: Program) -> None:
    """Every activity that a statement names is in it, with the same definition; all of it is plain JSON."""
    exam(desk, small)
    made = json.loads(json.dumps(structure(HOME, dispatch.library.courses(), [small.scenario])))
    known: dict[str, Json] = {}

    def gather(node: Any) -> None:
        if isinstance(node, dict):
            if "id" in node:
                known[node["id"]] = node["definition"]
            for inner in node.values():
                gather(inner)
        elif isinstance(node, list):
            for inner in node:
                gather(inner)

    gather(made)
    named = [one["object"] for one in said(dispatch)]
    named += [a for one in said(dispatch) for around in one["context"]["contextActivities"].values() for a in around]
    assert {one["id"] for one in named} <= known.keys()
    assert all(one["definition"] == known[one["id"]] for one in named)


def test_voiding_says_the_same_of_the_same(content: YamlLibrary) -> None:
    """By the organisation's account of the program; an id for each that is taken back."""
    at = datetime(2026, 3, 2, tzinfo=UTC)
    one, other = voiding(HOME, "a", at), voiding(HOME, "b", at)
    assert one == voiding(HOME, "a", at)
    assert (one.voids, other.voids) == ("a", "b")
    assert one.id != other.id
    assert json.loads(one.body)["actor"]["account"] == {"homePage": HOME, "name": "huikuan"}
