"""What the screens show, as frozen values made from a rehearsal or its debrief. Imports no Textual.

Texts are in the attempt's language with the figures of the case filled in; the program's own words are in the current
one. A talk's view holds nothing that the trainee has not found out: no name, no count and no place of a hidden card,
and no text that the author meant for the debrief.
"""

from __future__ import annotations

from simulator.tui.views.compare import (
    CompareView,
    PairedPart,
    PairedTurn,
    compare_view,
)
from simulator.tui.views.debrief import (
    BetterView,
    CardView,
    DebriefView,
    EvidenceView,
    FormView,
    ObjectiveView,
    PartView,
    ScorecardView,
    Told,
    TurnView,
    debrief_view,
    played_debrief_view,
    rehearsal_debrief_view,
    rubric_of,
    told,
)
from simulator.tui.views.talk import (
    DebtorView,
    EndingView,
    EntryView,
    ExchangeView,
    FamilyView,
    GroupView,
    HintView,
    MenuView,
    MeterView,
    MoveView,
    TalkView,
    confirmation,
    hint_views,
    talk_view,
)
from simulator.tui.views.words import (
    Words,
    answer_words,
    channel_word,
    kind_word,
    name_word,
    part_word,
)

__all__ = [
    "BetterView",
    "CardView",
    "CompareView",
    "DebriefView",
    "DebtorView",
    "EndingView",
    "EntryView",
    "EvidenceView",
    "ExchangeView",
    "FamilyView",
    "FormView",
    "GroupView",
    "HintView",
    "MenuView",
    "MeterView",
    "MoveView",
    "ObjectiveView",
    "PairedPart",
    "PairedTurn",
    "PartView",
    "ScorecardView",
    "TalkView",
    "Told",
    "TurnView",
    "Words",
    "answer_words",
    "channel_word",
    "compare_view",
    "confirmation",
    "debrief_view",
    "hint_views",
    "kind_word",
    "name_word",
    "part_word",
    "played_debrief_view",
    "rehearsal_debrief_view",
    "rubric_of",
    "talk_view",
    "told",
]
