"""Small random scenarios that use every form of the scenario language.

``layered()`` draws the files as dictionaries, ``scenarios()`` what comes of merging them. A scenario's own names always
exist; a persona's or standard rule may name what is gone, since such a rule is trimmed or dropped. Only names that an
upper layer took away are used for that, so that a misspelt status never hides behind a missing card.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from engine.reference import DOMAINS, SECTIONS
from hypothesis import strategies as st

from simulator.model.layers import Merged, merge
from simulator.model.scenario import Persona, Scenario, ScenarioFile, Standard
from simulator.model.tactics import Catalogue

KINDS = {
    "cash": "excuse",
    "process": "excuse",
    "quality": "excuse",
    "boss": "excuse",
    "supply": "point",
    "season": "point",
    "owner": "secret",
    "audit": "secret",
    "note": "document",
    "receipt": "document",
    "ordinance": "law",
    "parts": "offer",
    "discount": "offer",
}
SECTION_OF = {kind: section for section, kind in SECTIONS.items()}
TACTICS: tuple[dict[str, Any], ...] = (
    {"id": "rapport.chat"},
    {"id": "ask.plain"},
    {"id": "probe.cause"},
    {"id": "probe.verify", "takes": ["excuse"]},
    {"id": "value.repair", "takes": ["excuse", "document"], "alone": True},
    {"id": "press.law", "takes": ["law"], "alone": True},
    {"id": "press.hold", "takes": ["point"]},
    {"id": "close.deal", "takes": ["offer"]},
    {"id": "firm.show", "takes": ["document", "point", "law"]},
    {"id": "red.threat", "forbidden": True},
    {"id": "red.disclose", "takes": ["excuse", "law"], "forbidden": True},
)
FAMILIES = tuple(dict.fromkeys(tactic["id"].split(".")[0] for tactic in TACTICS))
STAGES = ("guarded", "probing", "bargaining")
METERS = ("trust", "pressure", "hostility", "face")
STATUSES = tuple(dict.fromkeys(status for statuses in DOMAINS.values() for status in statuses))
CATCH_ALL = {"tactic": "*", "say": ["Mm.", "Go on.", "And?"]}


class Names(NamedTuple):
    """What a layer may name.

    Attributes:
        own: whether it is the scenario's own layer, where every name must exist.
    """

    own: bool
    stages: tuple[str, ...]
    meters: tuple[str, ...]
    cards: tuple[str, ...]
    endings: tuple[str, ...]


def _some(names: Sequence[str], least: int = 0, most: int = 2) -> st.SearchStrategy[list[str]]:
    if not names:
        return st.just([])
    most = min(most, len(names))
    return st.lists(st.sampled_from(names), min_size=min(least, most), max_size=most, unique=True)


def _one_or_list(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


_NUMBERS = st.integers(0, 10)


@st.composite
def meter_conditions(draw: st.DrawFn) -> str:
    """A guard on a meter, in each of the ways to write one."""
    low = draw(_NUMBERS)
    form = draw(st.sampled_from((">=", "<=", "=", ">", "<", "..", "..")))
    text = f"{low}..{draw(st.integers(low, 10))}" if form == ".." else f"{form} {low}"
    return f"not {text}" if draw(st.integers(0, 5)) == 0 else text


@st.composite
def meter_effects(draw: st.DrawFn) -> int | str:
    """An effect on a meter, in each of the ways to write one."""
    form = draw(st.sampled_from(("plain", "plain", "plain", "up", "down", "set")))
    step = draw(st.integers(1, 4))
    if form == "plain":
        return step if draw(st.booleans()) else -step
    if form == "set":
        return f"= {draw(_NUMBERS)}"
    return f"+{step} up to {draw(_NUMBERS)}" if form == "up" else f"-{step} down to {draw(_NUMBERS)}"


@st.composite
def _values(draw: st.DrawFn, domain: Sequence[str]) -> str | list[str]:
    """One value, ``not`` one, or a list."""
    chosen = draw(_some(domain, 1, 2))
    if draw(st.integers(0, 3)) == 0:
        chosen[0] = f"not {chosen[0]}"
    return _one_or_list(chosen)


def _aimable(tactic: str | list[str], cards: Sequence[str]) -> list[str]:
    patterns = [tactic] if isinstance(tactic, str) else tactic
    kinds = {
        kind
        for one in TACTICS
        for kind in one.get("takes", ())
        if any(p in ("*", one["id"], one["id"].split(".")[0] + ".*") for p in patterns)
    }
    return [card for card in cards if KINDS[card] in kinds]


@st.composite
def _whens(draw: st.DrawFn, names: Names, aimed: Sequence[str] | None) -> dict[str, Any]:
    """A guard.

    Args:
        aimed: the cards that the rule can be aimed at; None in an initiative rule.
    """
    kinds = sorted({KINDS[card] for card in aimed or ()})
    entries = [_meter_entries(names), _status_entries(names), _status_entries(names), _fixed_entries(names)]
    entries.append(_last_entries(aimed is not None))
    if kinds and (names.own or len(kinds) == 1):
        entries.append(_card_entries(names, kinds))
    return dict(draw(draw(st.sampled_from(entries))) for _ in range(draw(st.sampled_from((0, 0, 1, 1, 2)))))


@st.composite
def _meter_entries(draw: st.DrawFn, names: Names) -> tuple[str, Any]:
    return draw(st.sampled_from(names.meters)), draw(meter_conditions())


@st.composite
def _status_entries(draw: st.DrawFn, names: Names) -> tuple[str, Any]:
    card = draw(st.sampled_from(names.cards))
    return card, draw(_values(DOMAINS[KINDS[card]]))


@st.composite
def _fixed_entries(draw: st.DrawFn, names: Names) -> tuple[str, Any]:
    if draw(st.booleans()):
        return "stage", draw(_values(names.stages))
    return "conduct", draw(_values(("lawful", "breached")))


@st.composite
def _last_entries(draw: st.DrawFn, may_be_same: bool) -> tuple[str, Any]:
    if may_be_same and draw(st.booleans()):
        return "last", draw(st.sampled_from(("same", "not same", ["same", "ask"], ["same", "not press"])))
    return "last", draw(_values(("none", *FAMILIES)))


@st.composite
def _card_entries(draw: st.DrawFn, names: Names, kinds: Sequence[str]) -> tuple[str, Any]:
    sure = draw(st.sampled_from(DOMAINS[draw(st.sampled_from(kinds))]))
    form = draw(st.integers(0, 4))
    if form == 0:
        return "card", f"not {sure}"
    if form == 1 and names.own:
        other = draw(st.sampled_from([one for one in STATUSES if one != sure]))
        return "card", [sure, draw(st.sampled_from((other, f"not {other}")))]
    return "card", sure


@st.composite
def _thens(draw: st.DrawFn, names: Names, aimed: Sequence[str] = (), least: int = 0, most: int = 3) -> dict[str, Any]:
    then: dict[str, Any] = {}
    kinds = sorted({KINDS[card] for card in aimed})
    forms = ["meter", "meter", "card status", "card status", "card status"]
    if kinds and (names.own or len(kinds) == 1):
        forms += ["card", "card"]
    for _ in range(draw(st.integers(least, most))):
        match draw(st.sampled_from(forms)):
            case "meter":
                then[draw(st.sampled_from(names.meters))] = draw(meter_effects())
            case "card status":
                card = draw(st.sampled_from(names.cards))
                then[card] = draw(st.sampled_from(DOMAINS[KINDS[card]]))
            case "card":
                then["card"] = draw(st.sampled_from(DOMAINS[draw(st.sampled_from(kinds))]))
    return then


@st.composite
def _outcomes(draw: st.DrawFn, names: Names, aimed: Sequence[str], label: str) -> dict[str, Any]:
    outcome: dict[str, Any] = {}
    fate = draw(st.integers(0, 14))
    if fate > 1:
        outcome["then"] = draw(_thens(names, aimed, 1))
    if fate in (0, 2, 3, 4):
        outcome["to"] = draw(st.sampled_from(names.stages))
    if fate in (1, 2, 5):
        outcome["end"] = draw(st.sampled_from(names.endings))
    if variants := draw(st.integers(0, 3)):
        outcome["say"] = [f"{label} {i}" for i in range(variants)]
    return outcome


@st.composite
def _reactions(draw: st.DrawFn, names: Names, label: str, initiative: bool = False) -> dict[str, Any]:
    """A rule, or with ``initiative`` an initiative rule."""
    rule: dict[str, Any] = {}
    aimed: Sequence[str] = ()
    if not initiative:
        rule |= draw(_aims(names))
        aimed = _aimed(rule, names)
    if draw(st.integers(0, 3)) == 0:
        rule["stage"] = _one_or_list(draw(_some(names.stages, 1, 2)))
    if when := draw(_whens(names, None if initiative else aimed)):
        rule["when"] = when
    if draw(st.integers(0, 2)) == 0:
        rule["chance"] = [
            {"weight": draw(st.integers(1, 3)), **draw(_outcomes(names, aimed, f"{label}-{i}"))}
            for i in range(draw(st.integers(1, 3)))
        ]
        return rule
    return rule | draw(_outcomes(names, aimed, label))


@st.composite
def _aims(draw: st.DrawFn, names: Names) -> dict[str, Any]:
    """``tactic`` and perhaps ``card``."""
    ids = tuple(tactic["id"] for tactic in TACTICS)
    form = draw(st.integers(0, 9))
    tactic: str | list[str]
    if form <= 4:
        tactic = draw(st.sampled_from(ids))
    elif form <= 6:
        tactic = draw(st.sampled_from(FAMILIES)) + ".*"
    elif form <= 7:
        tactic = "*"
    else:
        tactic = [draw(st.sampled_from(FAMILIES)) + ".*", draw(st.sampled_from(ids))]
    cards = _aimable(tactic, names.cards)
    if cards and draw(st.integers(0, 2)) == 0:
        return {"tactic": tactic, "card": _one_or_list(draw(_some(cards, 1, 2)))}
    return {"tactic": tactic}


def _aimed(rule: Mapping[str, Any], names: Names) -> list[str]:
    cards = _aimable(rule["tactic"], names.cards)
    if "card" not in rule:
        return cards
    named = [rule["card"]] if isinstance(rule["card"], str) else rule["card"]
    return [card for card in cards if card in named]


@st.composite
def _habits(draw: st.DrawFn, names: Names) -> dict[str, Any]:
    habit = draw(_aims(names))
    aimed = _aimed(habit, names)
    if draw(st.integers(0, 3)) == 0:
        habit["stage"] = _one_or_list(draw(_some(names.stages, 1, 2)))
    if when := draw(_whens(names, aimed)):
        habit["when"] = when
    return habit | {"then": draw(_thens(names, aimed, 1, 2))}


@st.composite
def _cards(draw: st.DrawFn, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The sections of cards."""
    sections: dict[str, dict[str, Any]] = {}
    for name in names:
        kind = KINDS[name]
        card: dict[str, Any] = {}
        if draw(st.booleans()):
            card["start"] = draw(st.sampled_from((*DOMAINS[kind], DOMAINS[kind][1])))
        if kind == "excuse":
            if draw(st.booleans()):
                card["line"] = [f"{name} {i}" for i in range(draw(st.integers(1, 3)))]
            card["quiet"] = draw(st.integers(0, 4)) == 0
        sections.setdefault(SECTION_OF[kind], {})[name] = card
    return sections


