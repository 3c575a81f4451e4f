"""The small parts: sizes, environment, pace, seats, figures, the page's script."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from textual.app import App

from simulator.model.actor import OWNER, Actor
from simulator.model.errors import SettingsError
from simulator.web import forms, page, seats
from simulator.web.child import Line, SessionDriver
from simulator.web.figures import Figures
from simulator.web.order import LEAST_SIZE, MOST_SIZE, Order, environment, fitting, told
from simulator.web.pace import BYTES, BYTES_AT_ONCE, MESSAGES, MESSAGES_AT_ONCE, Pace
from simulator.web.session import CODES


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ((100_000, 100_000), MOST_SIZE),
        ((0, -1), LEAST_SIZE),
        ((120, 40), (120, 40)),
        ((None, "40"), (80, 24)),
        ((True, 40.5), (80, 24)),
        ((10**400, 40), (500, 40)),
    ],
)
def test_size_is_one_that_a_screen_has(asked: tuple[object, object], given: tuple[int, int]) -> None:
    """Whatever is claimed, the size lies within the stated bounds."""
    assert fitting(*asked) == given


def test_environment_of_a_session_is_a_list_of_names_that_we_know() -> None:
    """What is not listed is left out, and a proxy's address with a password in it too."""
    given = {
        "PATH": "/bin",
        "HOME": "/home/wang",
        "LANG": "zh_CN.UTF-8",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "HUIKUAN_MODEL_KEY": "secret",
        "HUIKUAN_STORE": "postgresql+psycopg://huikuan:secret@db/huikuan",
        "HTTPS_PROXY": "http://user:secret@proxy:3128",
        "http_proxy": "http://proxy:3128",
        "LD_PRELOAD": "secret.so",
        "PYTHONSTARTUP": "secret.py",
    }
    kept = environment(given)
    assert {name for name in kept if name in given} == {"PATH", "HOME", "LANG", "http_proxy"}
    assert "secret" not in json.dumps({name: value for name, value in kept.items() if name != "PYTHONPATH"})


def test_order_carries_the_settings_that_came_by_the_environment() -> None:
    """What a session needs of them is told it in its order, which shows no key where it is shown."""
    kept = told({"HUIKUAN_MODEL_KEY": "secret", "OTHER": "x", "LANG": "C"})
    order = Order(
        7,
        (90, 30),
        "王敏",
        "p1",
        ("hr", "trainee"),
        {"theme": "light", "notice_read": True},
        "a1",
        "e3",
        "zh",
        None,
        kept,
    )
    assert Order.read(order.written()) == order
    assert order.actor == Actor("p1", "王敏", frozenset({"hr", "trainee"}))
    assert Order(7).actor is OWNER
    assert order.told == {"HUIKUAN_MODEL_KEY": "secret", "LANG": "C"}
    assert "secret" not in repr(order)


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_pace_lets_a_person_pass_and_makes_a_program_wait() -> None:
    """What comes at once is taken up to the purse; then each message costs its time, and time fills the purse again."""
    clock = _Clock()
    pace = Pace(clock)
    assert [pace.owed(1, 10) for _message in range(int(MESSAGES_AT_ONCE))] == [0.0] * int(MESSAGES_AT_ONCE)
    assert pace.owed(1, 10) == pytest.approx(1 / MESSAGES)
    clock.now += 1e6
    assert pace.owed(1, BYTES_AT_ONCE) == 0.0
    assert pace.owed(1, BYTES) == pytest.approx(1.0)


def test_seats_follow_the_memory_that_is_free(tmp_path: Path) -> None:
    """Machine and control group are both asked, a group above too, and the tightest one counts."""
    assert seats.fitting(8192, forked=True) > seats.fitting(8192, forked=False) > 10
    assert seats.fitting(0) == 1
    assert seats.fitting(10**9) == seats.MOST
    assert seats.available(tmp_path) is None
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/meminfo").write_text("MemTotal: 9999999 kB\nMemAvailable:    4194304 kB\n")
    assert seats.available(tmp_path) == 4096
    inner = tmp_path / "sys/fs/cgroup/system.slice/huikuan.service"
    inner.mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("0::/system.slice/huikuan.service\n")
    (inner / "memory.max").write_text("max\n")
    (inner / "memory.current").write_text("1048576\n")
    assert seats.available(tmp_path) == 4096
    (inner.parent / "memory.max").write_text(f"{3 << 30}\n")
    (inner.parent / "memory.current").write_text(f"{1 << 30}\n")
    assert seats.available(tmp_path) == 2048


