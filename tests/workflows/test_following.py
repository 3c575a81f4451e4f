"""How far everybody is with what was assigned, and the reminders that come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from workflows.talks import LEFT, PAID, RIGHT, play

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.store.memory import MemoryStore
from simulator.model.actor import ROLES, Actor
from simulator.model.errors import Forbidden, UsageError
from simulator.model.language import translator
from simulator.workflows.assigning import STATES, Order, assign, due, start, withdraw
from simulator.workflows.enrolling import Entry, add
from simulator.workflows.following import follow, followed
from simulator.workflows.people import leave, roster, transfer
from simulator.workflows.rehearse import Desk
from simulator.workflows.reminding import reminders

DAY = date(2026, 3, 9)


@pytest.fixture(autouse=True)
def _people(desk: Desk) -> None:
    for name, group in (("Ann", "East"), ("Ben", "East"), ("Cid", "East"), ("Dan", "West")):
        add(desk, Entry(name, group=group), "boss")


def given(desk: Desk, content: YamlLibrary, **more: object) -> str:
    """An exam on the small debt for the East, due on ``DAY``; its id."""
    order = Order(title="Spring", scenarios=("small-debt",), groups=("East",), mode="exam", due=DAY)
    return assign(desk, content, replace(order, **more), "boss").id  # type: ignore[arg-type]


def plays(desk: Desk, content: YamlLibrary, id: str, name: str, moves: tuple[str, ...], well: bool = False) -> None:
    """Somebody plays an attempt under it, to its end where the moves lead there."""
    rehearsal = start(desk, content, id, "small-debt", roster(desk.store).find(name).person, "en", seed=1)
    rehearsal.prepare(RIGHT if well else {})
    play(rehearsal, moves)
    if rehearsal.phase == "note":
        rehearsal.file_note({})


def states(desk: Desk, id: str) -> dict[str, str]:
    """The state of each who has it."""
    return {each.person.shown: each.state for each in follow(desk, id).people}


def later(desk: Desk, days: int) -> Desk:
    """The same desk, so many days later."""
    return replace(desk, now=lambda: desk.now() + timedelta(days=days))


# How far


def test_follow_agrees_with_what_each_has_to_do(desk: Desk, content: YamlLibrary) -> None:
    """Everybody's state is the one that he himself is shown, before the last day and after it."""
    id = given(desk, content, pass_mark=60.0)
    plays(desk, content, id, "Ann", PAID, well=True)
    plays(desk, content, id, "Ben", LEFT)
    assert states(desk, id) == {"Ann": "passed", "Ben": "done", "Cid": "open"}
    for at in (desk, later(desk, 30)):
        for each in follow(at, id).people:
            assert list(each.dues) == list(due(at.store, each.person.person, at.now()))
    assert states(later(desk, 30), id) == {"Ann": "passed", "Ben": "done", "Cid": "overdue"}


def test_follow_needs_no_one_to_have_looked_before(desk: Desk, content: YamlLibrary) -> None:
    """A result that nobody has worked out yet is worked out: who passed is not reminded."""
    id = given(desk, content, pass_mark=60.0)
    plays(desk, content, id, "Ann", PAID, well=True)
    desk.store.drop_results([desk.store.attempts()[0].attempt])
    assert states(desk, id)["Ann"] == "passed"


def test_follow_says_the_worst_of_several_scenarios(desk: Desk, library: YamlLibrary) -> None:
    """Who has done one of two has not done it."""
    order = Order(scenarios=("invoice-not-found", "two-bad-pallets"), groups=("East",), title="Two")
    id = assign(desk, library, order, "boss").id
    person = roster(desk.store).find("Ann").person
    rehearsal = start(desk, library, id, "invoice-not-found", person, "en", seed=1)
    rehearsal.prepare({})
    play(rehearsal, ("end.leave",))
    rehearsal.file_note({})
    (ann,) = [each for each in follow(desk, id).people if each.person.person == person]
    assert [one.state for one in ann.dues] == ["done", "open"]
    assert (ann.state, [one.scenario for one in ann.left]) == ("open", ["two-bad-pallets"])


def test_followed_counts_those_who_have_it_now(desk: Desk, content: YamlLibrary) -> None:
    """Who left, went elsewhere or was erased counts no more; the latest assignment comes first, withdrawn ones last."""
    first, second, third = (given(desk, content, title=title) for title in ("One", "Two", "Three"))
    withdraw(desk, third, "boss")
    assert [one.assignment.id for one in followed(desk)] == [second, first, third]
    assert [followed(desk)[0].count(*STATES), followed(desk)[0].count("open")] == [3, 3]
    transfer(desk, "Ben", "West", "boss")
    leave(desk, "Cid", DAY, "boss")
    assert list(states(desk, first)) == ["Ann"]
    desk.store.erase(roster(desk.store).find("Ann").person)
    assert states(desk, first) == {}
    assert followed(desk)[0].by is None


