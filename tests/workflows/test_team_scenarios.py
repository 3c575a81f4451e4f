"""Scenarios that a team writes together: drafts on the shelf, published to everybody, retired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from doubles import desk_over
from shelf import SHIPPED

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.settings import Settings
from simulator.adapters.store.memory import MemoryStore
from simulator.bootstrap import House
from simulator.model.actor import ROLES, Actor
from simulator.model.errors import (
    BadFile,
    ChangedElsewhere,
    Forbidden,
    HuikuanError,
    NotPublishable,
    UnknownName,
    UsageError,
)
from simulator.model.journal import Denied, Shelved
from simulator.workflows import team_scenarios as team
from simulator.workflows.assigning import Order, assign
from simulator.workflows.drafts import Draft, discard, examine, recover
from simulator.workflows.people import transfer
from simulator.workflows.ports import on_shelf
from simulator.workflows.rehearse import Desk, begin, resume
from simulator.workflows.solutions import Solutions

ID, NAME = "late-pallets", "team:late-pallets"
Signed = Callable[..., House]


@pytest.fixture
def signed(settings: Settings, solutions: Solutions) -> Signed:
    """Makes the house of somebody who is signed in, over one store for all."""
    store = MemoryStore()

    def signing(name: str, *roles: str) -> House:
        actor = Actor(store.person(name), name, frozenset(role for role in ROLES if role in roles))
        house = House(settings, actor=actor)
        house.__dict__["store"] = store
        house.__dict__["solutions"] = solutions
        house.__dict__["desk"] = replace(desk_over(store, solutions), actor=actor)
        return house

    return signing


@pytest.fixture
def teacher(signed: Signed) -> House:
    """An instructor's house, with a sound draft on the shelf."""
    house = signed("Ms Bai", "instructor")
    team.start(house.desk, house.library, ID, None, "en", house.by)
    return house


def write(house: House, change: Callable[[str], str]) -> None:
    """Saves another text."""
    one, text = team.text_of(house.desk, ID)
    assert change(text) != text
    team.save(house.desk, ID, change(text), one.stamp, house.by)


def publish(house: House) -> None:
    """Publishes what is being written."""
    team.publish(house.desk, house.library, house.solutions, ID, house.by)


def titled(title: str) -> Callable[[str], str]:
    """Gives the text another English title."""
    return lambda text: text.replace("\n  en: ", f"\n  en: {title} ", 1)


# What trainees see


def test_team_draft_is_nobodys_but_its_writers(teacher: House, signed: Signed) -> None:
    """A draft stands in no list and is not found by its id or its name; once published it is there, elsewhere too."""
    trainee = signed("Ann", "trainee")
    shipped = len(trainee.library.titles())
    for name in (ID, NAME):
        with pytest.raises(UnknownName):
            trainee.library.read(name)
    with pytest.raises(Forbidden):
        team.text_of(trainee.desk, ID)
    publish(teacher)
    assert len(trainee.library.titles()) == shipped + 1
    scenario = trainee.library.read(ID).scenario
    assert scenario is not None
    assert (scenario.id, scenario.status) == (ID, "published")
    assert begin(trainee.desk, scenario, "Ann", "exam", "en").scenario.id == ID


def test_team_scenario_that_is_published_stays_until_the_next_version(teacher: House, signed: Signed) -> None:
    """Whatever is being written, trainees are offered what was published; then the next version, and attempts keep
    theirs."""
    trainee = signed("Ann", "trainee")
    publish(teacher)
    before = trainee.library.read(ID).scenario
    assert before is not None
    attempt = begin(trainee.desk, before, "Ann", "practice", "en").attempt
    write(teacher, titled("Newly"))
    assert [one.goes_on for one in team.shelf(teacher.desk, teacher.library)] == [True]
    assert trainee.library.read(ID).scenario == before
    publish(teacher)
    now = trainee.library.read(ID).scenario
    assert now is not None
    assert now.title.en.startswith("Newly")
    assert resume(trainee.desk, attempt).scenario.title == before.title


