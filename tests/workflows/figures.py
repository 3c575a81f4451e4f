"""Results made by hand, as settling leaves them, with everything that a test does not speak of left ordinary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from scoring.objectives import Observation
from scoring.rubric import CURRENT
from simulator.model.record import Mode, Started
from simulator.workflows.ports import Result, Store
from simulator.workflows.rehearse import Desk

BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)
ASK, CLOSE = "small/talk.ask", "small/talk.close"


def observed(attempt: str, objective: str, credits_: Sequence[float], of_good: float | None = 0.5) -> list[Observation]:
    return [
        Observation(objective, attempt, turn, credit, "shown", f"ask.plain:{turn}", of_good)
        for turn, credit in enumerate(credits_, 1)
    ]


def result(
    desk: Desk,
    name: str,
    attempt: str,
    shown: dict[str, Sequence[float]],
    *,
    day: int = 0,
    scenario: str = "small-debt",
    total: float = 75.0,
    mode: Mode = "exam",
    evidence: bool = True,
    assignment: str | None = None,
    rubric: str = CURRENT.version,
    breaches: tuple[int, ...] = (),
) -> Result:
    """A result of a person by his name, kept in the store, with an attempt of that id in the record."""
    store = desk.store
    person, content = store.person(name), store.keep(b"{}")
    begun = BEGUN + timedelta(days=day)
    _begin(store, attempt, person, content, mode, scenario, begun)
    made = Result(
        attempt=attempt,
        rubric=rubric,
        person=person,
        scenario=scenario,
        content=content,
        mode=mode,
        language="zh",
        assignment=assignment,
        started=begun,
        ended=begun + timedelta(minutes=20),
        seconds=600.0,
        turns=5,
        total=total,
        before_gate=total,
        passed=total >= CURRENT.pass_mark,
        pass_mark=CURRENT.pass_mark,
        parts={"result": total, "tactics": total, "discovery": None, "paperwork": None},
        breaches=breaches,
        worth=50.0,
        best=90.0,
        floor=10.0,
        ending="paid",
        evidence=evidence,
        head=store.head(attempt)[1],
        observations=tuple(one for name_, credits_ in shown.items() for one in observed(attempt, name_, credits_)),
    )
    store.put_results([made])
    return made


def _begin(store: Store, attempt: str, person: str, content: str, mode: Mode, scenario: str, begun: datetime) -> None:
    if attempt in {one.attempt for one in store.attempts(person)}:
        return
    started = Started(scenario=scenario, content=content, rubric="1", person=person, mode=mode, language="zh", seed=1)
    store.begin(attempt, started, begun)