@pytest.mark.parametrize(
    ("role", "may"), [("trainee", False), ("administrator", False), ("hr", True), ("instructor", True)]
)
def test_followed_is_for_who_may_see_figures(desk: Desk, content: YamlLibrary, role: str, may: bool) -> None:
    """Who is how far is others' business for instructors and HR alone, and so are reminders."""
    id = given(desk, content)
    actor = Actor(desk.store.person("Somebody"), "Somebody", frozenset(one for one in ROLES if one == role))
    asking = replace(desk, actor=actor)
    doors: tuple[Callable[[], object], ...] = (
        lambda: followed(asking),
        lambda: follow(asking, id),
        lambda: reminders(asking, content, id, "en"),
    )
    for door in doors:
        if may:
            door()
        else:
            with pytest.raises(Forbidden):
                door()


def test_followed_reads_the_record_once(desk: Desk, content: YamlLibrary) -> None:
    """Twenty assignments of sixty people cost no more readings than one."""

    class Counting(MemoryStore):
        def __init__(self) -> None:
            super().__init__()
            self.read = 0

        def journal(self, after: int = -1):  # type: ignore[no-untyped-def]
            self.read += 1
            return super().journal(after)

    store = Counting()
    counted = replace(desk, store=store)
    for number in range(60):
        add(counted, Entry(f"P{number}", group="East"), "boss")
    costs = []
    for _more in range(2):
        given(counted, content, title=f"Round {_more}")
        store.read = 0
        (*_rest, one) = followed(counted)
        assert len(one.people) == 60
        costs.append(store.read)
    assert costs[0] == costs[1] <= 6


# Reminders


def test_reminder_says_what_is_due_when_and_how_often(desk: Desk, content: YamlLibrary) -> None:
    """Each who has not done it, nobody else; with the day, the scenario, the mode and what is left."""
    id = given(desk, content, attempts=2, pass_mark=60.0)
    plays(desk, content, id, "Ann", PAID, well=True)
    plays(desk, content, id, "Ben", ("rapport.chat",))
    found = reminders(desk, content, id, "en")
    assert [one.person.shown for one in found] == ["Ben", "Cid"]
    ben, cid = (one.text for one in found)
    assert cid.splitlines() == [
        "Hello Cid,",
        "a short reminder: “Spring” is waiting for you. It is due on 2026-03-09.",
        "- A small debt (exam): 2 attempts left",
        "Open Huikuan: what is left stands at the top of the first screen. Thank you!",
    ]
    assert "begun; go on where you stopped" in ben


@pytest.mark.parametrize(
    ("more", "days", "words"),
    [
        ({"attempts": 1}, 0, "one attempt left"),
        ({"mode": "practice"}, 0, "as many attempts as you like"),
        ({"due": None}, 0, "It has no due date."),
        ({}, 30, "was due on 2026-03-09 and is not finished yet"),
        ({}, 30, "its time is over; please speak to me"),
        ({"mode": "practice"}, 30, "as many attempts as you like"),
    ],
)
def test_reminder_fits_how_it_stands(
    desk: Desk, content: YamlLibrary, more: dict[str, object], days: int, words: str
) -> None:
    """What is late, without a day, or cannot be begun any more is said as it is."""
    id = given(desk, content, **more)
    assert words in reminders(later(desk, days), content, id, "en")[0].text


def test_reminder_speaks_the_language_that_is_asked_for(desk: Desk, content: YamlLibrary) -> None:
    """Whatever language the program speaks; the scenario's name is in that language too."""
    text = reminders(desk, content, given(desk, content), "zh")[0].text
    assert text.startswith(translator("zh")("Hello {name},").format(name="Ann"))
    assert "一笔小账" in text


def test_reminder_of_what_was_withdrawn_is_refused(desk: Desk, content: YamlLibrary) -> None:
    """Nobody is reminded of what he need not do."""
    id = given(desk, content)
    withdraw(desk, id, "boss")
    with pytest.raises(UsageError, match="withdrawn"):
        reminders(desk, content, id, "en")


@pytest.mark.parametrize(
    "name", ["=HYPERLINK(1)", "[b]x", "<script>", "../../x", "{day}", "{0}", "%s", "N" * 200, "🙂"]
)
def test_reminder_names_people_as_they_are(desk: Desk, content: YamlLibrary, name: str) -> None:
    """A name is data: it is neither format nor markup."""
    add(desk, Entry(name, group="North"), "boss")
    assert reminders(desk, content, given(desk, content, groups=("North",)), "en")[0].text.startswith(
        f"Hello {name},\n"
    )