def test_team_scenario_that_is_retired_is_not_begun_any_more(teacher: House, signed: Signed) -> None:
    """No new attempts, those that there are go on, and its name is still known; it can be brought back."""
    trainee = signed("Ann", "trainee")
    publish(teacher)
    scenario = trainee.library.read(ID).scenario
    assert scenario is not None
    attempt = begin(trainee.desk, scenario, "Ann", "practice", "en").attempt
    team.retire(teacher.desk, teacher.library, ID, teacher.by)
    retired = trainee.library.read(ID).scenario
    assert retired is not None
    for mode in ("practice", "exam"):
        with pytest.raises(UsageError, match="retired"):
            begin(trainee.desk, retired, "Ann", mode, "en")  # type: ignore[arg-type]
    assert resume(trainee.desk, attempt).scenario.id == ID
    assert {title.id: title.status for title in trainee.library.titles()}[ID] == "retired"
    team.bring_back(teacher.desk, teacher.library, ID, teacher.by)
    assert teacher.store.shelved()[0].status == "draft"
    publish(teacher)
    begin(trainee.desk, scenario, "Ann", "practice", "en")


def test_team_scenario_can_be_assigned_once_it_is_published(teacher: House) -> None:
    """Nobody is asked to play a draft."""
    people = replace(teacher.desk, actor=House(teacher.settings).actor)
    teacher.store.person("Ann")
    transfer(people, "Ann", "East", teacher.by)
    order = Order(scenarios=(ID,), groups=("East",))
    with pytest.raises(UnknownName):
        assign(teacher.desk, teacher.library, order, teacher.by)
    publish(teacher)
    assert assign(teacher.desk, teacher.library, order, teacher.by).event.scenarios == (ID,)


def test_team_scenario_never_hides_a_shipped_one(teacher: House) -> None:
    """An id that a shipped scenario has, or one of the team, is refused, however it is put on the shelf."""
    for taken in ("invoice-not-found", ID):
        with pytest.raises(UsageError, match="already"):
            team.start(teacher.desk, teacher.library, taken, None, "en", teacher.by)
        with pytest.raises(UsageError, match="already"):
            team.copy(teacher.desk, teacher.library, NAME, taken, teacher.by)
    with pytest.raises(UsageError, match="already"):
        team.put(teacher.desk, teacher.library, "invoice-not-found", "scenario: x", teacher.by)


@pytest.mark.parametrize("id", ["../../x", "/etc/passwd", "A b", "", "team:x", "a" * 300, "中文", "x\0y", "=1+1"])
def test_team_scenario_has_an_id_and_no_path(teacher: House, id: str) -> None:
    """What is none is refused before anything is written."""
    for make in (
        lambda: team.start(teacher.desk, teacher.library, id, None, "en", teacher.by),
        lambda: team.put(teacher.desk, teacher.library, id, "scenario: x", teacher.by),
        lambda: team.copy(teacher.desk, teacher.library, "invoice-not-found", id, teacher.by),
    ):
        with pytest.raises(UsageError):
            make()
    assert [one.scenario for one in teacher.store.shelved()] == [ID]


# Writing


def test_team_draft_is_kept_with_all_its_problems_and_not_published_with_any(teacher: House) -> None:
    """Broken text is saved as it is; publishing names what is wrong, and everything stays as it was."""
    publish(teacher)
    for broken in ("scenario: [", "no: scenario\n", "", "scenario: another\nturns: x\n"):
        write(teacher, lambda _text, broken=broken: broken)
        before = teacher.store.shelved_text(ID)
        with pytest.raises(BadFile):
            publish(teacher)
        assert teacher.store.shelved_text(ID) == before
        assert before[1] == broken
    team.retire(teacher.desk, teacher.library, ID, teacher.by)
    assert teacher.store.shelved()[0].status == "retired"


def test_team_draft_with_a_finding_is_not_published(teacher: House) -> None:
    """What publishing a file demands, publishing from the shelf demands too."""
    write(teacher, lambda text: text.replace("turns: 10", "turns: 1"))
    with pytest.raises(NotPublishable) as refused:
        publish(teacher)
    assert refused.value.problems
    assert all(one.file == NAME for one in refused.value.problems)


