"""A scenario's text while somebody edits it: nobody's edits are lost, and its problems are those of the text."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

import pytest
from doubles import MemoryCache
from hypothesis import given
from hypothesis import strategies as st
from shelf import CONTENT, SHIPPED

from simulator.adapters.scenario_yaml.files import YamlFiles
from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.engine.what_if import RuleAt
from simulator.model.errors import BadFile, Cancelled, ChangedElsewhere, UnknownName, UsageError
from simulator.workflows.checking import check
from simulator.workflows.drafts import Draft, copy_to, discard, examine, lines_of, prove, recover
from simulator.workflows.merging import Merge, merge3
from simulator.workflows.solutions import Solutions

SMALL = (CONTENT / "library" / "small-debt" / "scenario.yaml").read_text(encoding="utf-8")
LINES = "".join(f"line {i}\n" for i in range(9))


@pytest.fixture
def studio(tmp_path: Path) -> YamlFiles:
    return YamlFiles(tmp_path / "data", SHIPPED)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A scenario of one's own, over the tests' small content."""
    shutil.copytree(CONTENT, tmp_path / "own")
    return tmp_path / "own" / "library" / "small-debt" / "scenario.yaml"


@pytest.fixture
def own(path: Path) -> YamlLibrary:
    return YamlLibrary(SHIPPED, [path.parents[2]])


@pytest.fixture
def plain(studio: YamlFiles, path: Path) -> Draft:
    """A draft of a file with nine lines."""
    path.write_text(LINES, encoding="utf-8")
    return Draft(studio, path, str(path))


def changed(text: str, *lines: int, to: str = "other") -> str:
    """The text with some of its lines replaced."""
    return "".join(f"{to}\n" if i in lines else line for i, line in enumerate(text.splitlines(keepends=True)))


# Saving and looking


def test_draft_opens_with_the_text_of_its_file(studio: YamlFiles, own: YamlLibrary, path: Path) -> None:
    """By id or by path, unchanged, and one's own can be written."""
    for name in ("small-debt", str(path), str(path.parent)):
        draft = Draft.open(studio, own, name)
        assert (draft.text, draft.path, draft.is_changed, draft.read_only) == (SMALL, path, False, False)


def test_saved_draft_is_unchanged_and_in_its_file(plain: Draft) -> None:
    """And keeps no note of unsaved text."""
    plain.edit("mine\n")
    assert plain.is_changed
    plain.autosave()
    plain.save()
    assert not plain.is_changed
    assert plain.path.read_text(encoding="utf-8") == "mine\n"
    assert plain.look() == "same"


def test_look_tells_nothing_while_nothing_happens(plain: Draft) -> None:
    """With and without unsaved text."""
    assert plain.look() == "same"
    plain.edit("mine")
    assert plain.look() == "same"


def test_change_on_disk_comes_in_at_once_where_nothing_is_unsaved(plain: Draft) -> None:
    """And is told once."""
    plain.path.write_text("theirs\n", encoding="utf-8")
    assert plain.look() == "reloaded"
    assert (plain.text, plain.is_changed) == ("theirs\n", False)
    assert plain.look() == "same"


def test_changes_on_both_sides_that_do_not_touch_are_joined(plain: Draft) -> None:
    """The text is both, still to be saved, and saves over what is on disk."""
    plain.edit(changed(LINES, 1))
    plain.path.write_text(changed(LINES, 6), encoding="utf-8")
    assert plain.look() == "merged"
    assert plain.text == changed(LINES, 1, 6)
    assert plain.is_changed
    assert plain.look() == "same"
    plain.save()
    assert plain.path.read_text(encoding="utf-8") == changed(LINES, 1, 6)


def test_same_change_on_both_sides_is_no_news(plain: Draft) -> None:
    """Nothing is left to save either."""
    plain.edit(changed(LINES, 1))
    plain.path.write_text(changed(LINES, 1), encoding="utf-8")
    assert plain.look() == "same"
    assert not plain.is_changed


def test_conflict_keeps_both_until_somebody_decides(plain: Draft) -> None:
    """It is told once, and again when the file goes on."""
    plain.edit(changed(LINES, 1, to="mine"))
    plain.path.write_text(changed(LINES, 1, to="theirs"), encoding="utf-8")
    assert [plain.look(), plain.look()] == ["conflict", "same"]
    assert (plain.text, plain.theirs) == (changed(LINES, 1, to="mine"), changed(LINES, 1, to="theirs"))
    with pytest.raises(ChangedElsewhere):
        plain.save()
    plain.path.write_text(changed(LINES, 1, to="again"), encoding="utf-8")
    assert plain.look() == "conflict"
    assert plain.theirs == changed(LINES, 1, to="again")


