"""``huikuan user``: who may sign in, and as what."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.cli import diagnostics, output, parts
from simulator.model.actor import ROLES
from simulator.model.errors import UsageError
from simulator.model.language import LANGUAGES, N_, _

if TYPE_CHECKING:
    from simulator.bootstrap import House
    from simulator.model.secret import Secret
    from simulator.workflows.accounts import Refusal
    from simulator.workflows.accounts_import import AccountPlan, AccountRow
    from simulator.workflows.ports import Account

# What `_` is given in a variable: what an import does about an account, and what guesses are counted by.
_WHAT = {
    "add": N_("new account"),
    "roles": N_("other roles"),
    "language": N_("other language"),
    "group": N_("other group"),
    "login": N_("under this name"),
    "address": N_("from one address"),
}
_MOST_READ = 10_000  # characters of a password on standard input, so that a wrong file is refused and not swallowed


def describe() -> str:
    return _("who may sign in: add, import, roles, passwords, sessions")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), required=True)

    def action(name: str, help_text: str, with_user: bool = True) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=help_text, allow_abbrev=False)
        if with_user:
            made.add_argument("user", metavar=_("USER"), help=_("name, staff number or pseudonym"))
        return made

    listing = action("list", _("everybody who may sign in"), with_user=False)
    adding = action("add", _("lets somebody sign in, who is entered if he is new"))
    _add_roles(adding, required=False)
    adding.add_argument("--language", choices=LANGUAGES, help=_("what he is shown"))
    _add_password(adding)
    table = action("import", _("accounts from a table, CSV or XLSX"), with_user=False)
    table.add_argument("file", metavar=_("FILE"), type=Path, help=_("columns name, roles, language, group"))
    table.add_argument("--dry-run", action="store_true", help=_("only says what would change"))
    table.add_argument("--skip-bad", action="store_true", help=_("takes the good rows though others are bad"))
    table.add_argument("--without-password", action="store_true", help=_("new ones come by single sign-on alone"))
    roles = action("roles", _("gives somebody these roles and no other"))
    _add_roles(roles, required=True)
    language = action("language", _("shows somebody everything in a language"))
    language.add_argument("language", choices=(*LANGUAGES, "none"), help=_("none: the one of the house"))
    password = action("password", _("gives somebody another password; he is signed out everywhere"))
    _add_password(password, with_none=False)
    action("disable", _("lets somebody sign in no more; he is signed out everywhere"))
    action("enable", _("lets somebody sign in again"))
    action("remove", _("takes an account away; what was done under it stays"))
    sessions = action("sessions", _("who is signed in, and signing people out"), with_user=False)
    sessions.add_argument("user", metavar=_("USER"), nargs="?", help=_("of one person only"))
    sessions.add_argument("--end", action="store_true", help=_("signs him out, or everybody where nobody is named"))
    refusals = action("refusals", _("what people were refused, and guessed passwords"), with_user=False)
    refusals.add_argument("--since", metavar=_("DAY"), type=parts.day, help=_("first day, as 2026-03-05"))
    for one in actions.choices.values():
        parts.add_json(one, _("one JSON document"))
        if one not in (listing, refusals):
            parts.add_by(one)


def _add_roles(parser: argparse.ArgumentParser, required: bool) -> None:
    parser.add_argument(
        "--role",
        action="append",
        choices=ROLES,
        required=required,
        help=_("may be given several times") if required else _("may be given several times; trainee by default"),
    )


def _add_password(parser: argparse.ArgumentParser, with_none: bool = True) -> None:
    """How the password is had; never as an argument, which everybody on the machine can read."""
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--password-stdin", action="store_true", help=_("reads the password from standard input"))
    way.add_argument("--generate", action="store_true", help=_("makes a one-time password and shows it"))
    if with_none:
        way.add_argument("--without-password", action="store_true", help=_("he comes by single sign-on alone"))
    parser.add_argument("--once", action="store_true", help=_("he must change it when he signs in"))


def run(arguments: argparse.Namespace) -> int:
    house = parts.house(arguments)
    parts.tell_simulated(house, arguments)
    chosen = {
        "list": _list,
        "add": _add,
        "import": _import,
        "roles": _roles,
        "language": _language,
        "password": _password,
        "disable": _disable,
        "enable": _enable,
        "remove": _remove,
        "sessions": _sessions,
        "refusals": _refusals,
    }
    return chosen[arguments.action](house, arguments)


# Showing


def _list(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.accounts import accounts

    found = accounts(house.desk)
    if arguments.json:
        output.document([_as_document(one.account) | {"sessions": one.sessions, "left": one.left} for one in found])
    elif found:
        for row in parts.table([_row(one.account, one.left) for one in found]):
            output.line(row)
    else:
        output.line(_("Nobody has an account. `huikuan user add NAME --role administrator` makes the first one."))
    return diagnostics.FINE


def _row(account: Account, left: date | None = None) -> tuple[str, ...]:
    roles = ", ".join(role for role in ROLES if role in account.roles)
    signed_in = _moment(account.signed_in) if account.signed_in else _("never signed in")
    return (account.name, roles, account.language or "", _state(account, left), signed_in)


def _state(account: Account, left: date | None) -> str:
    if account.is_disabled:
        return _("disabled")
    if left is not None:
        return _("left {day}", day=left.isoformat())
    if account.password is None:
        return _("single sign-on")
    return _("one-time password") if account.must_change else ""


def _moment(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def _as_document(account: Account) -> dict[str, object]:
    return {
        "person": account.person,
        "name": account.name,
        "login": account.login,
        "roles": [role for role in ROLES if role in account.roles],
        "language": account.language,
        "disabled": account.is_disabled,
        "has_password": account.password is not None,
        "must_change": account.must_change,
        "made": account.made.isoformat(),
        "password_changed": account.changed.isoformat(),
        "signed_in": account.signed_in and account.signed_in.isoformat(),
    }


def _show(arguments: argparse.Namespace, account: Account, password: Secret | None = None) -> int:
    """Shows one account, and a password that was made for it: this once, and nowhere else."""
    if arguments.json:
        made = {} if password is None else {"password": password.reveal()}
        output.document(_as_document(account) | made)
        return diagnostics.FINE
    for row in parts.table([_row(account)]):
        output.line(row)
    if password is not None:
        output.line(_("One-time password, shown only now: {password}", password=password.reveal()))
        output.line(_("It is good for 14 days and has to be changed with the first sign-in."))
    return diagnostics.FINE


# One at a time


def _add(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.accounts import add

    password = None if arguments.without_password else _had(arguments)
    made = add(
        house.desk,
        house.passwords,
        arguments.user,
        arguments.role or ("trainee",),
        parts.reviewer(house, arguments),
        arguments.language,
        password,
        arguments.once or arguments.generate,
    )
    return _show(arguments, made, password if arguments.generate else None)


def _had(arguments: argparse.Namespace) -> Secret:
    """The password: made, read, or asked for twice without showing it.

    Raises:
        UsageError: there is nobody to ask, or he typed two different ones.
    """
    from simulator.model.secret import Secret
    from simulator.workflows.passwords import one_time_password

    if arguments.generate:
        return one_time_password()
    if arguments.password_stdin:
        read = sys.stdin.read(_MOST_READ)
        return Secret(read.removesuffix("\n").removesuffix("\r"))
    if not sys.stdin.isatty():
        raise UsageError(_("There is nobody to ask for a password here. Use --password-stdin or --generate."))
    first = Secret(getpass.getpass(_("Password: ")))
    if first != Secret(getpass.getpass(_("Once more: "))):
        raise UsageError(_("These were two different passwords. Nothing was changed."))
    return first


def _password(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.accounts import find, reset, set_password

    find(house.desk, arguments.user)  # before anybody types a password for nobody
    by = parts.reviewer(house, arguments)
    if arguments.generate:
        made = reset(house.desk, house.passwords, arguments.user, by)
        return _show(arguments, find(house.desk, arguments.user), made)
    had = _had(arguments)
    return _show(arguments, set_password(house.desk, house.passwords, arguments.user, had, by, arguments.once))


def _roles(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.accounts import set_roles

    by = parts.reviewer(house, arguments)
    return _show(arguments, set_roles(house.desk, arguments.user, arguments.role, by))


def _language(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.accounts import set_language

    chosen = None if arguments.language == "none" else arguments.language
    return _show(arguments, set_language(house.desk, arguments.user, chosen, parts.reviewer(house, arguments)))


def _disable(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.accounts import disable

    return _show(arguments, disable(house.desk, arguments.user, parts.reviewer(house, arguments)))


def _enable(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.accounts import enable

    return _show(arguments, enable(house.desk, arguments.user, parts.reviewer(house, arguments)))


def _remove(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.accounts import remove

    gone = remove(house.desk, arguments.user, parts.reviewer(house, arguments))
    if arguments.json:
        output.document(_as_document(gone))
    else:
        output.line(output.plain(_("{name} has no account any more. What was done under it stays.", name=gone.name)))
    return diagnostics.FINE


# Many at once


def _import(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.accounts_import import import_accounts, plan_accounts

    plan = plan_accounts(house.desk, house.sheets.rows(arguments.file))
    refused = bool(plan.problems) and not arguments.skip_bad
    done = not (arguments.dry_run or refused)
    given: dict[int, str | None] = {}
    if not arguments.json:
        _tell_before(plan)
    is_whole = False
    try:
        if done:
            by, tell = parts.reviewer(house, arguments), _telling(arguments, given)
            with_passwords = not arguments.without_password
            import_accounts(house.desk, house.passwords, plan, by, tell, arguments.skip_bad, with_passwords)
            is_whole = True
    finally:  # the passwords of who was taken in before it broke off are known here alone
        if arguments.json:
            output.document(_plan_document(plan, is_whole, given))
    if not arguments.json:
        _tell_after(plan, arguments.dry_run, refused, done)
    return diagnostics.PROBLEMS if plan.problems else diagnostics.FINE


def _telling(
    arguments: argparse.Namespace, given: dict[int, str | None]
) -> Callable[[AccountRow, Secret | None], None]:
    """Tells of each row as soon as it is done: where the import breaks off, its password is not lost."""

    def tell(row: AccountRow, password: Secret | None) -> None:
        given[row.row] = None if password is None else password.reveal()
        if not arguments.json:
            what = _(", ").join(_(_WHAT[one]) for one in row.what)
            output.line(output.plain("  ".join(("", row.wanted.name, what, given[row.row] or "")).rstrip()))

    return tell


def _tell_before(plan: AccountPlan) -> None:
    for problem in plan.problems:
        diagnostics.say(_("row {row}: {why}", row=problem.row, why=problem.why))
    if plan.ignored:
        diagnostics.say(_("columns left aside: {names}", names=", ".join(plan.ignored)))


def _tell_after(plan: AccountPlan, dry: bool, refused: bool, done: bool) -> None:
    if not done and plan.rows:
        rows = [(one.wanted.name, _(", ").join(_(_WHAT[what]) for what in one.what)) for one in plan.rows]
        for row in parts.table(rows):
            output.line(row)
    counts = _(
        "{changes} to change, {same} as they are, {bad} bad rows",
        changes=len(plan.rows),
        same=plan.same,
        bad=len(plan.problems),
    )
    output.line(counts)
    if done and any("add" in one.what for one in plan.rows):
        output.line(_("The one-time passwords are shown only now. They are good for 14 days."))
    if refused:
        output.line(_("Nothing was imported. Mend the bad rows, or leave them out with --skip-bad."))
    elif dry:
        output.line(_("Nothing was imported: it was a dry run."))


def _plan_document(plan: AccountPlan, done: bool, given: dict[int, str | None]) -> dict[str, object]:
    return {
        "imported": done,
        "same": plan.same,
        "ignored_columns": plan.ignored,
        "changes": [
            {"row": one.row, "name": one.wanted.name, "what": one.what, "password": given.get(one.row)}
            for one in plan.rows
        ],
        "problems": [{"row": one.row, "why": one.why} for one in plan.problems],
    }


# Sessions and refusals


def _sessions(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.accounts import end_all, end_sessions, sessions

    if arguments.end:
        by = parts.reviewer(house, arguments)
        ended = end_all(house.desk, by) if arguments.user is None else end_sessions(house.desk, arguments.user, by)
        if arguments.json:
            output.document({"ended": ended})
        else:
            output.line(_("sessions ended: {count}", count=ended))
        return diagnostics.FINE
    names = dict(house.store.people())
    found = [(names.get(one.person) or one.person[:8], one) for one in sessions(house.desk, arguments.user)]
    if arguments.json:
        output.document(
            [
                {
                    "person": one.person,
                    "name": name,
                    "by_header": one.by_header,
                    "begun": one.begun.isoformat(),
                    "seen": one.seen.isoformat(),
                }
                for name, one in found
            ]
        )
        return diagnostics.FINE
    for row in parts.table([(name, _moment(one.begun), _moment(one.seen)) for name, one in found]) if found else ():
        output.line(row)
    if not found:
        output.line(_("Nobody is signed in."))
    return diagnostics.FINE


def _refusals(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.accounts import refusals

    found = [
        one for one in refusals(house.desk) if arguments.since is None or one.at.astimezone().date() >= arguments.since
    ]
    if arguments.json:
        output.document(
            [
                {
                    "at": one.at.isoformat(),
                    "person": one.person,
                    "name": one.name,
                    "deed": one.deed,
                    "about": one.about,
                    "guesses": one.guesses,
                }
                for one in found
            ]
        )
        return diagnostics.FINE
    for row in parts.table([_refusal(one) for one in found]) if found else ():
        output.line(row)
    if not found:
        output.line(_("Nothing was refused."))
    return diagnostics.FINE


def _refusal(one: Refusal) -> tuple[str, ...]:
    who = one.name or (one.person[:8] if one.person else _("nobody’s name"))
    if one.guesses:
        what = _WHAT[one.about or "login"]
        return (_moment(one.at), who, _("{count} passwords guessed", count=one.guesses), _(what))
    return (_moment(one.at), who, one.deed, one.about or "")