def test_team_draft_must_have_the_id_under_which_it_stands(teacher: House) -> None:
    """Attempts are recorded under the id in the text: it is no other's."""
    write(teacher, lambda text: text.replace(f"scenario: {ID}", "scenario: invoice-not-found"))
    with pytest.raises(NotPublishable, match=ID):
        publish(teacher)


def test_team_draft_reaches_no_file_of_the_server(teacher: House, tmp_path: Path) -> None:
    """A persona that is a path is no persona."""
    (tmp_path / "secret.yaml").write_text("persona: secret\n", encoding="utf-8")
    for path in (str(tmp_path / "secret"), "../secret", "../../../../etc/passwd"):
        read = teacher.library.read(NAME, f"scenario: {ID}\npersona: {path}\n")
        assert read.scenario is None
        assert all(one.file == NAME or one.file.startswith(str(SHIPPED)) for one in read.problems)


@pytest.mark.parametrize("text", ["a\0b", "a\x1bb", "x" * 1_000_001, "\udfff", "\u202ea"])
def test_team_text_that_no_file_could_hold_is_not_kept(teacher: House, text: str) -> None:
    """It is refused with what is wrong, and nothing changes."""
    one, before = team.text_of(teacher.desk, ID)
    with pytest.raises(UsageError):
        team.save(teacher.desk, ID, text, one.stamp, teacher.by)
    assert team.text_of(teacher.desk, ID) == (one, before)


def test_team_copy_of_a_shipped_scenario_is_a_sound_draft(teacher: House) -> None:
    """Its text under the new id, without a path of this server in it."""
    team.copy(teacher.desk, teacher.library, "invoice-not-found", "my-invoice", teacher.by)
    text = team.text_of(teacher.desk, "my-invoice")[1]
    read = teacher.library.read("team:my-invoice", text)
    assert read.scenario is not None
    assert (read.scenario.id, read.scenario.status) == ("my-invoice", "draft")
    assert "file:" not in text
    assert "$schema" not in team.text_of(teacher.desk, ID)[1]


def test_team_copy_of_the_teams_own_is_of_what_is_being_written(teacher: House) -> None:
    """An unpublished text can be copied by who writes it."""
    write(teacher, titled("Written"))
    team.copy(teacher.desk, teacher.library, NAME, "second", teacher.by)
    assert "en: Written" in team.text_of(teacher.desk, "second")[1]


def test_team_history_says_who_published_what(teacher: House, signed: Signed) -> None:
    """Each change of status stands in the journal with the hash of the text, by which it is had back."""
    other = signed("Mr Qi", "instructor")
    publish(teacher)
    first = team.text_of(teacher.desk, ID)[1]
    write(other, titled("Second"))
    publish(other)
    team.retire(teacher.desk, teacher.library, ID, teacher.by)
    told = team.history(teacher.desk, ID)
    assert [(one.status, one.by) for one in told] == [
        ("retired", "Ms Bai"),
        ("published", "Mr Qi"),
        ("published", "Ms Bai"),
    ]
    content = told[2].content
    assert content is not None
    assert team.published_text(teacher.desk, ID, content[:12]) == first
    assert [entered.event.content for entered in teacher.store.journal() if isinstance(entered.event, Shelved)] == [
        content,
        told[1].content,
        told[0].content,
    ]
    with pytest.raises(UsageError):
        team.published_text(teacher.desk, ID, "0000")


