"""Roles: every workflow asks who may, for each role; what is another's is refused on every way to it, and logged."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from doubles import Clock, desk_over
from shelf import CONTENT
from tui.playing import DEAL, begun, finished

import simulator.workflows
from simulator.adapters.settings import Settings, load
from simulator.adapters.store.memory import MemoryStore
from simulator.bootstrap import House
from simulator.engine.program import Program
from simulator.model.actor import OWNER, ROLES, Actor, Role
from simulator.model.errors import Forbidden, HuikuanError, UnknownName, UsageError
from simulator.model.journal import Certified, Denied
from simulator.workflows.assigning import Order, assign, close_over, due_of, start
from simulator.workflows.certifying import asked_by_assignment, certificate, certificates, check, propose
from simulator.workflows.deciding import appeal, decided_on, doubts_on, matter
from simulator.workflows.drafts import Draft, copy_to, recover
from simulator.workflows.group import group_figures
from simulator.workflows.next_practice import assigned_objectives, next_practice
from simulator.workflows.permission import ALLOWED, DEEDS, Deed, demand, demand_own, may, needs
from simulator.workflows.privacy import dossier_of, log_shown
from simulator.workflows.progress import person_figures
from simulator.workflows.rehearse import Desk, Rehearsal, begin, resume
from simulator.workflows.remarking import remark, remarks_on
from simulator.workflows.reporting import Request, build, export
from simulator.workflows.settling import settle, settle_all, settled
from simulator.workflows.sharing import share
from simulator.workflows.shown import attempts_of
from simulator.workflows.solutions import Solutions
from simulator.workflows.standing import lines, stands

ROOT = Path(simulator.workflows.__file__).parents[1]

MATRIX = """
people.see       instructor hr administrator
people.enrol     hr administrator
assign           instructor hr
figures.see      instructor hr
decide           instructor hr
certify          hr
report           instructor hr
regrade          hr
verify           hr administrator
privacy          hr
scenarios.write  instructor
accounts         administrator
store            administrator
"""

OWN = "one's own; another's only for who may see it, and where it is shown"
ONLY_OWN = "one's own, and nobody else's"
INSIDE = "the inside of workflows that have asked; no screen and no page calls it"
ASKS = "asks by itself"

UNMARKED = {
    # One's own
    "accounts.change_password": ONLY_OWN,
    "assigning.due_of": OWN,
    "assigning.start": ONLY_OWN,
    "assigning.close_over": OWN,
    "certifying.asked_by_assignment": OWN,
    "certifying.propose": OWN,
    "certifying.certificates": OWN,
    "certifying.certificate": OWN,
    "deciding.matter": OWN,
    "deciding.appeal": ONLY_OWN,
    "deciding.decided_on": OWN,
    "deciding.doubts_on": OWN,
    "holding.open_attempt": OWN,
    "next_practice.next_practice": OWN,
    "next_practice.assigned_objectives": OWN,
    "preferences.prefer": ONLY_OWN,
    "privacy.dossier_of": OWN,
    "privacy.log_shown": OWN,
    "progress.person_figures": OWN,
    "rehearse.begin": ONLY_OWN,
    "rehearse.resume": OWN,
    "remarking.remark": OWN,
    "remarking.remarks_on": OWN,
    "reporting.build": OWN,
    "reporting.export": OWN,
    "settling.settle": OWN,
    "settling.settled": OWN,
    "settling.settle_all": OWN,
    "sharing.share": ONLY_OWN,
    "shown.attempts_of": OWN,
    "shown.demand_seen": OWN,
    "shown.state_of": OWN,
    "standing.stands": OWN,
    "standing.lines": OWN,
    # Everybody's
    "certifying.check": "everybody's who was shown a certificate: that is what its code is for",
    "holding.beat": "everybody's: it is of the attempts that this very program has open",
    "holding.release": "everybody's: as beat",
    "permission.own_person": "everybody's: who asks",
    "permission.known_person": "everybody's: who asks",
    "signing_in.sign_in": "everybody's: nobody is signed in yet",
    "signing_in.sign_in_by_header": "everybody's: nobody is signed in yet",
    "signing_in.session": "everybody's who has the token of a session",
    "signing_in.sign_out": "everybody's who has the token of a session",
    # What asks, and what is asked through
    "closed.library_for": ASKS,
    "closed.files_for": ASKS,
    "permission.demand": ASKS,
    "permission.demand_own": ASKS,
    "permission.demand_self": ASKS,
    "permission.refuse": ASKS,
    "shown.demand_shown": ASKS,
    "team_files.TeamFiles": "asks at every text of the team's",
    "rehearse.Rehearsal": "is made by what has asked, and asks for every move whether it is one's own",
    # With what has been asked for
    "deciding.demand_open": "of an attempt that was opened by what asks",
    "deciding.demand_reviewer": "of an attempt that was opened by what asks",
    "rating.demand_may_rate": "of an attempt that was opened by what asks",
    "certifying.issued": INSIDE,
    "deciding.record": INSIDE,
    "deciding.reviewer_of": INSIDE,
    "delivering.deliver_forever": "asks through what it does over and over",
    "queueing.Dispatch": INSIDE,
    "queueing.Speaker": INSIDE,
    "queueing.fill": INSIDE,
    "rehearse.replayed": INSIDE,
    "report_material.Material": INSIDE,
    "settling.result_of": INSIDE,
    "settling.result_or_fault": INSIDE,
    "shown.known_state": INSIDE,
    "simulated_review.certify_proposed": INSIDE,
    "simulated_review.judge": INSIDE,
    "simulated_review.plead": INSIDE,
    "simulated_review.raise_total": INSIDE,
    "simulated_review.rate_waiting": INSIDE,
    "simulated_review.remark_on": INSIDE,
    "simulated_review.revoke_last": INSIDE,
}
"""The workflows that no deed stands above, and why."""


def workflows() -> dict[str, Callable[..., Any]]:
    """Everything public in ``simulator.workflows`` that is asked through a desk, a house or a reception."""
    found: dict[str, Callable[..., Any]] = {}
    for module in pkgutil.iter_modules(simulator.workflows.__path__, "simulator.workflows."):
        for name, one in vars(import_module(module.name)).items():
            if not name.startswith("_") and getattr(one, "__module__", "") == module.name and _asks(one):
                found[f"{module.name.rpartition('.')[2]}.{name}"] = one
    return found


def _asks(one: object) -> bool:
    is_named = inspect.isfunction(one) or inspect.isclass(one)
    if not is_named or not callable(one) or (isinstance(one, type) and issubclass(one, BaseException)):
        return False
    parameters = inspect.signature(one).parameters.values()
    return any(re.search(r"\b(Desk|House|Asking|Reception|Dispatch)\b", str(each.annotation)) for each in parameters)


def marked() -> dict[str, Deed]:
    return {name: one.deed for name, one in workflows().items() if hasattr(one, "deed")}


def somebody(desk: Desk, name: str, *roles: Role) -> Desk:
    """The desk as somebody who is signed in has it."""
    return replace(desk, actor=Actor(desk.store.person(name), name, frozenset(roles)))


def denied(desk: Desk) -> list[Denied]:
    return [one.event for one in desk.store.journal() if isinstance(one.event, Denied)]


# The matrix


def test_every_workflow_asks_who_may_or_says_why_not() -> None:
    """One that is added without a deed is named here; and nothing is listed that is marked or gone."""
    assert {name for name, one in workflows().items() if not hasattr(one, "deed")} == UNMARKED.keys()


def test_deeds_are_those_of_the_matrix() -> None:
    """The table above is the one that the program goes by."""
    told = {row.split()[0]: set(row.split()[1:]) for row in MATRIX.strip().splitlines()}
    assert told == {deed: set(roles) for deed, roles in ALLOWED.items()}
    assert told.keys() == set(DEEDS)


@pytest.mark.parametrize("role", [*ROLES, "nobody", "owner"])
@pytest.mark.parametrize("deed", DEEDS)
def test_each_role_does_what_is_its_own(desk: Desk, deed: Deed, role: str) -> None:
    """Allowed, or refused and logged once with who and what; the owner of a machine may all, and nothing is logged."""
    done: list[str] = []

    @needs(deed)
    def workflow(_desk: Desk, what: str, by: str) -> None:
        done.append(what + by)

    asking = desk if role == "owner" else somebody(desk, "Li Na", *(one for one in ROLES if one == role))
    by = asking.actor.person or "p1"
    row = next(line.split() for line in MATRIX.strip().splitlines() if line.split()[0] == deed)
    if role == "owner" or role in row:
        workflow(asking, "done", by=by)
        assert done == ["done" + by]
        assert denied(desk) == []
    else:
        with pytest.raises(Forbidden):
            workflow(asking, "done", by=by)
        assert done == []
        assert denied(desk) == [Denied(by=by, deed=deed)]


class Anything:
    """Stands for whatever a workflow wants beside who asks. What is done with it fails."""


@pytest.mark.parametrize("name", sorted(marked()))
def test_every_marked_workflow_goes_by_its_deed(name: str, solutions: Solutions) -> None:
    """Each is called as each role: those of the deed get as far as its work, the others no further than the refusal."""
    workflow, deed = workflows()[name], marked()[name]
    for role in ROLES:
        desk = desk_over(MemoryStore(), solutions)
        asking = somebody(desk, "Li Na", role)
        is_refused = _is_refused(workflow, asking)
        assert is_refused is (role not in ALLOWED[deed]), role
        assert denied(desk) == ([Denied(by=asking.actor.person or "", deed=deed)] if is_refused else [])


def _is_refused(workflow: Callable[..., Any], desk: Desk) -> bool:
    """Whether one gets no further than the refusal; with nothing but stand-ins no work can go well."""
    try:
        _called(workflow, desk, desk.actor.person)
    except Exception as error:
        return isinstance(error, Forbidden)
    return False


@pytest.mark.parametrize(
    "name", sorted(one for one in marked() if "by" in inspect.signature(workflows()[one]).parameters)
)
@pytest.mark.parametrize("who", ["pseudonym", "name", "nobody"])
def test_nobody_signs_with_another_s_name(name: str, who: str, solutions: Solutions) -> None:
    """Neither with his pseudonym nor his name nor none; the log has the pseudonym, since names do not stand there."""
    desk = desk_over(MemoryStore(), solutions)
    other = desk.store.person("Wang Min")
    asking = somebody(desk, "Li Na", *ROLES)
    with pytest.raises(Forbidden):
        _called(workflows()[name], asking, {"pseudonym": other, "name": "Wang Min", "nobody": None}[who])
    (one,) = denied(desk)
    assert (one.by, one.deed) == (asking.actor.person, marked()[name])
    assert one.about in (None, other)


def _called(workflow: Callable[..., Any], desk: Desk, by: str | None) -> None:
    first, *rest = inspect.signature(workflow).parameters.values()
    wanted = [
        one for one in rest if one.default is one.empty and one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
    ]
    workflow(**{first.name: desk}, **{one.name: Anything() for one in wanted} | ({"by": by} if _signs(rest) else {}))


def _signs(parameters: list[inspect.Parameter]) -> bool:
    return any(one.name == "by" for one in parameters)


# Another's, on every way to it


class Two:
    """A trainee's practice, exam and certificate, and somebody else at the same house."""

    def __init__(self, house: House, small: Program) -> None:
        self.house, self.own = house, house.desk
        self.practice = finished(self.own, small.scenario).attempt
        self.exam = finished(self.own, small.scenario, mode="exam").attempt
        going = begun(self.own, small.scenario, DEAL[:1])
        going.hint()
        self.going = going.attempt
        for attempt in (self.practice, self.exam):
            settle(self.own, attempt)
        self.person = self.own.store.person("Wang Min")
        boss = self.own.store.person("Zhao Lei")
        now = self.own.now()
        event = Certified(
            certificate="c1", person=self.person, course="collection", issued=now.date(), valid_until=None,
            stands_on=(), rubric="1", renews=None, by=boss,
        )  # fmt: skip
        self.own.store.enter(event, now)
        (self.held,) = certificates(self.own)
        order = Order(title="all", scenarios=("small-debt",), people=("Wang Min",), shared=True)
        self.assignment = assign(self.own, house.library, order, boss).id

    def signed_in(self, name: str, *roles: Role) -> House:
        """The house as somebody has it who has signed in."""
        desk = somebody(self.own, name, *roles)
        house = House(self.house.settings, shipped=CONTENT, actor=desk.actor)
        house.__dict__.update(store=self.own.store, solutions=self.own.solutions, desk=desk)
        return house

    def opened(self, house: House, attempt: str) -> Rehearsal:
        """Another's attempt in somebody's hands, as no workflow gives it to him."""
        return Rehearsal(house.desk, attempt, resume(self.own, attempt).state)