@pytest.mark.parametrize(
    ("side", "mark", "beside", "goes_on"),
    [("mine", "theirs", "theirs", "mine"), ("theirs", "mine", "mine", "theirs"), ("both", "theirs", "theirs", None)],
)
def test_deciding_writes_the_other_side_beside_the_file_first(
    plain: Draft, side: str, mark: str, beside: str, goes_on: str | None
) -> None:
    """Whatever is decided, both texts are still somewhere, and saving goes through."""
    plain.edit(changed(LINES, 1, to="mine"))
    plain.path.write_text(changed(LINES, 1, to="theirs"), encoding="utf-8")
    plain.look()
    stamp = plain._their_stamp or ""
    copy = plain.resolve(side)  # type: ignore[arg-type]
    assert copy.name == f"scenario.{mark}-{stamp[:8]}.yaml"
    assert copy.read_text(encoding="utf-8") == changed(LINES, 1, to=beside)
    both = "line 0\n<<<<<<< mine\nmine\n=======\ntheirs\n>>>>>>> theirs\n" + "".join(LINES.splitlines(True)[2:])
    assert plain.text == (changed(LINES, 1, to=goes_on) if goes_on else both)
    assert plain.theirs is None
    assert plain.look() == "same"
    plain.save()
    assert plain.path.read_text(encoding="utf-8") == plain.text


def test_both_versions_side_by_side_are_an_error_of_the_text(studio: YamlFiles, own: YamlLibrary, path: Path) -> None:
    """So that they cannot be saved and forgotten."""
    draft = Draft.open(studio, own, "small-debt")
    draft.edit(SMALL.replace("turns: 6", "turns: 7"))
    path.write_text(SMALL.replace("turns: 6", "turns: 8"), encoding="utf-8")
    assert draft.look() == "conflict"
    draft.resolve("both")
    found = examine(own, Solutions(MemoryCache()), draft)
    line = draft.text.splitlines().index("<<<<<<< mine") + 1
    assert not found.is_sound
    assert abs(found.problems[0].line - line) <= 1


def test_nothing_can_be_decided_without_a_conflict(plain: Draft) -> None:
    with pytest.raises(UsageError):
        plain.resolve("mine")


