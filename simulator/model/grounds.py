"""The short lists that decisions are made from, light enough for the command line to offer them."""

from __future__ import annotations

from typing import Literal, get_args

from simulator.model.language import N_

# Why something was decided otherwise. They stand in records: a new one may be added, none renamed.
Reason = Literal["misheard", "scenario-fault", "law-misapplied", "technical-fault", "duplicate", "other"]
REASONS: dict[Reason, str] = {
    "misheard": N_("misheard line"),
    "scenario-fault": N_("fault in the scenario"),
    "law-misapplied": N_("law misapplied"),
    "technical-fault": N_("technical fault"),
    "duplicate": N_("duplicate"),
    "other": N_("other"),
}
# Why a certificate was revoked; likewise.
RevokedFor = Literal["breach", "mistake", "evidence", "left", "other"]
REVOKED_FOR: dict[RevokedFor, str] = {
    "breach": N_("forbidden act"),
    "mistake": N_("issued by mistake"),
    "evidence": N_("its evidence no longer stands"),
    "left": N_("left the house"),
    "other": N_("other"),
}
What = Literal["name", "breach", "total"]
"""What can be overruled: the name of a turn's move, whether it was a breach, or the attempt's total."""
Line = Literal["result", "tactics", "discovery", "paperwork", "compliance"]
LINES: tuple[Line, ...] = get_args(Line)
"""The lines of the rubric that people rate by: the parts of the scorecard, and compliance."""
