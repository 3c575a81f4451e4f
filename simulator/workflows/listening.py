"""What the trainee meant: from a typed line and what is on the table to one of the moves, a question, or nothing.

The words choose among moves that are open and do nothing else: whatever is typed, the talk goes on from the same
position as if the move had been picked from the menu.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from simulator.engine.chance import draw
from simulator.model.figures import figures, fill, open_amount
from simulator.model.language import LANGUAGES, N_, Language, translator
from simulator.model.position import Move
from simulator.model.record import Mode
from simulator.workflows.ports import Figures, Listener

if TYPE_CHECKING:
    from simulator.engine.program import CompiledMove
    from simulator.model.scenario import Part, Scenario

NONE = "none"
Outcome = Literal["move", "ask", "acts", "forbidden", "nothing"]

FILLERS = (
    N_("Sorry, I didn't quite follow. What do you mean?"),
    N_("Hm? Say that again?"),
    N_("I'm not sure what you're getting at."),
    N_("Right… and?"),
    N_("Well, anyway. You were saying?"),
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where one thing is done rather than another; confidences are 0–1.

    Attributes:
        play: from here a reading is played without asking. Of another writer's lines nine in ten and more are right
            above it, which is the measure that the coverage is stated at (README of ``adapters/listen``).
        nothing: from here a line is taken for no tactic. Even odds: asking back costs the trainee no turn, and neither
            does being told that one was not understood.
        forbidden: from here a forbidden act is held against a line at all. Low, since a threat missed is worse than a
            question too many: in cross-validation among the families' examples 96 % of the forbidden lines are above it
            in Chinese, 94 % in English.
        sure: above it a forbidden act counts in an exam; below it a person looks at it later (decided with the issue).
        act: from here a sentence of its own makes a second act of a line. High: most lines of two sentences do one
            thing.
        closed: what is left of the chance of a tactic that is not open, against the open ones: people mostly say what
            fits, but what was clearly said is not to be turned into something else.
        fillers: lines that were nothing, in a row, of which the last one costs an exam's turn (decided with the issue).
        choices: readings that are offered when asking back (decided with the issue).
    """

    play: float = 0.6
    nothing: float = 0.5
    forbidden: float = 0.09
    sure: float = 0.9
    act: float = 0.8
    closed: float = 0.2
    fillers: int = 3
    choices: int = 3


THRESHOLDS = Thresholds()
_SAME = 0.8  # of a line's pieces in one line of the debtor: it is copied, not said; mirroring adds words of one's own
_PIECE = 4  # characters; three Chinese words or one English one seldom stand in two lines by chance
_RECENT = 1.0  # what was said last is as likely meant as a card that one word points to
_BARE = 0.1  # a card that no word points to, against one that a word points to
_MONTH = 30.0  # days that weigh as much as the whole balance when offers are compared
_MISSING = 0.5  # a part too many or too few, in the same measure
_SENTENCE = re.compile(r"(?<=[。！？!?；;\n…])\s*|(?<=[a-z\d)]\.)\s+", re.IGNORECASE)
# Disowning an act: "I would never call you", "nobody is accusing you". A bare "not" is no sign: threats are full of it.
_DISOWNED = re.compile(
    r"\b(?:i|we|nobody|no one|none of us)(?:['’](?:d|m|re|ve|ll)| would| will| wo| do| did| am| are| have| is| ca)?"
    r"(?:n['’]t| not| never)?(?: here| going| trying| meaning| wanting)?(?: to)?"
    r" (?:call|say|tell|accus|threaten|blam|insult|suggest|imply|ring|phone|mean)(?:ing|e|es|s)?\b"
    r"|\b(?:nobody|no one)(?:['’]s| is| will| would)(?: going to)? (?:turn|come|hurt|touch|visit)"
    r"|\b(?:you|u|ur)(?:['’]re| are)? ?(?:aren['’]?t|not|no)(?: an?| the| like| like the)? "
    r"(?:idiot|stupid|liar|fool|crook|thie|cheat|dishonest)"
    r"|\b(?:must|should|need|do)(?:n['’]t| not)(?: be| feel)? (?:ashamed|afraid|embarrassed|worr|scared)"
    r"|[绝决并]不(?:是|会|想)|从[不没未]|不会(?:骂|威胁|恐吓|打|去你|去您)|不是(?:要|想|说)|没想|没有要|不打算",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"n['’]t\b|\b(?:not|never|no|nobody|no one|none|arent)\b|[不没未]", re.IGNORECASE)
