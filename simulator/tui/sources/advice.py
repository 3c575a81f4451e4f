"""What somebody would best practise next, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from simulator.model.language import _
from simulator.tui.screens.base import cancelled
from simulator.tui.source import Advised
from simulator.tui.sources.names import Names
from simulator.tui.views.progress import SIGNS, AdviceView, band_word, standing_view
from simulator.workflows.next_practice import assigned_objectives, next_practice
from simulator.workflows.profiling import Profile, profile, remembered

if TYPE_CHECKING:
    from simulator.workflows.next_practice import Aim, Suggestion


class Advice(Names):
    """What to practise next."""

    def advice(self, person: str | None) -> Iterator[Advised]:
        """As ``Source`` says. A scenario that was never looked through takes up to ten seconds, so those come last."""
        who = self.me if person is None else person
        offered = [one.id for one in self.house.library.titles() if one.status == "published"]
        read = [found for found in (self.house.library.read(name).scenario for name in offered) if found]
        known: dict[str, Profile] = {}
        for scenario in read:
            found = remembered(self.desk.solutions, scenario)
            if found is not None:
                known[scenario.id] = found
        yield Advised(self._advised(who, known), len(known), len(read))
        for scenario in read:
            if scenario.id not in known:
                known[scenario.id] = profile(self.desk.solutions, scenario, cancelled)
                yield Advised(self._advised(who, known), len(known), len(read))

    def _advised(self, person: str | None, profiles: Mapping[str, Profile]) -> tuple[AdviceView, ...]:
        if person is None or not profiles:
            return ()
        wanted = assigned_objectives(self.desk, self.courses, person, profiles)
        return tuple(
            self._advice(one, wanted is not None) for one in next_practice(self.desk, person, profiles, wanted)
        )

    def _advice(self, one: Suggestion, assigned: bool) -> AdviceView:
        why = [self._aim(aim) for aim in one.aims]
        if one.played:
            played = _("Attempts at it that are evidence: {n}.", n=one.played)
        else:
            played = _("None of your attempts at it is evidence yet.")
        asked = [_("You were assigned what asks for it.")] if assigned else []
        return AdviceView(one.scenario, self.title(one.scenario), (*why, played, *asked))

    def _aim(self, aim: Aim) -> str:
        """An objective that a scenario would tell about, and what is known of it."""
        known = self.objectives.get(aim.objective)
        standing = standing_view(aim.objective, known.number if known else 0, "", aim.mastery)
        return _(
            "{statement} ({sign} {band}; about {n} chances a talk)",
            statement=known.statement if known else aim.objective,
            sign=SIGNS[standing.band],
            band=band_word(standing.band),
            n=f"{aim.observations:.1f}",
        )
