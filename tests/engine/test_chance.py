from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.chance import draw, pick, variant

# First 16 hex digits of ``printf '<seed>/<turn>/<purpose>' | sha256sum``, by coreutils.
DIGESTS = {
    (7, 3, "reaction"): 0x5D123E852CEAEFD5,
    (0, 1, "say-initiative"): 0x891AAC0731A7C5D0,
    (20250610, 12, "excuse:in-process"): 0x1DB88804BDD83988,
    (-5, 1, "initiative"): 0x8FA48C5D1053810B,
}


@pytest.mark.parametrize(("seed", "turn", "purpose"), DIGESTS)
@pytest.mark.parametrize("total", [1, 2, 3, 7, 100, 3_000_000])
def test_draw_is_the_start_of_the_hash_modulo_the_total(seed: int, turn: int, purpose: str, total: int) -> None:
    """The first eight bytes of SHA-256 of seed, turn and purpose joined by slashes, modulo the total."""
    assert draw(seed, turn, purpose, total) == DIGESTS[seed, turn, purpose] % total


@given(st.lists(st.integers(1, 5), min_size=1, max_size=5))
def test_pick_gives_each_outcome_its_weight(weights: list[int]) -> None:
    """Over all draws below the total, each outcome is picked as often as it weighs, in the order of the outcomes."""
    picked = [pick(weights, drawn) for drawn in range(sum(weights))]
    assert picked == sorted(picked)
    assert Counter(picked) == Counter(dict(enumerate(weights)))


def test_pick_refuses_a_draw_beyond_the_weights() -> None:
    """A draw that is not below the total is an error, never the last outcome."""
    with pytest.raises(ValueError, match="sum of the weights"):
        pick([1, 2], 3)


@pytest.mark.parametrize(
    ("drawn", "said_last", "said"),
    [
        (0, (), "a"),
        (4, (), "b"),
        (0, ("a",), "b"),
        (2, ("c",), "a"),
        (2, ("c", "a"), "b"),
        (1, ("a", "b", "c"), "b"),
    ],
)
def test_variant_skips_cyclically_what_was_said_last(drawn: int, said_last: tuple[str, ...], said: str) -> None:
    """The drawn variant unless it was said last, then the next one round; where all were, the drawn one after all."""
    assert variant(("a", "b", "c"), drawn, frozenset(said_last)) == said
