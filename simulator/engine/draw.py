"""The stage machine as text, Mermaid, DOT or SVG: stages, endings, and the rules that lead from one to another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from simulator.engine.program import Program
from simulator.model.language import Language, _
from simulator.model.scenario import PlacedInitiative, PlacedRule, Scenario

ANY = "*"  # the source of a rule that holds in every stage
NARROWEST = 24  # cells: a box with a word in it, and an arrow with another
_RULE_LINES = 2  # of rules for one arrow: all stages of a shipped scenario then fit a screen or two
_TIP = (
    '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="3" orient="auto">'
    '<path d="M0,0 L7,3 L0,6 z"/></marker></defs>'
)


@dataclass(frozen=True, slots=True)
class Edge:
    """Rules that lead from one place to another; ``labels`` are their tactics and cards, each once."""

    source: str
    target: str
    ends: bool
    labels: tuple[str, ...]


def edges(scenario: Scenario) -> tuple[Edge, ...]:
    """Every change of stage and every way to end, in file order."""
    labels: dict[tuple[str, str, bool], dict[str, None]] = {}
    rules: list[PlacedRule | PlacedInitiative] = [*scenario.rules, *scenario.initiative]
    for rule in rules:
        for outcome in rule.chance or (rule,):
            target = outcome.end or outcome.to
            if target is None:
                continue
            for source in _sources(rule):
                if outcome.end or source != target:
                    labels.setdefault((source, target, bool(outcome.end)), {})[_label(rule)] = None
    return tuple(Edge(source, target, ends, tuple(known)) for (source, target, ends), known in labels.items())


def _sources(rule: PlacedRule | PlacedInitiative) -> tuple[str, ...]:
    if rule.stage is None:
        return (ANY,)
    return (rule.stage,) if isinstance(rule.stage, str) else tuple(rule.stage)


def _label(rule: PlacedRule | PlacedInitiative) -> str:
    if not isinstance(rule, PlacedRule):
        return _("by himself")
    tactics = (rule.tactic,) if isinstance(rule.tactic, str) else rule.tactic
    cards = () if rule.card is None else (rule.card,) if isinstance(rule.card, str) else rule.card
    return " | ".join(tactics) + (": " + ", ".join(cards) if cards else "")


def mermaid(program: Program, language: Language) -> str:
    """A Mermaid state diagram."""
    scenario = program.scenario
    names = _names(scenario, language)
    lines = ["stateDiagram-v2", f"    [*] --> {_id(scenario.stages[0])}"]
    lines += [f'    state "{_quoted(names[place])}" as {_id(place)}' for place in names]
    for edge in edges(scenario):
        target = _id(edge.target, edge.ends)
        lines.append(f"    {_id(edge.source)} --> {target} : {_quoted(_short(edge.labels))}")
    lines += [f"    {_id(ending, True)} --> [*]" for ending in scenario.endings]
    return "\n".join(lines)


def graph_text(program: Program, language: Language, width: int = 80) -> str:
    """The stages as boxes, one below the other in their order, each with arrows to where its rules lead.

    An arrow names the rules that take it, as ``tactic: card``, and how many more there are; what the debtor does by
    himself is named so. An ending stands with its share of the open balance. No line is wider than ``width`` terminal
    cells, a character of Chinese being two.

    Args:
        width: in cells; what is below ``NARROWEST`` counts as that.
    """
    scenario, width = program.scenario, max(width, NARROWEST)
    names, leading = _names(scenario, language), dict[str, list[Edge]]()
    for edge in edges(scenario):
        leading.setdefault(edge.source, []).append(edge)
    lines: list[str] = []
    for place in (*scenario.stages, *((ANY,) if ANY in names else ())):
        title = names[place] if names[place] == place or place == ANY else f"{place}  {names[place]}"
        if place == scenario.stages[0]:
            title += "  " + _("(the start)")
        lines += _box(title, width, bool(leading.get(place)))
        arrows = leading.get(place, [])
        for i, edge in enumerate(arrows):
            target = f"{edge.target}  {names[f'end {edge.target}']}" if edge.ends else edge.target
            lines += _arrow(target, edge, i == len(arrows) - 1, width)
    return "\n".join(lines)


def _box(title: str, width: int, leads: bool) -> list[str]:
    inner = _cut(title, width - 4)
    bar = "─" * (cells(inner) + 2)
    return [f"┌{bar}┐", f"│ {inner} │", f"└─┬{bar[2:]}┘" if leads else f"└{bar}┘"]


def _arrow(target: str, edge: Edge, is_last: bool, width: int) -> list[str]:
    """An arrow's head line, then its rules."""
    head = ("  └" if is_last else "  ├") + ("══> " if edge.ends else "──> ")
    margin = ("   " if is_last else "  │") + "      "
    return [head + _cut(target, width - cells(head)), *(margin + line for line in _rules(edge.labels, width - 9))]


