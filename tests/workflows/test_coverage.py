"""Coverage: every objective of every course is evidenced by something."""

from __future__ import annotations

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.model.handbook import Handbook
from simulator.workflows.coverage import Evidenced, coverage


def shipped(library: YamlLibrary, handbook: Handbook | None = None) -> tuple[Evidenced, ...]:
    scenarios = [library.read(title.id).scenario for title in library.titles()]
    known = library.handbook() if handbook is None else handbook
    return coverage(library.courses(), [one for one in scenarios if one], library.catalogue(), known)


def test_every_objective_is_evidenced(library: YamlLibrary) -> None:
    """All 173, by a tactic, a scenario's forms or a knowledge card."""
    found = shipped(library)
    assert len(found) == 173
    assert [one.objective for one in found if not one.is_met] == []


def test_knowledge_only_objectives_need_their_cards(library: YamlLibrary) -> None:
    """Without the handbook some of them would be evidenced by nothing: the cards are not decoration."""
    missing = {one.objective for one in shipped(library, Handbook()) if not one.is_met}
    assert {"collection/why.virtuous-cycle", "process/trend.smart", "receivables/sm.definition"} <= missing


def test_coverage_tells_talk_preparation_and_note_apart(library: YamlLibrary) -> None:
    """A mark for each way in which a scenario has an objective, none where it has it in no way."""
    found = {one.objective: one for one in shipped(library)}
    assert found["collection/debtor.excuse-id"].marks("gearboxes-missing-signature").startswith("T")
    assert "P" in found["collection/press.contract"].marks("gearboxes-missing-signature")
    assert found["process/trend.smart"].marks("gearboxes-missing-signature") == ""
    assert "probe.chain" in found["roles/duty.assess"].tactics
