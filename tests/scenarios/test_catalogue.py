"""The catalogue of tactics, everybody's default reactions, and the courses."""

from __future__ import annotations

from pathlib import Path

import pytest
from shelf import SHIPPED_IDS

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.engine.program import Program
from simulator.model.layers import merge
from simulator.model.scenario import Scenario, ScenarioFile, Standard
from simulator.model.tactics import Catalogue, Tactic

# The catalogue of the field, T01 to T34.
LAWFUL = [
    *("open.appointment", "rapport.chat", "rapport.praise", "ask.gentle", "rapport.empathy", "gatekeeper.help"),
    *("probe.cause", "probe.chain", "probe.verify", "probe.mirror", "probe.silence", "probe.if"),
    *("firm.no", "firm.record", "firm.split", "firm.facts", "firm.anchor"),
    *("value.advice", "value.trade", "value.reframe", "value.cool", "value.repair"),
    *("press.cost", "press.contract", "press.policy-clock", "press.big-hat", "press.hold", "press.exec"),
    *("press.admin", "press.legal-path"),
    *("close.instalment", "close.written", "close.reconcile", "close.secure-follow"),
]
FORBIDDEN = ["red.threat", "red.insult", "red.false-law", "red.impersonate", "red.disclose", "red.harass", "red.bribe"]
SELF_DEFEATING = ["red.bluff", "red.beg"]
# The issue, section 8: aimed at cards, some also alone; the rest alone.
TAKES: dict[str, tuple[str, bool]] = {
    "probe.verify": ("excuse", False),
    "firm.split": ("excuse", False),
    "value.repair": ("excuse", True),
    "firm.facts": ("document", False),
    "firm.anchor": ("offer", False),
    "value.trade": ("offer", False),
    "close.instalment": ("offer", False),
    "press.hold": ("point", False),
    "press.admin": ("law", True),
    "press.legal-path": ("law", True),
    "press.contract": ("law", True),
}
COURSES = {"collection": 31, "credit": 27, "process": 28, "receivables": 51, "roles": 36}


@pytest.fixture(scope="module")
def catalogue(library: YamlLibrary) -> Catalogue:
    return library.catalogue()


@pytest.fixture(scope="module")
def tactics(catalogue: Catalogue) -> dict[str, Tactic]:
    return {tactic.id: tactic for tactic in catalogue.tactics}


def test_catalogue_has_every_tactic_of_the_digest_and_no_other(tactics: dict[str, Tactic]) -> None:
    """34 tactics, 7 forbidden acts, 2 own goals, and leaving; each once."""
    assert len(LAWFUL) == 34
    assert sorted(tactics) == sorted([*LAWFUL, *FORBIDDEN, *SELF_DEFEATING, "end.leave"])


def test_catalogue_forbids_exactly_the_seven_acts(tactics: dict[str, Tactic]) -> None:
    """Bluffing and begging defeat oneself and are lawful; leaving always is."""
    assert {name for name, tactic in tactics.items() if tactic.forbidden} == set(FORBIDDEN)


def test_catalogue_aims_tactics_at_the_cards_of_the_issue(tactics: dict[str, Tactic]) -> None:
    """Kind by kind, and which of them may be used alone too."""
    aimed = {name: (tactic.takes, tactic.alone) for name, tactic in tactics.items() if tactic.takes}
    assert aimed == {name: ((kind,), alone) for name, (kind, alone) in TAKES.items()}


def test_catalogue_names_each_family_in_the_order_of_the_menu(catalogue: Catalogue) -> None:
    """Every tactic's family has a name, and no family is empty."""
    families = [family.id for family in catalogue.families]
    assert list(dict.fromkeys(tactic.family for tactic in catalogue.tactics)) == families
    assert all(not family.name.missing for family in catalogue.families)


def test_tactic_has_name_and_samples_in_both_languages(tactics: dict[str, Tactic]) -> None:
    """The chosen line appears as what the trainee says, so each tactic sounds like something, in two ways at least."""
    for tactic in tactics.values():
        assert tactic.name is not None, tactic.id
        assert not tactic.name.missing, tactic.id
        assert tactic.examples is not None, tactic.id
        assert len(tactic.examples.zh) >= 2, tactic.id
        assert len(tactic.examples.en) >= 2, tactic.id
        assert len(set(tactic.examples.zh)) == len(tactic.examples.zh)
        assert len(set(tactic.examples.en)) == len(tactic.examples.en)


def test_forbidden_act_carries_a_high_risk(tactics: dict[str, Tactic]) -> None:
    """Colour alone never warns: the risk is a word in the file."""
    assert {tactics[name].risk for name in FORBIDDEN} == {"high"}


def test_lawful_tactic_is_evidence_of_some_objective(tactics: dict[str, Tactic]) -> None:
    """A tactic that shows nothing could not be reported."""
    assert [name for name in LAWFUL if not tactics[name].objectives] == []


# Standard reactions


@pytest.fixture(scope="module")
def bare(library: YamlLibrary) -> Scenario:
    """A scenario that states nothing of its own, with one card of each kind: everything comes from standard.yaml."""
    file = ScenarioFile.model_validate(
        {
            "scenario": "bare",
            "title": {"zh": "空", "en": "Bare"},
            "turns": 4,
            "debtor": {"name": {"zh": "某", "en": "Somebody"}},
            "excuses": {"some-excuse": {"start": "standing", "line": {"zh": ["没。"], "en": ["No."]}}},
            "points": {"some-point": {"start": "known"}},
            "documents": {"some-paper": {}},
            "laws": {"some-law": {}},
            "offers": {"some-offer": {}},
        },
        strict=False,
    )
    standard: Standard | None = library._shipped.standard().model
    assert standard is not None
    merged = merge(file, None, standard, library.catalogue())
    assert merged.scenario is not None, merged.faults
    return merged.scenario


