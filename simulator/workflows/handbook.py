"""Looking something up: tactics, excuses, pressure points, law and knowledge cards as entries, found by their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from simulator.model.case import Answer, Question, credit
from simulator.model.handbook import ExcuseEntry, Handbook, KnowledgeCard, LawEntry, PointEntry, Practice
from simulator.model.language import N_, Language, _
from simulator.model.tactics import AimableKind, Catalogue, Tactic

Kind = Literal["practice", "tactic", "excuse", "point", "law", "card"]
KIND_NAMES: Mapping[Kind, str] = {
    "practice": N_("Good practice"),
    "tactic": N_("Tactics"),
    "excuse": N_("Excuses"),
    "point": N_("Pressure points"),
    "law": N_("Law"),
    "card": N_("Knowledge"),
}
_CARDS: Mapping[AimableKind, str] = {
    "excuse": N_("excuse"),
    "point": N_("pressure point"),
    "document": N_("document"),
    "law": N_("law"),
    "offer": N_("offer"),
}
_RISKS: Mapping[str, str] = {"none": N_("none"), "low": N_("low"), "medium": N_("medium"), "high": N_("high")}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an entry: what it is about, and its lines."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to look up, in one language.

    Attributes:
        id: a tactic's, an excuse's such as ``E07``, a point's such as ``PP01``, a law's kind, or a card's.
        see: ids of other entries that belong with it.
        quiz: the questions of a knowledge card.
    """

    kind: Kind
    id: str
    title: str
    parts: tuple[Part, ...]
    see: tuple[str, ...] = ()
    quiz: tuple[Question, ...] = ()

    @property
    def text(self) -> str:
        """Everything that it says, a line each."""
        return "\n".join(line for part in self.parts for line in (part.heading, *part.lines) if line)


def entries(handbook: Handbook, catalogue: Catalogue, language: Language) -> tuple[Entry, ...]:
    """Everything there is, in the order of the kinds and of the files."""
    return (
        *(_of_practice(practice, language) for practice in handbook.practices),
        *(_of_tactic(tactic, handbook, language) for tactic in catalogue.tactics),
        *(_of_excuse(excuse, catalogue, language) for excuse in handbook.excuses),
        *(_of_point(point, catalogue, language) for point in handbook.points),
        *(_of_law(law, handbook, language) for law in handbook.laws),
        *(_of_card(card, language) for card in handbook.cards),
    )


def find(known: Sequence[Entry], words: str) -> tuple[Entry, ...]:
    """The entries that have all the words, those with them in id or title first; all of them for no words."""
    wanted = words.casefold().split()
    in_title, in_text = list[Entry](), list[Entry]()
    for entry in known:
        title = f"{entry.id} {entry.title}".casefold()
        if all(word in title for word in wanted):
            in_title.append(entry)
        elif all(word in title or word in entry.text.casefold() for word in wanted):
            in_text.append(entry)
    return (*in_title, *in_text)


def marked(quiz: Iterable[Question], answers: Mapping[str, Answer]) -> dict[str, float]:
    """How right the answers to a quiz are, 0–1 each; a question without an answer has 0."""
    return {asked.id: credit(asked, asked.answer, answers.get(asked.id)) for asked in quiz}


def _of_practice(practice: Practice, language: Language) -> Entry:
    where = tuple(dict.fromkeys(place.scenario for place in practice.trained))
    parts = (Part("", (practice.text.to(language),)), Part(_("Trained in"), where))
    return Entry("practice", practice.id, practice.name.to(language), parts)


def _of_tactic(tactic: Tactic, handbook: Handbook, language: Language) -> Entry:
    parts = list[Part]()
    if tactic.examples:
        parts.append(Part(_("Sounds like"), tuple(tactic.examples.to(language))))
    if tactic.works:
        parts.append(Part(_("Works"), (tactic.works.to(language),)))
    if tactic.backfires:
        parts.append(Part(_("Backfires"), (tactic.backfires.to(language),)))
    if tactic.takes:
        kinds = [_(_CARDS[kind]) for kind in tactic.takes]
        parts.append(Part(_("Aimed at"), (_(", ").join([*kinds, *([_("nothing")] if tactic.alone else [])]),)))
    risk = _("forbidden") if tactic.forbidden else _(_RISKS[tactic.risk])
    parts.append(Part(_("Compliance risk"), (risk,)))
    answers = tuple(excuse.id for excuse in handbook.excuses if tactic.id in excuse.answer)
    uses = tuple(point.id for point in handbook.points if tactic.id in point.tactics)
    name = tactic.name.to(language) if tactic.name else tactic.id
    return Entry("tactic", tactic.id, name, tuple(parts), (*answers, *uses))


def _of_excuse(excuse: ExcuseEntry, catalogue: Catalogue, language: Language) -> Entry:
    parts = (
        Part(_("Sounds like"), tuple(excuse.sounds.to(language))),
        Part(_("Where it is true"), (excuse.genuine.to(language),)),
        Part(_("Where it is a pretext"), (excuse.stalling.to(language),)),
        Part(_("What settles it"), (excuse.evidence.to(language),)),
        Part(_("Answer"), tuple(_tactic_names(excuse.answer, catalogue, language))),
        Part(_("Makes it worse"), (excuse.worst.to(language),)),
    )
    return Entry("excuse", excuse.id, excuse.name.to(language), parts, excuse.answer)


def _of_point(point: PointEntry, catalogue: Catalogue, language: Language) -> Entry:
    parts = [
        Part(_("How to find out"), (point.found.to(language),)),
        Part(_("Tactics that use it"), tuple(_tactic_names(point.tactics, catalogue, language))),
    ]
    if point.caution:
        parts.append(Part(_("Never"), (point.caution.to(language),)))
    return Entry("point", point.id, point.name.to(language), tuple(parts), point.tactics)


def _of_law(law: LawEntry, handbook: Handbook, language: Language) -> Entry:
    statutes = {statute.id: statute for statute in handbook.statutes}
    cited = []
    for cite in law.cites:
        if statute := statutes.get(cite.statute):
            articles = _(", ").join(cite.articles)
            where = _("{statute}, articles {articles}", statute=statute.name.to(language), articles=articles)
            cited.append(_("{where} (text of {day})", where=where, day=statute.version.isoformat()))
    parts = [
        Part("", (law.text.to(language),)),
        Part(_("Binds"), (law.binds.to(language),)),
        Part(_("Stands in"), tuple(cited)),
    ]
    if law.caution:
        parts.append(Part(_("For a lawyer to check"), (law.caution.to(language),)))
    parts.append(Part("", (_("For training only; this is not legal advice."),)))
    return Entry("law", law.id, law.name.to(language), tuple(parts))


def _of_card(card: KnowledgeCard, language: Language) -> Entry:
    return Entry("card", card.id, card.title.to(language), (Part("", (card.text.to(language),)),), (), card.quiz)


def _tactic_names(ids: Iterable[str], catalogue: Catalogue, language: Language) -> Iterator[str]:
    names = {tactic.id: tactic.name.to(language) if tactic.name else tactic.id for tactic in catalogue.tactics}
    for one in ids:
        yield f"{names[one]} ({one})" if one in names else one
