"""The live debtor: a ``transitions`` machine over the compiled program.

Stages and endings are the machine's states. Each way in which a rule can fire for a move is one transition with the
compiled guard as its condition, in the order in which rules are read, so the first one whose guard holds is taken.
Only functions are handed to ``transitions``, never a string from a file: it would import and call a dotted one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from transitions import EventData, Machine

from simulator.engine.chance import draw, pick, variant
from simulator.engine.program import STAGE, CompiledMove, Program, Reaction
from simulator.model.errors import IllegalMove
from simulator.model.figures import figures, fill
from simulator.model.language import Language
from simulator.model.position import LOST, Move, Position
from simulator.model.scenario import Outcome, PlacedHabit, PlacedInitiative, PlacedRule
from simulator.model.text import Lines

_ENDING = "ending/"  # keeps an ending apart from a stage of the same name


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired, with the outcome that was drawn (0 where there is no chance)."""

    rule: PlacedRule | PlacedInitiative
    chosen: int

    @property
    def outcome(self) -> Outcome:
        return self.rule.chance[self.chosen] if self.rule.chance else self.rule


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something the debtor says, before one of its variants is chosen."""

    purpose: str
    lines: Lines


@dataclass(frozen=True, slots=True)
class Step:
    """One turn: the move and the debtor's whole answer.

    Attributes:
        turn: counted from 1.
        before, after: every fact's code, in the order of ``Program.facts``; ``after`` with the ending's own effect.
        reaction: None where no rule matched, and then nothing changed.
        ending: the ending that this turn brought, None while the talk goes on.
        timed_out: the ending came from the debtor's patience, not from a rule.
    """

    turn: int
    move: Move
    before: tuple[int, ...]
    after: tuple[int, ...]
    reaction: Fired | None
    habits: tuple[PlacedHabit, ...]
    initiative: Fired | None
    utterances: tuple[Utterance, ...]
    ending: str | None
    timed_out: bool


class _State:
    """The model that the machine moves; it holds what the guards read."""

    state: str

    def __init__(self, codes: list[int]) -> None:
        self.codes = codes
        self.fired: tuple[Reaction, int] | None = None


class Debtor:
    """One debtor, live. Not to be shared between threads."""

    def __init__(self, program: Program, seed: int, given: Mapping[str, object] | None = None) -> None:
        self.program = program
        self.seed = seed
        self.turn = 0
        self.ending: str | None = None
        self._model = _State(program.start(given))
        self._machine = Machine(
            model=self._model,
            states=[*program.scenario.stages, *(_ENDING + name for name in program.endings)],
            initial=program.scenario.stages[self._model.codes[program.index[STAGE]]],
            transitions=None,
            auto_transitions=False,
            send_event=True,
        )
        self._known: set[str] = set()

    @property
    def codes(self) -> tuple[int, ...]:
        """The codes of the position now."""
        return tuple(self._model.codes)

    @property
    def position(self) -> Position:
        return self.program.position(self._model.codes)

    def legal(self) -> tuple[CompiledMove, ...]:
        """The moves that are open now; none once the talk is over."""
        return () if self.ending else self.program.legal(self._model.codes)

    def place(self, codes: Sequence[int], turn: int) -> None:
        """Puts the debtor into a position in which ``turn`` turns have been played."""
        self._model.codes = list(codes)
        self.turn, self.ending = turn, None
        self._machine.set_state(self.program.scenario.stages[codes[self.program.index[STAGE]]], self._model)

    def step(self, move: Move) -> Step:
        """Plays one turn.

        A turn that was lost (``LOST``, which no menu offers) changes nothing: no rule and no initiative, and the last
        move stays the last one. Only the turn is gone, and with the last of them the talk.

        Raises:
            IllegalMove: the position does not offer the move, or the talk is over.
        """
        if move == LOST and not self.ending:
            return self._lose()
        compiled = self.program.by_move.get(move)
        if compiled is None or compiled not in self.legal():
            raise IllegalMove(str(move), self.turn + 1, (str(one.move) for one in self.legal()))
        self.turn += 1
        model, before = self._model, tuple(self._model.codes)
        reaction = self._fire(f"{move}", compiled.reactions, "reaction")
        after = list(before)
        habits: list[PlacedHabit] = []
        if reaction:
            _change(after, reaction[0].branches[reaction[1]].effect(before))
        utterances = self._utterances(reaction, before, after, "say-reaction")
        _change(after, compiled.mark(after))
        for addition in compiled.habits:
            if addition.guard(before):
                _change(after, addition.effect(after))
                habits.append(addition.habit)
        model.codes = after
        initiative: tuple[Reaction, int] | None = None
        self.ending = self._ended()
        if not self.ending:
            settled = tuple(after)
            initiative = self._fire(f"initiative/{move.family}", compiled.initiative, "initiative")
            if initiative:
                _change(after, initiative[0].branches[initiative[1]].effect(settled))
                utterances += self._utterances(initiative, settled, after, "say-initiative")
            self.ending = self._ended()
        timed_out = self._ended_by_turns()
        if self.ending:
            _change(after, self.program.finish(self.ending, tuple(after)))
        return Step(
            turn=self.turn,
            move=move,
            before=before,
            after=tuple(int(code) for code in after),
            reaction=Fired(reaction[0].rule, reaction[1]) if reaction else None,
            habits=tuple(habits),
            initiative=Fired(initiative[0].rule, initiative[1]) if initiative else None,
            utterances=utterances,
            ending=self.ending,
            timed_out=timed_out,
        )

    def _lose(self) -> Step:
        """A turn in which nothing happens."""
        self.turn += 1
        before = tuple(int(code) for code in self._model.codes)
        after = list(before)
        timed_out = self._ended_by_turns()
        if self.ending:
            _change(after, self.program.finish(self.ending, before))
            self._model.codes = after
        return Step(self.turn, LOST, before, tuple(after), None, (), None, (), self.ending, timed_out)

    def _ended_by_turns(self) -> bool:
        """Ends the talk where no turn is left; whether it does."""
        if self.ending or self.turn < self.program.scenario.turns:
            return False
        self.ending = "timeout"
        self._machine.set_state(_ENDING + "timeout", self._model)
        return True

    def _fire(self, trigger: str, reactions: tuple[Reaction, ...], purpose: str) -> tuple[Reaction, int] | None:
        """Lets the machine take the first transition whose guard holds; the reaction and outcome that it stood for."""
        if trigger not in self._known:
            self._teach(trigger, reactions, purpose)
        self._model.fired = None
        if reactions:
            self._model.trigger(trigger)  # type: ignore[attr-defined]
        return self._model.fired

    def _teach(self, trigger: str, reactions: tuple[Reaction, ...], purpose: str) -> None:
        """Adds the transitions of one trigger, when it is first pulled."""
        stages: list[Any] = list(self.program.scenario.stages)
        for reaction in reactions:
            for index, branch in enumerate(reaction.branches):
                self._machine.add_transition(
                    trigger,
                    stages,
                    _ENDING + branch.end if branch.end else branch.outcome.to or "=",
                    conditions=self._condition(reaction, index, purpose),
                    before=self._recorder(reaction, index),
                )
        self._known.add(trigger)

    def _condition(self, reaction: Reaction, index: int, purpose: str) -> Callable[[EventData], bool]:
        weights = [branch.weight for branch in reaction.branches]

        def holds(_event: EventData) -> bool:
            if not reaction.guard(self._model.codes):
                return False
            return pick(weights, draw(self.seed, self.turn, purpose, sum(weights))) == index

        return holds

    def _recorder(self, reaction: Reaction, index: int) -> Callable[[EventData], None]:
        def record(_event: EventData) -> None:
            self._model.fired = (reaction, index)

        return record

    def _ended(self) -> str | None:
        state = str(self._model.state)
        return state.removeprefix(_ENDING) if state.startswith(_ENDING) else None

    def _utterances(
        self, fired: tuple[Reaction, int] | None, before: Sequence[int], after: Sequence[int], purpose: str
    ) -> tuple[Utterance, ...]:
        """The fired rule's line, then that of each excuse that was raised with it."""
        if fired is None:
            return ()
        said = []
        outcome = fired[0].branches[fired[1]].outcome
        if outcome.say:
            said.append(Utterance(purpose, outcome.say))
        for name, excuse in self.program.scenario.excuses.items():
            fact = self.program.index[name]
            values = self.program.facts[fact].values
            raised = values[before[fact]] == "unsaid" and values[after[fact]] == "standing"
            if raised and excuse.line and not excuse.quiet:
                said.append(Utterance(f"excuse:{name}", excuse.line))
        return tuple(said)


def spoken(
    program: Program, step: Step, seed: int, language: Language, said_last: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """What the debtor says in a turn, in one language, a line an utterance.

    Args:
        said_last: the lines of his previous answer, which he does not repeat where he has another way to say it.
    """
    known = figures(program.scenario, language)
    lines: list[str] = []
    for utterance in step.utterances:
        variants = tuple(fill(line, known) for line in utterance.lines.to(language))
        drawn = draw(seed, step.turn, utterance.purpose, len(variants))
        lines.append(variant(variants, drawn, said_last))
    return tuple(lines)


def _change(codes: list[int], changes: Mapping[int, Any]) -> None:
    for fact, code in changes.items():
        codes[fact] = int(code)
