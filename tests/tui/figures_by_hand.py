"""Figures made by hand, as the screens of Progress, Group and Person read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from scoring.mastery import Mastery
from simulator.model.errors import StoreLocked
from simulator.tui.source import Advised, Going, Waiting, Wish
from simulator.tui.views.group import (
    AgreementView,
    Choices,
    ColumnView,
    DeskView,
    DueView,
    HeatView,
    LackView,
    MemberView,
    ScenarioFigures,
)
from simulator.tui.views.person import CellView, LineView
from simulator.tui.views.progress import (
    AdviceView,
    CourseView,
    DecisionView,
    ModuleView,
    ProgressView,
    TalkView,
    standing_view,
)
from simulator.workflows.cells import Filters

MEETS = Mastery(0.95, "meets", 15, 12.0, 3, 2, 0.2, None)
MORE = Mastery(0.5, "more", 4, 2.5, 2, 1, None, 3)
NOT_YET = Mastery(0.1, "not-yet", 7, 1.0, 3, 2, -0.3, None)


class Cells:
    """Cells by row and column."""

    def __init__(self, cells: Mapping[tuple[int, int], Mastery]) -> None:
        self.cells = dict(cells)

    def band(self, row: int, column: int) -> str | None:
        cell = self.at(row, column)
        return cell.band if cell else None

    def n(self, row: int, column: int) -> int:
        cell = self.at(row, column)
        return cell.n if cell else 0

    def at(self, row: int, column: int) -> Mastery | None:
        return self.cells.get((row, column))


def statement(number: int) -> str:
    return f"Do what objective {number} says."


def heat(names: tuple[str, ...], cells: Mapping[tuple[int, int], Mastery], columns: int = 20) -> HeatView:
    """A course of ``columns`` objectives in modules of five."""
    met = {column for _row, column in cells}
    made = tuple(
        ColumnView(at, f"hand/m{at // 5}.o{at}", at + 1, statement(at + 1), f"Module {at // 5 + 1}", at in met)
        for at in range(columns)
    )
    return HeatView(
        "hand",
        "A course by hand",
        made,
        tuple((f"p{at}", name) for at, name in enumerate(names)),
        Cells(cells),
        max((cell.n for cell in cells.values()), default=0),
    )


def desk(
    names: tuple[str, ...] = ("Li Na", "Wang Min", "Zhao Lei"), cells: Mapping[tuple[int, int], Mastery] | None = None
) -> DeskView:
    """A group with a bit of everything."""
    given = {(0, 0): MEETS, (0, 2): NOT_YET, (1, 0): MORE} if cells is None else cells
    table = heat(names, given)
    other = HeatView(
        "other",
        "Another course",
        tuple(replace(one, observed=False) for one in table.columns[:3]),
        table.people,
        Cells({}),
    )
    return DeskView(
        people=len(names),
        attempts=9,
        withheld=4,
        choices=Choices(
            {"hand": table.title, "other": other.title}, {"north": "North"}, {"small-debt": "A small debt"}
        ),
        heats=(table, other),
        members=tuple(
            MemberView(f"p{at}", name, 3, 1, 84.0, "18 Nov", (("meets", 1), ("not-yet", 1)), 2)
            for at, name in enumerate(names)
        ),
        due=(
            DueView("appeal", "p0", "Li Na", "A small debt", "18 Nov", "He appeals on turn 3.", "a1", 3),
            DueView("rating", "p1", "Wang Min", "A small debt", attempt="a2"),
            DueView("certificate", "p0", "Li Na", "A course by hand", course="hand"),
        ),
        lacks=(
            LackView("hand/m0.o2", 3, statement(3), "A course by hand", (("not-yet", 2), ("more", 1), ("unseen", 0))),
            LackView("hand/m0.o1", 2, statement(2), "A course by hand", (("unseen", 3),)),
        ),
        scenarios=(
            ScenarioFigures(
                "small-debt",
                "A small debt",
                59.0,
                (0, 0, 1, 0, 2, 3, 1, 2, 0, 0),
                55.0,
                2,
                3,
                48.0,
                66.0,
                61.0,
                2,
                14.0,
            ),
            ScenarioFigures("untried", "Untried", None, (0,) * 10, None, 0, 0),
        ),
        agreement=(AgreementView("Tactics", 0.81, 12, 0.9), AgreementView("Result", None, 1)),
        first=48.0,
        best=66.0,
        latest=61.0,
        again=2,
        minutes=252.0,
        compliance="no forbidden act in 9 talks: the rate is 28 % at most",
        rubric="1",
    )


def progress(own: bool = True) -> ProgressView:
    """A person with a bit of everything."""
    standings = tuple(
        standing_view(f"hand/m0.o{at}", at + 1, statement(at + 1), mastery)
        for at, mastery in enumerate((MEETS, MORE, NOT_YET, None))
    )
    talks = (
        TalkView("a1", "small-debt", "A small debt", "16 Nov", "exam", 48.0, 70.0, False),
        TalkView("a2", "small-debt", "A small debt", "17 Nov", "practice", 81.0, 70.0, True, sharing=True),
    )
    mine = TalkView("a3", "small-debt", "A small debt", "18 Nov", "practice", 66.0, 70.0, False, own=True, sharing=True)
    return ProgressView(
        "p1",
        "Wang Min",
        (CourseView("hand", "A course by hand", (ModuleView("Module 1", standings),)),),
        (*talks, mine) if own else talks,
        (AdviceView("small-debt", "A small debt", ("Objective 3: not yet, 7 chances so far",)),),
        (DecisionView("Appeal", "A small debt, turn 3", "18 Nov", ("Upheld by Li Na",), "a1", 3),),
        "no forbidden act in 3 talks",
        0 if own else 1,
        "1",
    )


def line(credit: float, turn: int, attempt: str = "a1", missed: bool = False) -> LineView:
    return LineView(
        attempt, turn, "18 Nov", "A small debt", "exam", credit, "ask.plain", "Ask plainly", missed, f"turn {turn}"
    )


@dataclass
class ByHand:
    """A ``Source`` of hand-made figures that keeps what it was asked for."""

    group_view: DeskView = field(default_factory=desk)
    progress_view: ProgressView = field(default_factory=progress)
    evidence: tuple[LineView, ...] = (line(0.0, 3, missed=True), line(0.4, 2), line(1.0, 1, "a2"))
    locked: bool = False
    decided: int = 0
    asked: list[object] = field(default_factory=list)

    def progress(self, person: str | None, going: Going) -> ProgressView:
        going(1, 2)
        self.asked.append(("progress", person))
        if self.locked:
            raise StoreLocked("the store is locked")
        return self.progress_view

    def group(self, filters: Filters, going: Going) -> DeskView:
        going(1, 2)
        self.asked.append(filters)
        if self.locked:
            raise StoreLocked("the store is locked")
        return self.group_view

    def cell(self, person: str | None, objective: str, filters: Filters | None) -> CellView:
        self.asked.append((person, objective))
        number = int(objective.rpartition(".o")[2]) + 1
        return CellView(standing_view(objective, number, statement(number), NOT_YET), self.evidence)

    def version(self) -> int:
        return self.decided

    def told(self, lines: Sequence[LineView]) -> tuple[LineView, ...]:
        return tuple(
            replace(one, said=f"Said in {one.attempt} on {one.turn}", came=("No money.",), name="Mistake")
            for one in lines
        )

    def advice(self, person: str | None) -> Iterator[Advised]:
        yield Advised(self.progress_view.advice, 2, 2)

    def waiting(self, view: DeskView, going: Going) -> Waiting:
        return Waiting(self.group_view.due, {"p0": (2, 1), "p1": (1, 0)}, self.group_view.agreement)

    def pars(self, view: DeskView, going: Going) -> Mapping[str, float | None]:
        return {"untried": 51.0}

    def share(self, attempt: str, shared: bool) -> None:
        self.asked.append((attempt, shared))

    def proposed(self, wish: Wish) -> Path:
        return Path(f"/exports/huikuan-{wish.scope}.{wish.form}")

    def export(self, wish: Wish, going: Going) -> Path:
        going(1, 2)
        self.asked.append(wish)
        return wish.path or self.proposed(wish)