def two_of(settings: Settings, solutions: Solutions, small: Program) -> Two:
    house = House(settings, shipped=CONTENT)
    house.__dict__.update(store=MemoryStore(), solutions=solutions)
    house.__dict__["desk"] = desk_over(house.store, solutions)
    return Two(house, small)


@pytest.fixture
def two(settings: Settings, solutions: Solutions, small: Program) -> Two:
    """Wang Min's, and a house that others sign in to."""
    return two_of(settings, solutions, small)


@pytest.fixture(scope="module")
def one_two(tmp_path_factory: pytest.TempPathFactory, solutions: Solutions, small: Program) -> Two:
    """The same for many tests, none of which changes anything but the log."""
    folder = tmp_path_factory.mktemp("two")
    return two_of(load(language="en", store=str(folder / "huikuan.db"), environ={}), solutions, small)


@pytest.fixture
def unchanging(one_two: Two) -> Two:
    """The one of this module, some minutes later."""
    assert isinstance(one_two.own.now, Clock)
    one_two.own.now.now += timedelta(minutes=5)
    return one_two


def report(house: House, kind: str, of: str) -> object:
    return build(house, Request(kind, of, "json", "en", house.actor.name))  # type: ignore[arg-type]


Way = Callable[[Two, House], object]

WAYS: dict[str, Way] = {
    "open practice": lambda two, it: resume(it.desk, two.practice),
    "open an exam": lambda two, it: resume(it.desk, two.exam),
    "go on with": lambda two, it: two.opened(it, two.going).hint(),
    "play": lambda two, it: two.opened(it, two.going).play(two.opened(it, two.going).legal()[0].move),
    "take back": lambda two, it: two.opened(it, two.going).take_back(),
    "try again": lambda two, it: two.opened(it, two.practice).try_again_from(1),
    "lines to look at": lambda two, it: doubts_on(it.desk, two.exam),
    "decisions": lambda two, it: decided_on(it.desk, two.exam),
    "remarks": lambda two, it: remarks_on(it.desk, two.exam),
    "remark": lambda two, it: remark(it.desk, two.exam, 1, "so", it.actor.name),
    "debrief to decide on": lambda two, it: matter(it.desk, two.exam),
    "result": lambda two, it: settled(it.desk, two.exam),
    "result, made": lambda two, it: settle(it.desk, two.practice),
    "everybody's results": lambda two, it: settle_all(it.desk),
    "attempts": lambda two, it: attempts_of(it.desk, two.person),
    "figures": lambda two, it: person_figures(it.desk, it.library.courses(), two.person),
    "figures as his own": lambda two, it: person_figures(it.desk, it.library.courses(), two.person, own=True),
    "standing": lambda two, it: stands(it.desk, two.person),
    "evidence": lambda two, it: lines(it.desk, two.person, "collection/talk.find-out"),
    "advice": lambda two, it: next_practice(it.desk, two.person, {}),
    "what is asked of him": lambda two, it: assigned_objectives(it.desk, (), two.person, {}),
    "what he was assigned": lambda two, it: due_of(it.desk, two.person),
    "what he was assigned, for a certificate": lambda two, it: asked_by_assignment(it.desk, two.person),
    "close exams": lambda two, it: close_over(it.desk),
    "close his exams": lambda two, it: close_over(it.desk, two.person),
    "the group": lambda two, it: group_figures(it.desk, it.library.courses()),
    "what he has shown": lambda two, it: propose(it.desk, two.person, "collection", ()),
    "certificates": lambda two, it: certificates(it.desk),
    "his certificates": lambda two, it: certificates(it.desk, two.person),
    "his certificate": lambda two, it: certificate(it.desk, two.held.code),
    "his data": lambda two, it: dossier_of(it.desk, "Wang Min"),
    "his data, by pseudonym": lambda two, it: dossier_of(it.desk, two.person),
    "data of who is unknown": lambda two, it: dossier_of(it.desk, "Wang Mim"),
    "his data, taken out": lambda two, it: log_shown(it.desk, dossier_of(two.own, "Wang Min"), it.actor.name, "{}"),
    "report on his attempt": lambda two, it: report(it, "attempt", two.exam),
    "report on his practice": lambda two, it: report(it, "attempt", two.practice),
    "report on him": lambda two, it: report(it, "person", two.person),
    "report on the group": lambda two, it: report(it, "group", ""),
    "report on his certificate": lambda two, it: report(it, "certificate", two.held.code),
    "report in his name": lambda two, it: build(it, Request("person", it.actor.person or "", "json", "en", "Wang Min")),
    "report into a file": lambda two, it: export(it, Request("person", two.person, "json", "en", it.actor.name)),
    "report on a group, by a name": lambda two, it: export(
        it, Request("group", "nowhere", "json", "en", it.actor.name)
    ),
    "share": lambda two, it: share(it.desk, two.practice, it.actor.name),
    "share in his name": lambda two, it: share(it.desk, two.practice, "Wang Min"),
    "appeal": lambda two, it: appeal(it.desk, two.exam, it.actor.name, None, "so"),
    "appeal in his name": lambda two, it: appeal(it.desk, two.exam, "Wang Min", None, "so"),
    "begin in his name": lambda two, it: begin(it.desk, _small(it), "Wang Min", "practice", "en"),
    "begin in a new name": lambda two, it: begin(it.desk, _small(it), "Nobody", "practice", "en"),
    "begin what he was assigned": lambda two, it: start(
        it.desk, it.library, two.assignment, "small-debt", two.person, "en"
    ),
    "the text of a scenario": lambda _two, it: it.files.load(CONTENT / "library" / "small-debt" / "scenario.yaml"),
    "the text in the Studio": lambda _two, it: Draft.open(it.files, it.library, "small-debt"),
    "texts that were not saved": lambda _two, it: recover(it.files),
    "a text of one's own": lambda _two, it: it.library.read("small-debt", "title: {en: x}"),
    "the test plans with their moves": lambda _two, it: it.library.plans("small-debt"),
    "a copy of a scenario": lambda _two, it: copy_to(it.library, "small-debt", Path("nowhere"), "mine"),
    "another text": lambda _two, it: it.files.save(Path("scenario.yaml"), "title: {en: x}", None),
    "words of the Studio": lambda _two, it: it.library.words(),
    "whatever a library learns": lambda _two, it: it.library.answers(),  # type: ignore[attr-defined]
}


