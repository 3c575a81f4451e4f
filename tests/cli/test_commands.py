"""What each command prints, on which stream, and with which exit code."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from shelf import CONTENT, SHIPPED, SHIPPED_IDS, WORKED, Solved

SMALL = str(CONTENT / "library" / "small-debt" / "scenario.yaml")
EASY = "invoice-not-found"


@pytest.fixture
def moves(tmp_path: Path) -> Callable[..., str]:
    """A file of moves."""

    def writing(*lines: str) -> str:
        path = tmp_path / "moves.txt"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return str(path)

    return writing


# solve


@pytest.mark.parametrize("name", WORKED)
def test_solve_json_holds_the_solution(name: str, huikuan: Any, solved: Callable[[str], Solved]) -> None:
    """`positions`, `best`, `typical`, `floor`, `line`, `sound` and `seconds`, as the engine has them."""
    ran = huikuan("solve", name, "--json")
    known = solved(name).solution
    found = ran.json
    assert ran.code == 0
    assert {"positions", "best", "typical", "floor", "line", "sound", "seconds"} <= set(found)
    assert found["positions"] == known.positions
    for part in ("best", "typical", "floor"):
        assert found[part] == pytest.approx(getattr(known, part), abs=1e-9)
    assert found["line"] == [str(move) for move in known.line]
    assert found["sound"] == [str(move) for move in known.sound]
    assert 0 < found["seconds"] < 60


def test_solve_takes_ids_files_and_folders_anywhere(huikuan: Any, tmp_path: Path) -> None:
    """A path is a scenario as good as an id is: the shipped file, its folder, and a copy elsewhere, which takes the
    shipped layers."""
    source = SHIPPED / "library" / EASY
    elsewhere = tmp_path / "mail" / "attachment.yaml"
    elsewhere.parent.mkdir()
    shutil.copy(source / "scenario.yaml", elsewhere)
    found = [
        huikuan("solve", name, "--json") for name in (EASY, str(source), str(source / "scenario.yaml"), str(elsewhere))
    ]
    assert [ran.code for ran in found] == [0, 0, 0, 0]
    documents = [{**ran.json, "seconds": 0} for ran in found]
    assert all(document == documents[0] for document in documents)


def test_scenario_takes_its_layers_from_the_nearest_standard_above_it(huikuan: Any) -> None:
    """The tests' own content has its own tactics and stages."""
    assert huikuan("solve", SMALL, "--json").json["positions"] == 85


def test_solve_says_the_same_in_words(huikuan: Any) -> None:
    """Without --json the figures stand on standard output too."""
    ran = huikuan("solve", SMALL)
    assert ran.code == 0
    assert "85 positions" in ran.out
    assert "ask.plain probe.cause" in ran.out


# run


def test_run_of_the_line_scores_result_100(huikuan: Any, moves: Callable[..., str]) -> None:
    """`line` of `solve`, played by `run`, gets the full result."""
    line = huikuan("solve", EASY, "--json").json["line"]
    found = huikuan("run", EASY, "--moves", moves(*line), "--json").json
    assert found["scorecard"]["parts"]["result"]["points"] == pytest.approx(100.0)
    assert found["worth"] == pytest.approx(found["best"])
    assert found["scorecard"]["passed"] is True


def test_run_of_the_sound_line_scores_tactics_100(huikuan: Any, moves: Callable[..., str]) -> None:
    """`sound` of `solve`, played by `run`, loses nothing."""
    sound = huikuan("solve", EASY, "--json").json["sound"]
    found = huikuan("run", EASY, "--moves", moves(*sound), "--json").json
    assert found["scorecard"]["parts"]["tactics"]["points"] == 100.0
    assert {turn["loss"] for turn in found["turns"]} == {0.0}
    assert {turn["name"] for turn in found["turns"]} == {"best"}


def test_run_json_has_transcript_losses_and_scorecard(huikuan: Any, moves: Callable[..., str]) -> None:
    """Turn by turn what was said and answered, the position, values, loss, name, luck and better moves."""
    ran = huikuan("run", SMALL, "--moves", moves("rapport.chat", "ask.plain", "end.leave"), "--seed", "1", "--json")
    found = ran.json
    assert ran.code == 0
    assert set(found) >= {"scenario", "seed", "rubric", "turns", "ending", "worth", "scorecard", "observations"}
    assert (found["scenario"], found["seed"], found["rubric"], found["ending"]) == ("small-debt", 1, "1", "left")
    assert [turn["move"] for turn in found["turns"]] == ["rapport.chat", "ask.plain", "end.leave"]
    for turn in found["turns"]:
        assert set(turn) >= {
            "said",
            "answer",
            "position",
            "value",
            "worth",
            "loss",
            "accuracy",
            "name",
            "luck",
            "better",
        }
    assert found["turns"][1]["position"]["no-slip"] == "standing"
    parts = found["scorecard"]["parts"]
    assert set(parts) == {"result", "tactics", "discovery", "paperwork"}
    assert (parts["paperwork"]["points"], parts["paperwork"]["weight"]) == (None, 0.0)
    assert sum(part["weight"] for part in parts.values()) == pytest.approx(100.0)
    total = sum(part["points"] * part["weight"] / 100 for part in parts.values() if part["points"] is not None)
    assert found["scorecard"]["total"] == pytest.approx(total)
    assert {one["objective"] for one in found["observations"]} >= {"small/talk.warmth", "small/talk.ask"}


