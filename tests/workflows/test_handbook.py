"""The handbook: found by its words, complete, and true to the other files."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from pydantic import ValidationError
from shelf import SHIPPED

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.model.handbook import Handbook, KnowledgeCard
from simulator.model.language import LANGUAGES, Language
from simulator.model.text import Frozen, Lines, Text
from simulator.workflows.handbook import Entry, entries, find, marked


@pytest.fixture(scope="module")
def handbook(library: YamlLibrary) -> Handbook:
    return library.handbook()


@pytest.fixture(scope="module")
def known(library: YamlLibrary, handbook: Handbook) -> dict[Language, tuple[Entry, ...]]:
    return {one: entries(handbook, library.catalogue(), one) for one in LANGUAGES}


def card(**changes: object) -> KnowledgeCard:
    """A knowledge card with one question, and changes to that question."""
    question = {
        "id": "q",
        "kind": "one",
        "objective": "course/m.o",
        "options": {"a": "A", "b": "B"},
        "answer": "a",
        **changes,
    }
    return KnowledgeCard.model_validate(
        {"id": "c", "title": "C", "text": "Something.", "objectives": ("course/m.o",), "quiz": (question,)}
    )


def test_handbook_has_every_excuse_and_point(handbook: Handbook) -> None:
    """The 28 excuses and the 19 pressure points, each once and in order."""
    assert [one.id for one in handbook.excuses] == [f"E{number:02}" for number in range(1, 29)]
    assert [one.id for one in handbook.points] == [f"PP{number:02}" for number in range(1, 20)]


def test_ids_are_used_once(known: dict[Language, tuple[Entry, ...]]) -> None:
    """An id leads to one entry, whatever its kind."""
    ids = [entry.id for entry in known["zh"]]
    assert len(ids) == len(set(ids))


def test_tactics_that_are_named_exist(handbook: Handbook, library: YamlLibrary) -> None:
    """An excuse is answered, and a point used, by tactics of the catalogue, and never by a forbidden one."""
    lawful = {tactic.id for tactic in library.catalogue().tactics if not tactic.forbidden}
    assert {one for excuse in handbook.excuses for one in excuse.answer} <= lawful
    assert {one for point in handbook.points for one in point.tactics} <= lawful


def test_everything_is_in_both_languages(handbook: Handbook) -> None:
    """No text lacks a language."""

    def texts(value: object) -> Iterator[Text | Lines]:
        if isinstance(value, Text | Lines):
            yield value
        elif isinstance(value, Frozen):
            for name in type(value).model_fields:
                yield from texts(getattr(value, name))
        elif isinstance(value, dict):
            for one in value.values():
                yield from texts(one)
        elif isinstance(value, tuple):
            for one in value:
                yield from texts(one)

    found = list(texts(handbook))
    assert len(found) > 300
    assert [text for text in found if not (text.zh and text.en)] == []


def test_every_cited_article_stands_in_the_table_of_sources(handbook: Handbook) -> None:
    """Of the law entries."""
    assert handbook.uncited() == ()
    without = handbook.model_copy(update={"statutes": handbook.statutes[1:]})
    assert "payment-due: civil-code 577" in without.uncited()  # the check can fail


_DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_CITED = re.compile(r"第((?:[一二两三四五六七八九十百零]|\d)+)条(?:之([一二]))?")


def chinese_number(text: str) -> int:
    """一百八十八 and 188 alike."""
    if text.isdigit():
        return int(text)
    total, digit = 0, 0
    for sign in text:
        if sign in "百十":
            total += (digit or 1) * {"百": 100, "十": 10}[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit


@pytest.mark.parametrize(
    ("text", "number"), [("五百八十五", 585), ("十二", 12), ("二十", 20), ("一百零四", 104), ("九", 9), ("1024", 1024)]
)
def test_chinese_numbers_are_read(text: str, number: int) -> None:
    """As articles are numbered."""
    assert chinese_number(text) == number


def cited_in(text: str, handbook: Handbook) -> Iterator[tuple[str, str]]:
    """The articles that a Chinese text cites right after a statute's name; clauses of a contract are none."""
    names = {statute.name.zh: statute.id for statute in handbook.statutes if statute.name.zh}
    names |= {"支付条例": "sme-payment-ordinance", "条例": "sme-payment-ordinance", "破产法": "bankruptcy-law"}
    pattern = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    one = _CITED.pattern.replace("(", "(?:").replace("(?:?:", "(?:")
    for match in re.finditer(rf"({pattern})》?(?:（[^）]*）)?((?:[、和及]?{one})+)", text):
        for article in _CITED.finditer(match[2]):
            number = f"{chinese_number(article[1])}" + (f"-{chinese_number(article[2])}" if article[2] else "")
            yield names[match[1]], number


