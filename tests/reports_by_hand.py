"""Reports made by hand: of a group with hostile names, of a person, of an attempt, and a certificate."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from scoring.objectives import Observation
from simulator.model.language import Language
from simulator.model.reports import (
    Advice,
    AttemptReport,
    AttemptRow,
    Band,
    BetterMove,
    CertificateReport,
    CertificateRow,
    ChainHead,
    DecisionRow,
    FieldRow,
    GroupReport,
    Head,
    Kind,
    MarkRow,
    ObjectiveRef,
    ObservationRow,
    PersonRef,
    PersonReport,
    PersonRow,
    RemarkRow,
    ScenarioRef,
    ScenarioScores,
    Standing,
    TurnRow,
)

HOSTILE = (
    '=HYPERLINK("http://example.invalid","x")',
    "[b]",
    "<script>alert(1)</script>",
    "../../x",
    "很长的名字" * 40,
    "שלום עולם",
    "👩‍💼 Ann",
    "+1-2",
    "-3",
    "@SUM(A1)",
    "\tTab",
    "\u202egnp.exe",
    "{page} {0}",
    "Ann & Co. ]]> \"quote\" 'tick'",
    "𠮷野家 祎喆堃",
    "12345678901234567890",
)
MADE = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
_BANDS: tuple[Band | None, ...] = ("meets", "more", "not-yet", None, "meets", "more")


def objectives(language: Language, count: int = 24) -> tuple[ObjectiveRef, ...]:
    zh = language == "zh"
    return tuple(
        ObjectiveRef(
            f"collection/why.objective-{place}",
            f"在第{place}种情形下，讲清楚为什么催收是销售人员自己的事。"
            if zh
            else f"Explain case {place}: why it is his to collect.",
            "销售回款责任" if zh else "Sales responsibility",
            "背景与意义" if zh else "Background and meaning",
        )
        for place in range(1, count + 1)
    )


def head(kind: Kind, language: Language = "en", identified: bool = True, simulated: bool = False) -> Head:
    return Head(
        kind=kind,
        made=MADE,
        by="李评审" if identified else "9f3a77c1",
        language=language,
        identified=identified,
        simulated=simulated,
        program="0.1.0",
        rubrics=("1",),
        scenarios=(
            ScenarioRef("invoice-not-found", "发票找不到了" if language == "zh" else "The lost invoice", ("a" * 64,)),
        ),
        chain=ChainHead(41, "c" * 64, 54, "d" * 64),
    )


def person(place: int, identified: bool = True, name: str | None = None) -> PersonRef:
    identity = f"{place:08x}" + "b" * 24
    return PersonRef(identity, (name or f"学员{place}") if identified else None, f"00{place}" if identified else None)


def attempt(place: int, who: PersonRef, language: Language = "en", total: float | None = None) -> AttemptRow:
    ended = MADE - timedelta(days=90 - 6 * place, minutes=17 * place)
    points = total if total is not None else 30.0 + 11.3 * place % 65
    return AttemptRow(
        attempt=f"{place:04x}{who.id[:8]}" + "e" * 20,
        person=who,
        scenario="invoice-not-found",
        title="发票找不到了" if language == "zh" else "The lost invoice",
        mode="exam" if place % 3 else "practice",
        language=language,
        started=ended - timedelta(minutes=25),
        ended=ended,
        seconds=1325.0,
        turns=9,
        total=points,
        pass_mark=70.0,
        passed=points >= 70,
        result=points,
        tactics=min(points + 4, 100.0),
        discovery=50.0,
        paperwork=None,
        breaches=(4,) if place == 2 else (),
        worth=44.5,
        best=87.5,
        floor=16.2,
        ending="对方答应付款" if language == "zh" else "promised",
        rubric="1",
        content="a" * 64,
        head="f" * 64,
        before=60.0 if place == 3 else None,
    )


def standings(who: PersonRef, named: tuple[ObjectiveRef, ...], shift: int = 0) -> tuple[Standing, ...]:
    found = []
    for place, one in enumerate(named):
        band = _BANDS[(place + shift) % len(_BANDS)]
        if band:
            mastery = {"meets": 0.86, "more": 0.45, "not-yet": 0.12}[band]
            found.append(
                Standing(
                    who.id,
                    one.id,
                    band,
                    mastery,
                    12.0,
                    15,
                    3,
                    2,
                    2 if band == "more" else None,
                    None if place % 2 else 0.1,
                )
            )
    return tuple(found)


def observation(row: AttemptRow, named: ObjectiveRef, turn: int = 2) -> ObservationRow:
    return ObservationRow(
        row.attempt, row.person.id, named.id, turn, 0.25 * (turn % 5), "shown", "ask.pay:e1", 0.4, "问清付款日期"
    )


def summary(who: PersonRef, place: int) -> PersonRow:
    waits = ("certificate to be confirmed",) if place % 5 == 1 else ()
    until = date(2027, 11, 20) if place % 4 == 0 else None
    return PersonRow(
        who, 4, 2, place % 2, 5300.0, MADE - timedelta(days=place), 41.0, 83.0, 76.0, 42.0, 8, 8, 4, until, waits
    )


def group(language: Language = "en", identified: bool = True, simulated: bool = False, people: int = 16) -> GroupReport:
    known = objectives(language)
    names = [*HOSTILE, *(None for _ in range(max(people - len(HOSTILE), 0)))][:people]
    members = [person(place, identified, name) for place, name in enumerate(names)]
    attempts = tuple(attempt(place, who, language) for who in members for place in range(1, 5))
    totals = tuple(sorted(one.total for one in attempts))
    titles = (
        ("发票找不到了", "质保金的争议")
        if language == "zh"
        else ("The lost invoice", "A dispute over the retention money, once more")
    )
    return GroupReport(
        head=head("group", language, identified, simulated),
        group="sales-east",
        title="华东销售一组" if language == "zh" else "Sales east",
        people=tuple(summary(who, place) for place, who in enumerate(members)),
        objectives=known,
        unmet=objectives(language, 3),
        standings=tuple(one for place, who in enumerate(members) for one in standings(who, known, place)),
        scenarios=tuple(
            ScenarioScores(f"s{place}", title, 2, 58.0 if place == 0 else None, 70.0, people, people, totals, 1300.0)
            for place, title in enumerate(titles)
        ),
        attempts=attempts,
        decisions=tuple(decision(who) for who in members[:3]),
        certificates=tuple(certificate_row(who) for who in members[:2]),
        talks=64,
        breach_bound=None,
        observations=[
            Observation(known[turn].id, row.attempt, turn, 0.2 * turn, "shown", "ask.pay:e1", 0.4)
            for row in attempts
            for turn in range(1, 5)
        ],
    )


def decision(who: PersonRef) -> DecisionRow:
    return DecisionRow(
        MADE,
        who,
        "1" * 32,
        4,
        "name of the move",
        "mistake",
        "good",
        "wording",
        "=1+1 他说得对 <b>",
        "李评审",
        "stands",
    )


def certificate_row(who: PersonRef) -> CertificateRow:
    return CertificateRow("HK-7F3Q-9D2M", who, "销售回款责任", date(2026, 11, 20), date(2027, 11, 20), "李评审")


def person_report(language: Language = "en", identified: bool = True, simulated: bool = False) -> PersonReport:
    who, known = person(7, identified, "王祎" if language == "zh" else "Ann Example"), objectives(language, 9)
    attempts = tuple(attempt(place, who, language) for place in range(1, 9))
    return PersonReport(
        head=head("person", language, identified, simulated),
        person=who,
        groups=("华东销售一组",),
        summary=summary(who, 1),
        objectives=known,
        unmet=objectives(language, 3),
        standings=standings(who, known),
        attempts=attempts,
        decisions=(decision(who),),
        certificates=(certificate_row(who),),
        advice=(Advice("invoice-not-found", attempts[0].title, "3 objectives on which he lacks evidence"),),
        talks=22,
        breach_bound=0.127,
        observations=tuple(observation(row, one, turn) for row in attempts for turn, one in enumerate(known, 1)),
    )


def turn(number: int, language: Language = "en") -> TurnRow:
    zh = language == "zh"
    names = ("best", "good", "inaccuracy", "mistake", "blunder", "breach")
    return TurnRow(
        number=number,
        move="ask.pay:e1",
        label="问清付款日期" if zh else "Ask for the date of payment",
        said="陈总，这张发票上个月二十号就到期了，您看这周哪天能安排？"
        if zh
        else "The invoice was due on the 20th; which day this week?",
        typed=number % 2 == 0,
        answer=("你们的发票我这边没有收到啊，财务说查不到。",)
        if zh
        else ("We never got the invoice; accounting cannot find it.",),
        name=names[number % 6],  # type: ignore[arg-type]
        accuracy=88.2,
        loss=1.25 * number,
        value=40.0 + number,
        after=42.0 + number,
        luck=0.0,
        why="他想拖到月底。" if zh else "He wants to wait for the end of the month.",
        hinted=number == 3,
        better=(
            BetterMove(
                "给出签收记录" if zh else "Show the receipt",
                "这是您同事的签字。" if zh else "Here is the signature.",
                0.0,
                "",
                True,
            ),
        ),
        hidden=("付款审批链",) if zh else ("Who approves payments",),
        objectives=("collection/why.objective-1",),
        decided="good" if number == 5 else None,
    )


def attempt_report(language: Language = "en", identified: bool = True, simulated: bool = False) -> AttemptReport:
    who, known = person(7, identified, "王祎" if language == "zh" else "Ann Example"), objectives(language, 3)
    row = attempt(3, who, language, 73.4)
    zh = language == "zh"
    chain = replace(head("attempt").chain, attempts=1, attempt=row.head, attempt_seq=13)
    return AttemptReport(
        head=replace(head("attempt", language, identified, simulated), chain=chain),
        attempt=row.attempt,
        person=who,
        scenario=ScenarioRef(row.scenario, row.title, (row.content,)),
        debtor="陈总，采购负责人" if zh else "Mr Chen, head of purchasing",
        mode="exam",
        started=row.started,
        ended=row.ended,
        ending=row.ending,
        ending_text="他答应周五付清无争议的部分。" if zh else "He will pay the undisputed part on Friday.",
        worth=44.5,
        best=87.5,
        floor=16.2,
        curve=(38.0, 41.0, 44.0, 40.0, 35.0, 37.0, 43.0, 46.0, 45.0, 44.5),
        marks=(
            MarkRow("result", 39.7, 43.75, "44.5 of 87.5", (9,)),
            MarkRow("tactics", 81.0, 43.75, "9 moves", tuple(range(1, 10))),
            MarkRow("discovery", 50.0, 12.5, "2 of 4", ()),
            MarkRow("paperwork", None, 0.0, "", ()),
        ),
        summary=row,
        unscored="",
        turns=tuple(turn(number, language) for number in range(1, 10)),
        fields=(FieldRow("preparation", "到期日？" if zh else "Due when?", "3 月 1 日", "3 月 2 日", 0.0, "见发票。"),),
        found=("付款审批链",),
        missed=("老板的女儿在对账",),
        objectives=known,
        observations=tuple(observation(row, one, place) for place, one in enumerate(known)),
        remarks=(RemarkRow(4, "李评审", MADE, "=cmd|' /C calc'!A0 <img src=x onerror=alert(1)>"),),
        decisions=(decision(who),),
    )


def certificate(language: Language = "en", identified: bool = True, simulated: bool = False) -> CertificateReport:
    who, known = person(7, identified, "王祎" if language == "zh" else "Ann Example"), objectives(language, 4)
    return CertificateReport(
        head=head("certificate", language, identified, simulated),
        code="HK-7F3Q-9D2M",
        person=who,
        course="collection",
        course_title="销售回款责任" if language == "zh" else "Sales responsibility for payment",
        issued=date(2026, 11, 20),
        valid_until=date(2027, 11, 20),
        renew_from=date(2027, 8, 22),
        by="李评审",
        state="valid",
        objectives=known,
        standings=tuple(replace(one, band="meets", mastery=0.83) for one in standings(who, known)),
        attempts=tuple(attempt(place, who, language) for place in range(1, 5)),
        talks=22,
        breach_bound=0.127,
    )