_WORD = re.compile(r"[a-z]{3,}|\d+")
_HAN = re.compile("[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Table:
    """What is on the table when a line is typed.

    Attributes:
        legal: the moves that are open.
        forbidden: the ids of tactics that are forbidden acts.
        words: the scenario's own words for each card, in both languages.
        offers: the parts of each offer.
        balance: the open balance, in the case's currency.
        today: the day of the talk.
        recent: cards that the debtor raised last, the latest first.
        debtor: lines that the debtor may say.
    """

    legal: tuple[Move, ...]
    forbidden: frozenset[str] = frozenset()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    offers: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    balance: float = 0.0
    today: date | None = None
    recent: tuple[str, ...] = ()
    debtor: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """A move and how sure it is that the line meant it, 0–1."""

    move: Move
    confidence: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What a line was taken for.

    Attributes:
        outcome: ``move`` is to be played; ``ask`` back with the choices; ``acts``: the line does two things, and one of
            the choices is to be picked; ``forbidden``: to be confirmed before it is played; ``nothing``: a filler.
        ranked: the open moves, the likeliest first; empty for nothing.
        move: what is played; None while it is open.
        choices: what is offered for picking; none for a move and for nothing.
        marked: a forbidden act that a person is to look at after the exam.
        costs_turn: the line was nothing once too often.
        closed: the tactic that the line most likely was, where no move of it is open; the choices are the next best.
        figures: the figures of the line.
        offer: the offer of the file that is nearest to the figures, to be shown before it is sent.
    """

    outcome: Outcome
    ranked: tuple[Ranked, ...] = ()
    move: Move | None = None
    choices: tuple[Move, ...] = ()
    marked: Move | None = None
    costs_turn: bool = False
    closed: str | None = None
    figures: Figures = field(default_factory=Figures)
    offer: str | None = None


def table(scenario: Scenario, legal: Iterable[CompiledMove], recent: Iterable[str] = ()) -> Table:
    """What a scenario has on the table.

    Args:
        legal: the moves that are open in the position.
        recent: cards that the debtor raised last, the latest first.
    """
    known = {language: figures(scenario, language) for language in LANGUAGES}
    return Table(
        legal=tuple(one.move for one in legal),
        forbidden=frozenset(tactic.id for tactic in scenario.tactics if tactic.forbidden),
        words={card: tuple(_words(scenario, card, known)) for card in scenario.card_kinds()},
        offers={name: offer.parts for name, offer in scenario.offers.items()},
        balance=open_amount(scenario),
        today=scenario.case.today,
        recent=tuple(recent),
        debtor=tuple(_debtor_lines(scenario)),
    )


def listen(
    text: str, at: Table, listener: Listener, mode: Mode, fillers: int = 0, thresholds: Thresholds = THRESHOLDS
) -> Heard:
    """What a line means at this table.

    Args:
        fillers: how many lines just before were nothing, in a row.
    """
    if _is_copied(text, at.debtor):
        return _nothing(mode, fillers, thresholds)
    chances, said = listener.chances(text), listener.figures(text, at.today)
    ranked = _rank(text, chances, at, said, thresholds)
    idle = not ranked or chances.get(NONE, 0.0) >= thresholds.nothing
    line = _Line(text, ranked, idle, listener, mode, fillers, thresholds)
    forbidden = _forbidden(chances, at)
    if forbidden and forbidden.confidence >= thresholds.forbidden:
        heard = _heard_forbidden(line, forbidden)
    elif line.idle:
        return _nothing(mode, fillers, thresholds)
    else:
        heard = _heard_lawful(line)
    meant = {move.card for move in (heard.move, *heard.choices) if move}
    offer = nearest_offer(said, at) if meant & set(at.offers) else None
    return replace(heard, closed=_closed(chances, at, thresholds), figures=said, offer=offer)


def readings(text: str, at: Table, listener: Listener, thresholds: Thresholds = THRESHOLDS) -> tuple[Ranked, ...]:
    """What a line may be at this table, forbidden acts too, the likeliest first; empty where it is nothing."""
    chances = listener.chances(text)
    if chances.get(NONE, 0.0) >= thresholds.nothing or _is_copied(text, at.debtor):
        return ()
    lawful = _rank(text, chances, at, listener.figures(text, at.today), thresholds)
    forbidden = (Ranked(move, chances.get(move.tactic, 0.0)) for move in at.legal if move.tactic in at.forbidden)
    return tuple(sorted((*lawful, *forbidden), key=lambda one: (-one.confidence, str(one.move))))


def filler(language: Language, seed: int, turn: int, number: int = 0) -> str:
    """What the debtor says to a line that was nothing: something human, and nothing that moves the talk.

    Args:
        number: how many such lines the turn had before; he does not say the same again.
    """
    first = draw(seed, turn, "filler", len(FILLERS))
    return translator(language)(FILLERS[(first + number) % len(FILLERS)])


def nearest_offer(said: Figures, at: Table) -> str | None:
    """The open offer that is nearest to the figures of a line; None without figures or without offers."""
    open_now = {move.card for move in at.legal}
    distances = {name: _distance(said, parts, at.balance) for name, parts in at.offers.items() if name in open_now}
    if not distances or not (said.sums or said.shares or said.days):
        return None
    return min(distances, key=lambda name: distances[name])


# Outcomes


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with its open lawful readings, and what it takes to decide on them.

    Attributes:
        idle: it is none of them.
    """

    text: str
    ranked: tuple[Ranked, ...]
    idle: bool
    listener: Listener
    mode: Mode
    fillers: int
    thresholds: Thresholds


def _heard_lawful(line: _Line) -> Heard:
    ranked, thresholds = line.ranked, line.thresholds
    acts = _acts(line)
    if len(acts) > 1:
        return Heard("move", ranked, acts[0]) if line.mode == "exam" else Heard("acts", ranked, choices=acts)
    if ranked[0].confidence >= thresholds.play:
        return Heard("move", ranked, ranked[0].move)
    return Heard("ask", ranked, choices=tuple(one.move for one in ranked[: thresholds.choices]))


def _heard_forbidden(line: _Line, forbidden: Ranked) -> Heard:
    """What comes of a line that may be a forbidden act, which wins over whatever else the line does.

    In practice it is confirmed first. In an exam it counts where it is sure; else the line counts as what it is
    besides, and is marked. A line that disowns an act is never sure: "I would never call you dishonest" reads like
    the act itself, and a person has to say which it is.
    """
    ranked = tuple(sorted((*line.ranked, forbidden), key=lambda one: -one.confidence))
    if line.mode == "practice":
        lawful = tuple(one.move for one in line.ranked[: line.thresholds.choices - 1])
        return Heard("forbidden", ranked, choices=(forbidden.move, *lawful))
    if forbidden.confidence > line.thresholds.sure and not _disowns(line.text):
        return Heard("move", ranked, forbidden.move)
    if line.idle:
        return replace(_nothing(line.mode, line.fillers, line.thresholds), marked=forbidden.move)
    return replace(_heard_lawful(line), marked=forbidden.move)


def _disowns(text: str) -> bool:
    """Whether somebody says that he does not do what the line speaks of."""
    found = _DISOWNED.search(text)
    return found is not None and _NEGATED.search(found[0]) is not None


def _nothing(mode: Mode, fillers: int, thresholds: Thresholds) -> Heard:
    return Heard("nothing", costs_turn=mode == "exam" and fillers + 1 >= thresholds.fillers)


# Ranking


def _rank(
    text: str, chances: Mapping[str, float], at: Table, said: Figures, thresholds: Thresholds
) -> tuple[Ranked, ...]:
    """The open lawful moves, the likeliest first."""
    cards: dict[str, list[Move]] = {}
    for move in at.legal:
        if move.tactic not in at.forbidden and chances.get(move.tactic, 0.0) > 0:
            cards.setdefault(move.tactic, []).append(move)
    shut = sum(chance for name, chance in chances.items() if name not in cards and name != NONE)
    shut -= sum(chances.get(name, 0.0) for name in at.forbidden)
    whole = 1.0 - (1.0 - thresholds.closed) * max(shut, 0.0)
    found = [
        Ranked(move, chances[tactic] / whole * share)
        for tactic, moves in cards.items()
        for move, share in _shares(text, moves, at, said)
    ]
    return tuple(sorted(found, key=lambda one: (-one.confidence, str(one.move))))


def _closed(chances: Mapping[str, float], at: Table, thresholds: Thresholds) -> str | None:
    """The tactic that a line surely was, if no move of it is open."""
    likeliest = max(chances, key=lambda name: chances[name])
    is_open = likeliest == NONE or any(move.tactic == likeliest for move in at.legal)
    return None if is_open or chances[likeliest] < thresholds.play else likeliest


def _forbidden(chances: Mapping[str, float], at: Table) -> Ranked | None:
    """The likeliest forbidden act that is open, with the chance of any of them."""
    open_ones = [move for move in at.legal if move.tactic in at.forbidden]
    if not open_ones:
        return None
    likeliest = max(open_ones, key=lambda move: chances.get(move.tactic, 0.0))
    return Ranked(likeliest, sum(chances.get(name, 0.0) for name in at.forbidden))


def _acts(line: _Line) -> tuple[Move, ...]:
    """The lawful moves that the sentences of a line make, in the order in which they are spoken; each once."""
    sentences = [one for one in _SENTENCE.split(line.text) if one and one.strip()]
    if len(sentences) == 1:
        return ()
    best = {one.move.tactic: one.move for one in reversed(line.ranked)}
    found: dict[str, Move] = {}
    for sentence in sentences:
        chances = line.listener.chances(sentence)
        tactic = max(chances, key=lambda name: chances[name])
        if tactic in best and chances[tactic] >= line.thresholds.act:
            found.setdefault(tactic, best[tactic])
    return tuple(found.values())


# Cards


def _shares(text: str, moves: Sequence[Move], at: Table, said: Figures) -> list[tuple[Move, float]]:
    """How the chance of a tactic is shared among the cards that it can be aimed at."""
    if len(moves) == 1:
        return [(moves[0], 1.0)]
    weights = [_BARE + _pull(text, move, moves, at, said) for move in moves]
    total = sum(weights)
    return [(move, weight / total) for move, weight in zip(moves, weights, strict=True)]


def _pull(text: str, move: Move, moves: Sequence[Move], at: Table, said: Figures) -> float:
    """How strongly words, figures and what was said last point to a card; 0 for no card."""
    if move.card is None:
        return 0.0
    if move.card in at.offers and (said.sums or said.shares or said.days):
        return 4.0 * math.exp(-4.0 * _distance(said, at.offers[move.card], at.balance))
    pieces = _pieces(text)
    others = [_pieces(" ".join(at.words.get(one.card, ()))) for one in moves if one.card]
    own = _pieces(" ".join(at.words.get(move.card, ())))
    found = sum(1.0 / sum(piece in other for other in others) for piece in pieces & own)
    spread = found / math.sqrt(1.0 + len(own) / 20)  # long texts have more words to hit by chance
    return spread + (_RECENT if at.recent[:1] == (move.card,) else 0.0)


def _pieces(text: str) -> frozenset[str]:
    """Words of English and pairs of characters of Chinese."""
    plain = text.casefold()
    pairs = (run[i : i + 2] for run in _HAN.findall(plain) for i in range(len(run) - 1))
    return frozenset((*_WORD.findall(plain), *pairs))


def _distance(said: Figures, parts: Sequence[Part], balance: float) -> float:
    """How far what was said is from an offer; 1 is the whole balance, or a month, in each part."""
    money = [
        one.value if one.kind == "share" else one.value / balance if balance else 0.0
        for one in said.said
        if one.kind != "days"
    ]
    days = list(said.days)
    planned = sorted(parts, key=lambda part: part.days)
    apart = [
        (abs(share - part.percent / 100) if share is not None else 0.0)
        + (min(abs(day - part.days) / _MONTH, 1.0) if day is not None else 0.0)
        for share, day, part in _beside(money, days, planned)
    ]
    count = max(len(money), len(days))
    missing = abs(len(planned) - count) if count > 1 else max(len(planned) - 2, 0)
    return sum(apart) / max(len(apart), 1) + _MISSING * missing


def _beside(
    money: Sequence[float], days: Sequence[int], parts: Sequence[Part]
) -> list[tuple[float | None, int | None, Part]]:
    rows = zip_longest(money[: len(parts)], days[: len(parts)], parts)
    return [(share, day, part) for share, day, part in rows if part and (share is not None or day is not None)]


# The debtor's own words


def _is_copied(text: str, lines: Iterable[str]) -> bool:
    """Whether a line repeats one of the debtor's, but for a few characters."""
    own = _runs(text)
    return len(own) > _PIECE and any(len(own & _runs(line)) >= _SAME * len(own) for line in lines)


def _runs(text: str) -> frozenset[str]:
    plain = "".join(sign for sign in text.casefold() if sign.isalnum())
    return frozenset(plain[i : i + _PIECE] for i in range(len(plain) - _PIECE + 1))


def _debtor_lines(scenario: Scenario) -> Iterable[str]:
    known = {language: figures(scenario, language) for language in LANGUAGES}
    spoken = [excuse.line for excuse in scenario.excuses.values()]
    for rule in (*scenario.rules, *scenario.initiative):
        spoken += [rule.say]
        spoken += [chance.say for chance in rule.chance]
    for lines in spoken:
        if lines:
            yield from (fill(line, known["zh"]) for line in lines.zh)
            yield from (fill(line, known["en"]) for line in lines.en)


def _words(scenario: Scenario, card: str, known: Mapping[Language, Mapping[str, str]]) -> Iterable[str]:
    found = scenario.card(card)
    line = scenario.excuses[card].line if card in scenario.excuses else None
    for language in LANGUAGES:
        for text in (found.name, found.text):
            if text and getattr(text, language):
                yield fill(getattr(text, language), known[language])
        if line:
            yield from (fill(one, known[language]) for one in getattr(line, language))
