"""Files that mean harm: each gets a problem with a place, soon and without a traceback."""

from __future__ import annotations

import os
import signal
import socket
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.model.problem import Problem
from simulator.workflows.ports import Read

SHIPPED = Path(__file__).parents[3] / "scenarios"
HEAD = "scenario: two-invoices\nturns: 6\n"
LONGEST = 2.0  # seconds, by the order for this reader; on the build machine the slowest takes 0.4


@pytest.fixture(autouse=True)
def soon() -> Iterator[None]:
    """Every test here costs less than ``LONGEST`` of the processor, and waits for nothing."""

    def stop(*_signal: object) -> None:
        raise TimeoutError("waited for something")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(30)
    start = time.process_time()
    yield
    spent = time.process_time() - start
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
    assert spent < LONGEST


def only(read: Read) -> Problem:
    (problem,) = read.problems
    assert read.scenario is None
    return problem


def test_huge_file_is_refused_without_being_read(library: YamlLibrary, tmp_path: Path) -> None:
    """A sparse file of 1 GB is too large, and costs neither its memory nor its time."""
    path = tmp_path / "scenario.yaml"
    path.touch()
    os.truncate(path, 1_000_000_000)
    tracemalloc.start()
    problem = only(library.read(str(path)))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (problem.code, problem.line) == ("too-large", 0)
    assert peak < 20_000_000


def test_file_just_within_the_limit_is_read(read: Callable[[str], Read]) -> None:
    """A file of a million bytes is read, one of a byte more is not."""
    comment = "#" * (1_000_000 - len(HEAD) - 1) + "\n"
    assert read(HEAD + comment).scenario is not None
    assert only(read(HEAD + "#" + comment)).code == "too-large"


def test_file_that_states_no_size_is_read_within_the_limit(library: YamlLibrary) -> None:
    """What lies under /proc and /dev has no size; it is refused or read up to the limit, and never waited for."""
    for path in ("/dev/zero", "/dev/stdin", "/proc/self/mem", "/proc/kmsg", "/proc/self/environ"):
        if Path(path).exists():
            assert library.read(path).scenario is None


def test_pipe_is_refused_without_waiting(library: YamlLibrary, tmp_path: Path) -> None:
    """A FIFO with nobody at its other end is no ordinary file."""
    os.mkfifo(tmp_path / "scenario.yaml")
    assert only(library.read(str(tmp_path))).code == "not-a-file"


