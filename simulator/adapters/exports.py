"""The folder in which the program keeps exports that went nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from simulator.model.errors import UsageError
from simulator.model.language import _
from simulator.workflows.ports import KeptExport


class ExportFolder:
    """``Exports`` in a folder. Only plain files directly in it are ours; links and folders are left alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        return self._folder

    def name_of(self, path: Path) -> str | None:
        return path.name if path.resolve().parent == self._folder.resolve() else None

    def kept(self) -> Sequence[KeptExport]:
        try:
            files = [one for one in self._folder.iterdir() if one.is_file() and not one.is_symlink()]
            return sorted(
                (
                    KeptExport(one.name, one, datetime.fromtimestamp(one.stat().st_mtime, UTC))
                    for one in files
                    if not one.name.startswith(".")
                ),
                key=lambda one: one.name,
            )
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise UsageError(_("“{path}” cannot be read: {why}.", path=self._folder, why=error.strerror)) from error

    def remove(self, name: str) -> bool:
        path = self._folder / name
        if name != Path(name).name or path.is_symlink() or not path.is_file():
            return False
        try:
            path.unlink()
        except OSError as error:
            raise UsageError(_("“{path}” cannot be deleted: {why}.", path=path, why=error.strerror)) from error
        return True