def test_deciding_where_nothing_can_be_written_beside_decides_nothing(
    plain: Draft, studio: YamlFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both texts stay as they are."""

    def refused(*_told: object) -> Path:
        raise UsageError("no")

    plain.edit("mine\n")
    plain.path.write_text("theirs\n", encoding="utf-8")
    plain.look()
    monkeypatch.setattr(studio, "beside", refused)
    with pytest.raises(UsageError):
        plain.resolve("theirs")
    assert (plain.text, plain.theirs) == ("mine\n", "theirs\n")


def test_deleted_file_leaves_the_text_to_be_saved_again(plain: Draft) -> None:
    """It is told once; leaving now would lose the text."""
    plain.path.unlink()
    assert [plain.look(), plain.look()] == ["gone", "same"]
    assert plain.is_changed
    plain.save()
    assert plain.path.read_text(encoding="utf-8") == LINES
    assert not plain.is_changed


def test_file_that_comes_back_is_joined_with_what_was_written_meanwhile(plain: Draft) -> None:
    """As some editors save: the old file goes, the new one comes."""
    plain.path.unlink()
    plain.look()
    plain.edit(changed(LINES, 1))
    plain.path.write_text(changed(LINES, 6), encoding="utf-8")
    assert plain.look() == "merged"
    assert plain.text == changed(LINES, 1, 6)


def test_file_that_is_empty_for_a_moment_is_given_time(plain: Draft) -> None:
    """An editor that empties it before writing does not have the other text taken for deleted; one that stays so is."""
    plain.path.write_bytes(b"")
    assert plain.look() == "same"
    plain.path.write_text(changed(LINES, 6), encoding="utf-8")
    assert plain.look() == "reloaded"
    plain.path.write_bytes(b"")
    assert [plain.look(), plain.look()] == ["same", "reloaded"]
    assert plain.text == ""


def test_file_that_is_no_text_any_more_is_told_and_changes_nothing(plain: Draft) -> None:
    """The editor goes on with what it has."""
    plain.edit("mine")
    plain.path.write_bytes(b"\xff\xfe")
    with pytest.raises(BadFile):
        plain.look()
    with pytest.raises(ChangedElsewhere):
        plain.save()
    assert plain.text == "mine"


def test_shipped_scenario_is_read_only(studio: YamlFiles, library: YamlLibrary) -> None:
    """It cannot be edited or saved, only copied."""
    draft = Draft.open(studio, library, "invoice-not-found")
    assert draft.read_only
    draft.edit(draft.text)
    with pytest.raises(UsageError):
        draft.edit("mine")
    with pytest.raises(UsageError):
        draft.save()
    assert not draft.is_changed


# Nobody's edits are lost


def test_text_outlives_the_studio_that_died(plain: Draft, studio: YamlFiles, tmp_path: Path) -> None:
    """The next one offers it; taken in, it is unsaved text as it was; discarded, it is offered no more."""
    plain.edit(changed(LINES, 1))
    plain.autosave()
    assert recover(studio) == ()  # it lives
    after = after_a_crash(studio, tmp_path)
    (kept,) = recover(after, plain.path)
    draft = Draft(after, plain.path, plain.name)
    draft.restore(kept)
    assert (draft.text, draft.is_changed, draft.look()) == (changed(LINES, 1), True, "same")
    discard(after, kept)
    assert recover(after) == ()


def test_recovered_text_is_joined_with_what_the_file_became(plain: Draft, studio: YamlFiles, tmp_path: Path) -> None:
    """A colleague went on in the meantime."""
    plain.edit(changed(LINES, 1))
    plain.autosave()
    plain.path.write_text(changed(LINES, 6), encoding="utf-8")
    after = after_a_crash(studio, tmp_path)
    draft = Draft(after, plain.path, plain.name)
    draft.restore(recover(after)[0])
    assert draft.look() == "merged"
    assert draft.text == changed(LINES, 1, 6)


def test_closing_leaves_nothing_behind(plain: Draft, studio: YamlFiles, tmp_path: Path) -> None:
    """No claim and no kept text: leaving was decided."""
    plain.claim()
    plain.edit("mine")
    plain.autosave()
    plain.close()
    assert recover(after_a_crash(studio, tmp_path)) == ()
    assert YamlFiles(tmp_path / "data", SHIPPED).claim(plain.path) is None


def test_text_that_was_undone_is_kept_no_longer(plain: Draft, studio: YamlFiles, tmp_path: Path) -> None:
    """Nothing is unsaved."""
    plain.edit("mine")
    plain.autosave()
    plain.edit(LINES)
    plain.autosave()
    assert recover(after_a_crash(studio, tmp_path)) == ()


def after_a_crash(studio: YamlFiles, tmp_path: Path) -> YamlFiles:
    """A new Studio that finds the old one dead: its notes are those of a process that never was."""
    for note in (tmp_path / "data" / "studio").glob("*/*.text"):
        host, _pid, begun, rest = note.stem.split("-")
        note.rename(note.with_name(f"{host}-999999999-{begun}-{rest}.text"))
    return YamlFiles(tmp_path / "data", SHIPPED)


# Merging

SIDES = st.lists(st.sampled_from("abcd"), max_size=7).map(lambda lines: "".join(f"{one}\n" for one in lines))


@given(base=SIDES, mine=SIDES, theirs=SIDES)
def test_merging_favours_nobody(base: str, mine: str, theirs: str) -> None:
    """Both ways round it is clean or not alike, and clean it is the same text."""
    one, other = merge3(base, mine, theirs), merge3(base, theirs, mine)
    assert one.is_clean == other.is_clean
    if one.is_clean:
        assert one.text == other.text


@given(base=SIDES, mine=SIDES, theirs=SIDES)
def test_merging_loses_no_line(base: str, mine: str, theirs: str) -> None:
    """A line that a side added is in what comes of it, cleanly merged or not."""
    merged = merge3(base, mine, theirs).text.splitlines()
    for side in (mine, theirs):
        for line in set(side.splitlines()) - set(base.splitlines()):
            assert line in merged


@given(base=SIDES, mine=SIDES)
def test_merging_with_a_side_that_did_nothing_is_the_other(base: str, mine: str) -> None:
    assert merge3(base, mine, base) == merge3(base, base, mine) == merge3(base, mine, mine) == Merge(mine, True)


@pytest.mark.parametrize(
    ("mine", "theirs", "text"),
    [
        ("a\nB\nc\nd\n", "a\nb\nc\nD\n", "a\nB\nc\nD\n"),
        ("a\nb\nnew\nc\nd\n", "a\nb\nc\n", "a\nb\nnew\nc\n"),
        ("x\na\nb\nc\nd\n", "a\nb\nc\nd\ny\n", "x\na\nb\nc\nd\ny\n"),
        ("a\nB\nc\nd\n", "a\nb\nC\nd\n", None),  # they touch
        ("a\nc\nd\n", "a\nB\nc\nd\n", None),  # one deleted what the other changed
        ("a\nb\n1\nc\nd\n", "a\nb\n2\nc\nd\n", None),  # both added in one place
    ],
)
def test_merging_joins_what_does_not_touch(mine: str, theirs: str, text: str | None) -> None:
    """As ``git merge`` does."""
    merged = merge3("a\nb\nc\nd\n", mine, theirs)
    assert merged.is_clean == (text is not None)
    if text is not None:
        assert merged.text == text


@pytest.mark.parametrize("kinds", [1, 2, 50, 20_000])
def test_merging_whole_other_files_takes_bounded_time(kinds: int) -> None:
    """Twenty thousand lines of other texts, alike or not, are told apart at once and not compared each with each."""
    chance = random.Random(kinds)
    base, mine, theirs = ("".join(f"{chance.randrange(kinds)}\n" for _ in range(20_000)) for _side in range(3))
    begun = time.perf_counter()
    merge3(base + "1", mine + "2", theirs + "3")
    assert time.perf_counter() - begun < 10  # it takes 0.5 s; comparing them all would take minutes


def test_merging_keeps_edits_at_both_ends_of_a_large_scenario_apart() -> None:
    """Lines that repeat all over a file do not make it another one."""
    text = (SHIPPED / "library" / "gearboxes-missing-signature" / "scenario.yaml").read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    mine = "".join(["# mine\n", *lines[:-5], "# mine\n", *lines[-5:]])
    half = len(lines) // 2
    theirs = "".join([*lines[:half], "# theirs\n", *lines[half:]])
    merged = merge3(text, mine, theirs)
    assert merged.is_clean
    assert (merged.text.count("# mine\n"), merged.text.count("# theirs\n")) == (2, 1)


# Examining


def test_examining_reads_the_text_and_not_the_file(studio: YamlFiles, own: YamlLibrary, path: Path) -> None:
    """Problems and their lines are those of the text as it stands, and nothing is written."""
    draft, solutions = Draft.open(studio, own, "small-debt"), Solutions(MemoryCache())
    assert examine(own, solutions, draft).is_sound
    draft.edit(SMALL.replace("stages:", "# moved down\nstagez:"))
    found = examine(own, solutions, draft)
    line = draft.text.splitlines().index("stagez: [guarded, open, bargaining]") + 1
    assert not found.is_sound
    assert found.program is None
    assert ("unknown-key", line) in [(one.code, one.line) for one in found.problems]
    assert path.read_text(encoding="utf-8") == SMALL


def test_problems_come_by_line(studio: YamlFiles, own: YamlLibrary) -> None:
    """The uppermost first."""
    draft = Draft.open(studio, own, "small-debt")
    draft.edit(SMALL.replace("turns: 6", "turns: 0").replace("level: 2", "level: 9") + "rulez: []\n")
    lines = [one.line for one in examine(own, Solutions(MemoryCache()), draft).problems]
    assert lines == sorted(lines)
    assert len(lines) == 3


def test_proving_gives_the_findings_of_the_command_at_the_lines_of_the_text(
    studio: YamlFiles, own: YamlLibrary, path: Path
) -> None:
    """What ``check`` says of the saved file, moved down by the lines that are not saved yet."""
    solutions = Solutions(MemoryCache())
    expected = [(one.code, one.line + 2) for one in check(own, ["small-debt"], solutions) if one.file == str(path)]
    draft = Draft.open(studio, own, "small-debt")
    draft.edit("# one\n# two\n" + SMALL)
    proved = prove(own, Solutions(MemoryCache()), examine(own, Solutions(MemoryCache()), draft))
    assert expected
    assert sorted((one.code, one.line) for one in proved.problems if one.file == str(path)) == sorted(expected)
    assert proved.proved


def test_findings_that_are_remembered_are_there_at_once(studio: YamlFiles, own: YamlLibrary) -> None:
    """A comment more or less is the same content."""
    draft, solutions = Draft.open(studio, own, "small-debt"), Solutions(MemoryCache())
    first = examine(own, solutions, draft)
    assert not first.proved
    proved = prove(own, solutions, first)
    draft.edit(SMALL + "# a comment\n")
    again = examine(own, solutions, draft)
    assert again.proved
    assert again.problems == proved.problems
    assert prove(own, solutions, again) is again


def test_text_with_errors_is_never_explored(studio: YamlFiles, own: YamlLibrary) -> None:
    """It comes back as it is."""
    draft, solutions = Draft.open(studio, own, "small-debt"), Solutions(MemoryCache())
    draft.edit("turns: [")
    found = examine(own, solutions, draft)
    assert prove(own, solutions, found) is found


def test_proving_can_be_stopped(studio: YamlFiles, own: YamlLibrary) -> None:
    """And so can examining."""
    draft, solutions = Draft.open(studio, own, "small-debt"), Solutions(MemoryCache())
    with pytest.raises(Cancelled):
        prove(own, solutions, examine(own, solutions, draft), lambda: True)
    with pytest.raises(Cancelled):
        examine(own, solutions, draft, lambda: True)


def test_text_of_a_file_that_is_gone_is_examined_all_the_same(studio: YamlFiles, own: YamlLibrary, path: Path) -> None:
    """By its path."""
    draft = Draft.open(studio, own, str(path))
    path.unlink()
    assert examine(own, Solutions(MemoryCache()), draft).is_sound


def test_rules_are_found_at_their_lines_in_every_layer(studio: YamlFiles, own: YamlLibrary, path: Path) -> None:
    """In the text for the scenario's own, in their files for those below; what is not there has no line."""
    draft = Draft.open(studio, own, "small-debt")
    draft.edit("# one more\n" + SMALL)
    examined = examine(own, Solutions(MemoryCache()), draft)
    rules: list[RuleAt] = [
        RuleAt("scenario", ("rules", 0)),
        RuleAt("standard", ("rules", 0)),
        RuleAt("scenario", ("rules", 999)),
        RuleAt("persona", ("rules", 0)),
    ]
    mine, standard, *none = lines_of(own, examined, rules)
    assert mine is not None
    assert draft.text.splitlines()[mine.line - 1] == "  - tactic: rapport.chat"
    assert mine.file == str(path)
    assert standard is not None
    assert "tactic" in Path(standard.file).read_text(encoding="utf-8").splitlines()[standard.line - 1]
    assert none == [None, None]


# Copying


def test_copy_is_ones_own_under_another_id_with_its_plans(
    studio: YamlFiles, library: YamlLibrary, tmp_path: Path
) -> None:
    """It reads without errors, says its new id, and can be edited; the original is as it was."""
    before = library.locate("invoice-not-found").path.read_bytes()
    workshop = tmp_path / "not" / "there" / "yet"
    path = copy_to(library, "invoice-not-found", workshop, "mine")
    over = YamlLibrary(SHIPPED, [workshop])
    read = over.read("mine")
    assert read.scenario is not None, read.problems
    assert (read.scenario.id, path) == ("mine", workshop / "mine" / "scenario.yaml")
    assert len(over.plans("mine")[0]) == len(library.plans("invoice-not-found")[0])
    assert over.plans("mine")[1] == []
    assert not Draft.open(studio, over, "mine").read_only
    assert library.locate("invoice-not-found").path.read_bytes() == before


def test_copy_points_editors_to_the_schema_from_where_it_is(own: YamlLibrary, path: Path, tmp_path: Path) -> None:
    """A way up the folders would lead nowhere; everything else but the id is byte for byte the original."""
    head = "# yaml-language-server: $schema=../../schema/scenario.schema.json\n"
    path.write_text(head + SMALL, encoding="utf-8")
    copied = copy_to(own, "small-debt", tmp_path / "workshop", "mine").read_text(encoding="utf-8")
    schema = (SHIPPED / "schema" / "scenario.schema.json").as_uri()
    expected = (head + SMALL).replace("../../schema/scenario.schema.json", schema)
    assert copied == expected.replace("scenario: small-debt", "scenario: mine")


@pytest.mark.parametrize("identity", ["invoice-not-found", "Mine", "../mine", ""])
def test_copy_under_an_id_that_is_taken_or_none_is_refused(library: YamlLibrary, tmp_path: Path, identity: str) -> None:
    """And nothing is written."""
    with pytest.raises(UsageError):
        copy_to(library, "invoice-not-found", tmp_path / "workshop", identity)
    assert not (tmp_path / "workshop").exists()


def test_copy_over_a_folder_that_is_there_is_refused(library: YamlLibrary, tmp_path: Path) -> None:
    """Whatever is in it."""
    (tmp_path / "mine").mkdir()
    with pytest.raises(UsageError):
        copy_to(library, "invoice-not-found", tmp_path, "mine")
    assert list(tmp_path.iterdir()) == [tmp_path / "mine"]


def test_copy_of_what_is_not_there_names_what_is_near(library: YamlLibrary, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="invoice-not-found"):
        copy_to(library, "invoice-not-fond", tmp_path, "mine")