def test_socket_is_refused(library: YamlLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket cannot be read."""
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("scenario.yaml")
        assert only(library.read("scenario.yaml")).code == "unreadable"


@pytest.mark.parametrize("name", ["standard.yaml", "tactics.yaml", "personas/plain.yaml", "courses/roles.yaml"])
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_lower_layer_that_is_no_file_is_refused_under_its_own_name(
    make: Callable[[Path], None], name: str, library: YamlLibrary, content: Path
) -> None:
    """A pipe or a folder in the place of a lower layer is a problem of that path, unless another layer stands in."""
    (content / name).unlink(missing_ok=True)
    (content / name).parent.mkdir(exist_ok=True)
    make(content / name)
    read = library.read(str(content / "library" / "two-invoices"))
    if name == "standard.yaml":  # then this folder is no content folder at all, and the shipped layers apply
        assert {problem.code for problem in read.problems} <= {"unknown-name"}
    else:
        found = {(problem.code, problem.file) for problem in read.problems}
        assert ("not-a-file", str(content / name)) in found


def test_unreadable_file_says_why(library: YamlLibrary, tmp_path: Path) -> None:
    """A link to itself cannot be opened; the message has the system's reason."""
    (tmp_path / "scenario.yaml").symlink_to("scenario.yaml")
    problem = only(library.read(str(tmp_path)))
    assert problem.code == "unreadable"
    assert "links" in problem.message or "loop" in problem.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_forbidden_file_says_that_it_may_not_be_read(library: YamlLibrary, tmp_path: Path) -> None:
    """A file without the right to read it is a problem, not a traceback."""
    path = tmp_path / "scenario.yaml"
    path.write_text(HEAD, encoding="utf-8")
    path.chmod(0)
    assert only(library.read(str(path))).code == "unreadable"


def test_link_out_of_its_folder_is_not_followed(library: YamlLibrary, tmp_path: Path) -> None:
    """A scenario that is a link to a file elsewhere is not read, and nothing of that file is told."""
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: hunter2\n", encoding="utf-8")
    folder = tmp_path / "mailed"
    folder.mkdir()
    (folder / "scenario.yaml").symlink_to(secret)
    for name in (str(folder), os.path.relpath(folder), f"{SHIPPED}/../{os.path.relpath(folder, SHIPPED.parent)}"):
        problem = only(library.read(name))
        assert problem.code == "not-a-file"
        assert "hunter2" not in str(problem)
        assert "password" not in str(problem)


def test_linked_persona_and_folder_are_not_followed_out(library: YamlLibrary, content: Path, tmp_path: Path) -> None:
    """Lower layers stay within the content folder: neither a linked file nor a linked folder leads out."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (content / "personas" / "plain.yaml").rename(elsewhere / "plain.yaml")
    (content / "personas" / "plain.yaml").symlink_to(elsewhere / "plain.yaml")
    assert only(library.read(str(content / "library" / "two-invoices"))).code == "not-a-file"
    (content / "personas" / "plain.yaml").unlink()
    (content / "personas").rmdir()
    (content / "personas").symlink_to(elsewhere, target_is_directory=True)
    assert only(library.read(str(content / "library" / "two-invoices"))).code == "not-a-file"


@pytest.mark.parametrize("name", ["../secret", "..", "/etc/passwd", "a/b", "plain.yaml", "~root"])
def test_persona_that_is_a_path_is_refused_as_an_id(name: str, content: Path, library: YamlLibrary) -> None:
    """The name of a persona is an id, so no path can be smuggled in by it."""
    path = content / "library" / "two-invoices" / "scenario.yaml"
    path.write_text(f"scenario: two-invoices\nturns: 6\npersona: '{name}'\n", encoding="utf-8")
    problem = only(library.read(str(path)))
    assert (problem.code, problem.line) == ("wrong-value", 3)


def test_alias_bomb_is_refused_line_by_line(read: Callable[[str], Read]) -> None:
    """A billion laughs: no alias is ever expanded, each is named where it stands."""
    lines = ["names: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"names{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    problems = read(HEAD + "\n".join(lines) + "\n").problems
    assert problems[0].line == 3
    assert {problem.code for problem in problems} <= {"alias", "unknown-key", "wrong-type"}
    assert "alias" in {problem.code for problem in problems}


@pytest.mark.parametrize(
    "text",
    [
        "title: " + "[" * 10_000,
        "title: " + "[" * 10_000 + "]" * 10_000,
        "title: " + "{a: " * 10_000,
        "".join(" " * level + f"a{level}:\n" for level in range(500)),
        "\n" + "- " * 10_000 + "a",
        "? " * 10_000,
    ],
    ids=["open", "closed", "mappings", "indented", "dashes", "keys"],
)
def test_deep_nesting_is_refused_where_it_gets_too_deep(text: str, read: Callable[[str], Read]) -> None:
    """Ten thousand levels are stopped at the forty-first, without a recursion error; broken YAML may come first."""
    problems = read(HEAD + text + "\n").problems
    codes = {problem.code for problem in problems} - {"wrong-type"}  # which keys that are mappings themselves get
    assert len(codes) == 1
    assert codes <= {"too-deep", "not-yaml"}
    if text.startswith("title: ["):
        assert [(problem.code, problem.column) for problem in problems] == [("too-deep", 47)]


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system",
        "!!python/object/new:os.system",
        "!!python/name:os.system",
        "!!python/module:os",
    ],
)
def test_python_tag_runs_nothing(tag: str, read: Callable[[str], Read], tmp_path: Path) -> None:
    """A tag that PyYAML's unsafe loaders would run is a problem, and nothing happened."""
    witness = tmp_path / "witness"
    problem = only(read(HEAD + f"title: {tag} ['touch {witness}']\n"))
    assert (problem.code, problem.line, problem.column) == ("unknown-tag", 3, 8)
    assert not witness.exists()


@pytest.mark.parametrize(
    "sign", ["\0", "\x1b", "\x07", "\x08", "\x7f", "\x85", "\x9b", "\u200e", "\u202e", "\u2028", "\ufeff"]
)
def test_control_character_is_named_and_never_printed(sign: str, read: Callable[[str], Read]) -> None:
    """Raw escape sequences, NUL and signs that turn the writing are problems at their place; messages are clean."""
    problem = only(read(HEAD + f"title: 减速{sign}[31m机\n"))
    assert (problem.code, problem.line, problem.column) == ("control-character", 3, 10)
    assert f"U+{ord(sign):04X}" in problem.message
    assert sign not in str(problem)


@pytest.mark.parametrize("escape", ["\\0", "\\e[31m", "\\x07", "\\u202e", "\\u009b", "\\ufeff"])
def test_escaped_control_character_is_refused_too(escape: str, read: Callable[[str], Read]) -> None:
    """What a YAML escape makes of harmless letters is looked at as well, in values and in keys."""
    assert only(read(HEAD + f'title: "a{escape}b"\n')).code == "control-character"
    assert only(read(HEAD + f'"a{escape}b": c\n')).code == "control-character"


def test_control_character_does_not_hide_other_problems(read: Callable[[str], Read]) -> None:
    """The rest of the file is checked all the same."""
    assert [one.code for one in read(HEAD + "title: a\x1bb\nlevel: 9\n").problems] == [
        "control-character",
        "wrong-value",
    ]


def test_place_of_a_byte_that_is_not_utf8_is_counted_in_characters(read: Callable[[bytes], Read]) -> None:
    """Line and column are right behind Chinese text, a byte order mark and any line ends."""
    problem = only(read(b"\xef\xbb\xbf" + "scenario: a\r\ntitle: 减速机\rlevel: 2 # 减".encode() + b"\xff\n"))
    assert (problem.code, problem.line, problem.column) == ("not-utf8", 3, 13)


def test_binary_file_is_a_few_problems(read: Callable[[bytes], Read]) -> None:
    """A program or a picture is no text; a file full of NUL bytes is not reported byte by byte."""
    assert only(read(b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 100)).code == "not-utf8"
    problems = read(b"\0" * 100_000).problems
    assert {problem.code for problem in problems} == {"control-character"}
    assert len(problems) <= 20


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "gb18030", "utf-32"])
def test_other_encodings_are_refused_or_fail_cleanly(encoding: str, read: Callable[[bytes], Read]) -> None:
    """A file in another encoding than UTF-8 gives a problem and no nonsense."""
    problems = read((HEAD + "title: 减速机与缺的那个签字\n").encode(encoding)).problems
    assert problems
    assert {problem.code for problem in problems} <= {"not-utf8", "control-character"}


