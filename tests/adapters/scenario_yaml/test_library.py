from __future__ import annotations

import time
from pathlib import Path

import pytest

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.model.errors import BadFile, UnknownName, UsageError
from simulator.model.problem import Fault
from simulator.model.text import Text

SCENARIO = "scenario: {id}\ntitle: {{zh: 两张发票, en: Two invoices}}\nlevel: {level}\nturns: 6\n"


def add(root: Path, identity: str, level: int = 1, more: str = "") -> Path:
    path = root / identity / "scenario.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(SCENARIO.format(id=identity, level=level) + more, encoding="utf-8")
    return path


# Finding


def test_scenario_is_read_by_id_file_and_folder(content: Path) -> None:
    """An id, the path of the file and the path of its folder all mean the same scenario."""
    library = YamlLibrary(content)
    folder = content / "library" / "two-invoices"
    reads = [library.read(name) for name in ("two-invoices", str(folder), str(folder / "scenario.yaml"))]
    assert all(read.problems == () for read in reads)
    assert {read.path for read in reads} == {folder / "scenario.yaml"}
    assert reads[0].scenario is not None
    assert all(read.scenario == reads[0].scenario for read in reads)


def test_path_may_be_relative_and_have_any_name(tmp_path: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of any name in the working folder is read, and its problems state the path as it was given."""
    (tmp_path / "draft.yaml").write_text("scenario: draft\nturns: 999\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (problem,) = YamlLibrary(shipped).read("draft.yaml").problems
    assert (problem.file, problem.line) == ("draft.yaml", 2)


def test_unknown_id_names_the_nearest(content: Path) -> None:
    """An id that nothing has raises UnknownName with those that are near."""
    with pytest.raises(UnknownName, match="two-invoices"):
        YamlLibrary(content).read("two-invoice")


@pytest.mark.parametrize(
    "name", ["./gone", "gone.yaml", "a/b/scenario.yaml", "/", "", ".", "a\0b", "~nobody/x", "x/" * 3000]
)
def test_missing_path_is_a_usage_error(
    name: str, shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path with no scenario at it raises UsageError, however odd it is, and not an error of the system."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as raised:
        YamlLibrary(shipped).read(name)
    assert not isinstance(raised.value, UnknownName)
    assert "\0" not in str(raised.value)


@pytest.mark.parametrize("name", ["Two Invoices", "x" * 5000, "\x1b[31m", "两张发票"])
def test_name_that_is_no_id_and_no_path_is_unknown(name: str, shipped: Path) -> None:
    """Anything else is a name that nothing has, quoted without control characters and not in full length."""
    with pytest.raises(UnknownName) as raised:
        YamlLibrary(shipped).read(name)
    assert "\x1b" not in str(raised.value)
    assert len(str(raised.value)) < 1500


def test_own_folders_come_after_the_shipped_one(content: Path, tmp_path: Path) -> None:
    """An id is looked up in the shipped folder first, then in the others in order, with or without library/."""
    first, second = tmp_path / "first", tmp_path / "second"
    add(first / "library", "two-invoices")
    add(first, "only-first")
    add(second / "library", "only-first")
    add(second / "library", "only-second")
    library = YamlLibrary(content, [first, second])
    assert library.read("two-invoices").path.is_relative_to(content)
    assert library.read("only-first").path == first / "only-first" / "scenario.yaml"
    assert library.read("only-second").path == second / "library" / "only-second" / "scenario.yaml"
    assert [title.id for title in library.titles()] == ["only-first", "only-second", "two-invoices"]
    assert all(title.path == library.read(title.id).path for title in library.titles())


# Layers


def test_lower_layers_come_from_the_nearest_folder_above(content: Path, shipped: Path) -> None:
    """A file anywhere takes the standard of the nearest folder above it that has one."""
    deeper = add(content / "library" / "a" / "b", "nested")
    read = YamlLibrary(shipped).read(str(deeper))
    assert read.scenario is not None
    assert read.scenario.stages == ("talking",)
    assert set(read.scenario.endings) == {"timeout", "paid"}


def test_lower_layers_are_the_shipped_ones_where_no_folder_has_any(tmp_path: Path, shipped: Path) -> None:
    """Without a standard.yaml above it, a file takes the shipped one."""
    read = YamlLibrary(shipped).read(str(add(tmp_path, "loose")))
    assert read.scenario is not None
    assert read.scenario.stages[0] == "guarded"


def test_missing_parts_of_a_content_folder_are_the_shipped_ones(content: Path, shipped: Path) -> None:
    """Tactics, courses and personas that a folder lacks come from the shipped one; those it has are its own."""
    library = YamlLibrary(shipped)
    (content / "tactics.yaml").unlink()
    persona = sorted(path.stem for path in (shipped / "personas").glob("*.yaml"))[0]
    path = add(content / "library", "mixed", more=f"persona: {persona}\ncourses: [roles]\n")
    read = library.read(str(path))
    assert read.problems == ()
    assert read.scenario is not None
    assert read.scenario.tactics == library.catalogue().tactics
    (content / "tactics.yaml").write_text("tactics:\n  - id: ask.gentle\n", encoding="utf-8")
    (content / "courses").mkdir()
    read = library.read(str(path))
    assert [(problem.code, problem.line) for problem in read.problems] == [("unknown-name", 6)]  # the course, now
    assert len(library.catalogue().tactics) > 1  # the catalogue at large stays the shipped one


def test_persona_lies_between_scenario_and_standard(content: Path, shipped: Path) -> None:
    """What the persona states holds where the scenario states nothing."""
    read = YamlLibrary(shipped).read(str(content / "library" / "two-invoices"))
    assert read.scenario is not None
    assert read.scenario.meters["trust"] == 7


def test_unknown_persona_names_those_of_both_folders(content: Path, shipped: Path) -> None:
    """A persona that no folder has is a problem of the scenario, with the near ones of both folders."""
    path = add(content / "library", "lost", more="persona: plane\n")
    (problem,) = YamlLibrary(shipped).read(str(path)).problems
    assert (problem.code, problem.line, problem.column) == ("unknown-name", 5, 10)
    assert "“plain”" in problem.message
    persona = sorted(path.stem for path in (shipped / "personas").glob("*.yaml"))[0]
    path = add(content / "library", "lost-too", more=f"persona: {persona}s\n")
    (problem,) = YamlLibrary(shipped).read(str(path)).problems
    assert f"“{persona}”" in problem.message


def test_problem_of_a_lower_layer_states_that_file(content: Path, shipped: Path) -> None:
    """Faults of form and of names in persona and standard are reported in their own files, at their own lines."""
    (content / "personas" / "plain.yaml").write_text("persona: plain\nmetres: {trust: 7}\n", encoding="utf-8")
    (problem,) = YamlLibrary(shipped).read(str(content / "library" / "two-invoices")).problems
    assert (problem.file, problem.code, problem.line) == (
        str(content / "personas" / "plain.yaml"),
        "unknown-key",
        2,
    )
    (content / "personas" / "plain.yaml").write_text(
        "persona: plain\nrules:\n  - tactic: '*'\n    when: {trust: 5}\n", encoding="utf-8"
    )
    (problem,) = YamlLibrary(shipped).read(str(content / "library" / "two-invoices")).problems
    assert (problem.file, problem.code, problem.line) == (
        str(content / "personas" / "plain.yaml"),
        "bare-number",
        4,
    )


def test_lower_rule_that_names_what_is_gone_is_dropped_and_listed(content: Path, shipped: Path) -> None:
    """A persona's rule and ending that name what this scenario lacks are no problem; they are in ``dropped``."""
    (content / "personas" / "plain.yaml").write_text(
        "persona: plain\n"
        "endings: {vague: {recovers: 0.2, then: {face: -2, trust: -1}}}\n"
        "rules:\n  - {tactic: '*', when: {quality: standing}}\n",
        encoding="utf-8",
    )
    read = YamlLibrary(shipped).read(str(content / "library" / "two-invoices"))
    assert read.problems == ()
    assert read.scenario is not None
    assert read.scenario.endings["vague"].then == {"trust": -1}
    assert {(one.layer, one.missing) for one in read.dropped} == {("persona", "face"), ("persona", "quality")}


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("library/two-invoices/scenario.yaml", "turns: 6\nscenario: other\n", 2),
        ("personas/plain.yaml", "persona: other\n", 1),
        ("courses/mine.yaml", "title: a\ncourse: other\nmodules: []\n", 2),
    ],
)
def test_id_must_be_the_name_it_is_found_by(name: str, text: str, line: int, content: Path) -> None:
    """A scenario in a library, a persona and a course are called as their folder or file is."""
    (content / name).parent.mkdir(exist_ok=True)
    (content / name).write_text(text, encoding="utf-8")
    problems = YamlLibrary(content).read("two-invoices").problems
    assert [(one.file, one.code, one.line) for one in problems] == [(str(content / name), "wrong-value", line)]


