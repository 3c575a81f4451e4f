"""Accounts from a table: what would change, what is wrong, and doing it."""

from __future__ import annotations

from typing import Any

import pytest
from doubles import Clock, Ids, MemoryCache, QuickPasswords

from simulator.adapters.store.memory import MemoryStore
from simulator.model.errors import UsageError
from simulator.model.journal import Joined
from simulator.model.secret import Secret
from simulator.workflows import accounts
from simulator.workflows.accounts_import import AccountPlan, import_accounts, plan_accounts
from simulator.workflows.people import roster
from simulator.workflows.rehearse import Desk
from simulator.workflows.signing_in import Reception, Session, sign_in
from simulator.workflows.solutions import Solutions

HEAD = ("姓名", "角色", "语言", "组", "备注")


@pytest.fixture
def desk() -> Desk:
    return Desk(MemoryStore(), Solutions(MemoryCache()), Clock(), Ids(), lambda: 1)


def _plan(desk: Desk, *rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> AccountPlan:
    return plan_accounts(desk, list(enumerate((head, *rows), start=1)))


def _do(desk: Desk, plan: AccountPlan, **more: Any) -> dict[str, Secret | None]:
    given: dict[str, Secret | None] = {}
    by = desk.store.person("Root")
    import_accounts(
        desk, QuickPasswords(), plan, by, lambda row, password: given.update({row.wanted.name: password}), **more
    )
    return given


def test_import_makes_accounts_groups_and_passwords(desk: Desk) -> None:
    """Each new one can sign in with what was given out once; again there is nothing to do."""
    rows = [
        ("王芳", "讲师、人事", "中文", "华东", "x"),
        ("Ann", "", "", "", ""),
        ("Bo", "administrator", "EN", "East", ""),
    ]
    plan = _plan(desk, *rows)
    assert [one.what for one in plan.rows] == [("add", "group"), ("add",), ("add", "group")]
    assert (plan.problems, plan.ignored, desk.store.accounts()) == ((), ("备注",), [])
    given = _do(desk, plan)
    found = {one.name: (set(one.roles), one.language, one.must_change) for one in desk.store.accounts()}
    assert found == {
        "王芳": ({"instructor", "hr"}, "zh", True),
        "Ann": ({"trainee"}, None, True),
        "Bo": ({"administrator"}, "en", True),
    }
    known = roster(desk.store)
    assert {one.name: one.group for one in known.people.values() if one.group} == {"王芳": "华东", "Bo": "east"}
    reception = Reception(desk.store, QuickPasswords(), desk.now)
    for name, password in given.items():
        assert password is not None
        assert isinstance(sign_in(reception, name, password, "192.0.2.7"), Session)
    assert not any(one.reveal() in str(desk.store.journal()) for one in given.values() if one)
    again = _plan(desk, *rows)
    assert (again.rows, again.same) == ((), 3)


def test_import_changes_who_is_there(desk: Desk) -> None:
    """By name or by staff number; who is there gets no new password, and who is not named stays."""
    person = desk.store.person("王芳 (7)")
    desk.store.enter(Joined(person=person, group=None), desk.now(), '{"name": "王芳", "number": "7"}', person)
    _do(desk, _plan(desk, ("7", "hr", "", "", ""), ("Ann", "", "", "", "")))
    plan = _plan(desk, ("王芳", "trainee HR", "en", "East", ""))
    assert [one.what for one in plan.rows] == [("roles", "language", "group")]
    assert _do(desk, plan) == {"王芳 (7)": None}
    one = accounts.find(desk, "7")
    assert (set(one.roles), one.language, roster(desk.store).people[person].group) == ({"trainee", "hr"}, "en", "east")
    assert len(desk.store.accounts()) == 2


def test_import_for_single_sign_on_gives_no_passwords(desk: Desk) -> None:
    """Accounts without one."""
    assert _do(desk, _plan(desk, ("Ann", "", "", "", "")), with_passwords=False) == {"Ann": None}
    assert accounts.find(desk, "Ann").password is None
    assert not accounts.find(desk, "Ann").must_change


def test_import_names_bad_rows_and_takes_nothing(desk: Desk) -> None:
    """Unless the good ones are asked for."""
    for name in ("王芳 (1)", "王芳 (2)"):
        person = desk.store.person(name)
        desk.store.enter(Joined(person=person), desk.now(), '{"name": "王芳"}', person)
    plan = _plan(
        desk,
        ("", "hr", "", "", ""),
        ("Ann", "boss", "", "", ""),
        ("Bo", "", "Latin", "", ""),
        ("Cid", "", "", "***", ""),
        ("x" * 201, "", "", "", ""),
        ("Dot", "", "", "", ""),
        ("ＤＯＴ", "", "", "", ""),
        ("王芳", "", "", "", ""),
        ("\u200b", "", "", "", ""),
        ("=HYPERLINK('x')", "", "", "", ""),
    )
    assert [one.row for one in plan.problems] == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    said = " ".join(one.why for one in plan.problems)
    for part in ("missing", "no role", "no language", "no name for a group", "201", "several rows", "Several people"):
        assert part in said
    with pytest.raises(UsageError, match="9 rows are bad"):
        _do(desk, plan)
    assert desk.store.accounts() == []
    assert list(_do(desk, plan, skip_bad=True)) == ["=HYPERLINK('x')"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "no rows"),
        ([("role",), ("hr",)], "no column of names"),
        ([("name", "姓名"), ("Ann", "Ann")], "Two columns"),
    ],
)
def test_table_without_meaning_is_refused(desk: Desk, rows: list[tuple[str, ...]], said: str) -> None:
    """With what the first row should say."""
    with pytest.raises(UsageError, match=said):
        plan_accounts(desk, list(enumerate(rows, start=1)))
