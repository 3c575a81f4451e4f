from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def speaking_english(english: None) -> None:
    """Messages are compared in English."""
