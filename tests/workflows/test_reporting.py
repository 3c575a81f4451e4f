"""Reports made from the record, written all or nothing, and logged."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from reports_by_hand import HOSTILE
from workflows.talks import LEFT, PAID, RIGHT, play

from simulator.adapters.export import FileExporter
from simulator.adapters.exports import ExportFolder
from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.engine.program import Program
from simulator.model import language
from simulator.model.errors import Cancelled, UnknownName, UsageError
from simulator.model.journal import Assigned, Certified, Exported, GroupMade, Joined, Revoked
from simulator.model.record import Mode, Played, Voiced
from simulator.model.reports import FORMATS, AttemptReport, GroupReport, PersonReport
from simulator.workflows.cells import Filters
from simulator.workflows.certifying import certificates
from simulator.workflows.rehearse import Desk, begin
from simulator.workflows.reporting import Request, build, export, proposed_name

BY = "Li Hua"
Talk = Callable[..., str]


@dataclass(frozen=True)
class SmallHouse:
    """The parts of the program that reports are made with."""

    desk: Desk
    library: YamlLibrary
    exports: ExportFolder
    exporter: FileExporter


@pytest.fixture
def small_house(desk: Desk, content: YamlLibrary, tmp_path: Path) -> SmallHouse:
    """A house over a memory store, the tests' own content and an empty folder of exports."""
    return SmallHouse(desk, content, ExportFolder(tmp_path / "exports"), FileExporter())


@pytest.fixture
def talk(desk: Desk, small: Program) -> Talk:
    """Plays an attempt of somebody to its end; its id."""

    def playing(name: str, moves: tuple[str, ...] = PAID, mode: Mode = "exam") -> str:
        rehearsal = begin(desk, small.scenario, name, mode, "en", 1)
        rehearsal.prepare(RIGHT)
        play(rehearsal, moves)
        if rehearsal.phase == "note":
            rehearsal.file_note({})
        return rehearsal.attempt

    return playing


def exported(desk: Desk) -> list[Exported]:
    return [one.event for one in desk.store.journal() if isinstance(one.event, Exported)]


def person_of(desk: Desk, name: str) -> str:
    found = desk.store.known(name)
    assert found is not None
    return found


@pytest.mark.parametrize("format", FORMATS)
def test_export_is_logged_with_the_hash_of_the_file(small_house: SmallHouse, talk: Talk, format: str) -> None:
    """Who, what, whether names stand in it, how many rows, about whom, and the SHA-256 of the very bytes."""
    talk("Wang Min")
    request = Request("group", "", format, "en", BY)  # type: ignore[arg-type]
    written = export(small_house, request)
    (event,) = exported(small_house.desk)
    assert event.sha256 == hashlib.sha256(written.read_bytes()).hexdigest()
    assert (event.by, event.format, event.scope, event.identified) == (
        person_of(small_house.desk, BY),
        format,
        "group",
        False,
    )
    assert event.file == written.name
    assert event.people == (person_of(small_house.desk, "Wang Min"),)
    assert event.rows > 0
    assert list(written.parent.iterdir()) == [written]


def test_export_that_goes_elsewhere_is_logged_without_a_kept_file(
    small_house: SmallHouse, talk: Talk, tmp_path: Path
) -> None:
    """The program does not hold it and cannot delete it; the log says so by naming no file."""
    talk("Wang Min")
    written = export(small_house, Request("group", "", "json", "en", BY), tmp_path / "out.json")
    assert written == tmp_path / "out.json"
    assert exported(small_house.desk)[0].file is None


def test_kept_export_is_for_its_owner_alone(small_house: SmallHouse, talk: Talk) -> None:
    """Nobody else on the machine reads what lies in the program's folder."""
    talk("Wang Min")
    written = export(small_house, Request("group", "", "json", "en", BY))
    assert written.stat().st_mode & 0o077 == 0


def test_cancelled_export_leaves_nothing(small_house: SmallHouse, talk: Talk, tmp_path: Path) -> None:
    """Neither a file nor an entry of the log."""
    talk("Wang Min")
    asked = iter([False] * 4)
    with pytest.raises(Cancelled):
        export(
            small_house,
            Request("group", "", "xlsx", "en", BY),
            tmp_path / "out.xlsx",
            cancelled=lambda: next(asked, True),
        )
    assert not [one for one in tmp_path.iterdir() if one.suffix in (".xlsx", ".part")]
    assert exported(small_house.desk) == []


