"""Accounts for many at once: what a table of people would change, row by row, and carrying it out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from simulator.model.actor import ROLES, Role
from simulator.model.errors import UnknownName, UsageError
from simulator.model.language import Language, _
from simulator.model.login import login_of
from simulator.workflows.accounts import add, find, set_language, set_roles
from simulator.workflows.enrolling import LONGEST_NAME, Entry, Row, RowProblem, cell_of, columns_of
from simulator.workflows.enrolling import add as enrol
from simulator.workflows.passwords import one_time_password
from simulator.workflows.people import Person, Roster, known_group, roster, transfer
from simulator.workflows.permission import needs

if TYPE_CHECKING:
    from simulator.model.secret import Secret
    from simulator.workflows.ports import Account, Passwords
    from simulator.workflows.rehearse import Desk


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row says of somebody. What it does not say is None.

    Attributes:
        name: the person's in the store; he need not be there yet.
        group: its name.
    """

    name: str
    roles: frozenset[Role] | None = None
    language: Language | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """What an import would do about one person.

    Attributes:
        what: some of ``add``, ``roles``, ``language`` and ``group``.
    """

    row: int
    wanted: Wanted
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """What an import would do.

    Attributes:
        same: how many rows say what is so already.
        ignored: heads of columns that mean nothing here.
    """

    rows: tuple[AccountRow, ...]
    problems: tuple[RowProblem, ...]
    same: int
    ignored: tuple[str, ...] = ()


_HEADS: dict[str, tuple[str, ...]] = {
    "name": (
        "name",
        "fullname",
        "employee",
        "user",
        "username",
        "login",
        "姓名",
        "名字",
        "员工",
        "用户",
        "用户名",
        "账号",
    ),
    "roles": ("role", "roles", "角色", "身份", "权限"),
    "language": ("language", "lang", "语言"),
    "group": ("group", "team", "department", "dept", "组", "小组", "组别", "团队", "部门", "班组"),
}
_COLUMN_OF = {head: column for column, heads in _HEADS.items() for head in heads}
_HEADLINE = "name / 姓名, roles / 角色, language / 语言, group / 组"
_ROLE_OF: dict[str, Role] = {
    **{role: role for role in ROLES},
    **dict.fromkeys(("学员", "学生", "trainees"), "trainee"),
    **dict.fromkeys(("讲师", "教练", "导师", "trainer"), "instructor"),
    **dict.fromkeys(("人事", "人力资源", "人力"), "hr"),
    **dict.fromkeys(("管理员", "系统管理员", "admin"), "administrator"),
}
_LANGUAGE_OF: dict[str, Language] = {
    **{language: language for language in get_args(Language)},
    **dict.fromkeys(("中文", "汉语", "chinese", "zh-cn"), "zh"),
    **dict.fromkeys(("英文", "英语", "english"), "en"),
}


@needs("accounts")
def plan_accounts(desk: Desk, rows: Iterable[Row]) -> AccountPlan:
    """What importing a table would change; nothing is changed.

    The first row that is not empty names the columns. Who is not in the file is left alone; an empty cell says nothing,
    and who is new is a trainee unless his row says otherwise.

    Raises:
        UsageError: there is no column of names, or a column is there twice.
    """
    filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        raise UsageError(_("The file has no rows. The first row names the columns, each other one is a person."))
    columns, ignored = columns_of(filled[0][1], _COLUMN_OF, _HEADLINE)
    people = roster(desk.store)
    accounts = {one.login: one for one in desk.store.accounts()}
    logins = Counter(_login(people, cells, columns) for _row, cells in filled[1:])
    made: list[AccountRow] = []
    problems: list[RowProblem] = []
    for number, cells in filled[1:]:
        try:
            wanted = _wanted(people, cells, columns)
            login = login_of(wanted.name)
            if logins[login] > 1:
                raise UsageError(_("“{name}” stands in several rows.", name=wanted.name))
            made.append(AccountRow(number, wanted, tuple(_differences(people, accounts.get(login), wanted))))
        except UsageError as why:
            problems.append(RowProblem(number, str(why)))
    changes = tuple(one for one in made if one.what)
    return AccountPlan(changes, tuple(problems), len(made) - len(changes), ignored)


