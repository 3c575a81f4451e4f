"""The examples: complete, read as YAML would read them, and the weights' own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml
from shelf import SHIPPED

from simulator.adapters.listen import phrases
from simulator.adapters.listen.model import load
from simulator.adapters.listen.phrases import Phrase
from simulator.adapters.scenario_yaml.library import YamlLibrary

FOLDER = SHIPPED / "phrases"


@pytest.fixture(scope="module")
def known() -> list[Phrase]:
    return phrases.read(FOLDER)


def test_every_tactic_has_forty_examples_in_each_language(known: list[Phrase], library: YamlLibrary) -> None:
    """Fewer are the bottleneck; and there is none for what is no tactic of the catalogue."""
    counts = Counter((one.tactic, one.language) for one in known)
    tactics = {tactic.id for tactic in library.catalogue().tactics}
    assert {tactic for tactic, _language in counts} == {*tactics, "none"}
    assert [key for key, count in counts.items() if count < 40] == []
    assert len(counts) == 2 * (len(tactics) + 1)


def test_examples_are_read_as_yaml_reads_them(known: list[Phrase]) -> None:
    """The small reader knows the forms that the files use."""
    found = Counter[tuple[str, str, str]]()
    for path in FOLDER.glob("*.yaml"):
        held = yaml.safe_load(path.read_text(encoding="utf-8"))
        for tactic, lists in held.get("phrases", held).items():
            found.update((tactic, language, text) for language, texts in lists.items() for text in texts)
    assert found == Counter((one.tactic, one.language, one.text) for one in known)


def test_no_example_stands_twice(known: list[Phrase]) -> None:
    """A line that is an example of two tactics teaches neither."""
    counts = Counter(one.text.casefold().strip() for one in known)
    assert [text for text, count in counts.items() if count > 1] == []


def test_a_form_that_is_not_known_is_refused(tmp_path: Path) -> None:
    """With its file and line, and never read as something else."""
    (tmp_path / "a.yaml").write_text("phrases:\n  a.b:\n    zh: [一, 二]\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.yaml:3"):
        phrases.read(tmp_path)
    (tmp_path / "a.yaml").write_text("phrases:\n  a.b:\n    en:\n      - note: this\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.yaml:4"):
        phrases.read(tmp_path)


def test_registers_are_thirds(tmp_path: Path) -> None:
    """Business speech, everyday speech, chat."""
    (tmp_path / "a.yaml").write_text("phrases:\n  a.b:\n    en:\n" + "      - x\n" * 6, encoding="utf-8")
    assert [one.register for one in phrases.read(tmp_path)] == [0, 0, 1, 1, 2, 2]


def test_weights_are_those_of_the_examples() -> None:
    """After a change to the examples or the cues: `python -m simulator.adapters.listen.train`."""
    assert load()[1] == phrases.digest(FOLDER)


def test_digest_changes_with_any_example(tmp_path: Path) -> None:
    """One character is enough."""
    file = tmp_path / "a.yaml"
    file.write_text("phrases:\n  a.b:\n    en:\n      - x\n")
    before = phrases.digest(tmp_path)
    file.write_text("phrases:\n  a.b:\n    en:\n      - y\n")
    assert phrases.digest(tmp_path) != before