def _small(house: House) -> Any:
    return house.library.read("small-debt").scenario


@pytest.mark.parametrize("way", WAYS)
def test_a_trainee_gets_nothing_of_another_s_by_any_way(unchanging: Two, way: str) -> None:
    """Attempts, words, figures, data, reports, the group, answers: refused, and logged with who asked for what."""
    two, house = unchanging, unchanging.signed_in("Li Na", "trainee")
    before = len(two.own.store.journal()), two.own.store.people(), len(two.own.store.attempts())
    with pytest.raises(Forbidden) as refused:
        WAYS[way](two, house)
    one = denied(two.own)[-1]
    assert one.by == house.actor.person
    assert refused.value.deed == one.deed
    assert (one.about or "") not in ("Wang Min", "Nobody", "Wang Mim")
    after = len(two.own.store.journal()) - 1, two.own.store.people(), len(two.own.store.attempts())
    assert after == before, "the refusal is on record, and nothing else"


@pytest.mark.parametrize("way", WAYS)
def test_an_administrator_gets_no_result_of_anybody(unchanging: Two, way: str) -> None:
    """He keeps the machine; what people said and what they came to is none of his business."""
    before = len(denied(unchanging.own))
    with pytest.raises(Forbidden):
        WAYS[way](unchanging, unchanging.signed_in("Zhou Yi", "administrator"))
    assert len(denied(unchanging.own)) == before + 1


