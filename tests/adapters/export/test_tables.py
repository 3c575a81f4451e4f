"""CSV and XLSX, as they are read back."""

from __future__ import annotations

import csv as reading
import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from reports_by_hand import HOSTILE, attempt_report, certificate, group, person_report

from simulator.adapters.export import csv, xlsx
from simulator.model.errors import Cancelled
from simulator.model.reports import Table, TableColumn
from simulator.workflows.report_tables import tables

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
COLUMNS = (
    TableColumn("text", "Text"),
    TableColumn("whole", "Whole", "whole"),
    TableColumn("number", "Number", "number"),
    TableColumn("day", "Day", "date"),
    TableColumn("moment", "Moment", "time"),
    TableColumn("yes", "Yes", "truth"),
)


def csv_rows(path: Path) -> list[list[str]]:
    return list(reading.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def sheet(path: Path, number: int = 1) -> list[list[tuple[str, str | None]]]:
    """A sheet's cells, each as its type and value; shared strings looked up."""
    with zipfile.ZipFile(path) as book:
        shared = [
            "".join(part.text or "" for part in item.iter(f"{MAIN}t"))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    rows = []
    for row in root.iter(f"{MAIN}row"):
        cells = []
        for cell in row:
            kind, value = cell.get("t", "n"), cell.findtext(f"{MAIN}v")
            cells.append((kind, shared[int(value)] if kind == "s" and value else value))
        rows.append(cells)
    return rows


@pytest.mark.parametrize("name", HOSTILE)
def test_csv_keeps_a_hostile_name_from_being_a_formula(tmp_path: Path, name: str) -> None:
    """No cell of text begins with a sign by which a spreadsheet knows a formula; else the text is as it was."""
    csv.write(Table("t", "T", COLUMNS[:1], [(name,)]), tmp_path / "t.csv")
    cell = csv_rows(tmp_path / "t.csv")[1][0]
    assert cell[0] not in "=+-@\t\r\n"
    assert cell.removeprefix("'") == name.replace("\t", " ")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "－1"])
def test_csv_neutralises_each_sign_of_a_formula(text: str) -> None:
    """Each is preceded by an apostrophe, the full-width ones too."""
    assert csv.harmless(text).startswith("'")


