"""The program's words: every one of them is there in Chinese, and neither language has strayed into the other."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import scoring
import simulator
from simulator.model import language
from simulator.model.language import N_, _

SOURCES = tuple(Path(package.__file__).parent for package in (simulator, scoring))
CHINESE = SOURCES[0] / "locale" / "zh" / "LC_MESSAGES"
# One way to say it fails for all of the same kind at once, so a failure lists them.
PLACEHOLDER = re.compile(r"\{\w+(?::\w+)?\}|%(?:\(\w+\))?[sr]")
HAN = r"[\u3400-\u9fff]"


@cache
def catalogue() -> Catalog:
    with (CHINESE / "huikuan.po").open("rb") as file:
        return read_po(file, locale="zh", domain="huikuan")


@cache
def translated() -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalogue() if message.id}


@cache
def extracted() -> frozenset[str]:
    """What the tools find in the source."""
    keywords = {**DEFAULT_KEYWORDS, "N_": None}
    found = (row for top in SOURCES for row in extract_from_dir(top, [("**.py", "python")], keywords=keywords))
    return frozenset(message for _file, _line, message, _comments, _context in found)


def spoken(source: str) -> Iterator[str | None]:
    """What is given to ``_`` and ``N_`` as it stands, also within an f-string; nothing for a variable."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "N_") and node.args:
            told = node.args[0]
            yield told.value if isinstance(told, ast.Constant) else None


def test_every_message_is_translated_and_no_other() -> None:
    known = {message for message, chinese in translated().items() if chinese.strip()}
    assert extracted() - known == set(), "not translated: see the head of huikuan.po"
    assert set(translated()) - extracted() == set(), "no longer said"
    assert not catalogue().obsolete


def test_the_tools_find_every_message() -> None:
    said = {text for top in SOURCES for path in top.rglob("*.py") for text in spoken(path.read_text("utf-8"))}
    assert said - {None} - extracted() == set(), "hidden from the tools, as in an f-string"


def test_no_translation_is_a_guess() -> None:
    assert [message.id for message in catalogue() if message.id and message.fuzzy] == []
    assert not catalogue().fuzzy


def test_both_sides_have_the_same_placeholders() -> None:
    different = {
        message: chinese
        for message, chinese in translated().items()
        if sorted(PLACEHOLDER.findall(message)) != sorted(PLACEHOLDER.findall(chinese))
    }
    assert different == {}


def test_no_message_is_at_fault_for_gettext() -> None:
    assert [(message.id, *faults) for message, faults in catalogue().check()] == []


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    made = io.BytesIO()
    write_mo(made, catalogue())
    assert made.getvalue() == (CHINESE / "huikuan.mo").read_bytes(), "pybabel compile -d simulator/locale -D huikuan"


def test_chinese_has_no_ascii_punctuation_between_its_characters() -> None:
    wrong = re.compile(rf"{HAN}\s*[,?!;:()]\s*{HAN}|{HAN}[,?!;:]$")
    assert [chinese for chinese in translated().values() if wrong.search(chinese)] == []


def test_chinese_keeps_to_one_kind_of_quotation_marks() -> None:
    assert [chinese for chinese in translated().values() if set(chinese) & set("「」『』")] == []


def test_english_has_no_chinese() -> None:
    # 2.5万 is a way to type a number, in either language.
    assert [message for message in extracted() if re.search(HAN, message.replace("2.5万", ""))] == []


def test_a_message_is_spoken_in_the_chosen_language() -> None:
    language.use("zh")
    assert _("Turn {turn}: {move}", turn=3, move="{x}") == "第3回合：{x}"
    language.use("en")
    assert _("Turn {turn}: {move}", turn=3, move="{x}") == "Turn 3: {x}"


def test_a_marked_message_is_itself() -> None:
    language.use("zh")
    assert N_("Quit") == "Quit"


@pytest.mark.parametrize("layer", ["scenario", "persona", "standard"])
def test_words_that_come_in_a_variable_are_translated(layer: str) -> None:
    language.use("zh")
    assert _(layer) != layer