def test_one_s_own_is_always_one_s_own(two: Two) -> None:
    """With the least of roles one opens, reads, shares, reports and appeals what is one's own; nothing is logged."""
    house = two.signed_in("Wang Min", "trainee")
    desk = house.desk
    assert resume(desk, two.practice).scored
    assert settled(desk, two.exam) is not None
    assert len(attempts_of(desk, two.person)) == 3
    assert len(person_figures(desk, house.library.courses(), two.person, own=True).own_practice) == 1
    assert [one.code for one in certificates(desk, two.person)] == [two.held.code]
    assert certificate(desk, two.held.code).event.person == two.person
    assert len(dossier_of(desk, "Wang Min").attempts) == 3
    for kind, of in (("attempt", two.practice), ("person", two.person), ("certificate", two.held.code)):
        assert report(house, kind, of)
    share(desk, two.practice, "Wang Min")
    appeal(desk, two.exam, "Wang Min", None, "unfair")
    resume(desk, two.going).hint()
    assert start(desk, house.library, two.assignment, "small-debt", two.person, "en").phase == "briefing"
    assert denied(two.own) == []


def test_nobody_writes_in_another_s_name(two: Two) -> None:
    """Not even on what is one's own, and not the log of what is taken out."""
    house = two.signed_in("Wang Min", "trainee")
    for doing in (
        lambda: remark(house.desk, two.exam, 1, "so", "Zhao Lei"),
        lambda: log_shown(house.desk, dossier_of(house.desk, "Wang Min"), "Zhao Lei", "{}"),
        lambda: build(house, Request("attempt", two.exam, "json", "en", "Zhao Lei")),
    ):
        before = len(two.own.store.journal())
        with pytest.raises(Forbidden):
            doing()
        assert [one.event.kind for one in two.own.store.journal()[before:]] == ["denied"]