def test_changed_file_is_read_again(content: Path, shipped: Path) -> None:
    """Lower layers are kept between reads, and read again once they have changed."""
    library = YamlLibrary(shipped)
    name = str(content / "library" / "two-invoices")
    assert library.read(name).problems == ()
    (content / "personas" / "plain.yaml").write_text("persona: plain\nmeters: {trust: 3}\n", encoding="utf-8")
    read = library.read(name)
    assert read.scenario is not None
    assert read.scenario.meters["trust"] == 3
    (content / "personas" / "plain.yaml").write_text("persona: plain\nmeters: {trust: 4}\n", encoding="utf-8")
    read = library.read(name)  # within the same tick of the clock, and of the same length
    assert read.scenario is not None
    assert read.scenario.meters["trust"] == 4


# What is shipped


def test_shipped_content_has_no_problems(library: YamlLibrary, shipped: Path) -> None:
    """Standard, tactics, personas and courses are sound on their own, whichever scenarios there are."""
    assert len(library.courses()) == 5
    assert len({tactic.id for tactic in library.catalogue().tactics}) >= 40
    for path in (shipped / "personas").glob("*.yaml"):
        checked = library._shipped.persona(path.stem)
        assert checked is not None
        assert checked.problems == ()
    assert library._shipped.standard().problems == ()


