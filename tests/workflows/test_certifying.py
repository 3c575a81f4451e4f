"""Certificates: proposed by a stated rule, confirmed by a person, and checked by a code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from doubles import Clock
from workflows.talks import PAID, RIGHT, play, start
from workflows.test_rating import AT, KEPT

from scoring.objectives import Observation
from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.store.memory import MemoryStore
from simulator.engine.program import Program
from simulator.model.errors import UnknownName, UsageError
from simulator.model.journal import Certified, Revoked
from simulator.workflows.certifying import (
    REVOKED_FOR,
    Held,
    Proposal,
    asked_of,
    breach_bound,
    candidates,
    certificate,
    certificates,
    certify,
    check,
    code_of,
    is_code,
    propose,
    renew,
    revoke,
)
from simulator.workflows.deciding import overrule
from simulator.workflows.ports import Result
from simulator.workflows.rehearse import Desk, Rehearsal

COURSE = "collection"
ASKED = tuple(f"{COURSE}/talk.o{number}" for number in range(5))


def seen(attempt: str, credit: float, objectives: Sequence[str] = ASKED) -> tuple[Observation, ...]:
    """Four ordinary chances of each objective."""
    return tuple(
        Observation(name, attempt, turn, credit, "shown", "ask.plain", 0.5)
        for name in objectives
        for turn in (1, 2, 3, 4)
    )


def kept(person: str, number: int, credit: float = 1.0, objectives: Sequence[str] = ASKED, **other: object) -> Result:
    """A result of an attempt of its own, every other one at another scenario."""
    attempt = str(other.pop("attempt", f"{person}-{number}"))
    made = replace(
        KEPT,
        attempt=attempt,
        person=person,
        scenario=("small-debt", "other")[number % 2],
        head=f"head-{number}",
        started=AT + timedelta(hours=number),
        ended=AT + timedelta(hours=number, minutes=9),
        observations=seen(attempt, credit, objectives),
    )
    return replace(made, **other)  # type: ignore[arg-type]


class Kept(MemoryStore):
    """A store that has results of attempts which it has no events of."""

    def events(self, attempt: str) -> list[object]:  # type: ignore[override]
        try:
            return list(super().events(attempt))
        except UnknownName:
            from simulator.model.record import Started

            event = Started(scenario="s", content="c", rubric="1", person="p", mode="exam", language="en", seed=1)
            from simulator.workflows.ports import Recorded

            return [Recorded(attempt, 0, AT, event, "0" * 64, "h")]


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A desk whose store has results without events."""
    return replace(desk, store=Kept())


def able(desk: Desk, name: str = "Wang Min", count: int = 4) -> str:
    """A person with so many good talks."""
    person = desk.store.person(name)
    desk.store.put_results(kept(person, number) for number in range(count))
    return person


def proposed(desk: Desk, person: str) -> Proposal:
    return propose(desk, person, COURSE, ASKED)


@pytest.fixture
def held(desk: Desk) -> Held:
    """Wang Min's certificate, confirmed by Li Lei."""
    return certify(desk, "Li Lei", proposed(desk, able(desk)))


# The rule


def test_who_takes_every_chance_in_enough_talks_is_proposed(desk: Desk) -> None:
    """With the attempts that it stands on, each with its head, and the bound that no breach in them gives."""
    found = proposed(desk, able(desk))
    assert found.is_met
    assert found.in_band("meets") == ASKED
    assert found.stands_on == tuple((f"{found.person}-{number}", f"head-{number}") for number in range(4))
    assert found.bound == pytest.approx(1 - 0.05 ** (1 / 4))


def test_bound_on_breaches_is_what_the_talks_allow() -> None:
    """No breach in 22 talks bounds the rate at 12.7 %; without a talk nothing is bounded."""
    assert breach_bound(22) == pytest.approx(0.127, abs=0.0005)
    assert breach_bound(0) == 1.0


def test_four_of_five_objectives_are_enough_and_three_are_not(desk: Desk) -> None:
    """80 %: of those that were never observed as many may be missing, and no more."""
    for missing, met in ((1, True), (2, False)):
        person = desk.store.person(f"lacks {missing}")
        desk.store.put_results(kept(person, number, objectives=ASKED[missing:]) for number in range(4))
        found = proposed(desk, person)
        assert found.wanted == 4
        assert found.is_met == met
        assert found.standings[ASKED[0]] is None


