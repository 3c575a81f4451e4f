"""`huikuan check`: what it prints for people, for programs and for code hosts, and how long it takes."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from shelf import SHIPPED_IDS

from simulator.cli import diagnostics

BROKEN = Path(__file__).parents[1] / "scenarios" / "broken"
TOP = Path(__file__).parents[2]

# What readers of SARIF 2.1.0 need, from its specification (OASIS, 27 March 2020): sections 3.13 (log), 3.14 (run), 3.18
# and 3.19 (tool), 3.27 (result), 3.28 to 3.30 (locations and regions), 3.36 and 3.38 (code flows), 3.49 (rules).
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
PLACE = {
    "type": "object",
    "required": ["artifactLocation"],
    "properties": {
        "artifactLocation": {
            "type": "object",
            "required": ["uri"],
            "properties": {
                "uri": {"type": "string", "pattern": r"^[!#-;=?-\[\]_a-z~%]+$"},
                "uriBaseId": {"const": "ROOT"},
            },
            "additionalProperties": False,
        },
        "region": {
            "type": "object",
            "required": ["startLine"],
            "properties": {
                "startLine": {"type": "integer", "minimum": 1},
                "startColumn": {"type": "integer", "minimum": 1},
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {"physicalLocation": PLACE, "message": TEXT},
}
SARIF = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name", "version", "rules"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "originalUriBaseIds": {"type": "object", "required": ["ROOT"]},
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["ruleId", "ruleIndex", "level", "message", "locations"],
                            "properties": {
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": TEXT,
                                "locations": {"type": "array", "minItems": 1, "maxItems": 1, "items": LOCATION},
                                "codeFlows": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "required": ["threadFlows"],
                                        "properties": {
                                            "threadFlows": {
                                                "type": "array",
                                                "minItems": 1,
                                                "items": {
                                                    "type": "object",
                                                    "required": ["locations"],
                                                    "properties": {
                                                        "locations": {
                                                            "type": "array",
                                                            "minItems": 1,
                                                            "items": {
                                                                "type": "object",
                                                                "required": ["location"],
                                                                "properties": {"location": LOCATION},
                                                            },
                                                        }
                                                    },
                                                },
                                            }
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


@pytest.fixture
def shared_cache(tmp_path: Path) -> Path:
    """A cache of one's own: here it is looked into and emptied."""
    return tmp_path / "solutions"


def example(code: str) -> str:
    return str(BROKEN / f"{code}.yaml")


def test_check_of_what_is_clean_exits_0_and_says_so(huikuan: Any) -> None:
    """Nothing on standard output."""
    ran = huikuan("check", "invoice-not-found")
    assert (ran.code, ran.out) == (0, "")
    assert "0 problems in 1 scenarios" in ran.err


def test_check_exits_1_on_findings_and_shows_the_play(huikuan: Any) -> None:
    """As compilers write it, and under it the moves that show it."""
    ran = huikuan("check", example("dead-end"))
    assert ran.code == 1
    first, second = ran.out.splitlines()
    assert first.startswith(f"{example('dead-end')}:22:5: dead-end: this leads to where only")
    assert second == "    shown by: press.exec"


def test_check_json_has_severity_witness_and_whether_it_is_partial(huikuan: Any) -> None:
    """An error of size and a finding, each as what it is."""
    found = huikuan("check", "--json", example("dead-end")).json
    assert [(one["code"], one["severity"], one["witness"]) for one in found["problems"]] == [
        ("dead-end", "finding", ["press.exec"])
    ]
    assert found["partial"] is False
    large = huikuan("check", "--json", example("too-many-positions")).json
    assert [one["severity"] for one in large["problems"]] == ["error"]
    assert large["partial"] is True


def test_check_of_one_broken_file_still_checks_the_others(huikuan: Any) -> None:
    """Everything at once."""
    found = huikuan("check", "--json", example("unknown-key"), example("dead-end"), example("not-yaml")).json
    assert [one["code"] for one in found["problems"]] == ["unknown-key", "dead-end", "not-yaml"]


@pytest.mark.parametrize(
    "codes", [(), ("dead-end",), ("unknown-key", "dead-end", "early-ending", "law-scope"), ("not-utf8", "alias")]
)
def test_sarif_has_the_structure_that_readers_need(codes: tuple[str, ...], huikuan: Any) -> None:
    """A log that validates, with a rule for each code and a result for each problem."""
    ran = huikuan("check", "--sarif", *(map(example, codes) if codes else ["invoice-not-found"]))
    assert ran.code == (1 if codes else 0)
    jsonschema.validate(ran.json, SARIF, format_checker=jsonschema.FormatChecker())
    (run,) = ran.json["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted(codes)
    assert [result["ruleId"] for result in run["results"]] == list(codes)
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])