def test_file_with_a_byte_order_mark_and_windows_line_ends_is_read(read: Callable[[bytes], Read]) -> None:
    """What Notepad saves is in order, and places are counted as elsewhere."""
    assert read(b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode()).scenario is not None
    problem = only(read(b"\xef\xbb\xbf" + (HEAD + "level: 9\n").replace("\n", "\r\n").encode()))
    assert (problem.line, problem.column) == (3, 8)


@pytest.mark.parametrize(
    "text",
    [
        "stages: [" + "a, " * 300_000 + "a]",
        "rules: [" + "{}, " * 200_000 + "{}]",
        "points: {" + ", ".join(f"p{i}: {{}}" for i in range(80_000)) + "}",
        "title: '" + "x" * 900_000 + "'",
        "title: " + "9" * 900_000,
        "title: " + "x" * 900_000,
        "x" * 900_000 + ": a",
        "#" * 900_000,
        "\n" * 900_000,
        " " * 900_000 + "a: b",
        "a: |\n" + " x\n" * 300_000,
        "rules:\n" + "- tactic: gone\n" * 60_000,
        "a: 'b\n" + "\n" * 900_000,
        "title: " + "{a}" * 300_000,
        "- - - " * 150_000,
        "a:\n" * 300_000,
        "title: [" + "!!x " * 10_000 + "]",
        "%TAG ! x\n" * 90_000,
        "&a" * 400_000,
    ],
    ids=lambda text: text[:12].strip(),
)
def test_large_file_is_bounded_in_time(text: str, read: Callable[[str], Read]) -> None:
    """A megabyte of anything is over in time; most of it is refused."""
    read(HEAD + text + "\n")


def test_many_unknown_names_are_bounded_in_time(read: Callable[[str], Read]) -> None:
    """As many rules and cards as a file may have, each rule with a name that is near every card."""
    cards = "".join(f"  card-number-{i}: {{}}\n" for i in range(1000))
    rules = "".join(f"  - {{tactic: '*', when: {{card-numbers-{i}: known}}}}\n" for i in range(1000))
    problems = read(HEAD + f"points:\n{cards}rules:\n{rules}").problems
    assert {problem.code for problem in problems} == {"unknown-name"}
    assert len(problems) == 100


def test_many_wrong_values_are_bounded_in_number(read: Callable[[str], Read]) -> None:
    """A file gives at most a hundred problems."""
    text = "".join(f"key-{i}: a\n" for i in range(900))
    assert len(read(HEAD + text).problems) == 100


def test_message_is_bounded_in_length(read: Callable[[str], Read]) -> None:
    """A name as long as the file is not quoted in full."""
    long = "x" * 500_000
    for text in (f"channel: {long}", f"{long}: a", f"rules: [{{tactic: {long}}}]", f"title: !{long} a"):
        assert all(len(problem.message) < 1000 for problem in read(HEAD + text + "\n").problems)