def test_one_objective_in_the_band_not_yet_stands_in_the_way(desk: Desk) -> None:
    """However well the others stand."""
    person = desk.store.person("Wang Min")
    for number in range(4):
        good = kept(person, number, objectives=ASKED[1:])
        desk.store.put_results([replace(good, observations=(*good.observations, *seen(good.attempt, 0.0, ASKED[:1])))])
    found = proposed(desk, person)
    assert (len(found.in_band("meets")), found.in_band("not-yet")) == (4, ASKED[:1])
    assert not found.is_met
    assert any("not yet" in why for why in found.lacks())


def test_breach_of_the_last_twelve_months_is_a_gate_and_an_older_one_none(desk: Desk) -> None:
    """No strength makes up for it; and a certificate's own time is what is looked at."""
    for days, met in ((0, False), (366 + 31, True)):
        person = able(desk, f"breached {days} days ago")
        bad = kept(person, 9, breaches=(2,), ended=AT - timedelta(days=days))
        desk.store.put_results([bad])
        found = proposed(desk, person)
        assert found.is_met == met
        assert found.breaches == (() if met else ((bad.attempt, 2),))
        assert (found.bound is None) != met


def test_talks_that_are_no_evidence_do_not_count(desk: Desk) -> None:
    """A person's own practice says nothing here, neither for him nor against him."""
    person = desk.store.person("Wang Min")
    desk.store.put_results(kept(person, number, evidence=False, breaches=(1,)) for number in range(4))
    found = proposed(desk, person)
    assert found.stands_on == found.breaches == ()
    assert found.bound is None


def test_person_without_a_talk_and_course_without_an_objective_are_told(desk: Desk) -> None:
    """What is missing is said, and nothing is divided by nothing."""
    person = desk.store.person("Newcomer")
    assert proposed(desk, person).lacks() == ("0 of 5 objectives meet the standard; 4 have to.",)
    assert propose(desk, person, COURSE, ()).lacks() == ("No scenario shows an objective of this course.",)


def test_objectives_asked_are_those_that_scenarios_show(library: YamlLibrary) -> None:
    """Of the course alone; where scenarios were assigned, of these."""
    (course,) = (one for one in library.courses() if one.course == COURSE)
    every = asked_of(library, course)
    assert set(every) <= set(course.objective_names())
    assert len(every) == 26
    first = next(one.id for one in library.titles() if one.status == "published" and COURSE in one.courses)
    some = asked_of(library, course, [first])
    assert 0 < len(some) < len(every)
    assert [name for name in every if name in some] == list(some)


def test_candidates_are_who_meets_it_and_holds_none(desk: Desk, held: Held) -> None:
    """Who has one that is valid is not proposed again."""
    other, weak = able(desk, "韩梅梅"), desk.store.person("weak")
    found = candidates(desk, [held.event.person, other, weak], COURSE, ASKED)
    assert [one.person for one in found] == [other]


# Issuing


def test_certificate_says_who_confirmed_it_and_on_what(desk: Desk, held: Held) -> None:
    """For twelve months from the day on, in the journal, without a name."""
    event = held.event
    today = desk.now().astimezone().date()
    assert (event.issued, event.valid_until) == (today, today.replace(year=today.year + 1))
    assert event.stands_on == proposed(desk, event.person).stands_on
    assert (event.course, event.rubric, event.by) == (COURSE, "1", desk.store.person("Li Lei"))
    assert held.state == "valid"
    assert desk.store.journal()[-1].event == event
    assert "Wang Min" not in repr(event)


def test_nobody_confirms_his_own(desk: Desk) -> None:
    with pytest.raises(UsageError, match="his own"):
        certify(desk, "Wang Min", proposed(desk, able(desk)))


def test_standard_that_is_not_met_is_not_confirmed(desk: Desk) -> None:
    """The program's reasons are told; nothing is entered."""
    with pytest.raises(UsageError, match="0 of 5"):
        certify(desk, "Li Lei", proposed(desk, desk.store.person("weak")))
    assert certificates(desk) == ()


def test_certificate_is_confirmed_on_what_is_known_when_it_is(desk: Desk) -> None:
    """A breach that was found while the evidence lay on the screen stands in the way."""
    person = able(desk)
    looked_at = proposed(desk, person)
    desk.store.put_results([kept(person, 1, breaches=(2,))])
    with pytest.raises(UsageError, match="standard is not met"):
        certify(desk, "Li Lei", looked_at)
    assert certificates(desk) == ()


def test_nobody_who_was_erased_is_certified(desk: Desk) -> None:
    """Nothing more is recorded of him."""
    person = able(desk)
    looked_at = proposed(desk, person)
    desk.store.erase(person)
    desk.store.put_results(kept(person, number) for number in range(4))
    with pytest.raises(UsageError, match="erased"):
        certify(desk, "Li Lei", looked_at)