def test_broken_course_or_catalogue_is_a_bad_file(content: Path) -> None:
    """Where a caller needs the shipped content itself, broken files raise BadFile with their problems."""
    (content / "courses").mkdir()
    (content / "courses" / "mine.yaml").write_text("course: mine\n", encoding="utf-8")
    (content / "tactics.yaml").write_text("tactics: []\n", encoding="utf-8")
    library = YamlLibrary(content)
    with pytest.raises(BadFile, match="missing-key"):
        library.courses()
    with pytest.raises(BadFile, match="wrong-value"):
        library.catalogue()


def test_broken_course_does_not_make_objectives_unknown(content: Path) -> None:
    """Where a course is broken its problems are told, and its objectives are not called unknown."""
    (content / "courses").mkdir()
    (content / "courses" / "mine.yaml").write_text("course: mine\n", encoding="utf-8")
    objective = "{id: own, title: a, objectives: [{id: pay, statement: b}]}"
    (content / "courses" / "sound.yaml").write_text(
        f"course: sound\ntitle: a\nmodules: [{objective}]\n", encoding="utf-8"
    )
    path = add(content / "library", "claims", more="objectives: [mine/talk.listen]\ncourses: [mine]\n")
    problems = YamlLibrary(content).read(str(path)).problems
    assert {problem.file for problem in problems} == {str(content / "courses" / "mine.yaml")}