def test_who_was_renamed_meanwhile_is_still_himself(two: Two, small: Program) -> None:
    """A session knows him by the name that he signed in with; what he begins is his, and nobody new is entered."""
    house = two.signed_in("Wang Min", "trainee")
    two.own.store.rename(two.person, "Wang Mei", two.person, two.own.now())
    people = two.own.store.people()
    rehearsal = begin(house.desk, small.scenario, "Wang Min", "practice", "en")
    assert rehearsal.state.started.person == two.person
    assert two.own.store.people() == people
    assert denied(two.own) == []
    two.own.store.erase(two.person)
    with pytest.raises(UsageError):
        begin(house.desk, small.scenario, "Wang Min", "practice", "en")


def test_a_reviewer_sees_what_is_shown_and_nothing_else(two: Two) -> None:
    """Exams always; practice once it is shared, and no more when that is taken back."""
    house = two.signed_in("Li Na", "instructor")
    assert matter(house.desk, two.exam).person == two.person
    assert [one.attempt for one in attempts_of(house.desk, two.person)] == [two.exam]
    for looking in (resume, matter, settled, decided_on, remarks_on):
        with pytest.raises(Forbidden):
            looking(house.desk, two.practice)
    assert denied(two.own) == [Denied(by=house.actor.person or "", deed="own", about=two.practice)]
    share(two.own, two.practice, "Wang Min")
    assert matter(house.desk, two.practice).person == two.person
    assert report(house, "attempt", two.practice)
    share(two.own, two.practice, "Wang Min", shared=False)
    with pytest.raises(Forbidden):
        resume(house.desk, two.practice)


