"""``huikuan user`` as whoever keeps the server uses it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli.conftest import Huikuan
from doubles import QuickPasswords

from simulator.adapters.passwords import ArgonPasswords
from simulator.adapters.store.sql import SqlStore
from simulator.bootstrap import House
from simulator.model.journal import Denied, Guessed
from simulator.model.secret import Secret
from simulator.workflows.signing_in import Reception, Session, sign_in

GOOD = "correct horse"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that cost nothing."""
    monkeypatch.setattr(House, "passwords", QuickPasswords())


@pytest.fixture
def store(home: Path) -> Iterator[SqlStore]:
    """The record that the commands use."""
    store = SqlStore(home / "huikuan.db")
    yield store
    store.close()


def _can_sign_in(store: SqlStore, name: str, password: str) -> bool:
    reception = Reception(store, QuickPasswords(), lambda: datetime.now(UTC))
    return isinstance(sign_in(reception, name, Secret(password), "192.0.2.7"), Session)


def test_first_administrator_is_made_on_the_command_line(huikuan: Huikuan, store: SqlStore) -> None:
    """Nobody has to be there before; he is told his password once."""
    assert "--role administrator" in huikuan("user", "list").out
    assert huikuan("user", "list", "--json").json == []
    made = huikuan("user", "add", "王芳", "--role", "administrator", "--role", "hr", "--generate", "--json")
    password = made.json["password"]
    assert (made.code, made.json["roles"], made.json["must_change"]) == (0, ["hr", "administrator"], True)
    assert _can_sign_in(store, "王芳", password)
    listed = huikuan("user", "list", "--json")
    assert password not in listed.out
    assert [(one["name"], one["sessions"]) for one in listed.json] == [("王芳", 1)]
    shown = huikuan("user", "list").out
    assert "hr, administrator" in shown
    assert "one-time password" in shown
    refused = huikuan("user", "disable", "王芳")
    assert (refused.code, "only administrator" in refused.err) == (2, True)
    assert huikuan("verify").code == 0


def test_password_is_read_from_standard_input(huikuan: Huikuan, store: SqlStore) -> None:
    """Without the end of the line; it is shown nowhere, nor does the record have it."""
    made = huikuan("user", "add", "Ann", "--password-stdin", stdin=f"{GOOD}\r\n")
    assert (made.code, GOOD in made.out + made.err) == (0, False)
    assert _can_sign_in(store, "ann", GOOD)
    changed = huikuan("user", "password", "Ann", "--password-stdin", "--once", "--json", stdin="another horse")
    assert (changed.json["must_change"], "password" in changed.json) == (True, False)
    assert _can_sign_in(store, "ann", "another horse")
    store.close()
    for path in Path(store._at.shown).parent.glob("huikuan.db*"):
        assert GOOD.encode() not in path.read_bytes()


def _at_terminal(*typed: str, words: tuple[str, ...]) -> tuple[int, str]:
    """Runs a command at a terminal of its own, where each line is typed when the next prompt is there."""
    import pty  # POSIX's alone

    pid, terminal = pty.fork()
    if pid == 0:
        start = "from simulator.cli import main; raise SystemExit(main())"
        os.execv(sys.executable, [sys.executable, "-c", start, *words])
    said, left = b"", list(typed)
    while True:
        try:
            part = os.read(terminal, 1000)
        except OSError:  # the terminal is gone with who held it
            part = b""
        if not part:
            break
        said += part
        if left and said.count(b": ") > len(typed) - len(left):
            os.write(terminal, left.pop(0).encode() + b"\n")
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()


