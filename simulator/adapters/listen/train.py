"""Makes the weights from the examples: ``python -m simulator.adapters.listen.train [FOLDER]``.

A multinomial logistic regression with a ridge penalty, solved in the space of the examples (there are far fewer of them
than features) by Newton steps under Böhning's fixed bound on the curvature (Böhning 1992, Ann. Inst. Stat. Math. 44),
so that one matrix is inverted once and there is neither chance nor a step size.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.adapters.listen import phrases
from simulator.adapters.listen.calibration import temperature
from simulator.adapters.listen.features import GROUPS, features
from simulator.adapters.listen.model import SHARES, WEIGHTS, Floats, Group, Model, save, softmax
from simulator.adapters.listen.phrases import Phrase
from simulator.model.language import LANGUAGES, Language

_SEEN = 2  # lines that a feature must stand in: what stands in one says nothing about others
_PENALTY = 0.05  # ridge; .03 to .1 differ by less than a line in a hundred in cross-validation
_STEPS = 40  # the likelihood has settled to four digits by then
_WORST = 127  # of int8


def train(examples: Sequence[Phrase], language: Language) -> Model:
    """The model of one language."""
    lines = [one for one in examples if one.language == language]
    classes = tuple(sorted({one.tactic for one in examples}))
    truth = np.array([classes.index(one.tactic) for one in lines], np.intp)
    groups, rows = _tables([features(one.text, language) for one in lines])
    shares = SHARES[language]
    table = np.concatenate([row * np.float32(shares[name] ** 0.5) for name, row in zip(GROUPS, rows, strict=True)], 1)
    alike = table @ table.T
    registers = np.array([one.register for one in lines])
    heat = temperature(_held_out(alike, truth, registers, len(classes)), truth)
    exact = table.T @ _solve(alike, truth, len(classes))
    scales = np.maximum(np.abs(exact).max(axis=1), 1e-9) / _WORST
    scales = scales.astype(np.float16).astype(np.float32)
    scales[scales == 0] = np.finfo(np.float16).smallest_subnormal
    weights = np.clip(np.rint(exact / scales[:, None]), -_WORST, _WORST).astype(np.int8)
    bias = np.zeros(len(classes), np.float32)
    return Model(classes, tuple(groups), weights, scales, bias, heat)


def _tables(lines: Sequence[tuple[frozenset[int], ...]]) -> tuple[list[Group], list[Floats]]:
    """What the model will know of each group, and the lines as rows over it, each of length 1."""
    groups, tables = [], []
    for number in range(len(GROUPS)):
        seen = Counter(one for line in lines for one in line[number])
        ids = np.array(sorted(one for one, count in seen.items() if count >= _SEEN), np.uint32)
        rarity = np.log(len(lines) / np.array([seen[int(one)] for one in ids], np.float64))
        group = Group(ids, rarity.astype(np.float16).astype(np.float32))
        table = np.zeros((len(lines), len(ids)), np.float32)
        for row, line in enumerate(lines):
            places, values = group.find(line[number])
            table[row, places] = values
        groups.append(group)
        tables.append(table)
    return groups, tables


def _solve(alike: Floats, truth: NDArray[np.intp], count: int) -> Floats:
    """The weight of each example for each class."""
    wanted = np.eye(count, dtype=np.float32)[truth]
    bound = np.linalg.inv(0.5 * alike.astype(np.float64) + _PENALTY * np.eye(len(alike))).astype(np.float32)
    found = np.zeros_like(wanted)
    for _step in range(_STEPS):
        found -= bound @ (softmax(alike @ found) - wanted + np.float32(_PENALTY) * found)
    return found


def _held_out(alike: Floats, truth: NDArray[np.intp], registers: NDArray[np.intp], count: int) -> Floats:
    """Scores of each line by a model that has seen none of its register: the nearest thing to another writer."""
    scores = np.zeros((len(truth), count), np.float32)
    for register in np.unique(registers):
        out = registers == register
        scores[out] = alike[np.ix_(out, ~out)] @ _solve(alike[np.ix_(~out, ~out)], truth[~out], count)
    return scores


def main(arguments: Sequence[str]) -> int:
    """Trains and writes the weights."""
    import scenarios

    folder = Path(arguments[0]) if arguments else Path(scenarios.__path__[0]) / "phrases"
    examples = phrases.read(folder)
    save({language: train(examples, language) for language in LANGUAGES}, phrases.digest(folder), WEIGHTS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