def test_citations_are_found_in_texts(handbook: Handbook) -> None:
    """With the statute that they belong to; a clause of the contract is not law."""
    text = "合同第八条约定了违约金（民法典第五百八十五条）；条例（2025年6月1日起施行）第十五条、第9条另有规定。"
    assert list(cited_in(text, handbook)) == [
        ("civil-code", "585"),
        ("sme-payment-ordinance", "15"),
        ("sme-payment-ordinance", "9"),
    ]


def test_every_article_that_a_scenario_cites_stands_in_the_table(library: YamlLibrary, handbook: Handbook) -> None:
    """The law cards and everything else that a scenario says in Chinese."""
    read = {statute.id: statute.articles for statute in handbook.statutes}
    for path in sorted(SHIPPED.glob("library/*/scenario.yaml")):
        cited = set(cited_in(path.read_text(encoding="utf-8"), handbook))
        assert [one for one in cited if one[1] not in read[one[0]]] == [], path.parent.name


def test_every_law_card_stands_for_a_law_entry(library: YamlLibrary, handbook: Handbook) -> None:
    """Its kind is a law of the handbook, and its text says something."""
    kinds = {law.id for law in handbook.laws}
    for title in library.titles():
        scenario = library.read(title.id).scenario
        assert scenario is not None
        for name, law in scenario.laws.items():
            assert law.kind in kinds, f"{title.id}: {name}"
            assert law.text is not None, f"{title.id}: {name}"


def test_find_puts_titles_before_texts(known: dict[Language, tuple[Entry, ...]]) -> None:
    """Whoever types an id or a name gets that entry first, then those that speak of it."""
    found = find(known["en"], "silence")
    assert found[0].id == "probe.silence"
    assert find(known["zh"], "承兑")[0].id == "E04"
    assert {entry.id for entry in find(known["en"], "probe.chain")} > {"probe.chain", "E07"}


def test_find_wants_every_word(known: dict[Language, tuple[Entry, ...]]) -> None:
    """All of them, in any order and case; no words give everything."""
    assert find(known["en"], "ORDER payment")[0].id == "payment-order"
    assert find(known["en"], "payment zebra") == ()
    assert find(known["en"], "  ") == known["en"]


def test_law_entry_says_whom_it_binds_and_that_it_is_no_advice(known: dict[Language, tuple[Entry, ...]]) -> None:
    """In every language, with the date of the text."""
    for language in LANGUAGES:
        (entry,) = [one for one in known[language] if one.id == "sme-ordinance"]
        assert "2025-03-17" in entry.text
        assert len(entry.parts) >= 4


def test_quiz_is_marked() -> None:
    """Each question by itself; one without an answer has nothing."""
    quiz = card().quiz
    assert marked(quiz, {"q": "a"}) == {"q": 1.0}
    assert marked(quiz, {"q": "b"}) == {"q": 0.0}
    assert marked(quiz, {}) == {"q": 0.0}


def test_every_objective_of_a_card_is_asked_for() -> None:
    """A card that names one without a question would be evidence of nothing."""
    with pytest.raises(ValidationError, match=r"course/m\.other"):
        KnowledgeCard.model_validate({**card().model_dump(), "objectives": ("course/m.o", "course/m.other")})


@pytest.mark.parametrize(
    "changes", [{"answer": "c"}, {"give": {"a-point": "known"}}, {"objective": "course/m.other"}], ids=str
)
def test_card_with_a_wrong_question_is_refused(changes: dict[str, object]) -> None:
    """An answer that is no option, facts for a talk, or an objective of another card."""
    with pytest.raises(ValidationError):
        card(**changes)