@pytest.mark.parametrize("roles", [("trainee",), ("hr",), ("administrator",), ("trainee", "hr", "administrator")])
def test_team_scenarios_are_their_writers_alone(teacher: House, signed: Signed, roles: tuple[str, ...]) -> None:
    """Whoever is no instructor is refused at every door, and that is logged."""
    house = signed("Somebody", *roles)
    desk, by = house.desk, house.by
    doors: tuple[Callable[[], object], ...] = (
        lambda: team.shelf(desk, house.library),
        lambda: team.text_of(desk, ID),
        lambda: team.history(desk, ID),
        lambda: team.published_text(desk, ID, "abcd"),
        lambda: team.start(desk, house.library, "new", None, "en", by),
        lambda: team.copy(desk, house.library, ID, "new", by),
        lambda: team.put(desk, house.library, "new", "x", by),
        lambda: team.save(desk, ID, "x", "stamp", by),
        lambda: team.publish(desk, house.library, house.solutions, ID, by),
        lambda: team.retire(desk, house.library, ID, by),
        lambda: team.bring_back(desk, house.library, ID, by),
        lambda: house.files.load(Path(NAME)),
        lambda: house.files.stamp(Path(NAME)),
        lambda: house.files.save(Path(NAME), "x", "stamp"),
        lambda: house.files.keep(Path(NAME), "x", "", None),
        lambda: house.files.claim(Path(NAME)),
        lambda: house.files.kept(),
    )
    for door in doors:
        with pytest.raises(Forbidden):
            door()
    assert any(isinstance(entered.event, Denied) for entered in house.store.journal())
    with pytest.raises(Forbidden):
        team.retire(teacher.desk, teacher.library, ID, signed("Mr Qi", "instructor").by)


# As files, for the Studio


def test_team_files_are_the_only_ones_of_who_is_signed_in(teacher: House, tmp_path: Path) -> None:
    """No path of the server can be read, written, or named, whatever it looks like."""
    secret = tmp_path / "secret.yaml"
    secret.write_text("scenario: secret\n", encoding="utf-8")
    for path in (secret, Path("/etc/passwd"), Path("team:../../x"), Path("team:"), SHIPPED.parent / "pyproject.toml"):
        for reach in (
            lambda path=path: teacher.files.load(path),
            lambda path=path: teacher.files.stamp(path),
            lambda path=path: teacher.files.save(path, "x", None),
            lambda path=path: teacher.files.beside(path, "mine", "x"),
            lambda path=path: teacher.library.read(str(path)),
            lambda path=path: teacher.library.locate(str(path)),
            lambda path=path: teacher.library.place(str(path), ()),
        ):
            with pytest.raises(UsageError):
                reach()
    assert secret.read_text(encoding="utf-8") == "scenario: secret\n"
    shipped = Draft.open(teacher.files, teacher.library, "invoice-not-found")
    assert (shipped.read_only, shipped.name) == (True, "invoice-not-found")
    for change in (teacher.files.claim, lambda path: teacher.files.save(path, "x", None)):
        with pytest.raises(UsageError):
            change(shipped.path)
    for write_into in (
        lambda: teacher.library.start("new", None, "en", tmp_path),
        lambda: teacher.library.copy("invoice-not-found", "new", tmp_path),
    ):
        with pytest.raises(UsageError, match="shelf"):
            write_into()


def test_team_files_are_there_beside_ones_own(settings: Settings, solutions: Solutions) -> None:
    """On one's own machine a path means a file as ever, and the shelf is reached by its name."""
    house = House(settings)
    path = house.library.start("own-one", None, "en", house.workshop)
    assert Draft.open(house.files, house.library, str(path)).text.count("own-one")
    assert not Path(settings.store).exists()
    team.start(house.desk, house.library, ID, None, "en", house.by)
    draft = Draft.open(house.files, house.library, NAME)
    assert (on_shelf(draft.path), draft.read_only) == (ID, False)
    team.publish(house.desk, house.library, house.solutions, ID, house.by)
    assert {"own-one", ID} < {title.id for title in house.library.titles()}
    assert ID not in {title.id for title in house.library.titles(with_team=False)}
    house.store.close()


def test_team_drafts_of_two_are_merged_line_by_line(teacher: House, signed: Signed) -> None:
    """Two instructors edit one scenario: the second is told, gets both changes, and saves them."""
    other = signed("Mr Qi", "instructor")
    mine, theirs = (Draft.open(house.files, house.library, NAME) for house in (teacher, other))
    theirs.edit(titled("Theirs")(theirs.text))
    theirs.save()
    mine.edit(mine.text + "# mine\n")
    with pytest.raises(ChangedElsewhere):
        mine.save()
    assert mine.look() == "merged"
    mine.save()
    text = teacher.store.shelved_text(ID)[1]
    assert "en: Theirs" in text
    assert "# mine" in text
    assert theirs.look() == "reloaded"


