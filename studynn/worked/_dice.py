"""Dice as the weights of their faces, and the ways to every total."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import lcm

from studynn.core.errors import InputError
from studynn.core.text import Text, number_text, value_text

LARGEST_DENOMINATOR = 1000

Weights = list[list[int]]


def weights_of(count: int, sides: Sequence[int], loaded: Sequence[float] | None) -> Weights:
    """How many equally likely ways each face of each die has: 1, or its share of a loaded die's common denominator."""
    if len(sides) > 1 and count != len(sides):
        raise InputError(
            "dice",
            str(count),
            Text(
                f"must be {len(sides)}, as --sides lists {len(sides)} dice",
                f"--sides 列出了 {len(sides)} 枚骰子，这里应为 {len(sides)}",
            ),
        )
    each = list(sides) if len(sides) > 1 else list(sides) * count
    weights = [[1] * side for side in each]
    if loaded is not None:
        weights[-1] = _loaded_weights(loaded, each[-1])
    return weights


def _loaded_weights(loaded: Sequence[float], side: int) -> list[int]:
    given = value_text(loaded).strip("[]")
    shares = [Fraction(share).limit_denominator(LARGEST_DENOMINATOR) for share in loaded]
    if len(shares) != side:
        raise InputError(
            "loaded",
            given,
            Text(
                f"must be {side} probabilities, as the last die has {side} sides, these are {len(shares)}",
                f"最后一枚骰子有 {side} 面，应有 {side} 个概率，这里有 {len(shares)} 个",
            ),
        )
    if sum(shares) != 1:
        whole = number_text(sum(shares, Fraction(0)))
        raise InputError(
            "loaded", given, Text(f"must add up to 1, these add up to {whole}", f"概率之和应为 1，这里为 {whole}")
        )
    common = lcm(*(share.denominator for share in shares))
    return [int(share * common) for share in shares]


def ways_of_all(weights: Weights) -> tuple[int, ...]:
    """The ways to every total from the lowest on; no die at all has the total 0 in one way.

    Fair dice of one kind are taken together, which is what makes a thousand of them quick; whatever is left is combined
    face by face.
    """
    ways = [1]
    for faces, count in Counter(map(tuple, weights)).items():
        alike = [ways_of_fair(count, len(faces))] if set(faces) == {1} else [list(faces)] * count
        for more in alike:
            ways = more if ways == [1] else combined(ways, more)
    return tuple(ways)


def combined(ways: Sequence[int], more: Sequence[int]) -> list[int]:
    """The ways to every total of two parts: each total of the one goes with each of the other."""
    longer = [0] * (len(ways) + len(more) - 1)
    for i, way in enumerate(ways):
        for j, weight in enumerate(more):
            longer[i + j] += way * weight
    return longer


def ways_of_fair(count: int, side: int) -> list[int]:
    """The ways to every total of n fair dice of s sides from the lowest on, each from three earlier ones.

    They are the coefficients of Q = P^n with P = 1 + x + … + x^(s−1) = (1 − x^s)/(1 − x). From P·Q′ = nP′·Q follows
    (1 − x)(1 − x^s)·Q′ = n(1 − s·x^(s−1) + (s − 1)·x^s)·Q, and the terms of x^(k−1) on both sides give
    k·q[k] = (n + k − 1)·q[k−1] − (ns + s − k)·q[k−s] + (ns + s − n − k + 1)·q[k−s−1]. The second half mirrors the first.
    Source: Euler 1748, Introductio in analysin infinitorum, § 76 (powers of a series).
    """
    totals = count * (side - 1) + 1
    half, first, far = (totals + 1) // 2, side + 1, count * side + side
    q = [0] * first + [1]  # zeros stand before q[0]
    for k in range(1, half):
        q.append(((count + k - 1) * q[-1] - (far - k) * q[k + 1] + (far - count - k + 1) * q[k]) // k)
    rising = q[first:]
    return rising + rising[: totals - half][::-1]


def combinations(weights: Weights) -> tuple[int, ...] | None:
    """Each combination of faces counted once, whatever its order; None for three or more unequal dice."""
    count, sides = len(weights), [len(faces) for faces in weights]
    if len(set(sides)) == 1:
        side = sides[0]
        # found[n][t]: multisets of n faces with sum t, taking in the faces 1, 2, … one by one
        found = [[int(n == t == 0) for t in range(count * side + 1)] for n in range(count + 1)]
        for face in range(1, side + 1):
            for n in range(1, count + 1):
                for t in range(face, count * side + 1):
                    found[n][t] += found[n - 1][t - face]
        return tuple(found[count][count:])
    if count > 2:
        return None
    pairs = {tuple(sorted(pair)) for pair in product(*(range(1, side + 1) for side in sides))}
    return tuple(sum(sum(pair) == total for pair in pairs) for total in range(2, sum(sides) + 1))


def is_fair(weights: Weights) -> bool:
    """Whether all faces are equally likely."""
    return all(weight == 1 for faces in weights for weight in faces)
