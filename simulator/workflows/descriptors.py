"""What a person who marks a talk himself holds it against: each line of the rubric, described from 0 to 100."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.model.decisions import Line
from simulator.model.language import N_

LEVELS = (0, 25, 50, 75, 100)
"""The points that are described; what lies between two of them is marked between them."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A line of the rubric in words, as messages to be translated.

    Attributes:
        title: what the line is called.
        asks: what is judged by it, and what is not.
        levels: what is seen at each of ``LEVELS``.
    """

    title: str
    asks: str
    levels: tuple[str, str, str, str, str]


DESCRIPTORS: dict[Line, Descriptor] = {
    "result": Descriptor(
        N_("Result"),
        N_("What the talk brought in, measured by what this debtor could have been brought to."),
        (
            N_("Nothing was agreed, or what was held before the talk is lost."),
            N_("A vague promise: no sum, no day, nobody who answers for it."),
            N_("A sum or a day is agreed, but it cannot be checked, or much that could be paid is left open."),
            N_("Sum and day are agreed and can be checked; a part that was within reach is missing."),
            N_("As much as this debtor can pay is agreed, with sum, day and a written trace."),
        ),
    ),
    "tactics": Descriptor(
        N_("Tactics"),
        N_("Whether each move fitted this debtor at that moment; not how many tactics were used."),
        (
            N_("The moves work against the trainee: they close the debtor or give away what was held."),
            N_("Most moves miss what the debtor has just said; the same one is repeated without effect."),
            N_("Some moves fit, some do not; chances that the debtor opened are left unused."),
            N_("Most moves fit what was said and build on one another; single ones come too early or too late."),
            N_("Every move answers what the debtor showed, in a sound order, and none is wasted."),
        ),
    ),
    "discovery": Descriptor(
        N_("Discovery"),
        N_("How much of what the debtor held back was found out: the true cause, what presses him, who decides."),
        (
            N_("Nothing was asked; the first excuse is taken as the truth."),
            N_("Questions are closed or come in passing; the true cause stays hidden."),
            N_("The cause is guessed or half found; what was said is not checked."),
            N_("The cause is found and checked; something that would have helped stays hidden."),
            N_("Everything that could be learned is found, checked and used."),
        ),
    ),
    "paperwork": Descriptor(
        N_("Paperwork"),
        N_("Preparation and note: whether the file was read rightly, and a colleague could go on from the note."),
        (
            N_("Preparation and note are empty or contradict the file."),
            N_("Sums, days or names are wrong; a colleague would be misled."),
            N_("The main figures are right; the papers needed or the next step are missing."),
            N_("Right but for small things; the next step is there."),
            N_("Every figure, paper and step is right, and the note says what was promised by whom until when."),
        ),
    ),
    "compliance": Descriptor(
        N_("Compliance"),
        N_("Whether the talk stayed lawful and fair. Threats, insults, false claims and kickbacks outweigh all else."),
        (
            N_("A forbidden act was committed: a threat, an insult, a false claim, a disclosure or a kickback."),
            N_("No forbidden act, but a statement of law or a consequence that was plainly not true."),
            N_("Close to the line: pressure that could be taken for a threat, or a rule stated too broadly."),
            N_("Lawful throughout; a statement was loose where it should have been exact."),
            N_("Lawful, true and respectful throughout; every rule cited applies and is put exactly."),
        ),
    ),
}