def _rules(labels: tuple[str, ...], width: int) -> Iterator[str]:
    """As many rules as fit into the lines that an arrow has, then how many more there are."""
    line, used = "", 0
    for i, label in enumerate(labels):
        more = _(" … {count} more", count=len(labels) - i) if i < len(labels) else ""
        after = _(" … {count} more", count=len(labels) - i - 1) if i + 1 < len(labels) else ""
        joined = f"{line}; {label}" if line else label
        if cells(joined) + (cells(after) if used + 1 == _RULE_LINES else 1) <= width:
            line = joined
        elif used + 1 == _RULE_LINES and line:
            yield _cut(line + more, width)
            return
        else:
            if line:
                yield line + ";"
                used += 1
            line = _cut(label, width - cells(after)) if used + 1 == _RULE_LINES else _cut(label, width - 1)
    yield line


def cells(text: str) -> int:
    """How many terminal cells a text takes: wide and full-width characters two, combining ones none."""
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cut(text: str, width: int) -> str:
    """As much of a text as fits into so many cells, its lines as one."""
    text = " ".join(text.split("\n"))
    if cells(text) <= width:
        return text
    kept, used = "", 0
    for character in text:
        used += _cells(character)
        if used > width - 1:
            break
        kept += character
    return kept + "…"


def dot(program: Program, language: Language) -> str:
    """A Graphviz graph."""
    scenario = program.scenario
    lines = ["digraph stages {", "    rankdir=LR;", "    node [shape=box, style=rounded];"]
    for place, name in _names(scenario, language).items():
        shape = ", shape=doublecircle" if place.startswith("end ") else ""
        lines.append(f'    "{place}" [label="{_quoted(name)}"{shape}];')
    for edge in edges(scenario):
        target = f"end {edge.target}" if edge.ends else edge.target
        lines.append(f'    "{edge.source}" -> "{target}" [label="{_quoted(_short(edge.labels))}"];')
    return "\n".join([*lines, "}"])


def svg(program: Program, language: Language) -> str:
    """A self-contained SVG picture: stages in a column on the left, endings on the right."""
    scenario = program.scenario
    names = _names(scenario, language)
    left = [place for place in names if not place.startswith("end ")]
    right = [place for place in names if place.startswith("end ")]
    height = 40 + 90 * max(len(left), len(right))
    at = {place: (150.0, 60.0 + 90 * row) for row, place in enumerate(left)}
    at |= {place: (750.0, 60.0 + 90 * row) for row, place in enumerate(right)}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 {height}" font-family="sans-serif" font-size="12">',
        _TIP,
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    parts += [part for number, edge in enumerate(edges(scenario)) for part in _svg_edge(edge, at, number)]
    for place, (x, y) in at.items():
        round_ends = 20 if place.startswith("end ") else 6
        parts.append(
            f'<rect x="{x - 110}" y="{y - 20}" width="220" height="40" rx="{round_ends}" fill="#eef" stroke="#335"/>'
            f'<text x="{x}" y="{y + 4}" text-anchor="middle">{escape(names[place])}</text>'
        )
    return "\n".join([*parts, "</svg>"])


def _svg_edge(edge: Edge, at: dict[str, tuple[float, float]], number: int) -> Iterable[str]:
    x1, y1 = at[edge.source]
    x2, y2 = at[f"end {edge.target}" if edge.ends else edge.target]
    if edge.ends:
        path = f"M{x1 + 110},{y1} C{x1 + 250},{y1} {x2 - 250},{y2} {x2 - 112},{y2}"
    else:
        bulge = 60 + 12 * (number % 4)
        path = f"M{x1 - 110},{y1} C{x1 - 110 - bulge},{y1} {x2 - 110 - bulge},{y2} {x2 - 112},{y2}"
    title = escape("\n".join(edge.labels))
    yield f'<path d="{path}" fill="none" stroke="#557" marker-end="url(#tip)"><title>{title}</title></path>'


def _names(scenario: Scenario, language: Language) -> dict[str, str]:
    """What each place is called: stages by id, then the any-stage where a rule needs it, then ``end <id>``."""
    names = {stage: _named(scenario, stage, language) for stage in scenario.stages}
    if any(edge.source == ANY for edge in edges(scenario)):
        names[ANY] = _("any stage")
    for ending, what in scenario.endings.items():
        share = f"{100 * (what.recovers or 0):.0f} %"
        names[f"end {ending}"] = f"{what.name.to(language) if what.name else ending} ({share})"
    return names


def _named(scenario: Scenario, stage: str, language: Language) -> str:
    return scenario.names[stage].to(language) if stage in scenario.names else stage


def _id(place: str, ends: bool = False) -> str:
    name = f"end_{place}" if ends else place
    return "any" if name == ANY else name.replace("-", "_").replace(" ", "_")


def _short(labels: tuple[str, ...], most: int = 4) -> str:
    return "; ".join(labels[:most]) + (" …" if len(labels) > most else "")


def _quoted(text: str) -> str:
    return text.replace('"', "'").replace("\n", " ").replace(":", "：").replace(";", ",")