def test_run_with_answers_observes_paperwork_and_prepares_the_start(
    huikuan: Any, moves: Callable[..., str], tmp_path: Path
) -> None:
    """Right answers give facts, and forms are marked."""
    answers = tmp_path / "answers.json"
    answers.write_text(
        json.dumps({"preparation": {"days": 10, "who": "boss"}, "note": {"sum": 10000, "next-step": "wait"}})
    )
    file = moves("ask.plain", "firm.check:no-slip", "close.deal:all")
    found = huikuan("run", SMALL, "--moves", file, "--answers", str(answers), "--json").json
    assert found["ending"] == "paid"
    assert (found["scorecard"]["parts"]["paperwork"]["got"], found["scorecard"]["parts"]["paperwork"]["of"]) == (5.0, 8)
    unprepared = huikuan("run", SMALL, "--moves", file, "--json").json
    assert unprepared["ending"] is None, "without the slip there is nothing to check with"


def test_run_reads_moves_from_standard_input_with_comments_and_blank_lines(huikuan: Any) -> None:
    """`-` is standard input; what follows a # is the author's."""
    ran = huikuan("run", SMALL, "--moves", "-", "--json", stdin="# a talk\n\nrapport.chat   # warm\n  end.leave\n")
    assert [turn["move"] for turn in ran.json["turns"]] == ["rapport.chat", "end.leave"]


def test_run_of_a_talk_that_goes_on_has_no_scorecard(huikuan: Any) -> None:
    """Exit code 0, losses so far, and null where there is nothing yet."""
    ran = huikuan("run", SMALL, "--moves", "-", "--json", stdin="rapport.chat\n")
    assert (ran.code, ran.json["scorecard"], ran.json["ending"]) == (0, None, None)
    assert "no scorecard yet" in huikuan("run", SMALL, "--moves", "-", stdin="rapport.chat\n").out


def test_run_twice_is_the_same_to_the_byte(huikuan: Any, moves: Callable[..., str]) -> None:
    """The same moves under the same seed are the same document; another seed may differ."""
    file = moves("ask.plain", "probe.cause", "end.leave")
    documents = {seed: huikuan("run", SMALL, "--moves", file, "--seed", str(seed), "--json").out for seed in range(6)}
    assert huikuan("run", SMALL, "--moves", file, "--seed", "3", "--json").out == documents[3]
    assert len({json.dumps(json.loads(one)["turns"]) for one in documents.values()}) > 1


def test_run_in_words_shows_lines_names_and_total(huikuan: Any) -> None:
    """What was said, what came back, what the move is called, and the verdict."""
    ran = huikuan("run", SMALL, "--moves", "-", "--seed", "1", stdin="ask.plain\nend.leave\n")
    assert ran.code == 0
    assert "When will you pay?  [ask.plain]" in ran.out
    assert "What money?" in ran.out
    assert "loss" in ran.out
    assert "Ending: left" in ran.out
    assert "not passed" in ran.out


def test_run_speaks_the_language_it_is_told(huikuan: Any) -> None:
    """--lang before or after the command, with a blank or an equals sign."""
    for words in (["--lang", "zh", "run", SMALL], ["run", SMALL, "--lang", "zh"], ["--lang=zh", "run", SMALL]):
        ran = huikuan(*words, "--moves", "-", "--json", stdin="ask.plain\n")
        assert ran.json["turns"][0]["said"] == "这笔钱什么时候付？", words
    assert (
        huikuan("run", SMALL, "--moves", "-", "--json", stdin="ask.plain\n").json["turns"][0]["said"]
        == "When will you pay?"
    )


# check and test


def test_check_of_the_shipped_scenarios_finds_nothing(huikuan: Any) -> None:
    """Exit code 0 and the list of what was checked; with --verbose also the rules of lower layers that were dropped
    since they name what a scenario lacks."""
    ran = huikuan("check", "--verbose", "--json")
    assert (ran.code, ran.json["problems"]) == (0, [])
    assert sorted(ran.json["checked"]) == SHIPPED_IDS
    assert ran.json["dropped"], "no shipped scenario drops anything"
    assert all(set(one) == {"scenario", "layer", "path", "missing"} for one in ran.json["dropped"])


