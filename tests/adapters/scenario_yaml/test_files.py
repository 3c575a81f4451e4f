"""Scenario files as text that somebody edits: read as they are, written whole or not at all, claimed, kept."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from shelf import SHIPPED

from simulator.adapters.scenario_yaml import files as adapter
from simulator.adapters.scenario_yaml.files import YamlFiles
from simulator.model.errors import BadFile, ChangedElsewhere, UsageError

ROOT = Path(__file__).parents[3]
TEXT = "scenario: late\nturns: 3\n"


@pytest.fixture
def files(tmp_path: Path) -> YamlFiles:
    """One Studio."""
    return YamlFiles(tmp_path / "data", SHIPPED)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A scenario's file."""
    path = tmp_path / "late" / "scenario.yaml"
    path.parent.mkdir()
    path.write_bytes(TEXT.encode())
    return path


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def elsewhere(tmp_path: Path, source: str, wait: bool = True) -> subprocess.Popen[str]:
    """Another process with a Studio ``files`` over the same data folder and the file ``path``."""
    begin = f"""
        import sys
        from pathlib import Path
        from simulator.adapters.scenario_yaml.files import YamlFiles
        files = YamlFiles(Path({str(tmp_path / "data")!r}), Path({str(SHIPPED)!r}))
        path = Path({str(tmp_path / "late" / "scenario.yaml")!r})
    """
    program = textwrap.dedent(begin) + textwrap.dedent(source)
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    if wait:
        assert process.wait(60) == 0
    return process


def test_load_gives_the_text_and_the_stamp_of_its_bytes(files: YamlFiles, path: Path) -> None:
    """Line ends are \\n and there is no byte order mark, whatever the file has; the stamp is that of the file."""
    data = b"\xef\xbb\xbfscenario: late\r\nturns: 3\r\n"
    path.write_bytes(data)
    loaded = files.load(path)
    assert (loaded.text, loaded.stamp) == (TEXT, digest(data))
    assert files.stamp(path) == digest(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a: \xff\n", "not-utf8"),
        (b"a: \x1b[2J\n", "control-character"),
        (b"#" * 1_000_001, "too-large"),
    ],
)
def test_bytes_that_are_no_text_are_a_bad_file_with_its_problems(
    files: YamlFiles, path: Path, data: bytes, code: str
) -> None:
    """Nothing is opened that could not be saved as it was."""
    path.write_bytes(data)
    with pytest.raises(BadFile) as refused:
        files.load(path)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_link_out_of_the_folder_is_not_followed(files: YamlFiles, path: Path, tmp_path: Path) -> None:
    """As the library does not follow it either."""
    secret = tmp_path / "secret.yaml"
    secret.write_text("a: 1\n", encoding="utf-8")
    path.unlink()
    path.symlink_to(secret)
    with pytest.raises(BadFile):
        files.load(path)
    with pytest.raises(ChangedElsewhere):
        files.save(path, TEXT, digest(b"a: 1\n"))
    assert secret.read_text(encoding="utf-8") == "a: 1\n"


def test_save_writes_the_text_and_gives_its_stamp(files: YamlFiles, path: Path) -> None:
    """What is loaded then is what was saved."""
    stamp = files.save(path, "scenario: late\nturns: 4\n", files.load(path).stamp)
    assert path.read_bytes() == b"scenario: late\nturns: 4\n"
    assert stamp == digest(path.read_bytes()) == files.load(path).stamp


def test_save_keeps_line_ends_mark_and_rights(files: YamlFiles, path: Path) -> None:
    """A colleague's editor finds the file in the form in which it left it."""
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    path.chmod(0o640)
    files.save(path, "a: 1\nb: 3\n", files.load(path).stamp)
    assert path.read_bytes() == b"\xef\xbb\xbfa: 1\r\nb: 3\r\n"
    assert path.stat().st_mode & 0o777 == 0o640


def test_save_over_what_was_changed_elsewhere_is_refused_with_its_text(files: YamlFiles, path: Path) -> None:
    """Nobody's work is written over, even if time and size of the file are the same as before."""
    stamp, status = files.load(path).stamp, path.stat()
    path.write_bytes(TEXT.replace("3", "9").encode())
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(ChangedElsewhere) as refused:
        files.save(path, "mine", stamp)
    assert refused.value.text == TEXT.replace("3", "9")
    assert path.read_bytes() == TEXT.replace("3", "9").encode()
    assert sorted(one.name for one in path.parent.iterdir()) == ["scenario.yaml"]


def test_save_of_a_new_file_is_refused_where_there_is_one(files: YamlFiles, path: Path) -> None:
    """Expected is that there is none."""
    with pytest.raises(ChangedElsewhere) as refused:
        files.save(path, "mine", None)
    assert refused.value.text == TEXT
    path.unlink()
    files.save(path, "mine", None)
    assert path.read_bytes() == b"mine"


def test_save_over_a_file_that_is_gone_is_refused(files: YamlFiles, path: Path) -> None:
    """Somebody deleted or moved it; that is not undone by the way."""
    stamp = files.load(path).stamp
    path.unlink()
    with pytest.raises(ChangedElsewhere) as refused:
        files.save(path, "mine", stamp)
    assert refused.value.text is None
    assert not path.exists()