def test_figures_are_read_by_prometheus() -> None:
    """Every line is a comment or a name with a value, and buckets add up."""
    figures = Figures(now={"huikuan_sessions": lambda: 3, "huikuan_sessions_most": lambda: 5})
    figures.ended["quit"] += 2
    figures.first_sign(0.3)
    figures.first_sign(100)
    lines = figures.written().splitlines()
    one = re.compile(r'(# (HELP|TYPE) huikuan_\w+ .+|huikuan_\w+(\{\w+="[^"]+"\})? [0-9.e+]+)')
    assert [line for line in lines if not one.fullmatch(line)] == []
    assert 'huikuan_sessions_ended_total{why="quit"} 2' in lines
    assert 'huikuan_first_sign_seconds_bucket{le="0.5"} 1' in lines
    assert 'huikuan_first_sign_seconds_bucket{le="+Inf"} 2' in lines
    assert "huikuan_sessions 3" in lines


def test_terminals_script_is_textual_serves_without_its_client() -> None:
    """What is left asks for no socket, no web font and no page of its own, and hands over what our client needs."""
    script = page.statics()["terminal.js"].content.decode()
    for gone in ("new WebSocket", "window.onload", "websocket_url", "Roboto"):
        assert gone not in script
    handed = re.search(r"window\.xterm=\{([^}]+)\}\}\)\(\)\}\)\(\);\n\Z", script)
    assert handed
    assert set(re.findall(r"(\w+):\w+\.\1", handed[1])) == set(page._PARTS)


def test_unknown_script_is_refused_at_the_start(english: None) -> None:
    """A textual-serve whose script is another is told to the operator, and never half mended."""
    with pytest.raises(SettingsError, match="not known"):
        page.terminal_script("(()=>{new Client()})();")


def test_page_has_a_text_for_every_way_that_a_session_ends() -> None:
    """No code that the server closes with is left without words, but for the tab's own leaving or coming back."""
    assert {str(code) for why, code in CODES.items() if why not in ("left", "again")} | {"lost"} == set(page.ENDINGS)


def test_page_brings_no_file_from_elsewhere() -> None:
    """Nothing that is served names another place to fetch from."""
    for name in ("page.js", "page.css", "terminal.css"):
        text = page.statics()[name].content.decode()
        assert not re.findall(r"(?:url\(|import |src=)[\"']?https?:", text), name


def test_no_field_of_a_form_is_styled_as_something_else() -> None:
    """One style sheet serves the terminal's page and the forms: it names no id that a field has."""
    fields = {field.name for form in (forms.SIGN_IN, forms.CHANGE, forms.CHOOSE) for field in form.fields}
    selectors = re.sub(r"\{[^}]*\}", "", page.statics()["page.css"].content.decode())
    assert not fields & set(re.findall(r"#([\w-]+)", selectors))


@pytest.mark.parametrize("typed", ["\x1b[48;100000;100000;1;1t", "\x1b[1114112u", "\x1b[97;5:9u", "\x1b[0:0;1u"])
async def test_what_is_typed_neither_sizes_nor_deafens_a_session(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    """A terminal may tell its size among the keys, and a key by a number: what a browser claims so is passed over."""
    monkeypatch.setattr("textual.drivers.web_driver.InputReader", lambda: None)  # it would take this program's input
    heard: list[object] = []
    driver = SessionDriver(Line((80, 24)), App())
    monkeypatch.setattr(driver, "send_message", heard.append)
    driver.typed(typed.encode())
    driver.typed(b"a")
    assert [getattr(event, "key", event) for event in heard] == ["a"]