# Listing


def test_titles_are_in_the_order_of_level_and_id(content: Path) -> None:
    """The list has every scenario once, with what the head of its file says."""
    add(
        content / "library",
        "b-easy",
        level=1,
        more="summary: Easy.\nchannel: visit\ncourses:\n- roles\nstatus: draft\n",
    )
    add(content / "library", "a-hard", level=5)
    first, second, third = YamlLibrary(content).titles()
    assert [first.id, second.id, third.id] == ["b-easy", "two-invoices", "a-hard"]
    assert first.title == {"zh": "两张发票", "en": "Two invoices"}
    assert first.summary == {"zh": "Easy.", "en": "Easy."}
    assert (first.channel, first.courses, first.turns, first.status) == ("visit", ("roles",), 6, "draft")
    assert second.summary == {}


def test_titles_agree_with_what_reading_gives(library: YamlLibrary) -> None:
    """For every shipped scenario, the list says what the scenario says."""
    for title in library.titles():
        scenario = library.read(title.id).scenario
        if scenario:
            assert Text(**title.title) == scenario.title
            assert (title.level, title.channel, title.turns) == (scenario.level, scenario.channel, scenario.turns)
            assert (title.courses, title.status) == (scenario.courses, scenario.status)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[[[[",
        "scenario: [a\n",
        "scenario: a\nturns: 6\ntitle: {zh: 5}\n",
        "\0\0\0",
        "turns: many\nscenario: a\n",
        "a" * 2_000_000,
    ],
)
def test_file_too_broken_to_list_is_left_out(text: str, content: Path) -> None:
    """A broken file does not keep the others from being listed."""
    add(content / "library", "broken").write_text(text, encoding="utf-8")
    assert [title.id for title in YamlLibrary(content).titles()] == ["two-invoices"]


def test_file_broken_below_its_head_is_listed(content: Path) -> None:
    """The list reads the head alone, so a fault in the rules does not hide the scenario from its author."""
    add(content / "library", "half", more="rules:\n  - tactic: [\n")
    assert [title.id for title in YamlLibrary(content).titles()] == ["half", "two-invoices"]


def test_folders_that_are_no_ids_are_not_listed(content: Path) -> None:
    """Hidden folders, other files and names with control characters are passed over."""
    for name in (".hidden", "Capital", "a\x1b[31m", "no-file"):
        (content / "library" / name).mkdir()
    (content / "library" / "a\x1b[31m" / "scenario.yaml").write_text(SCENARIO.format(id="a", level=1), encoding="utf-8")
    (content / "library" / "README.md").touch()
    assert [title.id for title in YamlLibrary(content).titles()] == ["two-invoices"]


def test_missing_folders_list_nothing(tmp_path: Path) -> None:
    """A library over folders that do not exist is empty and raises nothing."""
    assert YamlLibrary(tmp_path / "gone", [tmp_path / "too"]).titles() == []


def test_listing_costs_far_less_than_reading(content: Path) -> None:
    """Twenty scenarios of a thousand lines are listed in less time than two of them are read in."""
    rule = "  - tactic: ask.gentle\n    when:\n      trust: '>= 4'\n    say:\n      zh:\n        - 好。\n"
    for number in range(20):
        add(content / "library", f"long-{number}", more="rules:\n" + rule * 166)
    library = YamlLibrary(content)
    library.read("two-invoices")
    start = time.perf_counter()
    assert len(library.titles()) == 21
    listing = time.perf_counter() - start
    start = time.perf_counter()
    for number in range(2):
        assert library.read(f"long-{number}").scenario is not None
    assert listing < time.perf_counter() - start


# Findings


def test_finding_about_a_scenario_is_placed_at_its_line(content: Path, shipped: Path) -> None:
    """What exploring finds about a card or rule gets the line where that begins, with its moves; else line 1."""
    path = add(content / "library", "found", more="points:\n  supply: {}\nrules:\n  - tactic: '*'\n  - tactic: '*'\n")
    faults = [
        Fault("scenario", ("rules", 1), "rule-never-fires", "b", "finding", ("ask.gentle",)),
        Fault("scenario", ("points", "supply"), "never-learnable", "a", "finding"),
        Fault("scenario", (), "dead-end", "c", "finding"),
        Fault("scenario", ("gone", 7), "dead-end", "d", "finding"),
    ]
    problems = YamlLibrary(shipped).place(str(path), faults)
    assert {(one.message, one.line, one.column, one.severity, one.witness) for one in problems} == {
        ("a", 6, 3, "finding", ()),
        ("b", 9, 5, "finding", ("ask.gentle",)),
        ("c", 1, 1, "finding", ()),
        ("d", 1, 1, "finding", ()),
    }
    assert {one.file for one in problems} == {str(path)}


# Text that is not in the file yet


def test_text_is_read_as_if_the_file_held_it(content: Path) -> None:
    """Its problems are at its own lines under the file's path, and the file stays as it was."""
    library, path = YamlLibrary(content), content / "library" / "two-invoices" / "scenario.yaml"
    before = path.read_bytes()
    read = library.read("two-invoices", "scenario: two-invoices\n\nturns: 999\n")
    assert [(problem.file, problem.line) for problem in read.problems] == [(str(path), 3)]
    assert library.read("two-invoices", before.decode()) == library.read("two-invoices")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("scenario: two-invoices\nturns: 3\ntitle: a\x1b", "control-character"),
        ("scenario: two-invoices\nturns: 3\ntitle: a\ud800", "control-character"),
        ("#" * 1_000_001, "too-large"),
        ("", "wrong-type"),
    ],
)
def test_text_is_held_to_the_bounds_of_a_file(content: Path, text: str, code: str) -> None:
    """Whatever somebody pastes gives problems, and no error."""
    assert [problem.code for problem in YamlLibrary(content).read("two-invoices", text).problems] == [code]


