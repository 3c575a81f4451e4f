"""The offline recogniser as the workflows see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path

from simulator.adapters.listen.features import language_of
from simulator.adapters.listen.figures import figures
from simulator.adapters.listen.model import NONE, WEIGHTS, Model, load
from simulator.adapters.listen.orders import Orders
from simulator.model.language import Language
from simulator.workflows.ports import Figures

# What is longer is pasted: nobody says more in one turn. In characters; some two minutes of either language.
_LONGEST: Mapping[Language, int] = {"zh": 600, "en": 1_800}


class OfflineListener:
    """Tells by its weights what a line is. They are read at the first line; ``load`` reads them before.

    Args:
        names: ids and names of tactics and families, which nobody says to a debtor in a row.
    """

    def __init__(self, names: Iterable[str] = (), weights: Path = WEIGHTS) -> None:
        self._orders, self._weights = Orders(names), weights

    def load(self) -> None:
        """Reads the weights, so that the first line does not wait for them; for a thread in the background."""
        _ = self._models

    def chances(self, text: str) -> Mapping[str, float]:
        """The chance of every tactic and of ``none``; certainly none where a line is empty, pasted or an order."""
        language = language_of(text)
        model = self._models[language]
        if not any(sign.isalnum() for sign in text) or len(text) > _LONGEST[language] or self._orders.is_one(text):
            return {name: float(name == NONE) for name in model.classes}
        return model.chances(text, language)

    def figures(self, text: str, today: date | None) -> Figures:
        return figures(text, today) if len(text) <= max(_LONGEST.values()) else Figures()

    @cached_property
    def _models(self) -> dict[Language, Model]:
        return load(self._weights)[0]
