"""Tables that people keep in files: CSV as spreadsheets write it in either country, and Excel workbooks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from simulator.model.errors import UsageError
from simulator.model.language import _

MOST_BYTES = 20_000_000  # of a file, and of a workbook's parts unpacked: a roster of 100,000 people has 6 MB
MOST_ROWS = 100_000  # more than the largest house whose people could be in one list
_ENCODINGS = ("utf-8-sig", "gb18030")  # in this order: a text in GB18030 is hardly ever valid UTF-8, the reverse is
_DELIMITERS = ",;\t"
_EXCEL = (".xlsx", ".xlsm")


class FileSheets:
    """``Sheets`` in files."""

    def rows(self, path: Path) -> Sequence[tuple[int, tuple[str, ...]]]:
        content = _content(path)
        rows = _workbook(path, content) if path.suffix.casefold() in _EXCEL else _csv(path, content)
        numbered = [(number, cells) for number, cells in enumerate(rows, start=1) if any(cells)]
        if len(numbered) > MOST_ROWS:
            raise UsageError(_("“{path}” has more than {most} rows.", path=path, most=f"{MOST_ROWS:,}"))
        return numbered


def _content(path: Path) -> bytes:
    try:
        if path.is_file() and path.stat().st_size > MOST_BYTES:
            raise UsageError(_("“{path}” is larger than {most} MB.", path=path, most=MOST_BYTES // 1_000_000))
        return path.read_bytes()
    except OSError as error:
        raise UsageError(_("“{path}” cannot be read: {why}.", path=path, why=error.strerror)) from error


def _csv(path: Path, content: bytes) -> list[tuple[str, ...]]:
    text = _decoded(path, content)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        return [
            tuple(cell.strip() for cell in row)
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise UsageError(_("“{path}” is no CSV file: {why}.", path=path, why=error)) from error


def _decoded(path: Path, content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UsageError(_("“{path}” is no text in UTF-8 or GB18030. Save it as CSV UTF-8, or as XLSX.", path=path))


def _workbook(path: Path, content: bytes) -> list[tuple[str, ...]]:
    from python_calamine import CalamineError, CalamineWorkbook

    unreadable = _("“{path}” is no Excel workbook that can be read. Save it as XLSX or as CSV UTF-8.", path=path)
    try:
        with ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > 10 * MOST_BYTES:
                raise UsageError(_("“{path}” is larger than {most} MB.", path=path, most=10 * MOST_BYTES // 1_000_000))
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        # From the first row on, empty ones too, so that numbers are those that a person sees.
        return [_cells(row) for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, BadZipFile, ValueError, IndexError) as error:
        raise UsageError(unreadable) from error


def _cells(row: Iterable[object]) -> tuple[str, ...]:
    return tuple(_text(value) for value in row)


def _text(value: object) -> str:
    """A cell as text. A number that Excel made of a staff number has lost its zero already, but gets no fraction."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
