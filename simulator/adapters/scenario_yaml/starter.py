"""What a new scenario starts from: a template in the shipped folder, or another scenario; written all or nothing."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from simulator.adapters.scenario_yaml.shelf import yaml_names
from simulator.adapters.scenario_yaml.source import Findings, printable, read_text
from simulator.model.errors import BadFile, UsageError
from simulator.model.language import Language, _
from simulator.model.tactics import Id

_FILES = {"scenario.template": "scenario.yaml", "good-line.template": "paths/good-line.yaml"}
_TURNS, _TURNS_AN_EXCUSE = 10, 2  # an excuse has to be raised and to be dealt with
_COMMENT = re.compile(r"#(zh|en)( |$)")
_ID_LINE = re.compile(r"""^(["']?scenario["']?[ \t]*:[ \t]*)("[^"\n]*"|'[^'\n]*'|[^\s#]+)""", re.MULTILINE)
_SCHEMA_LINE = re.compile(r"^(#[ \t]*yaml-language-server:[ \t]*\$schema=)\S+", re.MULTILINE)
_SCHEMA_LINE_WHOLE = re.compile(_SCHEMA_LINE.pattern + r"[^\n]*\n(?:#[ \t]*\n)?", re.MULTILINE)
_BLOCK = re.compile(r"^#each excuse\n(.*?)^#end\n", re.MULTILINE | re.DOTALL)


def is_id(name: str) -> bool:
    """Whether a name can be an id, and so a folder's name that leads nowhere else."""
    try:
        TypeAdapter(Id).validate_python(name)
    except ValidationError:
        return False
    return True


def write_starter(
    templates: Path, folder: Path, identity: str, persona: str | None, excuses: Sequence[str], language: Language
) -> Path:
    """Writes the starting point into ``folder/identity``; the path of its scenario file.

    Args:
        templates: the folder of the templates.
        excuses: those that the persona brings, which the scenario must raise.
        language: of the comments; the texts are in both.

    Raises:
        UsageError: there is something of that name already, or it cannot be written.
    """
    schema = _schema(templates.parent / "schema")
    with _writing(folder / identity):
        templated = {file: (templates / name).read_text(encoding="utf-8") for name, file in _FILES.items()}
    values = _values(identity, persona, excuses, schema)
    texts = {file: filled(template, values, excuses, language) for file, template in templated.items()}
    return _written(folder, identity, texts)


def starter_text(
    templates: Path, identity: str, persona: str | None, excuses: Sequence[str], language: Language
) -> str:
    """The text of the starting point, for where there are no files: it points to no schema.

    Args:
        templates, excuses, language: as in ``write_starter``.
    """
    template = (templates / "scenario.template").read_text(encoding="utf-8")
    return filled(template, _values(identity, persona, excuses, None), excuses, language).removeprefix("#\n")


def _values(identity: str, persona: str | None, excuses: Sequence[str], schema: str | None) -> dict[str, str | None]:
    turns = str(_TURNS + _TURNS_AN_EXCUSE * len(excuses))
    return {"ID": identity, "PERSONA": persona, "SCHEMA": schema, "TURNS": turns}


def write_copy(schemas: Path, path: Path, inside: Path | None, folder: Path, identity: str) -> Path:
    """Writes the scenario at ``path`` under another id into ``folder/identity``, with its test plans.

    Args:
        schemas: the folder of the schemas, which editors are pointed to.
        inside: a folder that what is copied must really lie in, links followed.

    Raises:
        BadFile: the scenario cannot be read as text.
        UsageError: there is something of that name already, or it cannot be written.
    """
    text = _SCHEMA_LINE.sub(lambda line: line[1] + _schema(schemas), sound_text(path, inside), count=1)
    texts = {"scenario.yaml": _called(text, identity)}
    plans = path.parent / "paths"
    texts |= {f"paths/{name}.yaml": sound_text(plans / f"{name}.yaml", inside) for name in yaml_names(plans)}
    return _written(folder, identity, texts)


def copied_text(text: str, identity: str) -> str:
    """A scenario's text under another id, for where there are no files: it points to no schema."""
    return _called(_SCHEMA_LINE_WHOLE.sub("", text, count=1), identity)


def _called(text: str, identity: str) -> str:
    return _ID_LINE.sub(lambda line: line[1] + identity, text, count=1)


def sound_text(path: Path, inside: Path | None) -> str:
    """The text of a file.

    Raises:
        BadFile: it cannot be read as text.
    """
    findings = Findings(printable(path, most=1000))
    text = read_text(path, findings, inside)
    if text is None or findings.problems:
        raise BadFile(findings.problems)
    return text


def _schema(schemas: Path) -> str:
    return (schemas / "scenario.schema.json").absolute().as_uri()


@contextlib.contextmanager
def _writing(target: Path) -> Iterator[None]:
    """A fault of the file system, in words."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(_("“{path}” cannot be written: {why}", path=target, why=why)) from error


def _written(folder: Path, identity: str, texts: Mapping[str, str]) -> Path:
    """A new folder with these texts, which is there whole or not at all; the path of its scenario file."""
    target = folder / identity
    if os.path.lexists(target):
        raise UsageError(_("“{path}” is already there; nothing was written. Choose another id.", path=target))
    with _writing(target):
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{identity}-", dir=folder))
        try:
            for file, text in texts.items():
                (draft / file).parent.mkdir(exist_ok=True)
                (draft / file).write_text(text, encoding="utf-8")
            draft.chmod(0o777 & ~_umask())
            draft.rename(target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return target / "scenario.yaml"


def filled(template: str, values: Mapping[str, str | None], excuses: Sequence[str], language: Language) -> str:
    """A template with its comments in one language and its ``@NAMES@`` replaced; a line whose value is None goes."""
    text = _BLOCK.sub(lambda block: "".join(_repeated(block[1], excuses)), template)
    settled = f"      {excuses[-1]}: settled" if excuses else None
    lines = _lines(text, {**values, "SETTLED": settled}, language)
    return "\n".join(lines) + "\n"


def _repeated(block: str, excuses: Sequence[str]) -> Iterator[str]:
    """A block once for each excuse; each waits until the one before is settled."""
    for before, excuse in zip((None, *excuses), excuses, strict=False):
        waits = f"      {before}: settled\n" if before else ""
        yield block.replace("@BEFORE@\n", waits).replace("@EXCUSE@", excuse)


def _lines(text: str, values: Mapping[str, str | None], language: Language) -> Iterator[str]:
    for line in text.splitlines():
        comment = _COMMENT.match(line)
        if comment and comment[1] != language:
            continue
        named = [name for name in values if f"@{name}@" in line]
        if any(values[name] is None for name in named):
            continue
        kept = _COMMENT.sub("# ", line, count=1).rstrip() if comment else line
        for name in named:
            kept = kept.replace(f"@{name}@", values[name] or "")
        yield kept


def _umask() -> int:
    """What new files are not allowed; there is no way to ask but to set it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