def test_export_that_cannot_be_written_says_so(small_house: SmallHouse, talk: Talk, tmp_path: Path) -> None:
    """A path below a file is refused in words, and nothing is logged."""
    talk("Wang Min")
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match=r"out\.json"):
        export(small_house, Request("group", "", "json", "en", BY), tmp_path / "file" / "out.json")
    assert exported(small_house.desk) == []


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.strip() == name and name.isprintable()])
def test_name_never_becomes_a_path(small_house: SmallHouse, talk: Talk, name: str) -> None:
    """A report on anybody lies in the folder of exports under a name made of his pseudonym."""
    talk(name)
    written = export(small_house, Request("person", person_of(small_house.desk, name), "html", "zh", BY))
    assert written.parent == small_house.exports.folder
    assert re.fullmatch(r"huikuan-person-[0-9a-f]{8}-2026-03-02\.html", written.name)


@pytest.mark.parametrize("of", ["../../etc/passwd", "a/b", "..", "CON", "x" * 500, "\x00", "销售 一组"])
def test_proposed_name_is_a_name_whatever_it_is_of(of: str) -> None:
    """No separator, no dots at the start, no more than a file system takes."""
    name = proposed_name(Request("group", of, "pdf", "en", BY), date(2026, 3, 2))
    assert re.fullmatch(r"huikuan-group-[\w-]*-?2026-03-02\.pdf", name)
    assert len(name.encode()) < 200


@pytest.mark.parametrize("screen", language.LANGUAGES)
def test_language_of_a_report_is_its_own(small_house: SmallHouse, talk: Talk, screen: language.Language) -> None:
    """Whatever the screen speaks, the same request makes the same words."""
    attempt = talk("Wang Min")
    language.use(screen)
    made = [
        export(small_house, Request(kind, of, "text", told, BY)).read_text(encoding="utf-8")  # type: ignore[arg-type]
        for kind, of in (("group", ""), ("person", person_of(small_house.desk, "Wang Min")), ("attempt", attempt))
        for told in ("en", "zh")
    ]
    for english, chinese in zip(made[::2], made[1::2], strict=True):
        assert "small debt" in english.lower()
        assert "Record" in english
        assert "档案" in chinese
        assert "Record" not in chinese


def test_pseudonymous_report_names_nobody(small_house: SmallHouse, talk: Talk) -> None:
    """In no format and no kind does a name or a typed word stand in a report without names."""
    for name in ("Wang Min", "Zhao Lei"):
        attempt = talk(name)
    for kind, of in (("group", ""), ("person", person_of(small_house.desk, "Wang Min")), ("attempt", attempt)):
        for format in ("text", "json", "html"):
            request = Request(kind, of, format, "en", BY, identified=False)  # type: ignore[arg-type]
            text = export(small_house, request).read_text(encoding="utf-8")
            assert not [name for name in ("Wang Min", "Zhao Lei", BY) if name in text]


def test_model_s_wording_is_left_out_of_a_report_without_names(small_house: SmallHouse, talk: Talk) -> None:
    """It may greet the trainee by his name; it is kept and erased as what he typed is."""
    store = small_house.desk.store
    events = store.events(talk("Wang Min"))
    store.begin("voiced", events[0].event, events[0].at)
    for one in events[1:]:
        store.append("voiced", store.head("voiced")[0] + 1, one.event, one.at, finished=True)
        if isinstance(one.event, Played) and one.event.turn == 1:
            wording = "You are Wang Min, aren't you?"
            store.append("voiced", store.head("voiced")[0] + 1, Voiced(turn=1, shown="model"), one.at, False, wording)
    for identified in (True, False):
        made = build(small_house, Request("attempt", "voiced", "json", "en", BY, identified=identified))
        assert isinstance(made, AttemptReport)
        assert ("Wang Min" in " ".join(made.turns[0].answer)) is identified


def test_people_without_names_are_not_in_the_order_of_their_names(small_house: SmallHouse, talk: Talk) -> None:
    """Else the order would tell who is who."""
    for name in ("Zhao Lei", "An Yu", "Wang Min", "Li Na", "Chen Bo", "Gu Wei", "He Qi"):
        talk(name)
    report = build(small_house, Request("group", "", "json", "en", BY))
    assert isinstance(report, GroupReport)
    ids = [row.person.id for row in report.people]
    assert ids == sorted(ids)
    assert {row.person.name for row in report.people} == {None}


