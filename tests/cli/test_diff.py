"""`huikuan diff`: what changed in meaning, and nothing where nothing did."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from shelf import CONTENT, SHIPPED

SMALL = CONTENT / "library" / "small-debt" / "scenario.yaml"
EASY = SHIPPED / "library" / "invoice-not-found" / "scenario.yaml"
Edit = Callable[[dict[str, Any]], object]


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[Edit], str]:
    """A copy of the easy scenario after an edit of its data."""

    def changing(edit: Edit) -> str:
        data = yaml.safe_load(EASY.read_text(encoding="utf-8"))
        edit(data)
        path = tmp_path / "scenario.yaml"
        path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000), encoding="utf-8")
        return str(path)

    return changing


def difference(huikuan: Any, path: str) -> Any:
    ran = huikuan("diff", str(EASY), path, "--json")
    assert ran.code == (0 if ran.json["same"] else 1)
    return ran.json


def test_diff_of_the_same_meaning_is_none(huikuan: Any, changed: Callable[[Edit], str]) -> None:
    """Another layout, no comments, another order of keys: nothing has changed."""
    path = changed(lambda data: data.update({"turns": data.pop("turns")}))
    assert Path(path).read_text(encoding="utf-8") != EASY.read_text(encoding="utf-8")
    found = difference(huikuan, path)
    assert found["same"]
    assert found["before"] == found["after"]
    assert huikuan("diff", str(EASY), path).out == "They mean and say the same.\n"


def test_diff_tells_values_and_lines(huikuan: Any, changed: Callable[[Edit], str]) -> None:
    """Fewer turns are worth less."""
    found = difference(huikuan, changed(lambda data: data.update({"turns": 8})))
    assert [(one["how"], one["section"], one["details"]) for one in found["changes"]] == [
        ("changed", "turns", [{"path": "", "before": 13, "after": 8}])
    ]
    assert found["after"]["positions"] < found["before"]["positions"]
    assert found["after"]["best"] < found["before"]["best"]
    said = huikuan("diff", str(EASY), changed(lambda data: data.update({"turns": 8})))
    assert said.code == 1
    assert "best: 89.0 → " in said.out
    assert "~ changed turns\n    13 → 8" in said.out


@pytest.mark.parametrize(
    ("edit", "how", "section", "name", "details"),
    [
        (lambda data: data["endings"].update(new={"recovers": 0.3}), "added", "endings", "new", []),
        (
            lambda data: data["endings"]["verbal"].update(recovers=0.2),
            "changed",
            "endings",
            "verbal",
            [("recovers", 0.5, 0.2)],
        ),
        (lambda data: data["documents"].update(extra={"start": "held"}), "added", "documents", "extra", []),
        (lambda data: data["meters"].update(trust=5), "changed", "meters", "trust", [("", 4, 5)]),
        (lambda data: data["rules"].pop(5), "removed", "rules", "probe.verify: no-invoice", []),
        (lambda data: data["rules"].insert(0, {"tactic": "ask.gentle"}), "added", "rules", "ask.gentle", []),
        (lambda data: data["rules"].insert(0, data["rules"].pop(27)), "moved", "rules", "probe.mirror", []),
        (lambda data: data["preparation"].pop(0), "removed", "preparation", "overdue-days", []),
        (lambda data: data.update(level=2), "changed", "level", "level", [("", 1, 2)]),
        (lambda data: data.update(worth={"turn": -1}), "changed", "worth", "worth", [("turn", -0.5, -1.0)]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_diff_names_what_was_done(
    edit: Edit,
    how: str,
    section: str,
    name: str,
    details: list[tuple[str, Any, Any]],
    huikuan: Any,
    changed: Callable[[Edit], str],
) -> None:
    """One change, by its kind, its section and its name, with the values before and after."""
    (change,) = difference(huikuan, changed(edit))["changes"]
    assert (change["how"], change["section"]) == (how, section)
    assert change["name"].startswith(name)
    assert [(one["path"], one["before"], one["after"]) for one in change["details"]] == details


def test_diff_pairs_a_changed_rule_with_itself(huikuan: Any, changed: Callable[[Edit], str]) -> None:
    """What a rule is about is what it is known by; the rest is shown as before and after."""

    def edit(data: dict[str, Any]) -> None:
        data["rules"][0].setdefault("then", {})["trust"] = "+3 up to 9"

    (change,) = difference(huikuan, changed(edit))["changes"]
    assert (change["how"], change["before"], change["after"]) == ("changed", 1, 1)
    assert [(one["path"], one["after"]) for one in change["details"]] == [("then.trust", "+3 up to 9")]


def test_diff_keeps_texts_apart_from_meaning(huikuan: Any, changed: Callable[[Edit], str]) -> None:
    """Another wording changes no value: it is listed as a text, with its place and language."""

    def edit(data: dict[str, Any]) -> None:
        data["title"]["en"] = "Another title"
        data["rules"][0]["say"]["en"][0] = "Another line."

    found = difference(huikuan, changed(edit))
    assert found["changes"] == []
    assert found["before"] == found["after"]
    assert [(one["place"].split(".")[0], one["language"]) for one in found["texts"]] == [
        ("title", "en"),
        ("rules", "en"),
    ]
    assert found["texts"][0]["after"] == "Another title"
    assert "texts that differ: 2" in huikuan("diff", str(EASY), changed(edit)).out


def test_diff_sees_the_lower_layers(huikuan: Any) -> None:
    """The same file over other layers does not mean the same."""
    ran = huikuan("diff", str(SMALL), "invoice-not-found", "--json")
    assert ran.code == 1
    assert {"rules", "tactics", "endings"} <= {one["section"] for one in ran.json["changes"]}


def test_diff_of_a_version_too_large_compares_all_but_values(huikuan: Any) -> None:
    """What can be said is said."""
    large = str(Path(__file__).parents[1] / "scenarios" / "broken" / "too-many-positions.yaml")
    ran = huikuan("diff", "invoice-not-found", large)
    assert ran.code == 1
    assert "too large to solve" in ran.out
    assert huikuan("diff", "invoice-not-found", large, "--json").json["after"] is None


@pytest.mark.parametrize(
    ("words", "code"), [(["a"], 2), (["no-such", "invoice-not-found"], 2), ([str(EASY), "BROKEN"], 1)]
)
def test_diff_refuses_what_it_cannot_read(words: list[str], code: int, huikuan: Any) -> None:
    """Usage is 2, a file with errors is 1 with its problems."""
    broken = str(Path(__file__).parents[1] / "scenarios" / "broken" / "unknown-key.yaml")
    ran = huikuan("diff", *(broken if word == "BROKEN" else word for word in words))
    assert (ran.code, ran.out) == (code, "")
    assert ran.err
