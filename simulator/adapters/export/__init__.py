"""Reports as files: one module a format. Each is loaded when a report in its format is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.model.errors import Cancelled

if TYPE_CHECKING:
    from simulator.model.reports import Document, Format, Report, Table


class FileExporter:
    """Writes reports in every format."""

    def write(
        self,
        report: Report,
        document: Document,
        tables: Sequence[Table],
        format: Format,
        path: Path,
        tick: Callable[[], bool],
    ) -> int:
        """Writes the file; how many rows of data are in it."""

        def go_on() -> None:
            if tick():
                raise Cancelled

        if format in ("csv", "xlsx"):
            return _write_tables(tables, format, path, go_on)
        go_on()
        match format:
            case "text":
                from simulator.adapters.export import text

                path.write_text(text.page(document), encoding="utf-8")
            case "html":
                from simulator.adapters.export import html

                path.write_text(html.page(document), encoding="utf-8")
            case "pdf":
                from simulator.adapters.export import pdf

                pdf.write(document, path, go_on)
            case _:
                from simulator.adapters.export import json

                json.write(report, path, go_on)
        return _rows(document)


def _write_tables(tables: Sequence[Table], format: Format, path: Path, go_on: Callable[[], None]) -> int:
    if format == "xlsx":
        from simulator.adapters.export import xlsx

        return xlsx.write(tables, path, go_on)
    from simulator.adapters.export import csv

    if len(tables) == 1:
        return csv.write(tables[0], path, go_on)
    return csv.write_all(tables, path, go_on)


def _rows(document: Document) -> int:
    """The rows of all tables on the pages."""
    from simulator.model.reports import Grid

    return sum(len(block.rows) for block in document.blocks if isinstance(block, Grid))
