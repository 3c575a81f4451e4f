"""What happens when the line to the server breaks: nothing acknowledged is lost, nothing is recorded twice."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from postgres import Cable, Postgres, is_wanted, running

from simulator.adapters.store.sql import SqlStore
from simulator.model.errors import AttemptMoved, StoreLost
from simulator.model.journal import Joined
from simulator.model.record import Played, Started

pytestmark = pytest.mark.skipif(not is_wanted(), reason="the extra for tests asks for no PostgreSQL")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=3)
SAID = Played(turn=1, move="probe")
Begin = Callable[..., str]
When = Literal["before", "after"]


@pytest.fixture
def database(lend: Callable[[], str]) -> str:
    """The name of a database with an empty store."""
    return lend()


@pytest.fixture
def cable(postgres: Postgres) -> Iterator[Cable]:
    """A line to the server that can be cut."""
    line = Cable(postgres)
    yield line
    line.close()


@pytest.fixture
def far(cable: Cable, database: str) -> SqlStore:
    """A store at the other end of the line."""
    return SqlStore(cable.url(database))


def test_connection_cut_between_two_turns_is_not_noticed(
    postgres: Postgres, database: str, talk: Begin, begin: Begin
) -> None:
    """A connection that was ended while nobody used it is made anew without a word."""
    store = SqlStore(postgres.url(database))
    talk(store)
    assert postgres.cut(database) >= 1  # that of who made it empty may still be going
    begin(store, "a2")
    assert len(store.events("a1")) == 7
    assert store.faults() == []


def test_connection_cut_in_the_middle_leaves_nothing(postgres: Postgres, database: str, begin: Begin) -> None:
    """What was under way is StoreLost and not recorded; the next use is as if nothing had been."""
    store = SqlStore(postgres.url(database))
    begin(store)

    def write() -> None:
        with store._writing() as connection:
            connection.exec_driver_sql("UPDATE people SET name = 'Nobody'")
            postgres.cut(database)
            connection.exec_driver_sql("UPDATE people SET name = 'Nobody'")

    with pytest.raises(StoreLost, match="when the server is back") as raised:
        write()
    assert not raised.value.is_unsure
    assert store.people()[0][1] == "王芳"
    store.append("a1", 1, SAID, NOON, text="您好")
    assert store.faults() == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_turn_whose_answer_was_lost_is_recorded_once(cable: Cable, far: SqlStore, begin: Begin, when: When) -> None:
    """Whether the commit arrived or not, the same turn asked for again, later, is there once and acknowledged."""
    begin(far)
    cable.cut_at_commit(when)
    with pytest.raises(StoreLost) as raised:
        far.append("a1", 1, SAID, NOON, text="您好")
    assert raised.value.is_unsure
    assert cable.cuts == 1
    recorded = far.append("a1", 1, SAID, LATER, text="您好")
    assert far.events("a1")[1:] == [recorded]
    assert recorded.at == (NOON if when == "after" else LATER)
    assert far.texts("a1") == {1: "您好"}
    far.append("a1", 2, Played(turn=2, move="leave"), LATER, finished=True)
    assert far.faults() == []


def test_turn_whose_answer_was_lost_twice_is_recorded_once(cable: Cable, far: SqlStore, begin: Begin) -> None:
    """However often the line breaks."""
    begin(far)
    whens: list[When] = ["before", "after", "after", "before"]
    for number, when in enumerate(whens):
        cable.cut_at_commit(when)
        with pytest.raises(StoreLost):
            far.append("a1", 1, SAID, NOON + timedelta(seconds=number), text="您好")
    recorded = far.append("a1", 1, SAID, LATER, text="您好")
    assert far.events("a1")[1:] == [recorded]
    assert recorded.at == NOON + timedelta(seconds=1)
    assert far.faults() == []


@pytest.mark.parametrize(
    ("event", "text"),
    [(Played(turn=1, move="press"), "您好"), (SAID, "别的"), (SAID, None)],
    ids=["move", "text", "none"],
)
def test_another_turn_after_a_lost_answer_is_not_taken_for_it(
    cable: Cable, far: SqlStore, begin: Begin, event: Played, text: str | None
) -> None:
    """Who says something else next, after the first was recorded after all, is told that the attempt went on."""
    begin(far)
    cable.cut_at_commit("after")
    with pytest.raises(StoreLost):
        far.append("a1", 1, SAID, NOON, text="您好")
    with pytest.raises(AttemptMoved):
        far.append("a1", 1, event, LATER, text=text)
    assert far.texts("a1") == {1: "您好"}
    with pytest.raises(AttemptMoved):
        far.append("a1", 1, SAID, LATER, text="您好")


def test_equal_turn_of_somebody_else_is_not_taken_for_ones_own(
    postgres: Postgres, database: str, cable: Cable, far: SqlStore, begin: Begin
) -> None:
    """The very row that was sent is looked for: another program's, which says the same, is another program's."""
    begin(far)
    cable.cut_at_commit("before")
    with pytest.raises(StoreLost):
        far.append("a1", 1, SAID, NOON, text="您好")
    SqlStore(postgres.url(database)).append("a1", 1, SAID, LATER, text="您好")
    with pytest.raises(AttemptMoved):
        far.append("a1", 1, SAID, NOON, text="您好")
    assert len(far.events("a1")) == 2


@pytest.mark.parametrize("when", ["before", "after"])
def test_beginning_whose_answer_was_lost_is_recorded_once(
    cable: Cable, far: SqlStore, begin: Begin, when: When
) -> None:
    """An attempt begun again under its id is the one that was begun."""
    begin(far, "a0")
    start = far.events("a0")[0].event
    assert isinstance(start, Started)
    cable.cut_at_commit(when)
    with pytest.raises(StoreLost):
        far.begin("a1", start, NOON, "开始")
    assert far.begin("a1", start, LATER, "开始") == far.events("a1")[0]
    assert len(far.events("a1")) == 1
    with pytest.raises(AttemptMoved):
        far.begin("a1", start, LATER, "开始")
    assert far.faults() == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("text", [None, '{"name":"王芳"}'])
def test_desk_event_whose_answer_was_lost_is_entered_once(
    cable: Cable, far: SqlStore, when: When, text: str | None
) -> None:
    """The journal too: the same event entered again is the lost one; entered once more, it is a second one."""
    person = far.person("王芳")
    joined = Joined(person=person, group="east")
    cable.cut_at_commit(when)
    with pytest.raises(StoreLost):
        far.enter(joined, NOON, text, person)
    assert far.enter(joined, LATER, text, person).seq == 0
    assert far.enter(joined, LATER, text, person).seq == 1
    assert len(far.journal()) == 2
    assert far.faults() == []


def test_other_desk_event_after_a_lost_answer_stands_beside_it(cable: Cable, far: SqlStore) -> None:
    """Nothing else is taken for it."""
    person = far.person("王芳")
    cable.cut_at_commit("after")
    with pytest.raises(StoreLost):
        far.enter(Joined(person=person, group="east"), NOON)
    assert far.enter(Joined(person=person, group="west"), NOON).seq == 1
    assert far.enter(Joined(person=person, group="east"), NOON).seq == 2
    assert far.faults() == []


def test_lost_store_shows_no_password(postgres: Postgres, database: str, cable: Cable) -> None:
    """Not when the line breaks either."""
    store = SqlStore(cable.url(database, password="hunter2"))
    cable.cut_at_commit("before")
    with pytest.raises(StoreLost, match=r"\*\*\*") as raised:
        store.note("a", "b")
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_server_that_goes_and_comes_back_is_told_and_found_again(begin: Begin, how: signal.Signals) -> None:
    """While it is away every use is StoreLost, at once; when it is back the store goes on where it was."""
    with running() as server:  # what the system holds for the disk outlives the server
        store: Any = SqlStore(server.url(server.database()))
        begin(store)
        store.append("a1", 1, SAID, NOON, text="您好")
        server.stop(how)
        for use in (store.attempts, store.faults, lambda: store.append("a1", 2, SAID, NOON)):
            with pytest.raises(StoreLost, match="when the server is back"):
                use()
        server.start()
        assert store.texts("a1") == {1: "您好"}
        store.append("a1", 2, SAID, NOON)
        assert store.faults() == []
        store.close()