def test_standard_has_an_unguarded_reaction_with_lines_for_every_tactic(bare: Scenario, library: YamlLibrary) -> None:
    """Whatever is played at whatever card in whatever position, one reaction of its own always holds, not just the
    catch-all, and the debtor says something, in two ways at least and in both languages."""
    program = Program(bare)
    assert {compiled.move.tactic for compiled in program.moves} == {one.id for one in library.catalogue().tactics}
    for compiled in program.moves:
        always = [reaction for reaction in compiled.reactions if not reaction.guard.tests]
        assert len(always) == 1, str(compiled.move)
        rule = always[0].rule
        assert getattr(rule, "tactic", None) not in ("*", ("*",)), f"{compiled.move} meets only the catch-all"
        for reaction in compiled.reactions:
            for branch in reaction.branches:
                lines = branch.outcome.say
                assert lines is not None, str(compiled.move)
                assert min(len(lines.zh), len(lines.en)) >= 2, str(compiled.move)


def test_standard_ends_with_a_catch_all(library: YamlLibrary) -> None:
    """One rule always fires, whatever tactic is added."""
    standard = library._shipped.standard().model
    assert standard is not None
    last = standard.rules[-1]
    assert last.tactic in ("*", ("*",))
    assert (last.card, last.stage, last.when) == (None, None, {})


@pytest.mark.parametrize("tactic", ["red.threat", "red.impersonate", "red.insult"])
def test_standard_ends_the_talk_on_threats_impersonation_and_insults(bare: Scenario, tactic: str) -> None:
    """The scene is over, with an ending that recovers nothing."""
    (compiled,) = [one for one in Program(bare).moves if one.move.tactic == tactic]
    (ending,) = {branch.end for reaction in compiled.reactions for branch in reaction.branches}
    assert ending is not None
    assert bare.endings[ending].recovers == 0


def test_standard_lets_the_trainee_leave_always(bare: Scenario) -> None:
    """Leaving is a lawful move of its own with an ending in standard.yaml."""
    (compiled,) = [one for one in Program(bare).moves if one.move.tactic == "end.leave"]
    assert compiled.reactions[0].branches[0].end == "left"
    assert not compiled.reactions[0].guard.tests


def test_standard_has_the_weights_of_the_page(bare: Scenario) -> None:
    """70·recovers + 20·trust/10 + 10·(1 − hostility/10) − 60·[breached] − 0.5·turns."""
    assert bare.worth.model_dump() == {"recovers": 70, "trust": 20, "calm": 10, "breach": -60, "turn": -0.5}


def test_standard_alone_never_recovers_more_than_running_out_of_turns(bare: Scenario) -> None:
    """Defaults win no money: what a scenario does not write never pays the invoice."""
    program = Program(bare)
    ends = {branch.end for one in program.moves for r in one.reactions for branch in r.branches if branch.end}
    ends |= {rule.end for rule in bare.initiative if rule.end}
    timeout = bare.endings["timeout"].recovers or 0.0
    assert all((bare.endings[end].recovers or 0.0) <= timeout for end in ends)


# Courses


def test_courses_hold_the_173_objectives(library: YamlLibrary) -> None:
    """All of the five courses, each with a statement in both languages."""
    courses = library.courses()
    assert {course.course: len(course.objective_names()) for course in courses} == COURSES
    assert sum(COURSES.values()) == 173
    for course in courses:
        assert not course.title.missing
        for module in course.modules:
            assert not module.title.missing, module.id
        for name, objective in course.objective_names().items():
            assert not objective.statement.missing, name


def test_objectives_are_called_as_in_the_digest(library: YamlLibrary) -> None:
    """By their full names: records and reports name them, so that no name may ever change."""
    digest = (Path(__file__).parent / "objectives.txt").read_text(encoding="utf-8").split()
    assert sorted(name for course in library.courses() for name in course.objective_names()) == sorted(digest)
    assert len(digest) == 173


def test_every_objective_named_anywhere_exists(library: YamlLibrary) -> None:
    """In tactics, claims, excuses, preparation and note, the personas' excuses included."""
    known = {name for course in library.courses() for name in course.objective_names()}
    named: dict[str, str] = {name: tactic.id for tactic in library.catalogue().tactics for name in tactic.objectives}
    for identity in SHIPPED_IDS:
        scenario = library.read(identity).scenario
        assert scenario is not None
        named |= dict.fromkeys(scenario.objectives, identity)
        for excuse in scenario.excuses.values():
            named |= dict.fromkeys(excuse.objectives, identity)
        for asked in (*scenario.preparation, *scenario.note):
            if asked.objective:
                named[asked.objective] = f"{identity}, {asked.id}"
    assert {name: where for name, where in named.items() if name not in known} == {}
    assert len(named) > 34


def test_scenario_belongs_to_courses_that_exist(library: YamlLibrary) -> None:
    """A scenario is listed under courses at hand."""
    known = {course.course for course in library.courses()}
    for identity in SHIPPED_IDS:
        scenario = library.read(identity).scenario
        assert scenario is not None
        assert set(scenario.courses) <= known
        assert scenario.courses
