"""The roster: what a file changes, what it must not, and what becomes of the people in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.model.errors import UnknownName, UsageError
from simulator.model.journal import Erased, Joined
from simulator.workflows.enrolling import Entry, Plan, add, carry_out, plan_import
from simulator.workflows.people import Person, group_id, leave, make_group, roster, transfer
from simulator.workflows.rehearse import Desk

HEAD = ("姓名", "工号", "组", "入职", "离职")


def rows(*people: Sequence[str], head: Sequence[str] = HEAD) -> list[tuple[int, tuple[str, ...]]]:
    """A file's rows, the head first."""
    return [(number, tuple(cells)) for number, cells in enumerate((head, *people), start=1)]


def imported(desk: Desk, *people: Sequence[str], head: Sequence[str] = HEAD, skip_bad: bool = False) -> Plan:
    """Imports people, all of them good unless said otherwise."""
    plan = plan_import(desk.store, rows(*people, head=head))
    carry_out(desk, plan, "boss", skip_bad)
    return plan


def named(desk: Desk, name: str) -> Person:
    """A person of the roster."""
    return roster(desk.store).find(name)


def whys(desk: Desk, *people: Sequence[str], head: Sequence[str] = HEAD) -> dict[int, str]:
    """What is wrong with a file's rows."""
    return {one.row: one.why for one in plan_import(desk.store, rows(*people, head=head)).problems}


# Taking in


def test_import_enters_people_with_group_number_and_dates(desk: Desk) -> None:
    """Everything that a row says is known afterwards, and groups are made as they are named."""
    plan = imported(desk, ("王芳", "0042", "华东 一部", "2024/3/5", ""), ("李雷", "7", "", "", "2025年1月2日"))
    assert ([one.what for one in plan.changes], plan.groups) == ([("add",), ("add",)], ("华东 一部",))
    one = named(desk, "王芳")
    assert (one.number, one.group, one.joined, one.left) == ("0042", "华东-一部", date(2024, 3, 5), None)
    assert named(desk, "7").left == date(2025, 1, 2)
    assert roster(desk.store).groups == {"华东-一部": "华东 一部"}
    assert desk.store.faults() == []


def test_import_reads_heads_of_both_languages_and_their_synonyms(desk: Desk) -> None:
    """English heads, other words for them, other orders and columns of no meaning here are taken as they are meant."""
    head = ("Department", "Full name", "Salary", "Employee ID", "Hire-Date")
    plan = imported(desk, ("East", "Wang Fang", "9000", "E-1", "20240305"), head=head)
    assert plan.ignored == ("Salary",)
    one = named(desk, "Wang Fang")
    assert (one.number, one.group, one.joined) == ("E-1", "east", date(2024, 3, 5))


@pytest.mark.parametrize(
    ("head", "word"), [(("工号", "组"), "column of names"), (("姓名", "工号", "Name"), "say the same")]
)
def test_import_refuses_a_file_whose_columns_are_unclear(desk: Desk, head: tuple[str, ...], word: str) -> None:
    """Without names, or with two columns that say the same, nothing is guessed."""
    with pytest.raises(UsageError, match=word):
        plan_import(desk.store, rows(("a", "b", "c"), head=head))


def test_import_of_an_empty_file_says_so(desk: Desk) -> None:
    """A file without rows, or with empty ones, is refused with what to write."""
    for empty in ([], [(1, ("", " ")), (2, ())]):
        with pytest.raises(UsageError, match="no rows"):
            plan_import(desk.store, empty)


def test_import_again_changes_nothing(desk: Desk) -> None:
    """The same file twice leaves the journal as it was, namesakes and leavers included."""
    file = [("王芳", "1", "东", "2024-03-05", ""), ("王芳", "2", "东", "", ""), ("李雷", "", "西", "", "2025-01-02")]
    imported(desk, *file)
    before = desk.store.journal()
    plan = imported(desk, *file)
    assert (plan.changes, plan.problems, plan.same) == ((), (), 3)
    assert desk.store.journal() == before


_people = st.lists(
    st.tuples(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=8),
        st.sampled_from(["东", "西", ""]),
    ),
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_people)
def test_import_again_changes_nothing_whatever_the_names(desk: Desk, people: list[tuple[str, str]]) -> None:
    """Law: after importing what is good of any file, the same file has nothing left to change."""
    file = [(name, f"n{number}-{name}", group, "", "") for number, (name, group) in enumerate(people)]
    if not file:
        return
    imported(desk, *file, skip_bad=True)
    assert plan_import(desk.store, rows(*file)).changes == ()


def test_import_takes_in_who_entered_himself_by_practising(desk: Desk) -> None:
    """A trainee who had only given his name keeps his pseudonym and with it his attempts."""
    person = desk.store.person("王芳")
    imported(desk, ("王芳", "1", "东", "", ""))
    assert (named(desk, "1").person, named(desk, "1").group) == (person, "东")