def test_practice_that_somebody_appeals_against_is_seen_by_who_answers(two: Two) -> None:
    """He asks a person to look at it, so a person may."""
    house = two.signed_in("Li Na", "hr")
    appeal(two.own, two.practice, "Wang Min", None, "unfair")
    assert decided_on(house.desk, two.practice)


@pytest.mark.parametrize("role", ["instructor", "hr"])
def test_nobody_plays_on_for_another(two: Two, small: Program, role: Role) -> None:
    """An exam that others see is looked at, and neither played nor handed in nor tried again by them."""
    house = two.signed_in("Li Na", role)
    start(two.own, two.house.library, two.assignment, "small-debt", two.person, "en")
    exam = begun(two.own, small.scenario, mode="exam").attempt
    seen, before = resume(house.desk, exam), len(two.own.store.events(exam))
    for doing in (
        lambda: seen.play(seen.legal()[0].move),
        lambda: resume(house.desk, two.exam).try_again_from(1),
        lambda: appeal(house.desk, two.exam, "Wang Min", None, "so"),
        lambda: share(house.desk, two.practice, "Wang Min"),
        lambda: start(house.desk, house.library, two.assignment, "small-debt", two.person, "en"),
        lambda: lines(house.desk, two.person, "collection/talk.find-out", own=True),
        lambda: person_figures(house.desk, (), two.person, own=True),
    ):
        with pytest.raises(Forbidden):
            doing()
    assert len(two.own.store.events(exam)) == before


