"""What can be opened in the Studio: unsaved text, the team's scenarios, one's own, the shipped. Imports no Textual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.model.language import N_, _
from simulator.tui.lines import fit
from simulator.tui.listing import Row, matches
from simulator.tui.words import in_language, level_name, moment
from simulator.workflows.ports import on_shelf

if TYPE_CHECKING:
    from simulator.workflows.ports import Kept, Title
    from simulator.workflows.team_scenarios import Shown

STATUSES = {"draft": N_("draft"), "published": N_("published"), "retired": N_("retired")}
_STATUS = 12  # cells of the column of the status
_LEVEL = 24  # and of the level


@dataclass(frozen=True, slots=True)
class StudioListing:
    """What was found; ``titles`` are None until they have been read.

    Attributes:
        own: the ids of those that may be changed.
        team: what stands on the team's shelf.
    """

    titles: tuple[Title, ...] | None = None
    own: frozenset[str] = frozenset()
    kept: tuple[Kept, ...] = ()
    team: tuple[Shown, ...] = ()

    def rows(self, filtered: str, width: int) -> list[Row]:
        """All rows whose text has the words of the filter, each group under its heading."""
        kept = [
            Row(self._kept_row(one, width), f"kept:{at}")
            for at, one in enumerate(self.kept)
            if matches(filtered, str(one.path))
        ]
        team = [
            Row(_shown_row(one, width), f"team:{one.one.scenario}")
            for one in self.team
            if matches(filtered, *_names(one), one.one.scenario, status_name(one.one.status))
        ]
        groups = {
            _("Unsaved text from before"): kept,
            _("The team's"): team,
            _("Your own"): self._titles(filtered, width, own=True),
            _("Shipped, to look at and to copy"): self._titles(filtered, width, own=False),
        }
        rows: list[Row] = []
        for heading, group in groups.items():
            if group:
                rows += [*([Row("")] if rows else []), Row(heading), *group]
        return rows

    def _titles(self, filtered: str, width: int, own: bool) -> list[Row]:
        return [
            Row(_title_row(one, width), f"scenario:{one.id}")
            for one in self.titles or ()
            if (one.id in self.own) == own and matches(filtered, *one.title.values(), one.id, status_name(one.status))
        ]

    def _kept_row(self, kept: Kept, width: int) -> str:
        name = on_shelf(kept.path) or kept.path.parent.name
        return f"{fit(name, max(width - _LEVEL, 12))} {fit(moment(kept.at), _LEVEL - 1)}"

    def shown(self, row: str) -> Shown | None:
        """What of the team's shelf a row stands for."""
        return next((one for one in self.team if row == f"team:{one.one.scenario}"), None)

    def title(self, row: str) -> Title | None:
        """The scenario that a row stands for."""
        kind, _colon, name = row.partition(":")
        return next((one for one in self.titles or () if kind == "scenario" and one.id == name), None)

    def kept_of(self, row: str) -> Kept | None:
        """The unsaved text that a row stands for."""
        kind, _colon, name = row.partition(":")
        at = int(name) if kind == "kept" and name.isdecimal() else -1
        return self.kept[at] if 0 <= at < len(self.kept) else None

    def describe(self, row: str, filtered: str) -> str:
        """A few lines on a row, or on why there is none."""
        if self.titles is None:
            return _("Reading the scenarios …")
        if kept := self.kept_of(row):
            when = _("The Studio ended at {when} with this text unsaved.", when=moment(kept.at))
            return "\n".join((str(kept.path), when, _("Enter opens it with that text; F8 drops the text.")))
        if shown := self.shown(row):
            return _describe_shown(shown)
        title = self.title(row)
        if title is None:
            if filtered:
                return _("Nothing here has “{words}” in it. Esc clears the line.", words=filtered)
            return _("There are no scenarios. F2 begins one.")
        then = (
            _("Enter opens it.") if title.id in self.own else _("Enter shows it; F3 makes a copy that you can change.")
        )
        facts = " · ".join((title.id, level_name(title.level), status_name(title.status)))
        return "\n".join((in_language(title.summary)[0], facts, str(title.path), then))


def _names(shown: Shown) -> tuple[str, ...]:
    return tuple(shown.title.title.values()) if shown.title else ()


def _standing(shown: Shown) -> str:
    return _("published, and written on since") if shown.goes_on else status_name(shown.one.status)


def _shown_row(shown: Shown, width: int) -> str:
    name = in_language(shown.title.title)[0] if shown.title else ""
    level = level_name(shown.title.level) if shown.title else ""
    room = max(width - _STATUS - _LEVEL - 2, 12)
    status = status_name(shown.one.status) + ("*" if shown.goes_on else "")
    return f"{fit(name or shown.one.scenario, room)} {fit(level, _LEVEL)} {fit(status, _STATUS)}"


def _describe_shown(shown: Shown) -> str:
    one = shown.one
    broken = _("The text is too broken to say what it is about.")
    summary = in_language(shown.title.summary)[0] if shown.title else broken
    changed = _("changed last by {name}, {when}", name=shown.by or _("(erased)"), when=moment(one.at))
    then = _("Enter opens it, F9 changes its status, F3 makes a copy.")
    return "\n".join((summary, " · ".join((one.scenario, _standing(shown), changed)), then))


def status_name(status: str) -> str:
    """``draft``, ``published`` or ``retired``."""
    return _(STATUSES[status]) if status in STATUSES else status


def _title_row(title: Title, width: int) -> str:
    name = in_language(title.title)[0] or title.id
    room = max(width - _STATUS - _LEVEL - 2, 12)
    return f"{fit(name, room)} {fit(level_name(title.level), _LEVEL)} {fit(status_name(title.status), _STATUS)}"