def test_second_valid_one_of_a_course_is_refused(desk: Desk, held: Held) -> None:
    with pytest.raises(UsageError, match=held.code):
        certify(desk, "Li Lei", proposed(desk, held.event.person))


def test_certificate_is_renewed_from_sixty_days_before_its_end(desk: Desk, held: Held) -> None:
    """Not before; the new one names the old, which is renewed from then on."""
    clock = desk.now
    assert isinstance(clock, Clock)
    assert held.event.valid_until is not None
    days = (held.event.valid_until - held.event.issued).days
    clock.now += timedelta(days=days - 61)
    with pytest.raises(UsageError, match="60 days"):
        renew(desk, "Li Lei", held.code, proposed(desk, held.event.person))
    clock.now += timedelta(days=1)
    assert certificate(desk, held.code).state == "due"
    new = renew(desk, "Li Lei", held.code, proposed(desk, held.event.person))
    assert new.event.renews == held.event.certificate
    old = certificate(desk, held.code)
    assert (old.state, old.renewed_by) == ("renewed", new.event.certificate)
    assert new.state == "valid"
    with pytest.raises(UsageError, match="cannot be renewed"):
        renew(desk, "Li Lei", held.code, proposed(desk, held.event.person))


def test_certificate_ends_after_its_last_day(desk: Desk, held: Held) -> None:
    """On the last day it holds, on the next one no more; then it can be renewed if what it asks for is still shown."""
    clock = desk.now
    assert isinstance(clock, Clock)
    assert held.event.valid_until is not None
    clock.now += timedelta(days=(held.event.valid_until - held.event.issued).days)
    assert certificate(desk, held.code).state == "due"
    clock.now += timedelta(days=1)
    assert certificate(desk, held.code).state == "expired"
    able(desk, "Wang Min")
    assert renew(desk, "Li Lei", held.code, proposed(desk, held.event.person)).state == "valid"


def test_leap_day_has_its_anniversary(desk: Desk) -> None:
    """A certificate of 29 February ends on 28 February."""
    clock = desk.now
    assert isinstance(clock, Clock)
    clock.now = clock.now.replace(year=2028, month=2, day=29, hour=12)
    person = desk.store.person("Wang Min")
    desk.store.put_results(kept(person, number, ended=clock.now - timedelta(days=number + 1)) for number in range(4))
    assert certify(desk, "Li Lei", proposed(desk, person)).event.valid_until == date(2029, 2, 28)


def test_revoked_certificate_stays_on_record_with_the_reason(desk: Desk, held: Held) -> None:
    """Once; the words are kept apart, under the key of whom they are about."""
    gone = revoke(desk, "韩梅梅", held.code.lower(), "breach", "He threatened a customer.")
    assert gone.state == "revoked"
    assert gone.revoked is not None
    assert gone.revoked.event == Revoked(
        certificate=held.event.certificate, reason="breach", by=desk.store.person("韩梅梅")
    )
    assert desk.store.journal_texts()[gone.revoked.seq] == "He threatened a customer."
    with pytest.raises(UsageError, match="already"):
        revoke(desk, "韩梅梅", held.code, "other", "again")
    assert certify(desk, "Li Lei", proposed(desk, held.event.person)).state == "valid"


def test_revoking_needs_another_person_a_reason_and_words(desk: Desk, held: Held) -> None:
    for by, reason, text, why in (
        ("Wang Min", "other", "mine", "his own"),
        ("Li Lei", "whim", "x", "mistake"),
        ("Li Lei", "other", " ", "Say why"),
    ):
        with pytest.raises(UsageError, match=why):
            revoke(desk, by, held.code, reason, text)  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match=held.code):
        revoke(desk, "Li Lei", "nothing", "other", "x")
    assert set(REVOKED_FOR) == {"breach", "mistake", "evidence", "left", "other"}


def test_certificate_of_somebody_erased_can_still_be_revoked(desk: Desk, held: Held) -> None:
    """Without the words, which have no place any more."""
    desk.store.erase(held.event.person)
    gone = revoke(desk, "Li Lei", held.code, "left", "left")
    assert gone.revoked is not None
    assert gone.revoked.seq not in desk.store.journal_texts()


# Checking


def test_codes_are_short_and_say_nothing_of_whom() -> None:
    """Of the entry's hash alone, without letters that are mistaken for digits."""
    assert code_of("0" * 64) == "HK-0000-0000-0000"
    assert code_of("f" * 64) == "HK-ZZZZ-ZZZZ-ZZZK"
    assert is_code(code_of("0123456789abcdef" * 4))