def test_group_report_holds_its_members_and_every_observation(small_house: SmallHouse, talk: Talk) -> None:
    """The group alone, with figures that lead back to attempts; observations can be read more than once."""
    desk = small_house.desk
    for name in ("Wang Min", "Zhao Lei"):
        talk(name), talk(name, LEFT)
    desk.store.enter(GroupMade(group="east", name="Sales east"), desk.now())
    desk.store.enter(Joined(person=person_of(desk, "Wang Min"), group="east"), desk.now())
    report = build(small_house, Request("group", "Sales east", "json", "en", BY, identified=True))
    assert isinstance(report, GroupReport)
    assert [row.person.name for row in report.people] == ["Wang Min"]
    assert len(report.attempts) == 2
    first, again = list(report.observations), list(report.observations)
    assert first == again
    assert {one.attempt for one in first} == {row.attempt for row in report.attempts}
    assert sum(standing.chances for standing in report.standings) == len(first)
    assert report.people[0].lift == pytest.approx(report.people[0].best - report.people[0].first)  # type: ignore[operator]


def test_own_practice_is_in_ones_own_report_alone(small_house: SmallHouse, talk: Talk) -> None:
    """A trainee takes out everything of his; a reviewer is told how many attempts are not shown, and no more."""
    talk("Wang Min"), talk("Wang Min", LEFT, "practice")
    person = person_of(small_house.desk, "Wang Min")
    own = build(small_house, Request("person", person, "json", "en", "Wang Min"))
    others = build(small_house, Request("person", person, "json", "en", BY))
    assert isinstance(own, PersonReport)
    assert isinstance(others, PersonReport)
    assert [len(report.attempts) for report in (own, others)] == [2, 1]
    assert others.head.missing == ("1 practice attempts are his own and are not shown.",) or others.head.missing
    assert own.standings == others.standings


def test_practice_of_somebody_else_is_refused(small_house: SmallHouse, talk: Talk) -> None:
    """It is his own unless he shares it; he himself takes it out."""
    attempt = talk("Wang Min", LEFT, "practice")
    with pytest.raises(UsageError):
        build(small_house, Request("attempt", attempt, "json", "en", BY))
    assert isinstance(build(small_house, Request("attempt", attempt, "json", "en", "Wang Min")), AttemptReport)


def test_attempt_that_is_not_over_is_refused(small_house: SmallHouse, desk: Desk, small: Program) -> None:
    """There is nothing to report of it yet."""
    rehearsal = begin(desk, small.scenario, "Wang Min", "exam", "en", 1)
    with pytest.raises(UsageError):
        build(small_house, Request("attempt", rehearsal.attempt, "json", "en", BY))


def test_report_bears_the_heads_of_the_chains(small_house: SmallHouse, talk: Talk) -> None:
    """The journal's, the attempt's own, and a digest over all attempts that can be worked out again from the table."""
    for name in ("Wang Min", "Zhao Lei"):
        attempt = talk(name)
    group = build(small_house, Request("group", "", "json", "en", BY))
    assert isinstance(group, GroupReport)
    lines = "".join(sorted(f"{row.attempt} {row.head}\n" for row in group.attempts))
    assert group.head.chain.digest == hashlib.sha256(lines.encode()).hexdigest()
    assert (group.head.chain.journal_seq, group.head.chain.attempts) == (-1, 2)
    one = build(small_house, Request("attempt", attempt, "json", "en", BY))
    chain = one.head.chain
    assert (chain.attempt_seq, chain.attempt) == small_house.desk.store.head(attempt)
    assert one.head.rubrics == ("1",)
    assert one.head.scenarios[0].versions


def test_period_without_data_says_so(small_house: SmallHouse, talk: Talk) -> None:
    """No NaN, no empty table: words."""
    talk("Wang Min")
    filters = Filters(since=date(2030, 1, 1))
    text = export(small_house, Request("group", "", "text", "en", BY, filters=filters)).read_text(encoding="utf-8")
    assert "No attempt has been scored in this period" in text
    assert "nan" not in text.lower()
    assert "2030-01-01" in text


def test_group_of_nobody_and_of_one(small_house: SmallHouse, talk: Talk) -> None:
    """An empty record makes a report that says so; a group of one says that its figures are one person's."""
    empty = export(small_house, Request("group", "", "text", "en", BY)).read_text(encoding="utf-8")
    assert "There is nobody in this group." in empty
    talk("Wang Min")
    small = build(small_house, Request("group", "", "json", "en", BY))
    assert any("one person" in said for said in small.head.missing)


def test_advice_in_a_report_keeps_to_what_was_assigned(small_house: SmallHouse, talk: Talk) -> None:
    """As on the screen: what nobody asked of him moves no scenario forward."""
    talk("Wang Min", LEFT)
    person = person_of(small_house.desk, "Wang Min")
    request = Request("person", person, "json", "en", BY)
    free = build(small_house, request)
    assert isinstance(free, PersonReport)
    assert free.advice
    event = Assigned(assignment="a", title="A", scenarios=("no-such",), people=(person,), mode="practice", by="b")
    small_house.desk.store.enter(event, small_house.desk.now())
    kept = build(small_house, request)
    assert isinstance(kept, PersonReport)
    assert kept.advice == ()