def test_csv_leaves_numbers_numbers(tmp_path: Path) -> None:
    """A negative number is no text and keeps its sign alone; what is missing is empty."""
    row = ("-3", 5, -2.5, date(2026, 3, 1), datetime(2026, 3, 1, 8, 30, tzinfo=UTC), True)
    csv.write(Table("t", "T", COLUMNS, [row, (None,) * 6]), tmp_path / "t.csv")
    local = datetime(2026, 3, 1, 8, 30, tzinfo=UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    assert csv_rows(tmp_path / "t.csv")[1:] == [["'-3", "5", "-2.5", "2026-03-01", local, "1"], [""] * 6]


def test_csv_is_known_as_utf8_by_a_spreadsheet(tmp_path: Path) -> None:
    """It begins with the byte order mark, and its lines end as RFC 4180 says."""
    csv.write(Table("t", "T", COLUMNS[:1], [("王",)]), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes() == b"\xef\xbb\xbfText\r\n\xe7\x8e\x8b\r\n"


def test_several_tables_are_an_archive_of_csv(tmp_path: Path) -> None:
    """One file a table, each named by the table and by nobody's name; the same report makes the same bytes."""
    count = csv.write_all(tables(group()), tmp_path / "a.zip")
    csv.write_all(tables(group()), tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        names = archive.namelist()
        rows = sum(len(archive.read(name).decode("utf-8-sig").splitlines()) - 1 for name in names)
    assert set(names) >= {"people.csv", "objectives.csv", "attempts.csv", "observations.csv", "about.csv"}
    assert rows == count
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize("make", [group, person_report, attempt_report, certificate])
def test_workbook_has_neither_formula_nor_link(tmp_path: Path, make: object) -> None:
    """Nothing in the archive is a formula, a link, a macro or a reference to elsewhere."""
    xlsx.write(tables(make()), tmp_path / "r.xlsx")  # type: ignore[operator]
    with zipfile.ZipFile(tmp_path / "r.xlsx") as book:
        for name in book.namelist():
            content = book.read(name).decode()
            ElementTree.fromstring(content)
            for forbidden in ("<f>", "<f ", "hyperlink", "externalLink", "TargetMode", "vbaProject"):
                assert forbidden not in content, (name, forbidden)


def test_workbook_keeps_types(tmp_path: Path) -> None:
    """Ids and hostile texts are text, numbers numbers, days and moments dates, truths truths, what is missing empty."""
    row = ("0012345678901234567890", 5, -2.5, date(2026, 3, 1), datetime(2026, 3, 1, 12, tzinfo=UTC), False)
    xlsx.write(
        [Table("t", "T", COLUMNS, [row, (None,) * 6, ("=1+1", 0, float("nan"), None, None, True)])], tmp_path / "t.xlsx"
    )
    head, first, empty, last = sheet(tmp_path / "t.xlsx")
    assert [kind for kind, _value in head] == ["s"] * 6
    assert [kind for kind, _value in first] == ["s", "n", "n", "n", "n", "b"]
    assert [value for _kind, value in first][:4] == ["0012345678901234567890", "5", "-2.5", "46082"]
    assert {value for _kind, value in empty} == {None}
    assert last[0] == ("s", "=1+1")
    assert last[2] == ("n", None)


def test_workbook_has_every_hostile_name_as_it_is(tmp_path: Path) -> None:
    """The people's sheet names them as text, unchanged but for control characters that XML cannot hold."""
    xlsx.write(tables(group()), tmp_path / "g.xlsx")
    assert [row[1] for row in sheet(tmp_path / "g.xlsx")[1:]] == [("s", name) for name in HOSTILE]


def test_workbook_escapes_what_spreadsheets_would_unescape(tmp_path: Path) -> None:
    """A spreadsheet reads ``_x0041_`` as A unless its underscore is escaped; signs that XML forbids are replaced."""
    xlsx.write([Table("t", "T", COLUMNS[:1], [("_x0041_",), ("a\x01b\ud800",)])], tmp_path / "t.xlsx")
    assert [row[0][1] for row in sheet(tmp_path / "t.xlsx")[1:]] == ["_x005F_x0041_", "a\ufffdb\ufffd"]


def test_sheet_that_is_too_long_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No row is lost where a table has more than a sheet can hold."""
    monkeypatch.setattr(xlsx, "_MOST_ROWS", 300)
    assert xlsx.write([Table("t", "T", COLUMNS[:1], [(str(n),) for n in range(650)])], tmp_path / "t.xlsx") == 650
    lengths = [len(sheet(tmp_path / "t.xlsx", number)) - 1 for number in (1, 2, 3)]
    assert lengths == [300, 300, 50]
    with zipfile.ZipFile(tmp_path / "t.xlsx") as book:
        assert 'name="T 3"' in book.read("xl/workbook.xml").decode()


def test_sheets_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Names of sheets are unlike each other, at most 31 signs long and without the forbidden ones."""
    made = [Table(str(n), title, COLUMNS[:1], []) for n, title in enumerate(["a/b" * 20, "A/B" * 20, "'x'"])]
    xlsx.write(made, tmp_path / "t.xlsx")
    with zipfile.ZipFile(tmp_path / "t.xlsx") as book:
        root = ElementTree.fromstring(book.read("xl/workbook.xml"))
    names = [one.get("name", "") for one in root.iter(f"{MAIN}sheet")]
    assert len({name.casefold() for name in names}) == 3
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_writing_stops_when_asked() -> None:
    """Whoever cancels waits for no more than a block of rows."""

    def stop() -> None:
        raise Cancelled

    many = Table("t", "T", COLUMNS[:1], ((str(n),) for n in range(1_000_000)))
    with pytest.raises(Cancelled):
        csv.write(many, Path("/dev/null"), stop)
    assert next(iter(many.rows)) == ("1",)


def test_rows_of_simulated_people_say_so() -> None:
    """A row that is copied elsewhere still says that it is simulated."""
    for table in tables(group(simulated=True)):
        assert table.columns[-1].id == "simulated"
        assert all(row[-1] for row in table.rows)


def test_tables_without_names_have_none() -> None:
    """A pseudonymous report has no column for names and staff numbers, and no name in any cell."""
    for table in tables(group(identified=False)):
        assert not {"name", "number"} & {column.id for column in table.columns} or table.id == "turns"
        assert not [cell for row in table.rows for cell in row if cell in HOSTILE]


@pytest.mark.parametrize("make", [group, person_report, attempt_report, certificate])
def test_every_row_has_a_cell_for_every_column(make: object) -> None:
    """Tables are rectangular, and no id of a column stands twice."""
    for table in tables(make()):  # type: ignore[operator]
        ids = [column.id for column in table.columns]
        assert len(set(ids)) == len(ids)
        assert {len(row) for row in table.rows} <= {len(ids)}
