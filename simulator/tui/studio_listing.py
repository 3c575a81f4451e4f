"""What can be opened in the Studio: unsaved text, one's own scenarios, the shipped ones. Imports no Textual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.model.language import N_, _
from simulator.tui.lines import fit
from simulator.tui.listing import Row, matches
from simulator.tui.words import in_language, level_name, moment

if TYPE_CHECKING:
    from simulator.workflows.ports import Kept, Title

STATUSES = {"draft": N_("draft"), "published": N_("published"), "retired": N_("retired")}
_STATUS = 12  # cells of the column of the status
_LEVEL = 24  # and of the level


@dataclass(frozen=True, slots=True)
class StudioListing:
    """What was found; ``titles`` are None until they have been read.

    Attributes:
        own: the ids of those that may be changed.
    """

    titles: tuple[Title, ...] | None = None
    own: frozenset[str] = frozenset()
    kept: tuple[Kept, ...] = ()

    def rows(self, filtered: str, width: int) -> list[Row]:
        """All rows whose text has the words of the filter, each group under its heading."""
        kept = [
            Row(self._kept_row(one, width), f"kept:{at}")
            for at, one in enumerate(self.kept)
            if matches(filtered, str(one.path))
        ]
        groups = {
            _("Unsaved text from before"): kept,
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
        return f"{fit(kept.path.parent.name, max(width - _LEVEL, 12))} {fit(moment(kept.at), _LEVEL - 1)}"

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


def status_name(status: str) -> str:
    """``draft``, ``published`` or ``retired``."""
    return _(STATUSES[status]) if status in STATUSES else status


def _title_row(title: Title, width: int) -> str:
    name = in_language(title.title)[0] or title.id
    room = max(width - _STATUS - _LEVEL - 2, 12)
    return f"{fit(name, room)} {fit(level_name(title.level), _LEVEL)} {fit(status_name(title.status), _STATUS)}"