def test_text_of_a_path_where_nothing_is_can_be_read(content: Path, tmp_path: Path) -> None:
    """With the lower layers of the folder that it would lie in; an id that nothing has stays unknown."""
    library, text = YamlLibrary(content), "scenario: new\nturns: 3\n"
    for name in (str(tmp_path / "gone" / "scenario.yaml"), str(tmp_path / "gone") + "/"):
        read = library.read(name, text)
        assert (read.path, read.problems) == (tmp_path / "gone" / "scenario.yaml", ())
    with pytest.raises(UnknownName):
        library.read("gone", text)


def test_faults_are_placed_in_the_text_that_is_given(content: Path) -> None:
    """And not in the file."""
    fault = Fault("scenario", ("turns",), "dull-turn", "x", "finding")
    (problem,) = YamlLibrary(content).place("two-invoices", [fault], "\n\nscenario: two-invoices\nturns: 3\n")
    assert problem.line == 4


def test_things_are_found_in_the_files_of_every_layer(content: Path) -> None:
    """By layer and path of keys; what is not there has no place, nor has anything in what is no YAML."""
    library, text = YamlLibrary(content), "persona: plain\n# a comment\nturns: 3\n"
    mine, standard, persona, *none = library.written(
        "two-invoices",
        [
            ("scenario", ("turns",)),
            ("standard", ("rules", 1)),
            ("persona", ("meters", "trust")),
            ("standard", ("rules", 9)),
            ("scenario", ("rules", 0, "tactic")),
        ],
        text,
    )
    assert mine is not None
    assert (mine.file, mine.line) == (str(content / "library" / "two-invoices" / "scenario.yaml"), 3)
    assert standard is not None
    assert (standard.file, standard.line) == (str(content / "standard.yaml"), 8)
    assert persona is not None
    assert (persona.file, persona.line) == (str(content / "personas" / "plain.yaml"), 2)
    assert none == [None, None]
    assert library.written("two-invoices", [("scenario", ("turns",))], "turns: [") == (None,)