def test_who_may_not_is_told_no_names(two: Two) -> None:
    """What does not exist is said without those that do: neither ids of attempts nor codes of certificates."""
    house = two.signed_in("Li Na", "trainee")
    for asking, near in ((resume, two.exam), (certificate, two.held.code)):
        with pytest.raises(UnknownName) as unknown:
            asking(house.desk, near[:-1] + "?")
        assert unknown.value.known == ()
        assert near not in str(unknown.value)


def test_anybody_checks_a_code_that_he_was_shown(two: Two) -> None:
    """That is what stands on a certificate for."""
    house = two.signed_in("Li Na", "trainee")
    assert check(house.desk, two.held.code).state == "valid"
    assert denied(two.own) == []


def test_writers_of_scenarios_have_the_whole_library(two: Two) -> None:
    """What is closed to others is open to an instructor, and to the owner of a machine."""
    assert two.signed_in("Li Na", "instructor").library.plans("small-debt")
    assert two.house.library.plans("small-debt")
    assert _small(two.signed_in("Li Na", "trainee")) is not None, "what is played is everybody's"


# The log


def test_the_same_refusal_is_logged_once_in_a_minute(two: Two) -> None:
    """A key that is held down is one event; another thing, another person or another minute is one more."""
    house = two.signed_in("Li Na", "trainee")
    for _time in range(30):
        with pytest.raises(Forbidden):
            resume(house.desk, two.exam)
    assert len(denied(two.own)) == 1
    for asking in (house, two.signed_in("Zhou Yi", "trainee")):
        with pytest.raises(Forbidden):
            resume(asking.desk, two.practice)
    assert len(denied(two.own)) == 3
    later = two.own.now() + timedelta(minutes=2)
    with pytest.raises(Forbidden):
        resume(replace(house.desk, now=lambda: later), two.exam)
    assert len(denied(two.own)) == 4


def test_a_refusal_that_cannot_be_logged_is_one_all_the_same(two: Two) -> None:
    """A log that fails opens nothing."""

    class Full(MemoryStore):
        def enter(self, *_args: Any, **_more: Any) -> Any:
            raise HuikuanError("full")

    desk = replace(somebody(two.own, "Li Na", "trainee"), store=Full())
    for asking in (lambda: demand(desk, "decide"), lambda: demand_own(desk, "p1", None)):
        with pytest.raises(Forbidden):
            asking()


