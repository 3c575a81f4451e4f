"""``huikuan handbook`` and ``huikuan list --coverage``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shelf import CONTENT, SHIPPED_IDS


def test_handbook_lists_everything_by_kind(huikuan: Any) -> None:
    """In the language of the run."""
    ran = huikuan("handbook")
    assert ran.code == 0
    assert "Pressure points" in ran.out
    assert "  E07  It is in process" in ran.out
    assert "  E07  在走流程" in huikuan("--lang", "zh", "handbook").out


def test_handbook_shows_the_one_entry_that_is_meant(huikuan: Any) -> None:
    """An id gives that entry, in whatever case, also where others speak of it."""
    ran = huikuan("handbook", "e07")
    assert ran.out.startswith("It is in process (E07)")
    assert "See also: probe.chain, probe.mirror" in ran.out


def test_handbook_says_what_a_tactic_is_aimed_at(huikuan: Any) -> None:
    """Which kinds of card it takes, and that it may go without where it may."""
    assert "Aimed at\n  excuse\n" in huikuan("handbook", "probe.verify").out
    assert "excuse, nothing" in huikuan("handbook", "value.repair").out
    assert "Aimed at" not in huikuan("handbook", "rapport.chat").out


def test_handbook_lists_what_has_all_the_words(huikuan: Any) -> None:
    """Several entries are listed, a single one is shown."""
    assert "sme-ordinance" in huikuan("handbook", "sixty", "days").out
    assert huikuan("handbook", "five", "Cs", "of", "credit").out.startswith("The five Cs of credit (five-cs)")


def test_handbook_without_such_an_entry_says_what_is_near(huikuan: Any) -> None:
    """Exit code 2, and the nearest id."""
    ran = huikuan("handbook", "probe.chian")
    assert (ran.code, ran.out) == (2, "")
    assert "probe.chain" in ran.err


def test_handbook_json_is_one_document(huikuan: Any) -> None:
    """A list of entries with their parts and questions."""
    (entry,) = huikuan("handbook", "five-cs", "--json").json
    assert entry["kind"] == "card"
    assert {question["objective"] for question in entry["quiz"]} >= {"credit/risk.5c"}


def test_coverage_is_a_table_of_objectives_by_scenario(huikuan: Any) -> None:
    """A row an objective, a column a scenario, and what is missing in the exit code."""
    ran = huikuan("list", "--coverage")
    assert ran.code == 0
    assert "173 of 173 objectives are evidenced" in ran.out
    assert all(identity in ran.out for identity in SHIPPED_IDS)
    assert len(huikuan("list", "--coverage", "--json").json) == 173


def test_coverage_leaves_out_objectives_of_other_courses(huikuan: Any, home: Path) -> None:
    """One's own scenarios may name objectives that no course at hand has."""
    settings = home / "settings.toml"
    settings.write_text(settings.read_text() + f'scenarios = ["{CONTENT.as_posix()}"]\n')
    assert "173 of 173" in huikuan("list", "--coverage").out
