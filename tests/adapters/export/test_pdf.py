from __future__ import annotations

from pathlib import Path

import pytest
from reports_by_hand import HOSTILE, attempt_report, certificate, group, person_report

from simulator.adapters.export import pdf
from simulator.adapters.export.fonts import make as fonts
from simulator.model.errors import Cancelled
from simulator.model.language import LANGUAGES, Language
from simulator.model.reports import Cell, Column, Document, Grid, Paragraph
from simulator.workflows.report_pages import document


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("make", [group, person_report, attempt_report, certificate])
def test_every_report_becomes_a_file(tmp_path: Path, make: object, language: Language) -> None:
    """It is a PDF with the font within, and small."""
    pdf.write(document(make(language, simulated=True)), tmp_path / "r.pdf")  # type: ignore[operator]
    content = (tmp_path / "r.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"HuikuanSans" in content
    assert len(content) < 200_000


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_can_be_set(name: str) -> None:
    """What the font does not have is a box and a code point; never a crash, never nothing."""
    shown = pdf._type().shown(name)
    assert shown.strip()
    assert set(shown) <= pdf._type().widths.keys()


def test_missing_sign_is_shown_by_its_code_point() -> None:
    """An emoji and a Hebrew letter, which the font has not, can still be told apart."""
    assert pdf._type().shown("👩א") == "□U+1F469□U+05D0"


def test_rare_characters_of_names_are_there() -> None:
    """GB 2312, the characters of the table of 2013 with those beyond the basic plane, and everyday traditional ones."""
    assert pdf._type().shown("王祎喆堃䶮𬭎㛃國歡é") == "王祎喆堃䶮𬭎㛃國歡é"
    assert len(fonts.characters() & {ord(char) for char in pdf._type().widths}) > 11_000


def test_font_is_small_and_its_licence_lies_beside_it() -> None:
    """At most 3 MB, under the SIL Open Font License, whose text is shipped with it."""
    assert fonts.FONT.stat().st_size < 3_000_000
    assert "SIL OPEN FONT LICENSE Version 1.1" in (fonts.HERE / "OFL.txt").read_text(encoding="utf-8")


def test_no_line_begins_with_a_closing_mark() -> None:
    """Lines are broken by the rules of Chinese typesetting, and none is wider than it may be."""
    kind = pdf._type()
    text = "您好，这张发票（三月）上个月就到期了。您看这周哪天能安排？好的；" * 5
    for width in range(60, 140, 7):
        lines = kind.lines(text, width, 9)
        assert "".join(lines) == text
        assert not [line for line in lines if line[0] in "，。？；）"]
        assert not [line for line in lines if line[-1] in "（"]
        assert all(kind.width(line, 9) <= width + 9 for line in lines)


def test_word_longer_than_a_line_is_cut() -> None:
    """A name of 200 signs without a space stays within its column."""
    kind = pdf._type()
    lines = kind.lines("x" * 200, 50, 8)
    assert "".join(lines) == "x" * 200
    assert all(kind.width(line, 8) <= 50 for line in lines)


def test_cell_longer_than_a_page_goes_on_on_the_next(tmp_path: Path) -> None:
    """A row that no page can hold is drawn in parts and does not run for ever."""
    rows = ((Cell("x"), Cell("很长的话。" * 2_000)),)
    grid = Grid("c", (Column("a"), Column("b")), rows)
    pdf.write(Document("zh", "t", "", (grid, Paragraph("end"))), tmp_path / "r.pdf")
    assert (tmp_path / "r.pdf").read_bytes().count(b"/Type /Page\n") > 1


def test_writing_stops_when_asked(tmp_path: Path) -> None:
    """Between two blocks somebody can cancel."""

    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        pdf.write(document(group()), tmp_path / "r.pdf", stop)
    assert not (tmp_path / "r.pdf").exists()