@pytest.mark.skipif(os.name != "posix", reason="terminals of this kind are POSIX's")
def test_password_is_asked_for_twice_without_echo(home: Path, store: SqlStore) -> None:
    """At a real terminal, with the real hash; two different ones change nothing."""
    code, said = _at_terminal(GOOD, "correct hose", words=("user", "add", "Ann"))
    assert (code, "two different" in said, store.accounts()) == (2, True, [])
    code, said = _at_terminal(GOOD, GOOD, words=("user", "add", "Ann"))
    assert (code, GOOD in said) == (0, False)
    account = store.account_of("ann")
    assert account is not None
    assert ArgonPasswords().verify(Secret(GOOD), account.password)
    assert not account.must_change


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (("add", "Bob"), "", "--password-stdin"),
        (("add", "Bob", "--password-stdin"), "sh0rt", "at least 10"),
        (("add", "Bob", "--password-stdin"), "", "at least 10"),
        (("add", "Bob", "--password-stdin"), "x" * 20_000, "at most 200"),
        (("add", "Bob", "--password-stdin"), f"{GOOD}\nsecond line", "cannot be typed"),
        (("add", "Bob", "--password", GOOD), "", "unrecognized"),
        (("add", "Bob", "--generate", "--password-stdin"), "", "not allowed"),
        (("add", "Bob", "--role", "boss", "--generate"), "", "boss"),
        (("add", "\u200b", "--generate"), "", "characters"),
        (("add", "ann", "--generate"), "", "already"),
        (("password", "Nobody", "--generate"), "", "no person"),
        (("password", "Root"), "", "no account"),
        (("roles", "Ann"), "", "--role"),
        (("language", "Ann", "fr"), "", "fr"),
        (("disable", "Ann"), "", "only administrator"),
        (("remove", "Ann"), "", "only administrator"),
        (("import", "no-such-file.csv"), "", "no-such-file.csv"),
        (("refusals", "--since", "today"), "", "2026-03-05"),
        (("dance",), "", "dance"),
        ((), "", "required"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    huikuan: Huikuan, words: tuple[str, ...], stdin: str, said: str
) -> None:
    """On standard error with exit code 2; no password is repeated."""
    huikuan("user", "add", "Ann", "--role", "administrator", "--password-stdin", "--by", "Root", stdin=GOOD)
    before = huikuan("user", "list", "--json").out
    refused = huikuan("user", *words, stdin=stdin)
    assert (refused.code, refused.out, said in refused.err) == (2, "", True), refused
    assert not stdin or stdin not in refused.err
    assert huikuan("user", "list", "--json").out == before


def test_account_is_changed_disabled_and_removed(huikuan: Huikuan, store: SqlStore) -> None:
    """Each by its command, in the name of who gives it."""
    huikuan("user", "add", "Ann", "--without-password", "--language", "en")
    assert "single sign-on" in huikuan("user", "list").out
    huikuan("user", "password", "Ann", "--password-stdin", stdin=GOOD)
    assert huikuan("user", "roles", "Ann", "--role", "hr", "--by", "Root", "--json").json["roles"] == ["hr"]
    assert huikuan("user", "language", "Ann", "none", "--json").json["language"] is None
    assert _can_sign_in(store, "Ann", GOOD)
    assert "Ann" in huikuan("user", "sessions").out
    assert len(huikuan("user", "sessions", "Ann", "--json").json) == 1
    assert huikuan("user", "sessions", "Ann", "--end", "--json").json == {"ended": 1}
    assert "ended: 0" in huikuan("user", "sessions", "--end").out
    assert "Nobody" in huikuan("user", "sessions").out
    assert huikuan("user", "disable", "Ann", "--json").json["disabled"]
    assert "disabled" in huikuan("user", "list").out
    assert not _can_sign_in(store, "Ann", GOOD)
    assert not huikuan("user", "enable", "Ann", "--json").json["disabled"]
    made = huikuan("user", "password", "Ann", "--generate")
    assert "One-time password" in made.out
    assert "no account any more" in huikuan("user", "remove", "Ann").out
    assert huikuan("user", "list", "--json").json == []
    assert "Ann" in huikuan("people", "list").out


