"""The cache of solutions: right or nothing, and never in the way."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from simulator.adapters.cache import MOST_BYTES, FileCache

KEY, OTHER = "ab" * 32, "cd" * 32
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@contextmanager
def _without_rights() -> Iterator[None]:
    if ROOT:
        os.seteuid(65534)
    try:
        yield
    finally:
        if ROOT:
            os.seteuid(0)


def _file(folder: Path, key: str = KEY) -> Path:
    (found,) = folder.glob(f"{key}*")
    return found


@pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 5000])
def test_cache_gives_back_what_was_put(tmp_path: Path, data: bytes) -> None:
    """Bytes come back as they were, also to another cache on the same folder, and the folder is made."""
    folder = tmp_path / "not" / "yet"
    FileCache(folder).put(KEY, data)
    assert FileCache(folder).get(KEY) == data
    assert FileCache(folder).get(OTHER) is None
    assert len(list(folder.iterdir())) == 1


def test_cache_without_its_folder_is_empty(tmp_path: Path) -> None:
    """Asking makes no folder."""
    assert FileCache(tmp_path / "none").get(KEY) is None
    assert list(tmp_path.iterdir()) == []


def test_cache_puts_again_over_what_was(tmp_path: Path) -> None:
    """The latest bytes under a key are the ones."""
    cache = FileCache(tmp_path)
    cache.put(KEY, b"old")
    cache.put(KEY, b"new")
    assert cache.get(KEY) == b"new"


def test_cache_never_believes_a_changed_byte(tmp_path: Path) -> None:
    """A change of any byte of the file, a byte more and every byte fewer give None; putting again mends it."""
    cache = FileCache(tmp_path)
    cache.put(KEY, b"values of ten positions")
    path = _file(tmp_path)
    content = path.read_bytes()
    for at in range(len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert cache.get(KEY) is None, at
        path.write_bytes(content[:at])
        assert cache.get(KEY) is None, at
    path.write_bytes(content + b"\x00")
    assert cache.get(KEY) is None
    cache.put(KEY, b"again")
    assert cache.get(KEY) == b"again"


def test_cache_never_believes_another_keys_file(tmp_path: Path) -> None:
    """A sound file that stands under another key, as after a clumsy copy, gives None."""
    cache = FileCache(tmp_path)
    cache.put(KEY, b"of the old scenario")
    shutil.copy(_file(tmp_path), tmp_path / _file(tmp_path).name.replace(KEY, OTHER))
    assert cache.get(OTHER) is None
    assert cache.get(KEY) == b"of the old scenario"


def test_cache_never_believes_another_versions_file(tmp_path: Path) -> None:
    """A file of another format gives None."""
    cache = FileCache(tmp_path)
    cache.put(KEY, b"x")
    path = _file(tmp_path)
    assert path.read_bytes().startswith(b"huikuan-solution-1\n")
    path.write_bytes(path.read_bytes().replace(b"-1\n", b"-2\n", 1))
    assert cache.get(KEY) is None


def test_cache_survives_a_folder_in_its_way(tmp_path: Path) -> None:
    """A folder where the file belongs, and a file where the folder belongs, cost nothing but the caching."""
    (tmp_path / f"{KEY}.solution").mkdir()
    cache = FileCache(tmp_path)
    cache.put(KEY, b"x")
    assert cache.get(KEY) is None
    assert [one.name for one in tmp_path.iterdir()] == [f"{KEY}.solution"]
    (tmp_path / "file").write_bytes(b"mine")
    blocked = FileCache(tmp_path / "file")
    blocked.put(KEY, b"x")
    assert blocked.get(KEY) is None
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_cache_in_a_read_only_folder_still_gives() -> None:
    """Without the right to write, what is there is given and nothing is put."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cache = FileCache(folder)
        cache.put(KEY, b"x")
        _file(folder).chmod(0o644)
        folder.chmod(0o555)
        with _without_rights():
            cache.put(OTHER, b"y")
            assert (cache.get(KEY), cache.get(OTHER)) == (b"x", None)
        folder.chmod(0o755)
        _file(folder).chmod(0o000)
        with _without_rights():
            assert cache.get(KEY) is None


def test_cache_on_a_full_disk_keeps_what_it_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is full, putting is silent, the old bytes stay, and no half file is left."""
    cache = FileCache(tmp_path)
    cache.put(KEY, b"old")
    whole = os.fdopen

    def full(descriptor: int, mode: str) -> object:
        file = whole(descriptor, mode)
        file.write(b"half")

        class Full:
            def __enter__(self) -> Full:
                return self

            def __exit__(self, *_: object) -> None:
                file.close()

            def write(self, _: bytes) -> int:
                raise OSError(28, "No space left on device")

        return Full()

    monkeypatch.setattr(os, "fdopen", full)
    cache.put(KEY, b"new")
    monkeypatch.undo()
    assert cache.get(KEY) == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_cache_keeps_within_its_size(tmp_path: Path) -> None:
    """When it grows too large, what was unused for longest goes, and only that; what is in use stays."""
    cache = FileCache(tmp_path, most=3_500)
    keys = [f"{number:064x}" for number in range(4)]
    for age, key in enumerate(keys[:3]):
        cache.put(key, bytes(1_000))
        os.utime(_file(tmp_path, key), (age + 1, age + 1))
    assert cache.get(keys[0]) is not None
    cache.put(keys[3], bytes(1_000))
    assert [cache.get(key) is not None for key in keys] == [True, False, True, True]
    assert MOST_BYTES == 500_000_000


def test_cache_refuses_what_is_larger_than_itself(tmp_path: Path) -> None:
    """What would not fit is not kept, and drives nothing else out."""
    cache = FileCache(tmp_path, most=2_000)
    cache.put(KEY, b"small")
    cache.put(OTHER, bytes(2_000))
    assert (cache.get(KEY), cache.get(OTHER)) == (b"small", None)


def test_cache_leaves_other_files_alone(tmp_path: Path) -> None:
    """Trimming deletes solutions and forgotten drafts, and neither strangers nor drafts that are being written."""
    strange, fresh, forgotten = tmp_path / "notes.txt", tmp_path / "b.draft", tmp_path / "a.draft"
    for path in (strange, fresh, forgotten):
        path.write_bytes(bytes(5_000))
    for path in (strange, forgotten):
        os.utime(path, (1, 1))
    FileCache(tmp_path, most=2_000).put(KEY, b"x")
    assert {one.name for one in tmp_path.iterdir()} == {"notes.txt", "b.draft", f"{KEY}.solution"}


@pytest.mark.parametrize("key", ["", "../escape", "AB", "ab/cd", "ab\n", "0" * 129])
def test_cache_refuses_a_key_that_is_no_hash(tmp_path: Path, key: str) -> None:
    """A key is a file name, so nothing but hex gets in."""
    cache = FileCache(tmp_path / "cache")
    with pytest.raises(ValueError, match="hex"):
        cache.put(key, b"x")
    with pytest.raises(ValueError, match="hex"):
        cache.get(key)
    assert list(tmp_path.iterdir()) == []


def test_cache_is_whole_or_nothing_between_threads(tmp_path: Path) -> None:
    """Who reads while others write gets one of the writings, whole."""
    cache = FileCache(tmp_path)
    writings = [bytes([number]) * 200_000 for number in range(4)]
    cache.put(KEY, writings[0])
    threads = [
        threading.Thread(target=lambda data=data: [cache.put(KEY, data) for _ in range(20)])  # type: ignore[misc]
        for data in writings
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert cache.get(KEY) in writings
    assert len(list(tmp_path.iterdir())) == 1
