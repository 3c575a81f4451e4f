"""Applications opened and closed on no screen, so that the sessions forked after them share what that leaves behind.

Parsed styles, compiled statements, texts of both languages: a session that finds them made starts with two thirds of
the work (0.14 s of a quiet processor against 0.21, measured 2026-11), and keeps no styles of its own. All of it runs
over folders that are gone afterwards, and all that it opens is closed again; the nursery looks whether a thread is
left, and a test whether anything else is.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.css.stylesheet import Stylesheet

from simulator.model import language

if TYPE_CHECKING:
    from textual.app import App
    from textual.css.model import RuleSet
    from textual.css.types import CSSLocation
    from textual.pilot import Pilot

    from simulator.adapters.settings import Theme
    from simulator.model.language import Language

_ERRANDS = 3  # Home reads the scenarios, then the record, then dates and scores what it found


class SharedStylesheet(Stylesheet):
    """Textual's, which every application parses anew, with the rules that were parsed in a rehearsal.

    A rule is never changed once it is parsed: Textual itself hands the same ones out again for the same text.
    """

    _parsed: ClassVar[dict[tuple[object, ...], list[RuleSet]]] = {}
    rehearsing: ClassVar[bool] = False

    def _parse_rules(
        self, css: str, read_from: CSSLocation, is_default_rules: bool = False, tie_breaker: int = 0, scope: str = ""
    ) -> list[RuleSet]:
        variables = hash(frozenset(self._variables.items()))
        key = (variables, css, read_from, is_default_rules, tie_breaker, scope)
        if (rules := self._parsed.get(key)) is None:
            rules = super()._parse_rules(css, read_from, is_default_rules, tie_breaker, scope)
            if self.rehearsing:
                self._parsed[key] = rules
        return rules


def share_styles(app: App[Any]) -> None:
    """Lets an application that is not running yet use the rules that were parsed before it."""
    app.stylesheet = SharedStylesheet(variables=app.get_css_variables())


def rehearse(spoken: Language, theme: Theme = "dark") -> None:
    """Opens the application at Home in one language and theme, and closes it."""
    from simulator.adapters.settings import Settings
    from simulator.bootstrap import House
    from simulator.tui.app import HuikuanApp

    with tempfile.TemporaryDirectory(prefix="huikuan-") as folder:
        place = Path(folder)
        house = House(
            Settings(
                language=spoken,
                theme=theme,
                store=str(place / "huikuan.db"),
                cache=place / "solutions",
                name="rehearsal",
                notice_read=True,
                scenarios=(),
                file=place / "settings.toml",
            )
        )
        before = language.current()
        language.use(spoken)
        try:
            app = HuikuanApp(house)
            share_styles(app)
            SharedStylesheet.rehearsing = True
            app.run(headless=True, size=(80, 24), auto_pilot=_look_round)
        finally:
            SharedStylesheet.rehearsing = False
            language.use(before)
            house.store.close()


async def _look_round(pilot: Pilot[Any]) -> None:
    for _errand in range(_ERRANDS):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    pilot.app.exit()