def test_import_shows_each_password_once(huikuan: Huikuan, store: SqlStore, home: Path) -> None:
    """A dry run shows none; bad rows stop everything unless they are to be left out."""
    path = home / "people.csv"
    path.write_bytes("姓名,角色,语言,组,工资\n王芳,讲师,中文,华东,1\n=1+1,,,,\n,hr,,,\n".encode("gb18030"))
    dry = huikuan("user", "import", str(path), "--dry-run")
    assert (dry.code, "row 4" in dry.err, "工资" in dry.err, "2 to change" in dry.out) == (1, True, True, True)
    assert huikuan("user", "import", str(path)).code == 1
    assert store.accounts() == []
    done = huikuan("user", "import", str(path), "--skip-bad", "--json")
    given = {one["name"]: one["password"] for one in done.json["changes"]}
    assert (done.code, done.json["imported"], set(given)) == (1, True, {"王芳", "=1+1"})
    assert all(_can_sign_in(store, name, password) for name, password in given.items())
    path.write_text("name,roles\nBo,trainee\n王芳,hr\n", encoding="utf-8")
    more = huikuan("user", "import", str(path), "--without-password")
    assert (more.code, "other roles" in more.out, "new account" in more.out) == (0, True, True)
    assert "same" not in huikuan("user", "import", str(path)).err
    assert huikuan("user", "import", str(path), "--json").json["same"] == 2


def test_import_joins_what_it_does_as_the_language_does(huikuan: Huikuan, home: Path) -> None:
    """In Chinese by the mark that stands between the members of a list."""
    path = home / "people.csv"
    path.write_text("name,group\n王芳,华东\n", encoding="utf-8")
    assert "新账号、换组" in huikuan("user", "import", str(path), "--dry-run", "--lang", "zh").out
    assert "新账号、换组" in huikuan("user", "import", str(path), "--without-password", "--lang", "zh").out


@pytest.mark.parametrize("how", [(), ("--json",)])
def test_import_that_breaks_off_has_shown_the_passwords(
    huikuan: Huikuan, store: SqlStore, home: Path, how: tuple[str, ...]
) -> None:
    """Of those who were taken in before; done again it goes on, but for what cannot be."""
    huikuan("user", "add", "Boss", "--role", "administrator", "--generate")
    path = home / "people.csv"
    path.write_text("name,roles\nAnn,\nBoss,hr\nBob,\n", encoding="utf-8")
    broken = huikuan("user", "import", str(path), *how)
    assert (broken.code, "only administrator" in broken.err) == (2, True)
    given = broken.json["changes"][0]["password"] if how else broken.out.split()[-1]
    assert _can_sign_in(store, "Ann", given)
    assert not how or broken.json["imported"] is False
    assert [one.name for one in store.accounts()] == ["Ann", "Boss"]


def test_refusals_are_shown(huikuan: Huikuan, store: SqlStore) -> None:
    """Who wanted what, and where passwords were guessed; since a day if asked."""
    assert "Nothing" in huikuan("user", "refusals").out
    ann = store.person("Ann [b]")
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    store.enter(Denied(by=ann, deed="decide", about="a1"), at)
    store.enter(Guessed(person=ann, of="login", count=6), at.replace(day=4))
    store.enter(Guessed(of="address", count=61), at.replace(day=5))
    shown = huikuan("user", "refusals").out.splitlines()
    assert [("Ann [b]" in line, "guessed" in line, "decide" in line) for line in shown] == [
        (False, True, False),
        (True, True, False),
        (True, False, True),
    ]
    assert [one["guesses"] for one in huikuan("user", "refusals", "--since", "2026-03-04", "--json").json] == [61, 6]


def test_erased_person_has_no_account(huikuan: Huikuan, store: SqlStore) -> None:
    """Neither account nor session is left, and nobody signs in."""
    huikuan("user", "add", "Ann", "--password-stdin", stdin=GOOD)
    assert _can_sign_in(store, "Ann", GOOD)
    own = huikuan("data", "show", "Ann", "--json")
    assert (own.json["account"]["login"], len(own.json["account"]["sessions"])) == ("ann", 1)
    assert "quick$" not in own.out
    assert "signs in as: ann" in huikuan("data", "show", "Ann").out
    assert huikuan("data", "erase", "Ann", "--yes").code == 0
    assert huikuan("user", "list", "--json").json == huikuan("user", "sessions", "--json").json == []
    assert not _can_sign_in(store, "Ann", GOOD)
