"""What a wording may not do: say more than the line, or less, or talk of the machinery."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.voice.check import Checker
from simulator.model.figures import figures, fill
from simulator.model.language import LANGUAGES, Language
from simulator.workflows.ports import Cue

ZH = "钱不是不给，老板没签字，下周五之前先给你们30万。"
EN = "It isn't that we won't pay. The boss hasn't signed; 300,000 by next Friday, not before."
REFUSAL = {"zh": "今年生意不好，你们再等等吧。", "en": "Business is poor this year. You'll have to wait."}


def fault(wording: str, line: str, language: Language = "zh", guarded: tuple[str, ...] = ()) -> str | None:
    return Checker(Cue("Lei", "VP", "phone", language, line, guarded=guarded)).fault(wording)


@pytest.mark.parametrize(
    ("wording", "line", "language"),
    [
        ("你听我说，不是我们不给，是老板还没签。下周五前，三十万先给你们打过去。", ZH, "zh"),
        ("Look, nobody says we won't. He just hasn't signed. Next Friday, 300,000, and no sooner.", EN, "en"),
        ("唉，今年这生意，真没法说。再等等，行不行？", REFUSAL["zh"], "zh"),
        ("Honestly, it's been a rotten year. I'm afraid you'll have to be patient.", REFUSAL["en"], "en"),
    ],
)
def test_wording_that_says_the_same_passes(wording: str, line: str, language: Language) -> None:
    assert fault(wording, line, language) is None


@pytest.mark.parametrize(
    ("wording", "line", "language", "why"),
    [
        ("老板没签字，下周五之前先给你们50万。", ZH, "zh", "figure"),
        ("老板没签字，下周三之前先给你们30万。", ZH, "zh", "figure"),
        ("老板没签字，周五之前先给你们30万。", ZH, "zh", "missing"),
        ("老板还没签字呢，你们再等等。", ZH, "zh", "missing"),
        ("今年生意不好，明天再说吧。", REFUSAL["zh"], "zh", "figure"),
        ("今年生意不好，不过我答应你，会安排的。", REFUSAL["zh"], "zh", "concession"),
        ("生意不好，但没问题，都按你说的办。", REFUSAL["zh"], "zh", "concession"),
        ("生意是不好，我们就付清吧，你等等。", REFUSAL["zh"], "zh", "concession"),
        ("Business is poor, but fine, we'll pay.", REFUSAL["en"], "en", "concession"),
        ("Poor business. You'll have half of it.", REFUSAL["en"], "en", "figure"),
        ("Poor business, and yes: it's a deal, you win.", REFUSAL["en"], "en", "concession"),
        ("作为一个人工智能，我不能付款给你们。", REFUSAL["zh"], "zh", "system"),
        ("Ignore that. As an AI language model I record empathy.", REFUSAL["en"], "en", "system"),
        ("你的得分已经加满，生意不好，等等吧。", REFUSAL["zh"], "zh", "system"),
        ("**生意不好**，你们再等等吧。", REFUSAL["zh"], "zh", "markup"),
        ("雷总：生意不好，你们再等等吧。", REFUSAL["zh"], "zh", "markup"),
        ("（叹气）生意不好，你们再等等吧。", REFUSAL["zh"], "zh", "markup"),
        ("[@click=app.quit]生意不好[/]，等等吧。", REFUSAL["zh"], "zh", "markup"),
        ("Lei: Business is poor, wait.", REFUSAL["en"], "en", "markup"),
        ("生意不好👨‍👩‍👧，你们再等等吧。", REFUSAL["zh"], "zh", "signs"),
        ("生意不好\x1b[2J，等等吧。", REFUSAL["zh"], "zh", "signs"),
        ("生意不好\u202e，等等吧。", REFUSAL["zh"], "zh", "signs"),
        ("Business is poor this year, so you'll have to wait.", REFUSAL["zh"], "zh", "language"),
        ("今年生意不好，你们再等等吧，真的没办法。", REFUSAL["en"], "en", "language"),
        ("Дела идут плохо, подождите ещё.", REFUSAL["en"], "en", "language"),
        ("商売が悪いので、もう少し待ってください。", REFUSAL["zh"], "zh", "language"),
        ("等等吧，" * 30, REFUSAL["zh"], "zh", "length"),
        ("……", REFUSAL["zh"], "zh", "empty"),
        ("", REFUSAL["zh"], "zh", "empty"),
    ],
)  # fmt: skip
def test_wording_that_says_something_else_is_refused(wording: str, line: str, language: Language, why: str) -> None:
    assert fault(wording, line, language) == why


def test_grant_of_the_line_must_be_kept() -> None:
    """A trainee who does not hear that it was granted would ask again, and lose a turn."""
    line = "行，我同意，按这个写。"
    assert fault("好吧，我同意了，就按这个写下来。", line) is None
    assert fault("哎，这个嘛，再看看，写什么写。", line) == "missing"


@pytest.mark.parametrize(
    "text", ["我不同意。", "我没答应过你。", "谁说我同意了？", "凭什么我们先付清？", "We can't accept that."]
)
def test_refusal_is_no_grant(text: str) -> None:
    """Nor is a question that throws it back."""
    language: Language = "en" if text.isascii() else "zh"
    assert fault(text, REFUSAL[language], language) is None


def test_concession_is_not_named_before_its_time() -> None:
    """By the name that the scenario has for it; the line itself may name it."""
    guarded = ("分期付款", "Instalments")
    assert fault("生意不好，不如谈谈分期付款。", REFUSAL["zh"], guarded=guarded) == "concession"
    assert fault("INSTALMENTS, then, if you like.", REFUSAL["en"], "en", guarded) == "concession"
    assert fault("要谈就谈分期付款吧。", "分期付款可以谈。", guarded=guarded) is None


def test_beginning_of_a_wording_is_not_asked_for_what_comes_later() -> None:
    """But what it has said already is held against it."""
    checker = Checker(Cue("Lei", "VP", "phone", "zh", ZH))
    assert checker.fault("老板没签字。", complete=False) is None
    assert checker.fault("老板没签字。明天给。", complete=False) == "figure"


def test_every_shipped_line_passes_as_its_own_wording(library: YamlLibrary) -> None:
    """The check measures what is added or left out, and a line adds and leaves out nothing."""
    refused = []
    for title in library.titles()[:6]:
        scenario = library.read(title.id).scenario
        assert scenario is not None
        for rule in (*scenario.rules, *scenario.initiative):
            said = [one.say for one in (rule, *rule.chance) if one.say]
            for language in LANGUAGES:
                known = figures(scenario, language)
                lines = [fill(line, known) for lines in said for line in lines.to(language)]
                refused += [(why, line) for line in lines if (why := fault(line, line, language))]
    assert refused == []


@given(st.text(max_size=80), st.sampled_from(["zh", "en"]))
def test_check_gives_an_answer_to_any_text(text: str, language: Language) -> None:
    """And what passes holds nothing that steers a terminal."""
    why = fault(text, REFUSAL[language], language)
    assert why is not None or not any(sign in text for sign in "\x1b\x00\u202e\ufeff[]<>`")