def test_every_wrong_sign_and_every_exchange_is_noticed() -> None:
    """The check sign catches them all, not most of them."""
    code = code_of("0123456789abcdef" * 4)
    signs = code.removeprefix("HK-").replace("-", "")
    assert is_code(signs)
    for place, sign in enumerate(signs):
        for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
            assert is_code(signs[:place] + other + signs[place + 1 :]) == (other == sign)
    for first in range(len(signs)):
        for second in range(first + 1, len(signs)):
            swapped = list(signs)
            swapped[first], swapped[second] = signs[second], signs[first]
            assert is_code("".join(swapped)) == (signs[first] == signs[second])


@pytest.mark.parametrize("text", ["", "HK-", "HK-0000-0000-000", "HK-0000-0000-00000", "HK-0000-0000-000U", "字" * 12])
def test_what_cannot_be_a_code_is_mistyped(desk: Desk, text: str) -> None:
    assert not is_code(text)
    assert check(desk, text).state == "mistyped"


def test_code_is_read_however_it_is_typed(desk: Desk, held: Held) -> None:
    """Small letters, without lines, with O for 0 and I or L for 1."""
    for typed in (held.code, held.code.lower(), held.code.replace("-", " "), f" {held.code[3:]} "):
        assert check(desk, typed).held == held
    assert check(desk, held.code.replace("0", "O").replace("1", "l")).held == held


@pytest.fixture
def real(desk: Desk, small: Program) -> tuple[Held, Rehearsal]:
    """A certificate that stands on an attempt which the record holds."""
    over = start(desk, small, RIGHT, "exam")
    play(over, PAID)
    over.file_note({})
    person = desk.store.person("Wang Min")
    head = desk.store.head(over.attempt)[1]
    desk.store.put_results(kept(person, number) for number in range(3))
    desk.store.put_results([kept(person, 3, attempt=over.attempt, head=head)])
    proposal = proposed(desk, person)
    alone = replace(proposal, stands_on=tuple(one for one in proposal.stands_on if one[0] == over.attempt))
    return certify(desk, "Li Lei", alone), over


def test_checked_certificate_is_good_while_record_and_dates_hold(desk: Desk, real: tuple[Held, Rehearsal]) -> None:
    """For whom, which course, and that the chains still begin as they did then."""
    held, over = real
    found = check(desk, held.code)
    assert (found.state, found.name, found.is_good) == ("valid", "Wang Min", True)
    assert [(one.attempt, one.stands, one.decided_since) for one in found.heads] == [(over.attempt, True, False)]
    assert found.journal_faults == ()


def test_what_was_overruled_since_is_told(desk: Desk, real: tuple[Held, Rehearsal]) -> None:
    """The certificate stands on what was then; that it was decided otherwise since, who checks is told."""
    held, over = real
    overrule(desk, over.attempt, "韩梅梅", "breach", 1, True, "other", "He threatened.")
    (head,) = check(desk, held.code).heads
    assert (head.stands, head.decided_since) == (True, True)


def test_tampering_with_what_it_stands_on_is_told(desk: Desk, real: tuple[Held, Rehearsal]) -> None:
    """An attempt cut short, or a journal with another entry: the certificate is not good."""
    held, over = real
    store = desk.store
    assert isinstance(store, MemoryStore)
    whole = store.links[over.attempt]
    store.links[over.attempt] = whole[:-1]
    assert [one.stands for one in check(desk, held.code).heads] == [False]
    assert not check(desk, held.code).is_good
    edited = whole[1].payload.replace("boss", "clerk")
    assert edited != whole[1].payload
    store.links[over.attempt] = [*whole[:1], replace(whole[1], payload=edited), *whole[2:]]
    assert [one.stands for one in check(desk, held.code).heads] == [False]
    store.links[over.attempt] = whole
    assert check(desk, held.code).is_good
    entry = store.desk[-1]
    store.desk[-1] = replace(entry, payload=entry.payload.replace(COURSE, "credit"))
    found = check(desk, held.code)
    assert found.journal_faults
    assert not found.is_good


def test_certificate_of_somebody_erased_is_checked_without_a_name(desk: Desk, held: Held) -> None:
    desk.store.erase(held.event.person)
    found = check(desk, held.code)
    assert (found.state, found.name) == ("valid", None)


def test_unknown_and_ended_codes_say_what_they_are(desk: Desk, held: Held) -> None:
    """Well-formed and not of this record; expired; revoked."""
    assert check(desk, code_of("e" * 64)).state == "unknown"
    clock = desk.now
    assert isinstance(clock, Clock)
    clock.now += timedelta(days=400)
    assert (check(desk, held.code).state, check(desk, held.code).is_good) == ("expired", False)
    revoke(desk, "Li Lei", held.code, "other", "x")
    assert check(desk, held.code).state == "revoked"
    assert isinstance(held.event, Certified)