@pytest.mark.parametrize("persona", ["../../secret", "Plain", "gone"])
def test_persona_that_is_none_has_no_places(content: Path, persona: str) -> None:
    """A name in a text that is being written leads nowhere else, whatever lies there."""
    (content.parent / "secret.yaml").write_text("persona: secret\n", encoding="utf-8")
    assert YamlLibrary(content).written("two-invoices", [("persona", ())], f'persona: "{persona}"\n') == (None,)


def test_scenario_is_located_with_whether_it_was_shipped(content: Path, tmp_path: Path) -> None:
    """What came with the program is not to be written."""
    own = add(tmp_path / "own", "mine")
    library = YamlLibrary(content, [tmp_path / "own"])
    assert library.locate("two-invoices").shipped
    assert (library.locate("mine").path, library.locate("mine").shipped) == (own, False)
    with pytest.raises(UnknownName):
        library.locate("gone")


def test_words_are_those_of_the_lower_layers_of_a_scenario(content: Path, shipped: Path) -> None:
    """Of the folder above it, else the shipped ones."""
    library = YamlLibrary(shipped, [content])
    words = library.words("two-invoices")
    assert list(words.tactics) == ["ask.gentle", "firm.no"]
    assert words.standard.stages == ("talking",)
    assert set(words.standard.endings) == {"timeout", "paid"}
    assert words.below["plain"].meters == ("trust",)
    assert "process-hider" in words.personas
    assert "probe.cause" in library.words().tactics
    assert library.words().takes["probe.verify"] == ("excuse",)
    assert "collection/why.responsibility" in library.words().objectives
    assert library.words().schema["properties"]


def test_words_of_broken_files_are_left_out(content: Path, shipped: Path) -> None:
    """An editor offers what there is."""
    (content / "personas" / "plain.yaml").write_text("persona: [", encoding="utf-8")
    (content / "standard.yaml").write_text("rules: 1", encoding="utf-8")
    words = YamlLibrary(shipped, [content]).words("two-invoices")
    assert "plain" not in words.personas
    assert words.standard.endings == ()


def test_start_makes_the_folder_that_it_writes_into(shipped: Path, tmp_path: Path) -> None:
    """The first scenario of one's own comes before the folder for them."""
    folder = tmp_path / "not" / "there"
    path = YamlLibrary(shipped).start("mine", None, "en", folder)
    assert YamlLibrary(shipped, [folder]).read("mine").path == path


# What was found out about files holds as long as they stay


@pytest.mark.parametrize(
    "changed",
    [
        "library/two-invoices/scenario.yaml",
        "library/two-invoices/paths/new.yaml",
        "personas/plain.yaml",
        "personas/new.yaml",
        "standard.yaml",
        "tactics.yaml",
        "courses/new.yaml",
    ],
)
def test_stamp_changes_with_every_file_that_a_scenario_stands_on(changed: str, content: Path, shipped: Path) -> None:
    """Its own file, its plans and its lower layers, changed or new; and it is the same as long as nothing is."""
    library = YamlLibrary(shipped, [content])
    before = library.stamp("two-invoices")
    assert YamlLibrary(shipped, [content]).stamp("two-invoices") == before
    path = content / changed
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + "\n# changed\n", encoding="utf-8")
    assert library.stamp("two-invoices") != before


def test_stamp_of_a_file_that_cannot_be_read_is_one_all_the_same(content: Path, shipped: Path) -> None:
    """That it cannot be read is a problem to be told, and it ends when the file is back."""
    library = YamlLibrary(shipped, [content])
    path = content / "library" / "two-invoices" / "scenario.yaml"
    before = library.stamp("two-invoices")
    path.unlink()
    path.symlink_to("nowhere")
    assert library.stamp("two-invoices") != before
