"""The roster as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.model.language import _
from simulator.tui.lines import fit
from simulator.tui.listing import Row, matches

if TYPE_CHECKING:
    from simulator.workflows.people import Person, Roster

_NUMBER, _SINCE = 14, 16  # cells of the columns for staff number and days


def roster_rows(known: Roster, filtered: str, width: int) -> list[Row]:
    """Everybody who is there, under his group; whoever is in none, and whoever left, at the end."""
    here = [one for one in known.people.values() if not one.is_erased and one.left is None]
    left = [one for one in known.people.values() if not one.is_erased and one.left is not None]
    groups: list[tuple[str, list[Person]]] = [
        (name, [one for one in here if one.group == group]) for group, name in known.groups.items()
    ]
    groups.append((_("In no group"), [one for one in here if one.group not in known.groups]))
    groups.append((_("Left the house"), left))
    rows: list[Row] = []
    for name, people in groups:
        found = [one for one in people if matches(filtered, one.shown, one.number or "", one.called or "", name)]
        if found:
            heading = _("{group} ({n})", group=name, n=len(people))
            rows += [*([Row("")] if rows else []), Row(heading), *(Row(_row(one, width), one.person) for one in found)]
    return rows


def _row(one: Person, width: int) -> str:
    room = max(width - _NUMBER - _SINCE - 2, 12)
    days = _("until {day}", day=one.left) if one.left else _("since {day}", day=one.joined) if one.joined else ""
    return f"{fit(one.shown, room)} {fit(one.number or '', _NUMBER)} {fit(days, _SINCE)}"
