"""From draft to class: what publishing demands and writes, who may play what, and versions that stay what they were."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from doubles import desk_over
from shelf import CONTENT, SHIPPED
from workflows.talks import play

from simulator.adapters.scenario_yaml.files import YamlFiles
from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.store.memory import MemoryStore
from simulator.model.errors import BadFile, Cancelled, ChangedElsewhere, NotPublishable, UnknownName, UsageError
from simulator.model.position import Move
from simulator.model.scenario import STATUSES, Scenario, Status
from simulator.workflows.publishing import StatusSet, demand_published, set_status, status_word
from simulator.workflows.rehearse import Desk, begin, resume
from simulator.workflows.solutions import Solutions
from simulator.workflows.versions import older, version, version_of

NAME = "late-pallets"
SetStatus = Callable[..., StatusSet]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The file of a small sound scenario of one's own, a draft."""
    folder = tmp_path / "own"
    folder.mkdir()
    path = YamlLibrary(SHIPPED).start(NAME, None, "en", folder)
    text = path.read_text(encoding="utf-8")
    assert text.count("\nstatus: draft\n") == 1
    path.write_text(text.replace("\nstatus: draft\n", "\nstatus: draft  # not yet\n"), encoding="utf-8")
    return path


@pytest.fixture
def shelf(own: Path) -> YamlLibrary:
    return YamlLibrary(SHIPPED, (own.parents[1],))


@pytest.fixture
def to(shelf: YamlLibrary, solutions: Solutions, tmp_path: Path) -> SetStatus:
    """Sets the status of a scenario."""
    files = YamlFiles(tmp_path / "data", SHIPPED)

    def setting(status: Status, name: str = NAME, doing: Callable[[str], None] = lambda _what: None) -> StatusSet:
        return set_status(files, shelf, solutions, name, status, doing)

    return setting


