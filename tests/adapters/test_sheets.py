"""Lists of people as spreadsheets write them, in either country."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from simulator.adapters import sheets
from simulator.adapters.sheets import FileSheets
from simulator.model.errors import UsageError

pytestmark = pytest.mark.usefixtures("english")

ROWS = [(1, ("姓名", "工号", "组")), (2, ("王芳", "001", "华东,一部")), (4, ("李雷", "=1+1", 'a "b"'))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_is_read_however_it_was_saved(tmp_path: Path, encoding: str, delimiter: str, end: str) -> None:
    """UTF-8 with and without a mark, GB18030, three delimiters, both line ends: the same rows, empty ones left out."""
    lines = ["姓名,工号,组".replace(",", delimiter), delimiter.join(("王芳", "001", '"华东,一部"')), ""]
    lines += [delimiter.join((" 李雷 ", "=1+1", '"a ""b"""')), ""]
    path = tmp_path / "people.csv"
    path.write_bytes(end.join(lines).encode(encoding))
    assert FileSheets().rows(path) == ROWS


def _workbook(path: Path, rows: list[list[object]]) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            sheet.write(row, column, value)
    book.close()


def test_workbook_is_read_with_numbers_and_dates_as_text(tmp_path: Path) -> None:
    """Numbers of the staff get no fraction, dates are ISO, empty rows are left out and keep their number."""
    path = tmp_path / "people.XLSX"
    _workbook(
        path, [["姓名", "工号", "入职"], [], ["王芳", 42, date(2024, 3, 5)], ["李雷", "007", None], ["x", 1.5, True]]
    )
    assert FileSheets().rows(path) == [
        (1, ("姓名", "工号", "入职")),
        (3, ("王芳", "42", "2024-03-05")),
        (4, ("李雷", "007", "")),
        (5, ("x", "1.5", "True")),
    ]


def test_workbook_that_begins_lower_keeps_its_row_numbers(tmp_path: Path) -> None:
    """Rows are counted as a person sees them, with empty rows before the head."""
    path = tmp_path / "people.xlsx"
    _workbook(path, [[], [], ["姓名"], ["王芳"]])
    assert [number for number, _cells in FileSheets().rows(path)] == [3, 4]


@pytest.mark.parametrize("content", [b"", b"PK", b"hello", b"\xd0\xcf\x11\xe0" * 100, b"PK\x03\x04" + b"\x00" * 200])
def test_workbook_that_is_none_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    """A file of another kind, cut off or empty is refused with what to save it as."""
    path = tmp_path / "people.xlsx"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="XLSX"):
        FileSheets().rows(path)


def test_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that would fill the memory is refused before it is unpacked."""
    monkeypatch.setattr(sheets, "MOST_BYTES", 1_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b" " * 100_000)
    path = tmp_path / "people.xlsx"
    path.write_bytes(packed.getvalue())
    with pytest.raises(UsageError, match="larger"):
        FileSheets().rows(path)


def test_file_that_cannot_be_read_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing, a folder, too large, no text: each is a UsageError with the path."""
    noise = tmp_path / "noise.csv"
    noise.write_bytes(b"\xff\xfe\x00\x81\x00")
    huge = tmp_path / "huge.csv"
    huge.write_bytes(b"x" * 2_000)
    long = tmp_path / "long.csv"
    long.write_text("a\n" * 20)
    monkeypatch.setattr(sheets, "MOST_BYTES", 1_000)
    monkeypatch.setattr(sheets, "MOST_ROWS", 10)
    for path in (tmp_path / "nothing.csv", tmp_path, noise, huge, long):
        with pytest.raises(UsageError, match=str(path)):
            FileSheets().rows(path)


def test_field_of_any_length_is_no_crash(tmp_path: Path) -> None:
    """A field longer than the csv module takes, and a quote that never ends, are told as faults or read."""
    path = tmp_path / "people.csv"
    path.write_text("name\n" + "x" * 200_000)
    with pytest.raises(UsageError, match="CSV"):
        FileSheets().rows(path)
    path.write_text('name\n"王芳')
    assert FileSheets().rows(path)[1] == (2, ("王芳",))


def test_importing_the_sheets_loads_no_reader_of_workbooks() -> None:
    """Who reads a CSV file does not load it."""
    code = "import sys, simulator.adapters.sheets; sys.exit('python_calamine' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0
