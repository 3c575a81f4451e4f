from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.model import language
from simulator.workflows.ports import Read

SHIPPED = Path(__file__).parents[3] / "scenarios"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages are compared in English."""
    before = language.current()
    language.use("en")
    yield
    language.use(before)


@pytest.fixture
def shipped() -> Path:
    return SHIPPED


@pytest.fixture(scope="session")
def library() -> YamlLibrary:
    """One for all tests: it reads the lower layers once."""
    return YamlLibrary(SHIPPED)


@pytest.fixture
def read(library: YamlLibrary, tmp_path: Path) -> Callable[[str | bytes], Read]:
    """Reads a text as a scenario file over the shipped layers."""

    def reading(text: str | bytes) -> Read:
        path = tmp_path / "scenario.yaml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return library.read(str(path))

    return reading


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A small content folder of one's own, with lower layers that differ from the shipped ones."""
    root = tmp_path / "content"
    (root / "library" / "two-invoices" / "paths").mkdir(parents=True)
    (root / "personas").mkdir()
    (root / "standard.yaml").write_text(
        "stages: [talking]\n"
        "endings:\n"
        "  timeout: {recovers: 0.1}\n"
        "  paid: {recovers: 1}\n"
        "rules:\n"
        "  - tactic: ask.gentle\n"
        "    end: paid\n"
        "  - tactic: '*'\n",
        encoding="utf-8",
    )
    (root / "tactics.yaml").write_text("tactics:\n  - id: ask.gentle\n  - id: firm.no\n", encoding="utf-8")
    (root / "personas" / "plain.yaml").write_text("persona: plain\nmeters: {trust: 7}\n", encoding="utf-8")
    (root / "library" / "two-invoices" / "scenario.yaml").write_text(
        "scenario: two-invoices\ntitle: {zh: 两张发票, en: Two invoices}\nlevel: 2\nturns: 6\npersona: plain\n",
        encoding="utf-8",
    )
    return root
