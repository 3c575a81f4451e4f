"""Findings that come from reading a scenario: nothing has to be explored."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from simulator.engine.program import Program
from simulator.engine.proof import Finding, Path, finding, layer_of, named
from simulator.model.language import LANGUAGES, Language, _
from simulator.model.scenario import LayerName, Scenario
from simulator.model.text import Frozen, Lines, Text

_NOT_THE_SCENARIO = ("tactics", "families", "persona_name")  # the catalogue's and the persona's own words


def texts(program: Program) -> Iterator[Finding]:
    """Texts that lack a language; those of a lower layer once, where the scenario names it."""
    told: set[tuple[Path, Language]] = set()
    for path, language in _missing(program.scenario, ()):
        if path[0] in _NOT_THE_SCENARIO:
            continue
        layer, place = _placed(program.scenario, path)
        if (place, language) in told:
            continue
        told.add((place, language))
        message = _("this text is missing in {language}: add “{key}:” to it", language=language, key=language)
        if layer != "scenario":
            message = _("the {layer} lacks texts in {language}", layer=_(layer), language=language)
        yield finding("missing-language", place, message)


def _placed(scenario: Scenario, path: Path) -> tuple[LayerName, Path]:
    """The layer of a text of the merged scenario, and where it stands there."""
    section, *rest = path
    if section in ("rules", "initiative", "habits"):
        rule = getattr(scenario, str(section))[rest[0]]
        layer: LayerName = rule.layer
        place: Path = (section, rule.index, *rest[1:])
    else:
        layer = layer_of(scenario, str(section), str(rest[0]) if rest else "")
        place = path
    return layer, place if layer == "scenario" else named(layer)


def _missing(value: object, path: Path) -> Iterator[tuple[Path, Language]]:
    """The texts within that lack a language, each with the language."""
    if isinstance(value, Text | Lines):
        yield from ((path, language) for language in LANGUAGES if not getattr(value, language))
    elif isinstance(value, Frozen):
        for name in type(value).model_fields:
            yield from _missing(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _missing(item, (*path, key))
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _missing(item, (*path, i))


def law_scope(program: Program) -> Iterator[Finding]:
    """Law cards whose ``applies`` contradicts whom the law binds."""
    scenario = program.scenario
    creditor = scenario.case.creditor.size if scenario.case.creditor else None
    debtor = scenario.case.debtor_company.size if scenario.case.debtor_company else None
    if creditor is None or debtor is None:
        return
    # Regulation on Ensuring Payments to SMEs (Decree 802, in force 1 June 2025), its scope: an SME creditor, and a
    # debtor that is a large enterprise or a public body. Of the other kinds none turns on size.
    binds = creditor in ("micro", "small", "medium") and debtor in ("large", "public")
    for name, law in scenario.laws.items():
        if law.kind == "sme-ordinance" and law.applies != binds:
            layer = layer_of(scenario, "laws", name)
            message = _(
                "the SME ordinance binds a large or public debtor of a small creditor, so “{id}” needs "
                "“applies: {does}” here",
                id=name,
                does="true" if binds else "false",
            )
            yield finding("law-scope", ("laws", name, "applies") if layer == "scenario" else named(layer), message)


def secrets_read(program: Program) -> Iterator[Finding]:
    """Secrets that no guard reads: knowing them changes nothing."""
    scenario = program.scenario
    for name in scenario.secrets:
        if name not in program.facts_read:
            layer = layer_of(scenario, "secrets", name)
            message = _("no guard reads the secret “{id}”: let a rule ask for it, or drop it", id=name)
            yield finding("secret-unread", ("secrets", name) if layer == "scenario" else named(layer), message)


LOOKS: tuple[Callable[[Program], Iterator[Finding]], ...] = (texts, law_scope, secrets_read)
