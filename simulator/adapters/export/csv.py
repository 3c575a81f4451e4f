"""Tables as CSV: UTF-8 with a byte order mark, which is how spreadsheets know it, and line ends as RFC 4180 has them.

A text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end would be a formula to a spreadsheet, so an
apostrophe is put before it, as OWASP recommends. That goes for columns of text alone; numbers, negative ones too,
stay numbers. To read a text back, drop one apostrophe that stands before one of these signs.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from simulator.model.reports import Table, Value

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full-width ones are read likewise
_BLOCK = 2_000  # rows between two looks whether to go on
_MADE = (1980, 1, 1, 0, 0, 0)  # of the parts of the archive: the same tables make the same bytes


def write(table: Table, path: Path, tick: Callable[[], None] = lambda: None) -> int:
    """Writes one table; how many rows there were."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        return _write(table, file, tick)


def write_all(tables: Iterable[Table], path: Path, tick: Callable[[], None] = lambda: None) -> int:
    """Writes each table as a file of an archive; how many rows there were."""
    count = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for table in tables:
            part = zipfile.ZipInfo(f"{table.id}.csv", _MADE)
            part.compress_type = zipfile.ZIP_DEFLATED
            with (
                archive.open(part, "w", force_zip64=True) as raw,
                io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as file,
            ):
                count += _write(table, file, tick)
    return count


def _write(table: Table, file: io.TextIOBase, tick: Callable[[], None]) -> int:
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([column.title for column in table.columns])
    texts = [index for index, column in enumerate(table.columns) if column.kept == "text"]
    others = [index for index, column in enumerate(table.columns) if column.kept in ("date", "time", "truth")]
    count = 0
    for row in table.rows:
        if not count % _BLOCK:
            tick()
        writer.writerow(_cells(row, texts, others))
        count += 1
    return count


def _cells(row: Sequence[Value], texts: Sequence[int], others: Sequence[int]) -> Iterator[Value] | list[Value]:
    cells = list(row)
    for index in texts:
        cell = cells[index]
        if isinstance(cell, str):
            cells[index] = harmless(cell)
    for index in others:
        cells[index] = _plain(cells[index])
    return cells


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula; control characters are dropped, line ends become spaces."""
    kept = text
    if not text.isprintable():
        kept = "".join(" " if char in "\r\n\t" else char for char in text if char in "\r\n\t" or ord(char) >= ord(" "))
    return f"'{kept}" if text.startswith(_BEGINS_FORMULA) else kept


def _plain(value: Value) -> Value:
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    return value