@st.composite
def _sections(draw: st.DrawFn, names: Names, least: int, most: int, label: str) -> dict[str, Any]:
    """Rules, habits and initiative of a layer."""
    return {
        "rules": [draw(_reactions(names, f"{label}{i}")) for i in range(draw(st.integers(least, most)))],
        "habits": [draw(_habits(names)) for _ in range(draw(st.integers(0, 2)))],
        "initiative": [draw(_reactions(names, f"{label}i{i}", True)) for i in range(draw(st.integers(0, 2)))],
    }


def _defaults() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Reactions that keep a talk moving where nothing else does."""
    return st.sampled_from(
        (
            [],
            [{"tactic": "rapport.*", "then": {"trust": "+1 up to 7"}}, {"tactic": "press.*", "then": {"hostility": 1}}],
            [{"tactic": "*", "when": {"pressure": "< 5"}, "then": {"pressure": 1}, "say": "Well."}],
            [{"tactic": ["ask.*", "probe.cause"], "when": {"cash": "unsaid"}, "then": {"cash": "standing"}}],
        )
    )


@st.composite
def layered(draw: st.DrawFn) -> dict[str, dict[str, Any] | None]:
    """The files of one scenario as dictionaries: scenario, persona (or None), standard, catalogue."""
    own = [*draw(_some(("cash", "process", "quality"), 1, 2)), *draw(_some(("supply", "season"), 1, 2))]
    own += draw(_some(("owner", "note", "ordinance", "parts"), 0, 3))
    below = draw(_some(("audit", "receipt", "discount", "boss"), 0, 2))  # cards that the persona brings
    lowest = draw(_some(("cash", "note", "supply"), 0, 1))  # and the standard
    brought = list(dict.fromkeys((*below, *lowest)))
    gone = [card for card in draw(_some(brought, 0, 1)) if card not in own]
    cards = tuple(dict.fromkeys(card for card in (*own, *brought) if card not in gone))
    every = tuple(dict.fromkeys((*own, *brought)))
    stages = STAGES[: draw(st.integers(2, 3))]
    face = draw(st.booleans())
    meters = METERS if face else METERS[:3]
    endings_gone = draw(_some(("walked-out",), 0, 1))
    endings = tuple(one for one in ("timeout", "deal", "vague", "walked-out") if one not in endings_gone)
    upper = Names(True, stages, meters, cards, endings)
    lower = Names(False, STAGES, METERS, every, ("timeout", "walked-out", "deal"))

    standard: dict[str, Any] = {
        "meters": {"trust": 4, "hostility": 2},
        "stages": list(STAGES),
        "endings": {"timeout": {"recovers": 0.15}, "walked-out": {"recovers": 0.05, "then": {"trust": "= 0"}}},
        **draw(_cards(lowest)),
        **draw(_sections(lower, 0, 1, "standard")),
    }
    standard["rules"] += [*draw(_defaults()), CATCH_ALL]
    if draw(st.booleans()):
        standard["worth"] = {"recovers": 70, "turn": -0.5}
    persona: dict[str, Any] | None = None
    if draw(st.booleans()) or below:
        persona = {"persona": "hard", **draw(_cards(below)), **draw(_sections(lower, 0, 3, "persona"))}
        persona["meters"] = {"pressure": draw(_NUMBERS)}
    scenario: dict[str, Any] = {
        "scenario": "generated",
        "turns": draw(st.sampled_from((2, 3, 3, 4, 4, 5))),
        "persona": "hard" if persona else None,
        "stages": list(stages),
        "meters": {"trust": draw(_NUMBERS), **({"face": draw(_NUMBERS)} if face else {})},
        **draw(_cards(own)),
        **draw(_sections(upper, 3, 7, "scenario")),
    }
    scenario["endings"] = {
        "deal": {"recovers": draw(st.sampled_from((0.6, 0.9, 1)))},
        "vague": {"recovers": 0.2, "then": draw(_thens(upper, (), 0, 2))},
    } | dict.fromkeys(endings_gone)
    for card in gone:
        scenario.setdefault(SECTION_OF[KINDS[card]], {})[card] = None
    if draw(st.integers(0, 3)) == 0:
        scenario["worth"] = {"turn": draw(st.sampled_from((0, -2))), "breach": draw(st.sampled_from((-60, 0, 30)))}
    return {"scenario": scenario, "persona": persona, "standard": standard, "catalogue": {"tactics": TACTICS}}


def built(files: Mapping[str, dict[str, Any] | None]) -> Merged:
    """The files read as from disk, and merged."""
    persona = files["persona"]
    return merge(
        ScenarioFile.model_validate_json(json.dumps(files["scenario"])),
        Persona.model_validate_json(json.dumps(persona)) if persona else None,
        Standard.model_validate_json(json.dumps(files["standard"])),
        Catalogue.model_validate_json(json.dumps(files["catalogue"])),
    )


def resolved(files: Mapping[str, dict[str, Any] | None]) -> Scenario:
    """The merged scenario of files that have no faults."""
    merged = built(files)
    assert merged.scenario is not None, merged.faults
    return merged.scenario


def scenarios() -> st.SearchStrategy[Scenario]:
    """Scenarios with a meaning, small enough for the reference."""
    return layered().map(resolved)
