"""What a person can do, as the screens show it: objectives with their bands, attempts, and what to practise next.

A band is always a sign and a word, and never stands without the number of chances behind it. What was not observed is
no zero: it has a band of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from scoring.cohort import Compliance
from scoring.mastery import Mastery, direction
from simulator.model.language import _

if TYPE_CHECKING:
    from simulator.workflows.certifying import State

Band = Literal["meets", "more", "not-yet", "unseen"]
Trend = Literal["up", "level", "down", ""]

# ASCII, so that tables align in every terminal.
SIGNS: Mapping[Band, str] = {"meets": "+", "more": "~", "not-yet": "-", "unseen": "."}
BANDS: tuple[Band, ...] = ("meets", "more", "not-yet", "unseen")


@dataclass(frozen=True, slots=True)
class StandingView:
    """A person on one objective.

    Attributes:
        objective: its full name, ``<course>/<module>.<objective>``.
        number: its place in its course, from 1.
        taken: chances taken, in whole and parts.
        chances: of how many observations; 0 where it was not observed.
        talks, scenarios: that they come from.
        trend: over the person's talks; empty where there are too few to tell.
        more: about how many more attempts would settle it; None where that is not open or cannot be said.
    """

    objective: str
    number: int
    statement: str
    band: Band = "unseen"
    taken: float = 0.0
    chances: int = 0
    talks: int = 0
    scenarios: int = 0
    trend: Trend = ""
    more: int | None = None


@dataclass(frozen=True, slots=True)
class ModuleView:
    title: str
    standings: tuple[StandingView, ...]


@dataclass(frozen=True, slots=True)
class CourseView:
    id: str
    title: str
    modules: tuple[ModuleView, ...]

    @property
    def standings(self) -> tuple[StandingView, ...]:
        return tuple(one for module in self.modules for one in module.standings)


@dataclass(frozen=True, slots=True)
class TalkView:
    """One ended attempt of the person.

    Attributes:
        when: as lists show it.
        total: None where it is not scored.
        own: practice that the trainee has not shared: nobody else sees it, and it is no evidence.
        sharing: whether the trainee may share it or take that back; neither for exams nor where the assignment shares.
        note: what else is to be said of it, such as that a score was corrected.
    """

    attempt: str
    scenario: str
    title: str
    when: str
    mode: Literal["practice", "exam"]
    total: float | None
    pass_mark: float
    passed: bool
    own: bool = False
    sharing: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class AdviceView:
    """A scenario to practise next, and why."""

    scenario: str
    title: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """Something that a person decided or asked for: a decision, an appeal, a certificate.

    Attributes:
        kind: what it is, in a word.
        lines: what there is to say of it: reason, before and after, who.
        attempt, turn: where it belongs; empty and 0 where it belongs to no line.
        certificate: its id; empty for what is none.
    """

    kind: str
    title: str
    when: str
    lines: tuple[str, ...] = ()
    attempt: str = ""
    turn: int = 0
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class ProgressView:
    """Everything that the screens of one person show.

    Attributes:
        name: empty once the person was erased.
        talks: the earliest first.
        compliance: what can be said of forbidden acts; empty where there is no talk to say it of.
        withheld: how many practice attempts are the person's own and therefore not here.
        rubric: its version, by which all this was marked.
        faults: how many attempts of anybody could not be worked out; they are in no figure.
    """

    person: str
    name: str
    courses: tuple[CourseView, ...]
    talks: tuple[TalkView, ...] = ()
    advice: tuple[AdviceView, ...] = ()
    decisions: tuple[DecisionView, ...] = ()
    compliance: str = ""
    withheld: int = 0
    rubric: str = ""
    faults: int = 0

    @property
    def standings(self) -> dict[str, StandingView]:
        """Every objective by its full name."""
        return {one.objective: one for course in self.courses for one in course.standings}


def standing_view(objective: str, number: int, statement: str, mastery: Mastery | None) -> StandingView:
    """An objective as it was worked out; None where nothing was observed."""
    if mastery is None:
        return StandingView(objective, number, statement)
    return StandingView(
        objective,
        number,
        statement,
        mastery.band,
        mastery.taken,
        mastery.n,
        mastery.attempts,
        mastery.scenarios,
        direction(mastery.trend) or "",
        mastery.further,
    )


def band_word(band: Band) -> str:
    """What a band is called."""
    return {
        "meets": _("meets the standard"),
        "more": _("more evidence needed"),
        "not-yet": _("not yet"),
        "unseen": _("not observed"),
    }[band]


def trend_word(trend: Trend) -> str:
    """What a trend is called; empty where there is none."""
    return {"up": _("rising"), "level": _("steady"), "down": _("falling"), "": ""}[trend]


def number_text(value: float) -> str:
    """A number with one decimal where it needs one."""
    return f"{value:.1f}".removesuffix(".0")


def chances_text(one: StandingView) -> str:
    """``12 of 15 chances taken in 3 talks on 2 scenarios``."""
    if not one.chances:
        return _("no talk gave a chance to show it")
    taken = number_text(one.taken)
    chances = (
        _("{taken} of {n} chances taken", taken=taken, n=one.chances)
        if one.chances > 1
        else _("{taken} of one chance taken", taken=taken)
    )
    talks = _("in {n} talks", n=one.talks) if one.talks > 1 else _("in one talk")
    scenarios = _("on {n} scenarios", n=one.scenarios) if one.scenarios > 1 else _("on one scenario")
    return _("{chances} {talks} {scenarios}", chances=chances, talks=talks, scenarios=scenarios)


def more_text(one: StandingView) -> str:
    """About how many more attempts are needed; empty where that is not open."""
    if one.band != "more" or one.more is None:
        return ""
    if one.more == 1:
        return _("about one more attempt would tell")
    return _("about {n} more attempts would tell", n=one.more)


def compliance_text(found: Compliance) -> str:
    """What can be said of forbidden acts; empty where there is no talk to say it of. It is a gate, never averaged."""
    if not found.talks:
        return ""
    if found.breached:
        return _("Talks with a forbidden act: {n} of {of}.", n=found.breached, of=found.talks)
    if found.at_most is None:
        return _("No forbidden act in {n} talks.", n=found.talks)
    return _(
        "No forbidden act in {n} talks: that only bounds their share at {most} %.",
        n=found.talks,
        most=f"{100 * found.at_most:.0f}",
    )


def certificate_word(state: State) -> str:
    """How a certificate stands."""
    return {
        "valid": _("It holds."),
        "due": _("It holds, and is to be renewed."),
        "expired": _("It has expired."),
        "revoked": _("It was revoked."),
        "renewed": _("Another one took its place."),
    }[state]