def test_sarif_says_where_how_bad_and_by_which_play(huikuan: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths within the folder are relative to it; errors are errors, findings are warnings; the witness is a flow."""
    monkeypatch.chdir(TOP)
    (run,) = huikuan("check", "--sarif", example("dead-end"), example("alias")).json["runs"]
    finding, error = run["results"]
    assert (finding["level"], error["level"]) == ("warning", "error")
    (place,) = (one["physicalLocation"] for one in finding["locations"])
    assert place["artifactLocation"] == {"uri": "tests/scenarios/broken/dead-end.yaml", "uriBaseId": "ROOT"}
    assert place["region"] == {"startLine": 22, "startColumn": 5}
    assert run["originalUriBaseIds"]["ROOT"]["uri"] == TOP.as_uri() + "/"
    (flow,) = finding["codeFlows"][0]["threadFlows"]
    assert [step["location"]["message"]["text"] for step in flow["locations"]] == ["press.exec"]
    assert "codeFlows" not in error


def test_sarif_escapes_paths_and_leaves_out_a_line_that_is_none(huikuan: Any, tmp_path: Path) -> None:
    """A space and Chinese in a path; a problem of the whole file has no region."""
    folder = tmp_path / "我的 场景"
    folder.mkdir()
    shutil.copy(example("dead-end"), folder / "a b.yaml")
    (folder / "c.yaml").write_bytes(b"#" * 1_100_000)
    ran = huikuan("check", "--sarif", str(folder / "a b.yaml"), str(folder / "c.yaml"))
    jsonschema.validate(ran.json, SARIF)
    first, second = (one["locations"][0]["physicalLocation"] for one in ran.json["runs"][0]["results"])
    assert first["artifactLocation"]["uri"].startswith("file:///")
    assert first["artifactLocation"]["uri"].endswith("/a%20b.yaml")
    assert "region" not in second


def test_sarif_and_json_exclude_each_other(huikuan: Any) -> None:
    """One document on standard output."""
    assert huikuan("check", "--sarif", "--json").code == 2


# How long


def ran_for(home: Path, *words: str) -> tuple[float, float]:
    """Seconds by the clock and of the processor, of a process of its own."""
    command = [sys.executable, "-c", "import sys; from simulator.cli import main; sys.exit(main())", *words]
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=TOP, env=dict(os.environ), capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr.decode()
    assert home.exists()
    return time.perf_counter() - begun, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.benchmark
def test_check_of_all_shipped_is_fast_and_faster_the_second_time(home: Path) -> None:
    """Under 30 s cold on two cores and under 1 s warm, in seconds of the processor, which others cannot steal."""
    _clock, cold = ran_for(home, "check", *SHIPPED_IDS)
    warm = min(ran_for(home, "check", *SHIPPED_IDS)[1] for _again in range(3))
    assert cold < 2 * 30.0
    assert warm < 1.0


def test_interrupted_check_exits_130_and_leaves_no_half_written_file(home: Path) -> None:
    """Ctrl-C in the middle of exploring."""
    command = [sys.executable, "-c", "import sys; from simulator.cli import main; sys.exit(main())", "check"]
    process = subprocess.Popen(
        [*command, example("many-positions")],
        cwd=TOP,
        env=dict(os.environ),
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=restore_interrupt,
    )
    assert process.stderr is not None
    assert "checking" in process.stderr.readline()  # it has been at it for a second
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert "Interrupted" in process.stderr.read()
    assert [path.name for path in home.rglob("*") if path.is_file()] == ["settings.toml"]


def test_several_are_checked_on_all_cores_and_told_in_order(
    huikuan: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the processes found is the same as one after the other, and nothing is found twice."""
    from simulator.workflows import checking

    names = [example("dead-end"), example("unknown-name"), example("dull-turn")]
    one_by_one = [problem for name in names for problem in huikuan("check", name, "--json").json["problems"]]
    shutil.rmtree(home / "solutions")
    begun: list[str] = []
    found = checking.problems_of
    monkeypatch.setattr(checking, "problems_of", lambda _library, name, *rest: begun.append(name) or found(*rest))
    assert huikuan("check", *names, "--json").json["problems"] == one_by_one
    assert begun == []  # not in this process


def test_interrupted_check_of_several_leaves_no_process_and_no_half_written_file(home: Path) -> None:
    """Ctrl-C in the middle of exploring on all cores."""
    shutil.copytree(Path(example("many-positions")).parent, home / "broken")
    command = [sys.executable, "-c", "import sys; from simulator.cli import main; sys.exit(main())", "check"]
    process = subprocess.Popen(
        [*command, example("many-positions"), str(home / "broken" / "many-positions.yaml")],
        cwd=TOP,
        env=dict(os.environ),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=restore_interrupt,
    )
    assert process.stderr is not None
    time.sleep(3)  # both processes are at it
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert "Interrupted" in process.stderr.read()
    until = time.monotonic() + 10
    while is_alive(process.pid):
        assert time.monotonic() < until, "a process of the check is left"
        time.sleep(0.1)
    assert [path for path in (home / "solutions").rglob("*") if path.is_file()] == []


def is_alive(group: int) -> bool:
    """Whether a process of the group is there."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def restore_interrupt() -> None:
    """A test runner that was started in the background ignores Ctrl-C, and so would its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_progress_is_silent_within_the_first_second(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Short work says nothing; longer work says what it is at when that changes, and every few seconds how long."""
    clock = [100.0]
    monkeypatch.setattr(diagnostics, "monotonic", lambda: clock[0])
    progress = diagnostics.Progress()
    told = []
    for now, what in ((100.5, "first"), (101.5, None), (101.6, None), (101.7, "second"), (105.0, None), (107.0, None)):
        clock[0] = now
        if what:
            progress.doing(what)
        assert not progress.cancelled()
        told.append(capsys.readouterr().err)
    assert told == ["", "first…\n", "", "second…\n", "", "second… 7 s\n"]
