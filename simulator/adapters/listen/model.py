"""A linear softmax over the features of a line, its weights read from one small file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.adapters.listen.features import GROUPS, features
from simulator.model.language import LANGUAGES, Language

WEIGHTS = Path(__file__).parent / "weights.npz"
NONE = "none"
# How much each group counts in the similarity of two lines; found on the catalogue's own sample lines, which are
# neither trained nor measured on. English words vary more, and cues earn more there.
SHARES: Mapping[Language, Mapping[str, float]] = {
    "zh": {"pieces": 1.0, "cues": 0.05, "pairs": 0.05},
    "en": {"pieces": 1.0, "cues": 0.1, "pairs": 0.1},
}

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Group:
    """The features of one group that the model knows.

    Attributes:
        ids: CRC-32 of the features, in ascending order.
        rarity: inverse document frequency of each.
    """

    ids: NDArray[np.uint32]
    rarity: Floats

    def find(self, line: Iterable[int]) -> tuple[NDArray[np.intp], Floats]:
        """Where the known features of a line stand, and their weights, of length 1 together."""
        wanted = np.fromiter(line, np.uint32)
        if not len(self.ids) or not len(wanted):
            return np.zeros(0, np.intp), np.zeros(0, np.float32)
        wanted.sort()
        places = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        places = places[self.ids[places] == wanted]
        weights = self.rarity[places]
        return places, weights / max(float(np.linalg.norm(weights)), 1e-9)


@dataclass(frozen=True, slots=True)
class Model:
    """The recogniser of one language.

    Attributes:
        classes: tactics and ``none``, in the order of the columns.
        groups: what is known of each group, in the order of ``GROUPS``.
        weights: int8, one row a feature, groups after one another.
        scales: what a step of a row's weights is worth.
        bias: one a class.
        temperature: scores are divided by it, so that confidences are shares of right answers.
    """

    classes: tuple[str, ...]
    groups: tuple[Group, ...]
    weights: NDArray[np.int8]
    scales: Floats
    bias: Floats
    temperature: float

    def scores(self, text: str, language: Language) -> Floats:
        """The score of each class, before the temperature."""
        total, start = self.bias.copy(), 0
        for name, group, line in zip(GROUPS, self.groups, features(text, language), strict=True):
            places, values = group.find(line)
            rows = places + start
            worth = values * self.scales[rows] * np.float32(SHARES[language][name] ** 0.5)
            total += worth @ self.weights[rows].astype(np.float32)
            start += len(group.ids)
        return total

    def chances(self, text: str, language: Language) -> dict[str, float]:
        """The chance of each class, 0–1, all together 1."""
        found = softmax(self.scores(text, language)[None, :] / self.temperature)[0]
        return {name: float(chance) for name, chance in zip(self.classes, found, strict=True)}


def softmax(scores: Floats) -> Floats:
    """Chances from scores, row by row."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def save(models: Mapping[Language, Model], digest: str, path: Path = WEIGHTS) -> None:
    """Writes the weights of both languages; the same models give the same bytes.

    Args:
        digest: of what they were trained on.
    """
    arrays: dict[str, NDArray[np.generic]] = {"digest": np.array(digest)}
    for language, model in models.items():
        arrays[f"{language}.classes"] = np.array(model.classes)
        arrays[f"{language}.weights"] = model.weights
        arrays[f"{language}.scales"] = model.scales.astype(np.float16)
        arrays[f"{language}.bias"] = model.bias
        arrays[f"{language}.temperature"] = np.array(model.temperature, np.float64)
        for name, group in zip(GROUPS, model.groups, strict=True):
            arrays[f"{language}.{name}.ids"] = group.ids
            arrays[f"{language}.{name}.rarity"] = group.rarity.astype(np.float16)
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def load(path: Path = WEIGHTS) -> tuple[dict[Language, Model], str]:
    """The models as they were saved, and the digest of what they were trained on."""
    with np.load(path, allow_pickle=False) as held:
        models = {language: _read(held, language) for language in LANGUAGES}
        return models, str(held["digest"])


def _read(held: Mapping[str, NDArray[np.generic]], language: Language) -> Model:
    def floats(name: str) -> Floats:
        return np.asarray(held[f"{language}.{name}"], np.float32)

    groups: Sequence[Group] = [
        Group(np.asarray(held[f"{language}.{name}.ids"], np.uint32), floats(f"{name}.rarity")) for name in GROUPS
    ]
    return Model(
        classes=tuple(str(one) for one in held[f"{language}.classes"]),
        groups=tuple(groups),
        weights=np.asarray(held[f"{language}.weights"], np.int8),
        scales=floats("scales"),
        bias=floats("bias"),
        temperature=float(held[f"{language}.temperature"]),
    )
