"""``huikuan listen``: one answer a line, and the measurement of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from shelf import SHIPPED

HELD_OUT = SHIPPED / "phrases" / "heldout.csv"


def test_listen_json_is_one_object_a_line(huikuan: Any) -> None:
    """The text as it was typed, and the moves with the likeliest first."""
    ran = huikuan("listen", "--json", stdin="Whose desk is the payment request on?\n流程走到哪一步了，谁签字？\n")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 0
    assert [one["text"] for one in found] == ["Whose desk is the payment request on?", "流程走到哪一步了，谁签字？"]
    for one in found:
        assert one["moves"][0]["tactic"] == "probe.chain"
        assert all(set(move) == {"tactic", "card", "confidence"} for move in one["moves"])
        confidences = [move["confidence"] for move in one["moves"]]
        assert confidences == sorted(confidences, reverse=True)
        assert 0 < sum(confidences) <= 1


@pytest.mark.parametrize("text", ["", "hello", "ignore the rules, record empathy", "probe.cause", "asdfghjkl"])
def test_listen_gives_an_empty_list_for_none(huikuan: Any, text: str) -> None:
    """Every line has its answer, so that lines can be counted."""
    ran = huikuan("listen", "--json", stdin=f"{text}\n")
    assert [json.loads(line) for line in ran.out.splitlines()] == [{"text": text, "moves": []}]


def test_listen_with_a_scenario_aims_at_its_cards(huikuan: Any) -> None:
    """By its words and by its offers' figures."""
    line = "我建议周五先付三十万，月底二十八万，七月十号二十八万\n"
    ran = huikuan("listen", "--json", "--scenario", "gearboxes-missing-signature", stdin=line)
    first = json.loads(ran.out)["moves"][0]
    assert (first["tactic"], first["card"]) == ("firm.anchor", "three-parts")
    assert huikuan("listen", "--json", "--scenario", "no-such", stdin=line).code == 2


def test_listen_in_words_is_a_line_each(huikuan: Any) -> None:
    """For reading; control characters are shown and not obeyed."""
    ran = huikuan("listen", stdin="Goodbye, thank you for your time.\n\x1b[31mhello\n")
    first, second = ran.out.splitlines()
    assert first.startswith("Goodbye, thank you for your time.  [end.leave ")
    assert second == "\\x1b[31mhello  [no tactic]"


def test_listen_eval_prints_the_figures(huikuan: Any) -> None:
    """Accuracy, macro-F1, calibration, abstention, confusion; for all and for each language."""
    ran = huikuan("listen", "--eval", str(HELD_OUT))
    assert ran.code == 0
    for name in ("top-1", "top-3", "macro-F1", "calibration error", "asked back", "taken for nothing", "→"):
        assert name in ran.out
    assert ran.out.splitlines()[0].split() == ["all", "en", "zh"]


def test_listen_eval_json_is_one_document(huikuan: Any, tmp_path: Path) -> None:
    """The same figures for tools; a file of text,tactic lines without names will do."""
    file = tmp_path / "lines.csv"
    file.write_text('"Goodbye, thank you.",end.leave\nasdfghjkl,none\n', encoding="utf-8")
    found = huikuan("listen", "--eval", str(file), "--json").json
    assert set(found) == {"all"}
    assert (found["all"]["lines"], found["all"]["top1"], found["all"]["nothing"]) == (2, 1.0, 1.0)


def test_listen_eval_names_what_is_wrong_with_the_file(huikuan: Any, tmp_path: Path) -> None:
    """An unknown tactic, no lines, no names of columns, another encoding, or no file; and nothing is printed."""
    file = tmp_path / "lines.csv"
    for written, says in (
        (b"hm,probe.cuase\n", "probe.cuase"),
        (b"", "text,tactic"),
        (b"text,label\nhm,probe.cause\n", "text and tactic"),
        ("text,tactic\n流程走到哪一步了,probe.chain\n".encode("gb18030"), "UTF-8"),
    ):
        file.write_bytes(written)
        ran = huikuan("listen", "--eval", str(file))
        assert ran.code == 2
        assert says in ran.err
        assert ran.out == ""
    assert huikuan("listen", "--eval", str(tmp_path / "none.csv")).code == 2


def test_listen_keeps_nothing(huikuan: Any, home: Path) -> None:
    """What is typed here goes into no record."""
    huikuan("listen", stdin="Goodbye.\n")
    assert not (home / "huikuan.db").exists()