def test_what_is_nobody_s_known_is_nobody_s_own(desk: Desk) -> None:
    """A person whom the record does not know is not who asks, though he has no pseudonym either."""
    with pytest.raises(Forbidden):
        demand_own(somebody(desk, "Li Na", "trainee"), None, None)
    demand_own(desk, None, None)
    assert all(may(OWNER, deed) for deed in DEEDS)


# What leaves the house


def test_a_report_of_who_is_signed_in_goes_to_him_alone(two: Two) -> None:
    """Into a new folder that nobody else reads, under the name that he gave; and among no exports that are kept."""
    house = two.signed_in("Wang Min", "trainee")
    request = Request("person", two.person, "json", "en", "Wang Min")
    written = export(house, request, Path("mine.json"))
    assert written.name == "mine.json"
    assert list(written.parent.iterdir()) == [written]
    assert written.parent.stat().st_mode & 0o077 == 0
    assert written.stat().st_mode & 0o077 == 0
    assert house.exports.kept() == ()
    assert not written.is_relative_to(house.data)
    written.unlink()
    written.parent.rmdir()


@pytest.mark.parametrize(
    "path", ["/tmp/x.json", "../x.json", "a/b.json", "..", ".", "C:\\x.json", "a\0b", "n" * 300, "", " x"]
)
def test_a_report_is_written_nowhere_else_on_the_server(unchanging: Two, path: str) -> None:
    """Who is signed in gives a file's name; what could lead anywhere is refused, and nothing is logged as taken out."""
    two = unchanging
    house = two.signed_in("Wang Min", "trainee")
    before = len(two.own.store.journal())
    with pytest.raises(UsageError):
        export(house, Request("person", two.person, "json", "en", "Wang Min"), Path(path))
    assert len(two.own.store.journal()) == before


# Screens and pages go through what asks

STORE_IN_SCREENS = {
    "tui/app.py": "whether the people are simulated, and to close it when the settings name another",
    "tui/screens/home.py": "the heads of one's own attempts, and the scenarios that they have pinned",
    "tui/screens/certify.py": "the name of whom a certificate is for that was just read",
    "tui/views/certify.py": "the name of whom a proposal is for that was just made",
    "tui/sources/names.py": "a number that changes with the figures",
    "tui/sources/groups.py": "pinned scenarios that a group's figures named",
    "tui/sources/persons.py": "what was decided among attempts that were just shown, and who signed it",
    "tui/sources/waits.py": "attempts that what waits named, which asks first",
}


def uses(folder: str, word: str) -> Iterator[tuple[str, ast.AST]]:
    """What stands in the files of a folder that have a word."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        if word in (text := path.read_text(encoding="utf-8")):
            for node in ast.walk(ast.parse(text)):
                yield path.relative_to(ROOT).as_posix(), node


def test_screens_reach_for_the_store_only_where_it_is_said_why() -> None:
    """A bare store asks nobody, so every screen that uses one is listed with what for."""
    found = {
        path
        for path, node in uses("tui", ".store")
        if isinstance(node, ast.Attribute)
        and node.attr == "store"
        and not ast.unparse(node.value).endswith(("settings", "before"))
    }
    assert found == STORE_IN_SCREENS.keys()


def test_screens_and_pages_call_nothing_of_the_inside() -> None:
    """What has asked nobody is for workflows alone, and for the command line, which is the owner's."""
    inside = {name.rpartition(".")[2] for name, why in UNMARKED.items() if why == INSIDE}
    inside |= {"roster", "assignments", "due", "decisions", "remarks", "show", "unanswered", "unrated", "assigned_to"}
    imported = re.compile(r"^ *from simulator\.workflows\.\w+ import (?:\(([^)]*)\)|(.*))$", re.MULTILINE)
    called = {
        (path.name, name)
        for folder in ("tui", "web")
        for path in (ROOT / folder).rglob("*.py")
        for found in imported.finditer(path.read_text(encoding="utf-8"))
        for name in re.findall(r"\w+", found[1] or found[2])
        if name in inside
    }
    assert called == set()