def changed(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


# Setting the status


def test_publishing_demands_that_the_test_plans_hold(to: SetStatus, own: Path) -> None:
    """A plan that expects something else is named with what differs, and nothing is written; a draft may have it."""
    changed(own.parent / "paths" / "good-line.yaml", "ending: on-the-list", "ending: half-way")
    with pytest.raises(NotPublishable) as refused:
        to("published")
    (problem,) = refused.value.problems
    assert (problem.code, problem.file) == ("plan-fails", str(own.parent / "paths" / "good-line.yaml"))
    assert "half-way" in problem.message
    assert b"status: draft" in own.read_bytes()
    to("retired")


def test_publishing_writes_the_one_line(to: SetStatus, own: Path, shelf: YamlLibrary) -> None:
    """Every other byte is as it was, the comment in that line too; the library reads the new status."""
    before = own.read_bytes()
    done = to("published")
    assert own.read_bytes() == before.replace(b"status: draft  # not yet", b"status: published  # not yet")
    assert (done.path, done.status, done.is_changed) == (own, "published", True)
    read = shelf.read(NAME).scenario
    assert read is not None
    assert read.status == "published"


@pytest.mark.parametrize("status", STATUSES)
def test_status_keeps_line_ends_the_mark_before_them_and_rights(to: SetStatus, own: Path, status: Status) -> None:
    """A file from a Windows editor stays one, and who may read it may read it."""
    windows = codecs.BOM_UTF8 + own.read_bytes().replace(b"\n", b"\r\n")
    own.write_bytes(windows)
    own.chmod(0o640)
    to(status)
    assert own.read_bytes() == windows.replace(b"status: draft", b"status: " + status.encode())
    assert own.stat().st_mode & 0o777 == 0o640


def test_status_that_is_missing_is_added_after_the_title(to: SetStatus, own: Path) -> None:
    """What has no status is published; said outright, it stands after the title."""
    changed(own, "status: draft  # not yet\n", "")
    lines = own.read_text(encoding="utf-8").splitlines()
    assert to("published").is_changed
    new = own.read_text(encoding="utf-8").splitlines()
    at = new.index("status: published")
    assert new[:at] + new[at + 1 :] == lines
    assert new[at - 1].startswith(("title:", "  zh:", "  en:"))


def test_status_that_it_has_already_is_not_written(to: SetStatus, own: Path) -> None:
    """The file is not touched, not even its time."""
    os.utime(own, ns=(1, 1))
    assert not to("draft").is_changed
    assert own.stat().st_mtime_ns == 1


@pytest.mark.parametrize("way", ["file", "folder"])
def test_scenario_is_published_by_its_path_too(to: SetStatus, own: Path, way: str) -> None:
    """A path is a scenario as good as an id is."""
    to("published", str(own if way == "file" else own.parent))
    assert b"status: published" in own.read_bytes()


# What publishing demands


def test_scenario_with_errors_is_not_published(to: SetStatus, own: Path) -> None:
    """All its errors are named at their lines, and nothing is written."""
    own.write_text(own.read_text("utf-8") + "nonsense: 1\nmore: 2\n", encoding="utf-8")
    before = own.read_bytes()
    with pytest.raises(NotPublishable) as refused:
        to("published")
    last = before.count(b"\n")
    assert [(one.code, one.line) for one in refused.value.problems] == [
        ("unknown-key", last - 1),
        ("unknown-key", last),
    ]
    assert own.read_bytes() == before


def test_scenario_with_findings_is_not_published(to: SetStatus, own: Path) -> None:
    """An ending that nobody reaches leaves a meaning, and stands in the way all the same."""
    changed(own, "endings:\n", "endings:\n  never: {recovers: 0.9}\n")
    before = own.read_bytes()
    with pytest.raises(NotPublishable) as refused:
        to("published")
    assert [one.code for one in refused.value.problems] == ["ending-unreachable"]
    assert refused.value.problems[0].line == before[: before.index(b"never:")].count(b"\n") + 1
    assert own.read_bytes() == before


def test_finding_that_the_file_silences_does_not_stand_in_the_way(to: SetStatus, own: Path) -> None:
    """Its author has given the reason."""
    changed(own, "endings:\n", "endings:\n  never: {recovers: 0.9}\n")
    own.write_text(own.read_text("utf-8") + 'silence: {ending-unreachable: "kept for the next version"}\n', "utf-8")
    assert to("published").is_changed


def test_broken_test_plan_stands_in_the_way(to: SetStatus, own: Path) -> None:
    """What stands beside the scenario belongs to it."""
    (own.parent / "paths" / "broken.yaml").write_text("moves: 3\n", encoding="utf-8")
    with pytest.raises(NotPublishable) as refused:
        to("published")
    assert {Path(one.file).name for one in refused.value.problems} == {"broken.yaml"}


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_scenario_with_problems_can_be_taken_out_of_class(to: SetStatus, own: Path, status: Status) -> None:
    """A published one that turns out to be broken is withdrawn at once."""
    changed(own, "status: draft", "status: published")
    own.write_text(own.read_text("utf-8") + "nonsense: 1\n", encoding="utf-8")
    assert to(status).is_changed
    assert f"status: {status}" in own.read_text("utf-8")


@pytest.mark.parametrize("status", STATUSES)
def test_file_that_is_no_yaml_keeps_its_bytes(to: SetStatus, own: Path, status: Status) -> None:
    """Where the status stands cannot be told; the problem is."""
    own.write_text(own.read_text("utf-8") + "a: [\n", encoding="utf-8")
    before = own.read_bytes()
    with pytest.raises(BadFile) as refused:
        to(status)
    assert [one.code for one in refused.value.problems] == ["not-yaml"]
    assert own.read_bytes() == before


def test_shipped_scenario_keeps_its_status(to: SetStatus) -> None:
    """It belongs to the program; a copy of it does not."""
    shipped = sorted(SHIPPED.glob("library/*/scenario.yaml"))[0]
    before = shipped.read_bytes()
    for name in (shipped.parent.name, str(shipped)):
        with pytest.raises(UsageError, match="copy"):
            to("retired", name)
    assert shipped.read_bytes() == before


def test_scenario_that_is_not_there_is_told_with_the_nearest(to: SetStatus) -> None:
    """A slip of the keys."""
    with pytest.raises(UnknownName, match=NAME):
        to("draft", "late-palets")


def test_file_that_changes_while_it_is_checked_is_not_written(to: SetStatus, own: Path) -> None:
    """What was checked is what is published, or nothing is."""

    def meddle(_what: str) -> None:
        changed(own, "level: ", "level:  ")

    with pytest.raises(ChangedElsewhere):
        to("published", doing=meddle)
    assert b"status: draft" in own.read_bytes()
    assert b"level:  " in own.read_bytes()


def test_publishing_can_be_stopped(shelf: YamlLibrary, own: Path, tmp_path: Path) -> None:
    """Exploring takes seconds; who stops it has written nothing."""
    from doubles import MemoryCache

    before = own.read_bytes()
    files = YamlFiles(tmp_path / "data", SHIPPED)
    with pytest.raises(Cancelled):
        set_status(files, shelf, Solutions(MemoryCache()), NAME, "published", cancelled=lambda: True)
    assert own.read_bytes() == before


# Who may play what


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_exam_is_held_on_published_scenarios_alone(desk: Desk, content: YamlLibrary, status: Status) -> None:
    """Nothing is recorded of the try; practice on the same scenario is in order."""
    scenario = small(content).model_copy(update={"status": status})
    with pytest.raises(UsageError, match=status):
        begin(desk, scenario, "Wang Min", "exam", "en")
    assert desk.store.attempts() == []
    assert begin(desk, scenario, "Wang Min", "practice", "en").phase == "briefing"


def test_demand_is_for_exams_alone() -> None:
    """Six combinations, two of which are refused."""
    for status in STATUSES:
        demand_published(status, "practice")
    demand_published("published", "exam")
    for status in ("draft", "retired"):
        with pytest.raises(UsageError):
            demand_published(status, "exam")  # type: ignore[arg-type]


def test_status_has_a_word_in_each_language() -> None:
    """And what is no status is itself."""
    from simulator.model import language

    language.use("zh")
    assert len({status_word(status) for status in STATUSES} - set(STATUSES)) == 3
    assert status_word("odd") == "odd"  # type: ignore[arg-type]


def test_exam_begun_before_goes_on_after_its_scenario_was_retired(
    to: SetStatus, shelf: YamlLibrary, solutions: Solutions
) -> None:
    """What was begun on a published version is finished on it."""
    to("published")
    desk = desk_over(MemoryStore(), solutions)
    exam = begin(desk, read(shelf), "Wang Min", "exam", "en")
    exam.prepare({})
    to("retired")
    again = resume(desk, exam.attempt)
    again.play(Move("end.leave"))
    assert again.ending
    with pytest.raises(UsageError):
        begin(desk, read(shelf), "Wang Min", "exam", "en")


# Versions


def small(content: YamlLibrary) -> Scenario:
    scenario = content.read("small-debt").scenario
    assert scenario is not None
    return scenario


def read(shelf: YamlLibrary, name: str = NAME) -> Scenario:
    scenario = shelf.read(name).scenario
    assert scenario is not None, shelf.read(name).problems
    return scenario


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the tests' content, to be edited; the file of the small debt in it."""
    import shutil

    shutil.copytree(CONTENT, tmp_path / "content")
    return tmp_path / "content" / "library" / "small-debt" / "scenario.yaml"


def test_running_attempt_stays_on_its_version_when_the_file_is_edited(copy: Path, solutions: Solutions) -> None:
    """Between two turns the file loses the rule that the talk needs next, and all its endings change their worth. The
    attempt goes on, after a restart too, as if nothing had happened; a new one plays the new version."""
    library = YamlLibrary(copy.parents[2])
    desk = desk_over(MemoryStore(), solutions)
    running, alongside = (begin(desk, read(library, "small-debt"), name, "exam", "en", 1) for name in ("A", "B"))
    for one in (running, alongside):
        one.prepare({"days": 10, "who": "boss"})
        play(one, ["ask.plain"])
    play(alongside, ["firm.check:no-slip", "close.deal:all"])
    changed(copy, "to: bargaining", "to: guarded")
    changed(copy, "recovers: 0.95", "recovers: 0.01")
    changed(copy, "turns: 6", "turns: 2")
    play(running, ["firm.check:no-slip"])
    resumed = resume(desk, running.attempt)
    play(resumed, ["close.deal:all"])
    assert resumed.ending == alongside.ending == "paid"
    assert [one.answer for one in resumed.exchanges] == [one.answer for one in alongside.exchanges]
    for one in (resumed, alongside):
        one.file_note({})
    mine, theirs = resumed.debrief(), alongside.debrief()
    assert replace(mine.transcript, attempt="") == replace(theirs.transcript, attempt="")
    assert mine.scorecard == theirs.scorecard
    new = begin(desk, read(library, "small-debt"), "A", "exam", "en", 1)
    assert new.scenario.turns == 2
    assert new.state.started.content != running.state.started.content


def test_attempt_knows_that_its_scenario_has_gone_on(copy: Path, solutions: Solutions) -> None:
    """The same version until the file changes, an older one afterwards, and the same again when it changes back."""
    library = YamlLibrary(copy.parents[2])
    desk = desk_over(MemoryStore(), solutions)
    attempt = begin(desk, read(library, "small-debt"), "A", "practice", "en")
    held = version(attempt.scenario, library)
    assert held.now == held.held == version_of(attempt.scenario)
    assert not held.is_older
    assert list(older(desk.store, library, desk.store.attempts())) == []
    changed(copy, "turns: 6", "turns: 7")
    now = version(resume(desk, attempt.attempt).scenario, library)
    assert now.is_older
    assert (now.held, now.now) == (held.held, version_of(read(library, "small-debt")))
    newer = begin(desk, read(library, "small-debt"), "A", "practice", "en")
    assert newer.attempt not in older(desk.store, library, desk.store.attempts())
    assert list(older(desk.store, library, desk.store.attempts())) == [attempt.attempt]
    changed(copy, "turns: 7", "turns: 6")
    assert not version(attempt.scenario, library).is_older


def test_version_is_what_a_talk_is_held_on_and_no_status(copy: Path) -> None:
    """Publishing, retiring and comments make no other version; a word that somebody hears does."""
    library = YamlLibrary(copy.parents[2])
    first = version_of(read(library, "small-debt"))
    changed(copy, "level: 2\n", "level: 2  # a comment\nstatus: retired\n")
    assert version_of(read(library, "small-debt")) == first
    changed(copy, "No money.", "No money!")
    assert version_of(read(library, "small-debt")) != first


def test_version_of_a_scenario_that_is_gone_or_broken_is_compared_with_nothing(
    copy: Path, solutions: Solutions
) -> None:
    """There is nothing that it could be older than."""
    library = YamlLibrary(copy.parents[2])
    desk = desk_over(MemoryStore(), solutions)
    attempt = begin(desk, read(library, "small-debt"), "A", "practice", "en")
    changed(copy, "turns: 6", "turns: six")
    assert version(attempt.scenario, library).now is None
    copy.unlink()
    assert version(attempt.scenario, library).now is None
    assert not version(attempt.scenario, library).is_older
    assert list(older(desk.store, library, desk.store.attempts())) == []


def test_looking_up_versions_can_be_stopped(desk: Desk, content: YamlLibrary) -> None:
    """It reads a scenario for each; who leaves does not wait."""
    begin(desk, small(content), "A", "practice", "en")
    with pytest.raises(Cancelled):
        list(older(desk.store, content, desk.store.attempts(), lambda: True))


def test_damaged_attempt_is_left_out_of_the_versions(desk: Desk, content: YamlLibrary) -> None:
    """Whoever opens it is told; a list is not kept from the others."""
    begin(desk, small(content), "A", "practice", "en")
    store = desk.store
    assert isinstance(store, MemoryStore)
    store.contents.clear()
    assert list(older(store, content, store.attempts())) == []
