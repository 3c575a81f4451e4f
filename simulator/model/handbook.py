"""The handbook: what a trainee can look up of excuses, pressure points, law and terms, beside the tactics."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from simulator.model.case import Question
from simulator.model.language import _
from simulator.model.tactics import Id, ObjectiveName, TacticId
from simulator.model.text import Frozen, Lines, Text

ExcuseKind = Annotated[str, StringConstraints(pattern=r"^E(0[1-9]|1\d|2[0-8])$")]
PointKind = Annotated[str, StringConstraints(pattern=r"^PP(0[1-9]|1\d)$")]
Article = Annotated[str, StringConstraints(pattern=r"^\d+(-\d+)?$")]
MoveText = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+(:[a-z0-9-]+)?$", max_length=130)]
Jurisdiction = Literal["cn", "eu", "uk", "us"]


class Statute(Frozen):
    """A law, ordinance or interpretation, in the version whose text was read."""

    id: Id
    """Its name in `cites`."""
    name: Text
    """What it is called."""
    jurisdiction: Jurisdiction
    """Where it is law: cn, eu, uk or us."""
    version: date
    """The day on which the version that was read was published or amended, as 2020-05-28."""
    articles: Annotated[tuple[Article, ...], Field(min_length=1)]
    """The articles that were read, such as "585" or "2-609"."""
    source: Text
    """Where the text was read."""


class Cite(Frozen):
    """Articles of one statute."""

    statute: Id
    """The statute's id."""
    articles: Annotated[tuple[Article, ...], Field(min_length=1)]
    """The articles."""


class LawEntry(Frozen):
    """A rule of law that can be named in a talk. Training, not legal advice."""

    id: Id
    """The `kind` of the law cards of scenarios that stand for it."""
    name: Text
    """What it is called."""
    binds: Text
    """Whom it binds, and when."""
    text: Text
    """What it says, in plain words."""
    cites: Annotated[tuple[Cite, ...], Field(min_length=1)]
    """Where it stands."""
    caution: Text | None = None
    """What a lawyer has to look at before anybody relies on it."""


class ExcuseEntry(Frozen):
    """One of the 28 excuses."""

    id: ExcuseKind
    """E01 to E28."""
    name: Text
    """What it is called."""
    sounds: Lines
    """What it sounds like."""
    genuine: Text
    """What one sees where it is true."""
    stalling: Text
    """What one sees where it is a pretext."""
    evidence: Text
    """What settles it."""
    answer: Annotated[tuple[TacticId, ...], Field(min_length=1)]
    """The tactics that answer it, in order."""
    worst: Text
    """What makes it worse."""


class PointEntry(Frozen):
    """One of the 19 pressure points."""

    id: PointKind
    """PP01 to PP19."""
    name: Text
    """What it is called."""
    found: Text
    """How it is found out."""
    tactics: Annotated[tuple[TacticId, ...], Field(min_length=1)]
    """The tactics that use it."""
    caution: Text | None = None
    """What it must never be used for."""


class KnowledgeCard(Frozen):
    """Something to know, with a short quiz."""

    id: Id
    """Its name."""
    title: Text
    """What it is called."""
    text: Text
    """What is to be known."""
    objectives: Annotated[tuple[ObjectiveName, ...], Field(min_length=1)]
    """The objectives that the quiz gives evidence of."""
    quiz: Annotated[tuple[Question, ...], Field(min_length=1)]
    """The questions."""

    @model_validator(mode="after")
    def _check(self) -> KnowledgeCard:
        for question in self.quiz:
            if question.answer is None or (fault := question.answer_fault(question.answer)):
                raise ValueError(_("question “{id}”: {fault}", id=question.id, fault=fault or _("no answer")))
            if question.give:
                raise ValueError(_("question “{id}”: a quiz gives no facts to a talk", id=question.id))
            if question.objective not in self.objectives:
                raise ValueError(_("question “{id}”: its objective is none of the card's", id=question.id))
        if unasked := set(self.objectives) - {question.objective for question in self.quiz}:
            raise ValueError(_("no question asks for {objectives}", objectives=", ".join(sorted(unasked))))
        return self


class Trained(Frozen):
    """A place where a practice is trained: a question, a field of the note, or a turn with a right and a wrong move."""

    scenario: Id
    """The scenario."""
    question: Id | None = None
    """A question of its preparation."""
    field: Id | None = None
    """A field of its note."""
    after: tuple[MoveText, ...] = ()
    """The moves before the turn, none of which is left to chance."""
    right: MoveText | None = None
    """The move as the practice has it."""
    wrong: MoveText | None = None
    """Its opposite."""

    @model_validator(mode="after")
    def _check(self) -> Trained:
        ways = (self.question is not None, self.field is not None, self.right is not None and self.wrong is not None)
        if sum(ways) != 1 or (self.right is None) != (self.wrong is None) or (self.after and not self.right):
            raise ValueError(_("give a question, or a field, or a right and a wrong move"))
        return self


class Practice(Frozen):
    """Something that good collectors do, and where it is trained."""

    id: Id
    """Its name."""
    name: Text
    """What it is called."""
    text: Text
    """Why it is done, and what its opposite does."""
    trained: Annotated[tuple[Trained, ...], Field(min_length=1)]
    """Where it is trained."""


class Handbook(Frozen):
    """`handbook/*.yaml`: each file has some of the lists, and together they are the handbook."""

    statutes: tuple[Statute, ...] = ()
    """The table of sources."""
    laws: tuple[LawEntry, ...] = ()
    """Rules of law."""
    excuses: tuple[ExcuseEntry, ...] = ()
    """The excuses."""
    points: tuple[PointEntry, ...] = ()
    """The pressure points."""
    cards: tuple[KnowledgeCard, ...] = ()
    """Knowledge cards."""
    practices: tuple[Practice, ...] = ()
    """What good collectors do."""

    def uncited(self) -> tuple[str, ...]:
        """The articles that a law entry cites and the table of sources lacks, as ``law: statute article``."""
        read = {statute.id: statute.articles for statute in self.statutes}
        return tuple(
            f"{law.id}: {cite.statute} {article}"
            for law in self.laws
            for cite in law.cites
            for article in cite.articles
            if article not in read.get(cite.statute, ())
        )


def bound(parts: Iterable[Handbook]) -> Handbook:
    """The files of the handbook as one."""
    files = tuple(parts)
    return Handbook(
        statutes=tuple(one for part in files for one in part.statutes),
        laws=tuple(one for part in files for one in part.laws),
        excuses=tuple(one for part in files for one in part.excuses),
        points=tuple(one for part in files for one in part.points),
        cards=tuple(one for part in files for one in part.cards),
        practices=tuple(one for part in files for one in part.practices),
    )