def test_check_names_every_problem_with_its_place(huikuan: Any, tmp_path: Path) -> None:
    """Code, severity, message, file, line and column of each; exit code 1."""
    file = tmp_path / "scenario.yaml"
    file.write_text(
        "scenario: x\ntitle: {zh: 甲, en: X}\nturns: many\nstagez: [a]\ndebtor: {name: Y}\n", encoding="utf-8"
    )
    ran = huikuan("check", str(file), "--json")
    assert ran.code == 1
    places = {(one["line"], one["code"]) for one in ran.json["problems"]}
    assert {line for line, _code in places} == {3, 4}
    assert all(one["file"] == str(file) and one["severity"] and one["column"] for one in ran.json["problems"])
    words = huikuan("check", str(file))
    assert words.code == 1
    assert f"{file}:4:1: " in words.out
    assert "Did you mean “stages”" in words.out


@pytest.mark.slow
def test_test_plays_the_plans_of_all_shipped_scenarios(huikuan: Any) -> None:
    """Without a name it takes them all (15 s; the plans themselves are played by tests/scenarios)."""
    ran = huikuan("test", "--json")
    assert (ran.code, ran.json["passed"]) == (0, True)
    assert {row["scenario"] for row in ran.json["plans"]} == set(SHIPPED_IDS)


def test_test_plays_the_plans_of_a_scenario(huikuan: Any) -> None:
    """Exit code 0; each plan by scenario and name."""
    ran = huikuan("test", EASY, "--json")
    assert (ran.code, ran.json["passed"]) == (0, True)
    assert {row["scenario"] for row in ran.json["plans"]} == {EASY}
    words = huikuan("test", EASY)
    assert words.code == 0
    assert f"passed  {EASY}  good" in words.out
    assert "0 failed" in words.err


def test_test_that_fails_says_what_and_exits_1(huikuan: Any, tmp_path: Path) -> None:
    """The differences stand under the plan's name."""
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    plans = folder / "library" / "small-debt" / "paths"
    (plans / "wrong.yaml").write_text('moves: [rapport.chat]\nexpect: [{after: 1, trust: "= 9"}]\nending: none\n')
    name = str(folder / "library" / "small-debt")
    ran = huikuan("test", name)
    assert ran.code == 1
    assert "FAILED" in ran.out
    assert "turn 1: trust: expected = 9, got 5" in ran.out
    document = huikuan("test", name, "--json").json
    assert document["passed"] is False
    assert {row["plan"]: bool(row["failures"]) for row in document["plans"]} == {"good": False, "wrong": True}
    (plans / "wrong.yaml").write_text("moves: 3\n")
    broken = huikuan("test", name)
    assert broken.code == 1
    assert "wrong.yaml:1" in broken.err


# graph, schema, list


@pytest.mark.parametrize("name", [*WORKED, SMALL])
def test_graph_draws_every_stage(name: str, huikuan: Any, solved: Callable[[str], Solved]) -> None:
    """Mermaid by default, DOT, and SVG that is well-formed XML; each with all stages and endings in it."""
    mermaid, dot, svg = (huikuan("graph", name, "--format", form) for form in ("mermaid", "dot", "svg"))
    assert [ran.code for ran in (mermaid, dot, svg)] == [0, 0, 0]
    assert huikuan("graph", name).out == mermaid.out
    assert mermaid.out.startswith("stateDiagram-v2") or "stateDiagram" in mermaid.out
    assert dot.out.lstrip().startswith("digraph")
    assert dot.out.count("{") == dot.out.count("}")
    root = ElementTree.fromstring(svg.out)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    stages = ["guarded", "open", "bargaining"] if name == SMALL else solved(name).scenario.stages
    for stage in stages:
        identity = stage.replace("-", "_")
        assert stage in mermaid.out or identity in mermaid.out
        assert stage in dot.out or identity in dot.out