def test_person_without_an_attempt_has_a_report(small_house: SmallHouse) -> None:
    """It says what there is not."""
    person = small_house.desk.store.person("Wang Min")
    text = export(small_house, Request("person", person, "text", "en", BY)).read_text(encoding="utf-8")
    assert "There is no scored attempt in this period." in text
    assert "No objective was observed in this period." in text


@pytest.mark.parametrize(
    ("kind", "of"), [("group", "nowhere"), ("person", "x"), ("attempt", "x"), ("certificate", "x")]
)
def test_unknown_subject_is_named(small_house: SmallHouse, kind: str, of: str) -> None:
    """Nothing has that name; nothing is written."""
    with pytest.raises(UnknownName):
        export(small_house, Request(kind, of, "json", "en", BY))  # type: ignore[arg-type]
    assert exported(small_house.desk) == []


def test_one_table_of_csv(small_house: SmallHouse, talk: Talk, tmp_path: Path) -> None:
    """One table alone is a plain file; what is no table is refused, and so is a table of another format."""
    talk("Wang Min")
    written = export(small_house, Request("group", "", "csv", "en", BY, table="people"), tmp_path)
    assert written.name == "huikuan-group-all-people-2026-03-02.csv"
    assert written.read_text(encoding="utf-8-sig").splitlines()[0].startswith("person id,")
    with pytest.raises(UnknownName):
        export(small_house, Request("group", "", "csv", "en", BY, table="x"))
    with pytest.raises(UsageError):
        export(small_house, Request("group", "", "xlsx", "en", BY, table="people"))


def test_what_was_handed_out_is_not_written_over(small_house: SmallHouse, talk: Talk) -> None:
    """A second export of the same day has another name."""
    talk("Wang Min")
    first, second = (export(small_house, Request("group", "", "json", "en", BY)) for _again in range(2))
    assert first != second
    assert first.exists()


def test_simulated_store_says_so_in_every_format(small_house: SmallHouse, talk: Talk) -> None:
    """Whoever gets a file of simulated people sees it, in whatever format."""
    talk("Wang Min")
    small_house.desk.store.mark_simulated()
    for format in ("text", "html", "csv"):
        table = "people" if format == "csv" else None
        written = export(small_house, Request("group", "", format, "en", BY, table=table))  # type: ignore[arg-type]
        assert "simulated data" in written.read_text(encoding="utf-8-sig").lower()
    found = json.loads(export(small_house, Request("group", "", "json", "en", BY)).read_bytes())
    assert found["head"]["simulated"] is True


@pytest.mark.parametrize("format", FORMATS)
def test_certificate_bears_what_it_is_checked_by(small_house: SmallHouse, talk: Talk, format: str) -> None:
    """The code, until when it holds, from when on it is renewed, and who decided; logged under its code."""
    desk = small_house.desk
    attempt = talk("Wang Min")
    person = person_of(desk, "Wang Min")
    head = desk.store.head(attempt)[1]
    event = Certified(
        certificate="c1",
        person=person,
        course="small",
        issued=date(2026, 3, 2),
        valid_until=date(2027, 3, 2),
        stands_on=((attempt, head),),
        rubric="1",
        by=desk.store.person(BY),
    )
    desk.store.enter(event, desk.now())
    (held,) = certificates(desk)
    written = export(small_house, Request("certificate", held.code.lower(), format, "en", "Zhao Lei"))  # type: ignore[arg-type]
    assert written.name.startswith(f"huikuan-certificate-{held.code}-2026-03-02.")
    assert exported(desk)[0].of == held.code
    if format in ("text", "html", "json"):
        text = written.read_text(encoding="utf-8")
        assert all(said in text for said in (held.code, "Wang Min", "2027-03-02", "2027-01-01", BY))


def test_revoked_certificate_says_so(small_house: SmallHouse, talk: Talk) -> None:
    """Across its face, with the reason, in the report's own language whatever the screen speaks."""
    desk = small_house.desk
    attempt = talk("Wang Min")
    person, by = person_of(desk, "Wang Min"), desk.store.person(BY)
    stands = ((attempt, desk.store.head(attempt)[1]),)
    issued = date(2026, 3, 2)
    event = Certified(
        certificate="c1", person=person, course="small", issued=issued, stands_on=stands, rubric="1", by=by
    )
    desk.store.enter(event, desk.now())
    desk.store.enter(Revoked(certificate="c1", reason="mistake", by=by), desk.now())
    language.use("zh")
    text = export(small_house, Request("certificate", "c1", "text", "en", BY)).read_text(encoding="utf-8")
    assert "REVOKED" in text
    assert "issued by mistake" in text