@pytest.mark.parametrize("text", ["a: \x1b[2J", "a: \ud800", "#" * 1_000_001])
def test_save_of_what_could_not_be_read_back_is_refused(files: YamlFiles, path: Path, text: str) -> None:
    """The file stays as it was."""
    with pytest.raises(BadFile):
        files.save(path, text, files.load(path).stamp)
    assert path.read_bytes() == TEXT.encode()


def test_save_that_fails_leaves_the_file_and_nothing_else(
    files: YamlFiles, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is told in words, and the old text is whole."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(adapter.os, "fsync", full)
    with pytest.raises(UsageError, match="No space left on device"):
        files.save(path, "mine", digest(TEXT.encode()))
    assert path.read_bytes() == TEXT.encode()
    assert sorted(one.name for one in path.parent.iterdir()) == ["scenario.yaml"]


def test_save_works_where_the_data_folder_cannot_be_written(path: Path, tmp_path: Path) -> None:
    """The lock is a help against other Studios, not a condition."""
    (tmp_path / "data").write_text("a file where the folder would be", encoding="utf-8")
    files = YamlFiles(tmp_path / "data", SHIPPED)
    files.save(path, "mine", files.load(path).stamp)
    assert path.read_bytes() == b"mine"
    assert files.claim(path) is None


def test_studios_that_save_at_once_never_write_over_each_other(path: Path, tmp_path: Path) -> None:
    """Of eight that read the same text, one saves and seven are told, round after round."""
    for turn in range(5):
        studios = [YamlFiles(tmp_path / "data", SHIPPED) for _ in range(8)]
        stamp, told = studios[0].load(path).stamp, list[str]()
        barrier = threading.Barrier(len(studios))

        def saving(studio: YamlFiles, text: str, stamp: str, barrier: threading.Barrier, told: list[str]) -> None:
            barrier.wait()
            try:
                studio.save(path, text, stamp)
                told.append(text)
            except ChangedElsewhere:
                pass

        threads = [
            threading.Thread(target=saving, args=(studio, f"{turn}-{i}", stamp, barrier, told))
            for i, studio in enumerate(studios)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [path.read_text(encoding="utf-8")] == told


def test_lock_of_somebody_who_was_killed_is_broken(files: YamlFiles, path: Path) -> None:
    """A save takes milliseconds, so an old lock is nobody's."""
    lock = files._place(path) / "saving"
    lock.parent.mkdir(parents=True)
    lock.write_text("gone", encoding="utf-8")
    os.utime(lock, (time.time() - 60, time.time() - 60))
    files.save(path, "mine", digest(TEXT.encode()))
    assert path.read_bytes() == b"mine"


def test_stamp_reads_a_file_again_only_when_it_looks_different(
    files: YamlFiles, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that has been the same for a while is not read each second; one that was just changed is."""
    read: list[Path] = []
    reading = files._bytes
    monkeypatch.setattr(files, "_bytes", lambda one: (read.append(one), reading(one))[1])
    files.stamp(path)
    files.stamp(path)
    assert len(read) == 2  # it was written just now: another change could look the same
    os.utime(path, (time.time() - 60, time.time() - 60))
    assert {files.stamp(path) for _ in range(3)} == {digest(TEXT.encode())}
    assert len(read) == 3
    path.write_bytes(b"other")
    assert files.stamp(path) == digest(b"other")


def test_stamp_of_what_is_gone_is_none(files: YamlFiles, path: Path) -> None:
    """The file alone, or its whole folder."""
    path.unlink()
    assert files.stamp(path) is None
    path.parent.rmdir()
    assert files.stamp(path) is None


def test_text_written_beside_never_replaces_another(files: YamlFiles, path: Path) -> None:
    """The same text twice is one file; another text gets a number."""
    first = files.beside(path, "theirs-12345678", "one")
    assert first.name == "scenario.theirs-12345678.yaml"
    assert files.beside(path, "theirs-12345678", "one") == first
    second = files.beside(path, "theirs-12345678", "two")
    assert (first.read_text(encoding="utf-8"), second.read_text(encoding="utf-8")) == ("one", "two")
    assert second.name == "scenario.theirs-12345678-2.yaml"


# Claims


def test_first_to_claim_a_file_hears_of_nobody(files: YamlFiles, path: Path) -> None:
    """However often he claims it."""
    assert files.claim(path) is None
    assert files.claim(path) is None


def test_second_to_claim_hears_who_has_it_and_since_when(files: YamlFiles, path: Path, tmp_path: Path) -> None:
    """By another name of the same file too; nothing is forbidden, and the first one hears of the second as well."""
    files.claim(path)
    link = tmp_path / "link"
    link.symlink_to(path.parent)
    second = YamlFiles(tmp_path / "data", SHIPPED)
    claim = second.claim(link / "scenario.yaml")
    assert claim is not None
    assert claim.pid == os.getpid()
    assert claim.user
    assert files.claim(path) is not None
    third = YamlFiles(tmp_path / "data", SHIPPED).claim(path)
    assert third == claim  # the one who has had it longest


def test_claim_that_was_released_is_gone(files: YamlFiles, path: Path, tmp_path: Path) -> None:
    """With everything that it left; releasing twice is harmless."""
    files.claim(path)
    files.release(path)
    files.release(path)
    assert list((tmp_path / "data" / "studio").iterdir()) == []
    assert YamlFiles(tmp_path / "data", SHIPPED).claim(path) is None


def test_claim_of_a_dead_process_is_taken_over(files: YamlFiles, path: Path, tmp_path: Path) -> None:
    """A Studio that was killed warns nobody."""
    process = elsewhere(tmp_path, "files.claim(path); print('claimed', flush=True); sys.stdin.read()", wait=False)
    assert process.stdout is not None
    assert process.stdout.readline() == "claimed\n"
    claim = files.claim(path)
    assert claim is not None
    assert claim.pid == process.pid
    process.kill()
    process.communicate()
    assert files.claim(path) is None


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells when a process began")
def test_claim_of_a_process_whose_number_another_has_now_is_not_believed(
    files: YamlFiles, path: Path, tmp_path: Path
) -> None:
    """After a restart numbers are given again."""
    other = YamlFiles(tmp_path / "data", SHIPPED)
    host, pid, _begun, rest = other._token.split("-")
    other._token = f"{host}-{pid}-000000000000-{rest}"
    other.claim(path)
    assert files.claim(path) is None


def test_claim_of_another_machine_counts_for_a_working_day(files: YamlFiles, path: Path, tmp_path: Path) -> None:
    """It cannot be asked whether its process lives; a Studio that is open renews its claim."""
    other = YamlFiles(tmp_path / "data", SHIPPED)
    other._token = "0" * 12 + "-1-1-1"
    other.claim(path)
    assert files.claim(path) is not None
    (file,) = (tmp_path / "data" / "studio").glob("*/000000000000-*")
    os.utime(file, (time.time() - 13 * 3600, time.time() - 13 * 3600))
    assert files.claim(path) is None


# Unsaved texts


def test_kept_text_is_offered_once_its_studio_is_dead(files: YamlFiles, path: Path, tmp_path: Path) -> None:
    """With what it was made from; the living keep theirs to themselves."""
    files.keep(path, "mine", TEXT, "stamp")
    assert YamlFiles(tmp_path / "data", SHIPPED).kept() == []
    elsewhere(tmp_path, "files.keep(path, 'of a dead one 钱 \\ud800', 'base', None)")
    (kept,) = files.kept()
    assert (kept.path, kept.text, kept.base, kept.stamp) == (path, "of a dead one 钱 \ud800", "base", None)
    assert list(files.kept(path)) == [kept]
    assert files.kept(tmp_path / "another.yaml") == []


def test_kept_texts_come_latest_first_and_can_be_dropped(files: YamlFiles, path: Path, tmp_path: Path) -> None:
    """One by one; what a Studio kept before is replaced."""
    elsewhere(tmp_path, "files.keep(path, 'old', '', None); files.keep(path, 'first', '', None)")
    elsewhere(tmp_path, "files.keep(path, 'second', '', None)")
    assert [one.text for one in files.kept(path)] == ["second", "first"]
    files.forget(path, files.kept(path)[0].token)
    assert [one.text for one in files.kept(path)] == ["first"]


def test_forgetting_drops_ones_own_text_alone(files: YamlFiles, path: Path, tmp_path: Path) -> None:
    """After a save nothing is left to recover."""
    elsewhere(tmp_path, "files.keep(path, 'of another', '', None)")
    files.keep(path, "mine", "", None)
    files.forget(path)
    files.forget(path)
    assert [one.text for one in files.kept()] == ["of another"]


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"path": 1}', b"\xff", b'{"path": "a", "text": "b"'])
def test_damaged_notes_are_passed_over(files: YamlFiles, path: Path, tmp_path: Path, damage: bytes) -> None:
    """A note that was cut off costs what it held and nothing else."""
    elsewhere(tmp_path, "files.keep(path, 'lost', '', None); files.claim(path)")
    for note in (tmp_path / "data" / "studio").glob("*/*"):
        note.write_bytes(damage)
    assert files.kept() == []
    assert files.claim(path) is None


def test_what_is_kept_is_for_its_user_alone(files: YamlFiles, path: Path, tmp_path: Path) -> None:
    """Unsaved text lies in a folder that nobody else may read."""
    files.keep(path, "mine", "", None)
    (note,) = (tmp_path / "data" / "studio").glob("*/*.text")
    assert note.stat().st_mode & 0o077 == 0
    assert json.loads(note.read_bytes())["text"] == "mine"


def test_token_leads_nowhere_else(files: YamlFiles, path: Path, tmp_path: Path) -> None:
    """Whatever is given as one, only notes of that file are dropped."""
    victim = tmp_path / "victim.text"
    victim.write_text("", encoding="utf-8")
    files.keep(path, "mine", "", None)
    files.forget(path, str(victim.with_suffix("")))
    files.forget(path, "../../../victim")
    assert victim.exists()