def test_team_drafts_that_contradict_each_other_lose_nothing(teacher: House, signed: Signed) -> None:
    """Whose text goes on is decided by a person; the other text waits for him in the Studio."""
    other = signed("Mr Qi", "instructor")
    mine, theirs = (Draft.open(house.files, house.library, NAME) for house in (teacher, other))
    theirs.edit(titled("Theirs")(theirs.text))
    theirs.save()
    mine.edit(titled("Mine")(mine.text))
    assert mine.look() == "conflict"
    mine.resolve("mine")
    mine.save()
    assert "en: Mine" in teacher.store.shelved_text(ID)[1]
    (kept,) = recover(teacher.files)
    assert "en: Theirs" in kept.text
    assert recover(other.files) == ()
    again = Draft.open(teacher.files, teacher.library, NAME)
    again.restore(kept)
    discard(teacher.files, kept)
    again.save()
    assert "en: Theirs" in teacher.store.shelved_text(ID)[1]
    assert recover(teacher.files) == ()


def test_team_text_that_was_not_saved_outlives_its_studio(teacher: House, signed: Signed) -> None:
    """Who comes back finds his unsaved text, and nobody else does; closing the draft drops it."""
    draft = Draft.open(teacher.files, teacher.library, NAME)
    draft.claim()
    draft.edit(draft.text + "# typed\n")
    draft.autosave()
    again = signed("Ms Bai", "instructor")
    (kept,) = recover(again.files, draft.path)
    assert kept.text.endswith("# typed\n")
    assert recover(signed("Mr Qi", "instructor").files) == ()
    assert recover(teacher.files) == ()
    draft.close()
    assert recover(again.files) == ()
    assert teacher.store.openings() == []


def test_team_text_that_is_open_says_who_has_it(teacher: House, signed: Signed) -> None:
    """The second Studio is told the name of the first, until that is closed or was not heard of for long."""
    other = signed("Mr Qi", "instructor")
    mine, theirs = (Draft.open(house.files, house.library, NAME) for house in (teacher, other))
    assert mine.claim() is None
    claim = theirs.claim()
    assert claim is not None
    assert claim.user == "Ms Bai"
    mine.close()
    assert theirs.claim() is None


def test_team_text_is_examined_as_it_stands(teacher: House) -> None:
    """A draft's problems are found by line, as those of a file are, without anything being published."""
    draft = Draft.open(teacher.files, teacher.library, NAME)
    assert examine(teacher.library, teacher.solutions, draft).is_sound
    draft.edit(draft.text.replace("turns: 10", "turns: ten"))
    (problem,) = [one for one in examine(teacher.library, teacher.solutions, draft).problems if one.severity == "error"]
    assert (problem.file, draft.text.splitlines()[problem.line - 1].strip()) == (NAME, "turns: ten")


def test_team_work_needs_a_store_to_look_into(settings: Settings) -> None:
    """Where there is no store there is no shelf, and looking makes none."""
    house = House(settings)
    assert recover(house.files) == ()
    house.library.titles()
    with pytest.raises(HuikuanError):
        house.library.read(NAME)
    assert not Path(settings.store).exists()


def test_team_library_asks_the_store_each_time(solutions: Solutions) -> None:
    """What another process published is there without a restart."""
    store = MemoryStore()
    library = YamlLibrary(SHIPPED, team=lambda: store)
    desk: Desk = desk_over(store, solutions)
    assert ID not in {title.id for title in library.titles()}
    team.start(desk, library, ID, None, "en", store.person("Ms Bai"))
    team.publish(desk, library, solutions, ID, store.person("Ms Bai"))
    assert ID in {title.id for title in library.titles()}
    before = library.stamp(ID)
    one, text = team.text_of(desk, ID)
    team.save(desk, ID, titled("Newly")(text), one.stamp, one.by)
    assert library.stamp(ID) == before
    team.publish(desk, library, solutions, ID, one.by)
    assert library.stamp(ID) != before
    assert library.plans(ID) == ((), ())