def _login(people: Roster, cells: Sequence[str], columns: Mapping[str, int]) -> str:
    try:
        return login_of(_name(people, cell_of(cells, columns, "name")))
    except UsageError:  # said of the row when its turn comes
        return ""


def _wanted(people: Roster, cells: Sequence[str], columns: Mapping[str, int]) -> Wanted:
    roles, language = cell_of(cells, columns, "roles"), cell_of(cells, columns, "language")
    group = cell_of(cells, columns, "group") or None
    if group is not None:
        known_group(people, group)
    return Wanted(
        name=_name(people, cell_of(cells, columns, "name")),
        roles=_roles(roles) if roles else None,
        language=_language(language) if language else None,
        group=group,
    )


def _name(people: Roster, said: str) -> str:
    if not said:
        raise UsageError(_("The name is missing."))
    if len(said) > LONGEST_NAME:
        raise UsageError(_("The name has {count} characters; at most {most} fit.", count=len(said), most=LONGEST_NAME))
    one = _person(people, said)
    return said if one is None or one.name is None else one.name


def _person(people: Roster, said: str) -> Person | None:
    try:
        return people.find(said)
    except UnknownName:
        return None


def _roles(said: str) -> frozenset[Role]:
    found: set[Role] = set()
    for word in re.split(r"[\s,;/+|，、；]+", unicodedata.normalize("NFKC", said).casefold()):
        if word:
            if word not in _ROLE_OF:
                raise UnknownName(_("role"), word[:40], ROLES)
            found.add(_ROLE_OF[word])
    return frozenset(found)


def _language(said: str) -> Language:
    word = unicodedata.normalize("NFKC", said).casefold()
    if word not in _LANGUAGE_OF:
        raise UnknownName(_("language"), said[:40], get_args(Language))
    return _LANGUAGE_OF[word]


def _differences(people: Roster, account: Account | None, wanted: Wanted) -> Iterable[str]:
    if account is None:
        yield "add"
    else:
        if wanted.roles is not None and wanted.roles != account.roles:
            yield "roles"
        if wanted.language is not None and wanted.language != account.language:
            yield "language"
    if wanted.group is not None:
        one = _person(people, wanted.name)
        if one is None or one.group != known_group(people, wanted.group):
            yield "group"


@needs("accounts")
def import_accounts(
    desk: Desk,
    passwords: Passwords,
    made: AccountPlan,
    by: str,
    given: Callable[[AccountRow, Secret | None], None],
    skip_bad: bool = False,
    with_passwords: bool = True,
) -> int:
    """Carries a plan out, row by row; how many people it concerned. What broke off goes on when it is done again.

    Args:
        by: the administrator's pseudonym.
        given: told of each row when it is done, with the one-time password of who is new. It is kept nowhere.
        skip_bad: take the good rows though others are bad.
        with_passwords: else who is new comes by single sign-on alone.

    Raises:
        UsageError: rows are bad, and nothing was changed; or a row would take the last administrator.
    """
    if made.problems and not skip_bad:
        raise UsageError(
            _("Nothing was imported: {count} rows are bad. Mend them, or leave them out.", count=len(made.problems))
        )
    for one in made.rows:
        given(one, _carry_out(desk, passwords, one, by, with_passwords))
    return len(made.rows)


def _carry_out(desk: Desk, passwords: Passwords, row: AccountRow, by: str, with_passwords: bool) -> Secret | None:
    wanted, password = row.wanted, None
    if "group" in row.what and wanted.group is not None:
        _put_into(desk, wanted.name, wanted.group, by)
    if "add" in row.what:
        password = one_time_password() if with_passwords else None
        roles = wanted.roles or {"trainee"}
        add(desk, passwords, wanted.name, roles, by, wanted.language, password, once=True)
        return password
    account = find(desk, wanted.name)
    if "roles" in row.what and wanted.roles is not None:
        set_roles(desk, account.login, wanted.roles, by)
    if "language" in row.what:
        set_language(desk, account.login, wanted.language, by)
    return password


def _put_into(desk: Desk, name: str, group: str, by: str) -> None:
    one = _person(roster(desk.store), name)
    if one is None or not one.is_listed:
        enrol(desk, Entry(name, None, group), by)
    else:
        transfer(desk, one.person, group, by)