def test_import_moves_corrects_and_sends_away(desk: Desk) -> None:
    """A later file says of the same numbers another name, group and last day: each is one event."""
    imported(desk, ("王芳", "1", "东", "", ""), ("李雷", "", "东", "", ""), ("韩梅梅", "3", "东", "", ""))
    person = named(desk, "王芳").person
    plan = imported(
        desk, ("王方", "1", "西", "", ""), ("李雷", "2", "", "", ""), ("韩梅梅", "3", "东", "", "2026-02-28")
    )
    assert [one.what for one in plan.changes] == [("name", "transfer"), ("number",), ("leave",)]
    assert (named(desk, "王方").person, named(desk, "王方").group) == (person, "西")
    assert (named(desk, "李雷").number, named(desk, "3").left) == ("2", date(2026, 2, 28))
    assert desk.store.faults() == []
    assert plan_import(desk.store, rows(("王方", "1", "西", "", ""))).changes == ()


def test_import_leaves_alone_what_it_does_not_say(desk: Desk) -> None:
    """Who is not in the file stays, and an empty cell takes nothing away."""
    imported(desk, ("王芳", "1", "东", "2024-03-05", ""), ("李雷", "2", "西", "", ""))
    imported(desk, ("王芳", "1", "", "", ""))
    assert (named(desk, "1").group, named(desk, "1").joined) == ("东", date(2024, 3, 5))
    assert named(desk, "2").group == "西"


def test_import_lets_somebody_come_back(desk: Desk) -> None:
    """Who left is there again by a row with a later first day, and not by an old one."""
    imported(desk, ("王芳", "1", "东", "2024-01-01", "2025-01-01"))
    assert plan_import(desk.store, rows(("王芳", "1", "东", "2024-01-01", ""))).changes == ()
    imported(desk, ("王芳", "1", "东", "2026-01-01", ""))
    assert (named(desk, "1").left, named(desk, "1").joined) == (None, date(2026, 1, 1))


# Namesakes


def test_namesakes_are_told_apart_by_their_numbers(desk: Desk) -> None:
    """Two people of one name are two, in one file or in two, and each is found by name and number."""
    imported(desk, ("王芳", "1", "东", "", ""), ("王芳", "2", "西", "", ""))
    assert (named(desk, "1").name, named(desk, "2").name) == ("王芳 (1)", "王芳 (2)")
    assert named(desk, "王芳 (2)").group == "西"
    imported(desk, ("王芳", "3", "西", "", ""))
    assert named(desk, "3").name == "王芳 (3)"
    with pytest.raises(UsageError, match=r"王芳 \(1\), 王芳 \(2\), 王芳 \(3\)"):
        roster(desk.store).find("王芳")


@pytest.mark.parametrize(
    ("people", "row", "word"),
    [
        ([("王芳", "", "", "", ""), ("王芳", "", "", "", "")], 3, "number"),
        ([("王芳", "1", "", "", ""), ("李雷", "1", "", "", "")], 2, "several rows"),
        ([("", "1", "东", "", "")], 2, "missing"),
        ([("x" * 201, "1", "", "", "")], 2, "201"),
        ([("王芳", "9" * 41, "", "", "")], 2, "41"),
        ([("王芳", "1", "", "5.3.2024", "")], 2, "2026-03-05"),
        ([("王芳", "1", "", "2024-02-30", "")], 2, "2026-03-05"),
        ([("王芳", "1", "", "2025-01-01", "2024-01-01")], 2, "before"),
        ([("王芳", "1", "!!", "", "")], 2, "letter"),
        ([("王芳", "1", "组" * 201, "", "")], 2, "200"),
    ],
)
def test_bad_rows_are_named_with_what_to_do(desk: Desk, people: list[Sequence[str]], row: int, word: str) -> None:
    """Each fault of a row is told with the row's number, and nothing of the file is taken in."""
    assert word in whys(desk, *people)[row]
    with pytest.raises(UsageError, match="Nothing was imported"):
        imported(desk, *people)
    assert (desk.store.journal(), desk.store.people()) == ([], [])


def test_bad_rows_do_not_keep_the_good_ones_out_if_asked(desk: Desk) -> None:
    """With leave to skip, the good rows are taken in, and the bad ones leave nothing, not even their group."""
    plan = imported(
        desk, ("王芳", "1", "东", "", ""), ("", "2", "西", "", ""), ("李雷", "x" * 41, "南", "", ""), skip_bad=True
    )
    assert [one.row for one in plan.problems] == [3, 4]
    assert [one.name for one in roster(desk.store).people.values()] == ["王芳"]
    assert list(roster(desk.store).groups) == ["东"]