@pytest.mark.parametrize("columns", ["40", "100"])
def test_graph_as_text_fits_the_terminal(columns: str, huikuan: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As wide as it says that it is, with every stage in a box."""
    monkeypatch.setenv("COLUMNS", columns)
    ran = huikuan("graph", SMALL, "--format", "text")
    assert ran.code == 0
    assert max(map(len, ran.out.splitlines())) <= int(columns)
    for stage in ("guarded", "open", "bargaining"):
        assert f"│ {stage}" in ran.out


@pytest.mark.parametrize("kind", ["scenario", "persona", "standard", "tactics", "course", "plan"])
def test_schema_is_one_that_a_validator_takes(kind: str, huikuan: Any) -> None:
    """JSON Schema for each kind of file, with words that an editor shows on hovering."""
    ran = huikuan("schema", kind)
    assert ran.code == 0
    jsonschema.validators.validator_for(ran.json).check_schema(ran.json)
    assert ran.json["properties"]
    assert "description" in ran.out


def test_schema_without_a_kind_is_that_of_a_scenario(huikuan: Any) -> None:
    """The kind of file that authors write."""
    assert huikuan("schema").out == huikuan("schema", "scenario").out


def test_list_json_holds_scenarios_courses_and_tactics(huikuan: Any) -> None:
    """Scenarios by level, with both titles and where they are; all objectives by full name; all tactics."""
    found = huikuan("list", "--json").json
    assert sorted(one["id"] for one in found["scenarios"]) == SHIPPED_IDS
    assert [one["level"] for one in found["scenarios"]] == sorted(one["level"] for one in found["scenarios"])
    assert all(set(one["title"]) == {"zh", "en"} for one in found["scenarios"])
    assert sum(len(course["objectives"]) for course in found["courses"]) == 173
    assert len(found["tactics"]) == 44
    assert sum(tactic["forbidden"] for tactic in found["tactics"]) == 7


def test_list_in_words_is_in_the_language_of_the_run(huikuan: Any) -> None:
    """Names and titles in the language that is spoken."""
    en, zh = huikuan("list").out, huikuan("--lang", "zh", "list").out
    assert "The invoice nobody received" in en
    assert "没收到的发票" in zh
    assert "The invoice nobody received" not in zh


def test_list_has_the_folders_of_the_settings(huikuan: Any, home: Path) -> None:
    """Scenarios of the team's and one's own folders stand beside the shipped ones, and are found by id."""
    settings = home / "settings.toml"
    settings.write_text(settings.read_text() + f'scenarios = ["{CONTENT.as_posix()}"]\n')
    assert "small-debt" in [one["id"] for one in huikuan("list", "--json").json["scenarios"]]
    assert huikuan("solve", "small-debt", "--json").json["positions"] == 85


# play --plain


def test_play_plain_records_an_attempt_that_verifies(huikuan: Any, home: Path) -> None:
    """Line by line to the debrief; the record holds it and is whole."""
    lines = ["", "", "", "", "", "rapport.chat", "end.leave", "", "", ""]
    ran = huikuan("play", SMALL, "--plain", "--as", "Wang Min", "--seed", "5", stdin="\n".join(lines) + "\n")
    assert ran.code == 0
    assert "Mr Zhou" in ran.out
    verified = huikuan("verify", "--json")
    assert (verified.json["attempts"], verified.json["whole"], verified.json["faults"]) == (1, True, [])
    with sqlite3.connect(home / "huikuan.db") as connection:
        ((started,),) = connection.execute("SELECT payload FROM events WHERE seq = 0").fetchall()
    connection.close()
    assert '"seed":5' in started
    assert '"mode":"practice"' in started
    assert "Wang" not in started


def test_play_without_a_terminal_says_what_to_do(huikuan: Any) -> None:
    """In a pipe the full screen is refused with the way that works."""
    for words in (["play", SMALL], []):
        ran = huikuan(*words)
        assert ran.code == 2
        assert "--plain" in ran.err


# Streams


@pytest.mark.parametrize(
    "words",
    [
        ["solve", SMALL, "--json"],
        ["run", SMALL, "--moves", "-", "--json"],
        ["check", SMALL, "--json"],
        ["test", SMALL, "--json"],
        ["list", "--json"],
        ["verify", "--json"],
        ["schema"],
    ],
)
def test_json_is_one_document_alone_on_standard_output(words: list[str], huikuan: Any) -> None:
    """Everything else, if there is anything, stands on standard error."""
    ran = huikuan(*words, stdin="end.leave\n")
    document, end = json.JSONDecoder().raw_decode(ran.out)
    assert isinstance(document, dict)
    assert ran.out[end:] == "\n"


def test_findings_are_narrated_beside_the_document(huikuan: Any, tmp_path: Path) -> None:
    """A scenario with a finding is still solved: the document is whole, the finding stands on standard error."""
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    file = folder / "library" / "small-debt" / "scenario.yaml"
    text = file.read_text(encoding="utf-8")
    assert "[什么钱？]" in text
    file.write_text(text.replace("[什么钱？]", "[什么钱, 不知道。]"), encoding="utf-8")
    ran = huikuan("solve", str(file), "--json")
    assert ran.code == 0
    assert ran.json["positions"] == 85
    assert "split-line" in ran.err
    assert huikuan("check", str(file)).code == 1