def test_row_that_could_be_two_people_is_not_guessed(desk: Desk) -> None:
    """A name without a number that two people have is refused with both; so is one row for two of the file."""
    imported(desk, ("王芳", "1", "", "", ""), ("王芳", "2", "", "", ""))
    assert "王芳 (1), 王芳 (2)" in whys(desk, ("王芳", "", "东", "", ""))[2]
    imported(desk, ("李雷", "", "", "", ""))
    assert "row 2" in whys(desk, ("李雷", "8", "", "", ""), ("李雷", "9", "", "", ""))[3]


@pytest.mark.parametrize(
    "name", ["=HYPERLINK(1)", "[b]", "<script>", "../../x", "\u202eabc", "王🙂", "[/]", "{x}", "%s"]
)
def test_names_are_data(desk: Desk, name: str) -> None:
    """Any name is kept as it is, found by itself, and is the name of a group too where it has a letter."""
    imported(desk, (name, "1", name + "x", "", ""))
    assert named(desk, "1").name == name
    assert named(desk, name).number == "1"
    assert roster(desk.store).groups[named(desk, "1").group or ""] == name + "x"


# One at a time


def test_add_transfer_and_leave(desk: Desk) -> None:
    """A person is put on the roster, moved to a group that is made for it, and leaves."""
    assert add(desk, Entry("王芳", "1", "东"), "boss").group == "东"
    assert transfer(desk, "1", "South", "boss").group == "south"
    assert leave(desk, "王芳", date(2026, 3, 1), "boss").left == date(2026, 3, 1)
    assert [one.name for one in roster(desk.store).members("south")] == []
    assert [one.name for one in roster(desk.store).members("south", with_left=True)] == ["王芳"]
    assert transfer(desk, "1", None, "boss").group is None


def test_add_transfer_and_leave_refuse_what_is_so_already(desk: Desk) -> None:
    """Twice the same, an unknown person and a namesake without a number are refused."""
    add(desk, Entry("王芳", "1", "东"), "boss")
    leave(desk, "1", date(2026, 3, 1), "boss")
    before = desk.store.journal()
    for refused in (
        lambda: add(desk, Entry("王芳", "1"), "boss"),
        lambda: add(desk, Entry(""), "boss"),
        lambda: transfer(desk, "1", "东", "boss"),
        lambda: leave(desk, "1", date(2026, 3, 2), "boss"),
        lambda: leave(desk, "nobody", date(2026, 3, 2), "boss"),
    ):
        with pytest.raises(UsageError):
            refused()
    assert desk.store.journal() == before


def test_find_names_the_nearest(desk: Desk) -> None:
    """An unknown person is told with the nearest names, an unknown group with the groups."""
    add(desk, Entry("Wang Fang", "1", "East"), "boss")
    with pytest.raises(UnknownName, match="Wang Fang"):
        roster(desk.store).find("Wang Fan")
    with pytest.raises(UnknownName, match="east"):
        roster(desk.store).group("eastt")
    assert roster(desk.store).group("EAST") == "east"


def test_make_group_makes_each_once(desk: Desk) -> None:
    """A group that is there, by whatever spelling of its name, is not made again."""
    assert make_group(desk, "华东 一部", "boss") == make_group(desk, "华东-一部", "boss") == "华东-一部"
    assert len(desk.store.journal()) == 1
    assert group_id("A_B  c!") == "a-b-c"


# Erased


def test_figures_of_small_groups_fall_silent_with_an_erased_person(desk: Desk) -> None:
    """Of five, one erased may still count; of four, he counts nowhere; and so one without a group."""
    for group, size in (("five", 5), ("four", 4)):
        for number in range(size):
            add(desk, Entry(f"{group}{number}", None, group), "boss")
    add(desk, Entry("alone"), "boss")
    erased = [named(desk, name).person for name in ("five0", "four0", "alone")]
    for person in erased:
        desk.store.enter(Erased(person=person), desk.now())
        desk.store.erase(person)
    known = roster(desk.store)
    assert known.silent == frozenset(erased[1:])
    assert all(known.people[person].is_erased and known.people[person].called is None for person in erased)
    assert len(known.members("five")) == 4


def test_roster_says_nothing_of_people_whom_no_store_knows(desk: Desk) -> None:
    """An event about a pseudonym that is not there, from a store put together from parts, is no crash."""
    desk.store.enter(Joined(person="ghost", group="east"), desk.now())
    assert roster(desk.store).people == {}


def test_name_corrected_to_a_namesakes_is_told_apart_and_stays(desk: Desk) -> None:
    """Somebody whose corrected name another has gets his number beside it, and the same file again changes nothing."""
    imported(desk, ("王芳", "1", "", "", ""), ("李雷", "2", "", "", ""))
    imported(desk, ("李雷", "1", "", "", ""))
    assert (named(desk, "1").name, named(desk, "1").called) == ("李雷 (1)", "李雷")
    assert plan_import(desk.store, rows(("李雷", "1", "", "", ""))).changes == ()
    assert desk.store.faults() == []
