"""The engine trains: small nets of every kind learn small tasks to a stated level, which they miss by far before.

Everything is drawn from seeded generators. The levels hold for every seed that was tried (12 for each task), with room.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from training_tasks import (
    Array,
    Grid,
    Labels,
    Place,
    Poses,
    bars_and_stripes,
    curved_surface,
    digits,
    recall,
    two_modes,
)

from studynn.nn.activations import relu, relu_slope
from studynn.nn.boltzmann import (
    Rbm,
    contrastive_divergence,
    free_energy,
    hidden_probabilities,
    log_likelihood,
    visible_probabilities,
)
from studynn.nn.capsule import Routing, margin_loss, margin_loss_backward, route, route_backward
from studynn.nn.convolution import conv2d, conv2d_backward
from studynn.nn.dense import Layer, Pass, dense, dense_backward, mlp, mlp_backward
from studynn.nn.initialisers import glorot, he
from studynn.nn.losses import (
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_backward,
    cross_entropy,
    cross_entropy_backward,
    mse,
    mse_backward,
)
from studynn.nn.optimisers import AdamState, SGDState, adam, clip_by_norm, sgd
from studynn.nn.pooling import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from studynn.nn.recurrent import gru_backward, gru_forward, lstm_backward, lstm_forward, rnn_backward, rnn_forward
from studynn.nn.reinforcement import dqn_loss_backward, epsilon_greedy, q_targets

Weights = list[Array]
Slopes = Callable[[Weights], Weights]


def trained(weights: Weights, batches: Iterable[Slopes], lr: float, longest: float = math.inf) -> Weights:
    """The weights after a step of Adam along the slopes of each batch, which are cut to the length `longest`."""
    state: AdamState | None = None
    for slopes in batches:
        clipped, _ = clip_by_norm(slopes(weights), longest)
        weights, state = adam(weights, clipped, state, lr=lr)
    return weights


def dense_weights(widths: Sequence[int], rng: np.random.Generator) -> Weights:
    """w and b of each layer in turn."""
    return [part for below, above in pairwise(widths) for part in (glorot((above, below), rng), np.zeros(above))]


def net_of(weights: Weights, *activations: str) -> list[Layer]:
    """The layers of `dense_weights`: the activations in turn, and none at the end."""
    return list(map(Layer, weights[::2], weights[1::2], (*activations, "identity")))


def output(x: Array, net: list[Layer]) -> Array:
    return mlp(x, net)[-1].a


def dense_slopes(grad: Array, net: list[Layer], passes: list[Pass]) -> Weights:
    """The slopes of `dense_weights`, in their order."""
    return [part for found in mlp_backward(grad, net, passes) for part in (found.w, found.b)]


# XOR: a multilayer perceptron, gradient descent with momentum

ALL_PAIRS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([[0.0], [1.0], [1.0], [0.0]])


def xor_logits(weights: Weights) -> Array:
    return output(ALL_PAIRS, net_of(weights, *["tanh"] * (len(weights) // 2 - 1)))


def trained_on_xor(weights: Weights, steps: int = 1000) -> Weights:
    state: SGDState | None = None
    for _ in range(steps):
        net = net_of(weights, *["tanh"] * (len(weights) // 2 - 1))
        passes = mlp(ALL_PAIRS, net)
        grad = binary_cross_entropy_with_logits_backward(passes[-1].a, XOR)
        weights, state = sgd(weights, dense_slopes(grad, net, passes), state, lr=0.2, momentum=0.9)
    return weights


@pytest.mark.parametrize("seed", range(5))
def test_a_perceptron_with_a_hidden_layer_learns_xor(seed: int) -> None:
    weights = dense_weights((2, 4, 1), np.random.default_rng(seed))
    logits = xor_logits(trained_on_xor(weights))
    assert binary_cross_entropy_with_logits(xor_logits(weights), XOR) > 0.6
    assert binary_cross_entropy_with_logits(logits, XOR) < 0.002
    assert ((logits > 0) == XOR).all()


def test_without_a_hidden_layer_xor_stays_at_the_loss_of_guessing() -> None:
    weights = trained_on_xor(dense_weights((2, 1), np.random.default_rng(0)))
    assert binary_cross_entropy_with_logits(xor_logits(weights), XOR) == pytest.approx(math.log(2), abs=1e-6)


def test_the_same_seed_trains_the_same_weights_to_the_last_bit() -> None:
    first, second = (trained_on_xor(dense_weights((2, 4, 1), np.random.default_rng(7)), steps=200) for _ in range(2))
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))


# Digits: two convolutions, both kinds of pooling, a dense layer


class DigitRun(NamedTuple):
    """The forward pass: sums, activations and pooled maps of the two convolutions, flat features, logits."""

    z1: Array
    a1: Array
    pooled: Array
    z2: Array
    a2: Array
    flat: Array
    logits: Array


def digit_weights(rng: np.random.Generator) -> Weights:
    """1×8×8 → 8×8×8, halved to 8×4×4 → 16×4×4, halved to 16×2×2 → 10."""
    return [
        he((8, 1, 3, 3), rng),
        np.zeros(8),
        he((16, 8, 3, 3), rng),
        np.zeros(16),
        glorot((10, 64), rng),
        np.zeros(10),
    ]


def digit_run(x: Array, weights: Weights) -> DigitRun:
    k1, b1, k2, b2, w, b = weights
    z1 = conv2d(x, k1, b1, padding=1)
    a1 = relu(z1)
    pooled = max_pool2d(a1, 2)
    z2 = conv2d(pooled, k2, b2, padding=1)
    a2 = relu(z2)
    flat = avg_pool2d(a2, 2).reshape(len(x), -1)
    return DigitRun(z1, a1, pooled, z2, a2, flat, dense(flat, w, b))


def digit_slopes(x: Array, meant: Labels, weights: Weights) -> Weights:
    run = digit_run(x, weights)
    top = dense_backward(cross_entropy_backward(run.logits, meant), run.flat, weights[4])
    d2 = avg_pool2d_backward(top.x.reshape(len(x), 16, 2, 2), run.a2, 2) * relu_slope(run.z2)
    d_pooled, dk2, db2 = conv2d_backward(d2, run.pooled, weights[2], padding=1)
    d1 = max_pool2d_backward(d_pooled, run.a1, 2) * relu_slope(run.z1)
    _, dk1, db1 = conv2d_backward(d1, x, weights[0], padding=1)
    return [dk1, db1, dk2, db2, top.w, top.b]


def digit_batches(x: Array, meant: Labels, epochs: int, rng: np.random.Generator) -> Iterator[Slopes]:
    for _ in range(epochs):
        for chosen in rng.permutation(len(x)).reshape(-1, 50):
            yield partial(digit_slopes, x[chosen], meant[chosen])


def test_a_convolutional_net_learns_to_read_digits_that_it_has_not_seen() -> None:
    rng = np.random.default_rng(0)
    (x, meant), (new, wanted) = digits(2000, rng), digits(500, rng)
    before = digit_weights(rng)
    after = trained(before, digit_batches(x, meant, 30, rng), lr=0.01)
    logits = {"before": digit_run(new, before).logits, "after": digit_run(new, after).logits}
    right = {when: float((scores.argmax(axis=1) == wanted).mean()) for when, scores in logits.items()}
    assert right["before"] < 0.3
    assert right["after"] > 0.9
    assert cross_entropy(logits["before"], wanted) > 2.0
    assert cross_entropy(logits["after"], wanted) < 0.35


# Memory: a bit of the first step, recalled after 79 steps of noise

STEPS, BUDGET = 80, 300


def recurrent_weights(kind: str, units: int, rng: np.random.Generator) -> Weights:
    """u, w and b, and a dense layer on the last state.

    The gates start so that a cell keeps what it has for about as long as the task lasts: Tallec & Ollivier 2018.
    """
    gates = {"rnn": (), "lstm": (4,), "gru": (3,)}[kind]
    u, w = (glorot((*gates, units, inputs), rng, stacked=len(gates)) for inputs in (2, units))
    b = np.zeros((*gates, units))
    if kind == "lstm":
        b[0], b[1] = -math.log(STEPS), math.log(STEPS)
    if kind == "gru":
        b[1] = math.log(STEPS)
    return [u, w, b, glorot((1, units), rng), np.zeros(1)]


def recall_run(kind: str, x: Array, weights: Weights) -> tuple[Array, Callable[[Array], Weights]]:
    """The last states, and the slopes of u, w and b, given those of all states."""
    u, w, b = weights[:3]
    start = np.zeros((x.shape[1], w.shape[-1]))
    if kind == "lstm":
        lstm = lstm_forward(x, start, start, u, w, b)
        return lstm.h[-1], lambda dh: _of_weights(lstm_backward(lstm, u, w, dh))
    if kind == "gru":
        gru = gru_forward(x, start, u, w, b)
        return gru.h[-1], lambda dh: _of_weights(gru_backward(gru, u, w, dh))
    rnn = rnn_forward(x, start, u, w, b)
    return rnn.h[-1], lambda dh: _of_weights(rnn_backward(rnn, u, w, dh))


def _of_weights(found: object) -> Weights:
    return [getattr(found, name) for name in "uwb"]


def recall_slopes(kind: str, x: Array, wanted: Array, weights: Weights) -> Weights:
    last, back = recall_run(kind, x, weights)
    logits = dense(last, weights[3], weights[4])
    top = dense_backward(binary_cross_entropy_with_logits_backward(logits, wanted), last, weights[3])
    dh = np.zeros((len(x), *last.shape))
    dh[-1] = top.x
    return [*back(dh), top.w, top.b]


def recalled_share(kind: str, units: int, seed: int) -> tuple[float, float]:
    """The share of bits that are recalled right before and after BUDGET batches of 10, so small that no product waits for a second thread."""
    rng = np.random.default_rng(seed)
    before = recurrent_weights(kind, units, rng)

    batches = (partial(recall_slopes, kind, *recall(STEPS, 10, rng)) for _ in range(BUDGET))
    after = trained(before, batches, lr=0.01, longest=1.0)
    x, wanted = recall(STEPS, 1000, rng)

    def share(weights: Weights) -> float:
        logits = dense(recall_run(kind, x, weights)[0], weights[3], weights[4])
        return float(((logits > 0) == (wanted > 0)).mean())

    return share(before), share(after)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_gates_learn_to_recall_a_bit_through_eighty_steps_of_noise(kind: str) -> None:
    before, after = recalled_share(kind, 8, seed=0)
    assert before < 0.65
    assert after > 0.98


@pytest.mark.parametrize(("units", "like"), [(8, "units"), (17, "weights")])
def test_a_plain_rnn_with_as_many_units_or_weights_fails_to_recall_it_in_the_same_budget(units: int, like: str) -> None:
    lstm, rnn = (
        recurrent_weights(kind, count, np.random.default_rng(0)) for kind, count in (("lstm", 8), ("rnn", units))
    )
    counts = {"units": [p[1].shape[-1] for p in (lstm, rnn)], "weights": [sum(a.size for a in p) for p in (lstm, rnn)]}
    assert counts[like][1] == pytest.approx(counts[like][0], rel=0.05)
    assert np.median([recalled_share("rnn", units, seed)[1] for seed in range(3)]) < 0.65


# Autoencoder: eight columns through a code of two


CODER = ("tanh", "identity", "tanh")


def coder_slopes(x: Array, weights: Weights) -> Weights:
    net = net_of(weights, *CODER)
    passes = mlp(x, net)
    return dense_slopes(mse_backward(passes[-1].a, x), net, passes)


@pytest.mark.parametrize("seed", range(2))
def test_an_autoencoder_keeps_a_curved_surface_in_a_code_of_two_far_better_than_principal_components(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, new = curved_surface(512, rng), curved_surface(512, rng)
    before = dense_weights((8, 24, 2, 24, 8), rng)
    batches = (partial(coder_slopes, x[rng.integers(0, len(x), 64)]) for _ in range(1500))
    after = trained(before, batches, lr=5e-3)
    axes = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)[2][:2]
    flat = (new - x.mean(axis=0)) @ axes.T @ axes + x.mean(axis=0)
    assert mse(output(new, net_of(before, *CODER)), new) > 0.25
    assert mse(flat, new) > 0.09
    assert mse(output(new, net_of(after, *CODER)), new) < 0.005


# GAN: a mixture of two modes on the line

NOISE = 4


def samples(generator: Weights, count: int, rng: np.random.Generator) -> Array:
    return output(rng.normal(size=(count, NOISE)), net_of(generator, "tanh", "tanh"))


def judged_slopes(critic: Weights, real: Array, fake: Array) -> Weights:
    """How the discriminator tells real from fake better."""
    net, x = net_of(critic, "tanh", "tanh"), np.concatenate([real, fake])
    passes = mlp(x, net)
    truth = np.concatenate([np.ones_like(real), np.zeros_like(fake)])
    return dense_slopes(binary_cross_entropy_with_logits_backward(passes[-1].a, truth), net, passes)


def fooling_slopes(generator: Weights, critic: Weights, z: Array) -> Weights:
    """How the generator gets more of its samples taken for real (the loss that does not saturate)."""
    net, judge = net_of(generator, "tanh", "tanh"), net_of(critic, "tanh", "tanh")
    passes = mlp(z, net)
    judged = mlp(passes[-1].a, judge)
    grad = binary_cross_entropy_with_logits_backward(judged[-1].a, np.ones((len(z), 1)))
    return dense_slopes(mlp_backward(grad, judge, judged)[0].x, net, passes)


def trained_against_each_other(generator: Weights, critic: Weights, rng: np.random.Generator) -> Weights:
    """The generator after 3,000 rounds of Goodfellow et al. 2014, with rates that fall to 0."""
    of_generator: AdamState | None = None
    of_critic: AdamState | None = None
    for left in np.linspace(1.0, 0.0, 3000, endpoint=False):
        slopes = judged_slopes(critic, two_modes(64, rng), samples(generator, 64, rng))
        critic, of_critic = adam(critic, slopes, of_critic, lr=2e-3 * left, beta1=0.5)
        slopes = fooling_slopes(generator, critic, rng.normal(size=(64, NOISE)))
        generator, of_generator = adam(generator, slopes, of_generator, lr=1e-3 * left, beta1=0.5)
    return generator


@pytest.mark.parametrize("seed", range(2))
def test_a_gan_finds_both_modes_of_a_mixture_and_their_spread(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before, critic = dense_weights((NOISE, 16, 16, 1), rng), dense_weights((1, 32, 32, 1), rng)
    after = trained_against_each_other(before, critic, rng)
    wanted, raw, made = two_modes(4000, rng), samples(before, 4000, rng), samples(after, 4000, rng)
    assert transport(raw, wanted) > 1.0
    assert transport(made, wanted) < 0.3
    for sign in (-1, 1):
        mode = made[sign * made > 0]
        assert 0.4 < len(mode) / len(made) < 0.6
        assert sign * mode.mean() == pytest.approx(2.0, abs=0.25)
        assert 0.2 < mode.std() < 0.7
    assert (np.abs(made) < 0.8).mean() < 0.06  # three deviations from both modes; of the untrained samples most
    assert (np.abs(raw) < 0.8).mean() > 0.5


def transport(one: Array, other: Array) -> float:
    """How far the numbers have to be moved on average to become the others (Wasserstein distance)."""
    return float(np.abs(np.sort(one, axis=0) - np.sort(other, axis=0)).mean())


# RBM: bars and stripes by CD-1

PICTURES = bars_and_stripes(4)


def reconstruction_error(rbm: Rbm) -> float:
    """How far the probabilities of the pixels are from the pictures, up and down once without sampling."""
    return float(np.abs(PICTURES - visible_probabilities(rbm, hidden_probabilities(rbm, PICTURES))).mean())


def free_energy_gap(rbm: Rbm, others: Array) -> float:
    """By how much the pictures lie lower than others on average."""
    return float(free_energy(rbm, others).mean() - free_energy(rbm, PICTURES).mean())


@pytest.mark.parametrize("seed", range(2))
def test_an_rbm_learns_bars_and_stripes_by_one_step_of_contrastive_divergence(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rbm = before = Rbm(rng.normal(0.0, 0.1, (16, 16)), np.zeros(16), np.zeros(16))
    for _ in range(3000):
        rise = contrastive_divergence(rbm, PICTURES, rng, rng)
        rbm = Rbm(*(part + 0.1 * slope for part, slope in zip(rbm, rise, strict=True)))
    snow = rng.integers(0, 2, (200, 16)).astype(np.float64)
    assert reconstruction_error(before) > 0.45
    assert reconstruction_error(rbm) < 0.03
    assert abs(free_energy_gap(before, snow)) < 0.5
    assert free_energy_gap(rbm, snow) > 10.0
    # exactly: −16 ln 2 = −11.1 for pixels of pure chance, −ln 30 = −3.4 at best
    assert log_likelihood(before, PICTURES) < -11.0
    assert log_likelihood(rbm, PICTURES) > -6.0


# DQN: the shortest way through a grid

GRID = Grid(
    "....G",
    ".###.",
    ".....",
    ".#.#.",
    ".#...",
)
GAMMA = 0.95


def action_values(places: Sequence[Place], weights: Weights) -> Array:
    return output(GRID.seen(places), net_of(weights, "relu"))


def greedy_return(start: Place, weights: Weights, most: int = 50) -> int:
    """−1 for each move of the best action to the goal, at most 50."""
    place, moves = start, 0
    while place != GRID.goal and moves < most:
        place, moves = GRID.after(place, int(action_values([place], weights)[0].argmax())), moves + 1
    return -moves


def value_slopes(moves: Sequence[tuple[Place, int, Place]], weights: Weights, frozen: Weights) -> Weights:
    """The slopes of the loss of a deep Q-network with a frozen one for its targets (double DQN)."""
    before, actions, after = zip(*moves, strict=True)
    done = np.array([float(place == GRID.goal) for place in after])
    target = q_targets(
        np.full(len(moves), -1.0), GAMMA, action_values(after, frozen), done, action_values(after, weights)
    )
    net = net_of(weights, "relu")
    passes = mlp(GRID.seen(before), net)
    return dense_slopes(dqn_loss_backward(passes[-1].a, np.array(actions), target), net, passes)


def walked_and_learned(weights: Weights, rng: np.random.Generator, steps: int = 2000) -> Weights:
    """One step of Adam on 64 remembered moves after each move, chosen by ε-greedy with ε from 1 down to 0.1."""
    state: AdamState | None = None
    memory: list[tuple[Place, int, Place]] = []
    frozen, place, age = weights, GRID.starts[0], 0
    for step in range(steps):
        chances = epsilon_greedy(action_values([place], weights)[0], max(0.1, 1.0 - 2 * step / steps))
        action = int(rng.choice(4, p=chances))
        moved, age = GRID.after(place, action), age + 1
        memory.append((place, action, moved))
        place = moved
        if place == GRID.goal or age == 30:
            place, age = GRID.starts[rng.integers(len(GRID.starts))], 0
        if step % 50 == 0:
            frozen = weights
        chosen = [memory[k] for k in rng.integers(0, len(memory), 64)]
        weights, state = adam(weights, value_slopes(chosen, weights, frozen), state, lr=3e-3)
    return weights


@pytest.mark.parametrize("seed", range(2))
def test_a_deep_q_network_finds_the_shortest_way_from_every_place_of_a_grid(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before = dense_weights((10, 32, 4), rng)
    after = walked_and_learned(before, rng)
    fewest = GRID.distances()
    assert [greedy_return(start, after) for start in GRID.starts] == [-fewest[start] for start in GRID.starts]
    assert np.mean([greedy_return(start, before) for start in GRID.starts]) < -30
    truth = [-(1 - GAMMA ** fewest[start]) / (1 - GAMMA) for start in GRID.starts]
    np.testing.assert_allclose(action_values(GRID.starts, after).max(axis=1), truth, atol=0.5)


# Capsules: parts that agree on where their object points

PARTS, KINDS = 6, 3


def predictions(x: Array, matrices: Array) -> Array:
    """What every part says of every object, û = W x: (N, I, 2) and (I, J, 2, 2) → (N, I, J, 2)."""
    return (matrices @ x[:, :, None, :, None])[..., 0]


def capsule_run(x: Array, matrices: Array) -> tuple[Routing, Array]:
    """Three iterations of routing, and how long the objects come out: (N, J)."""
    routing = route(predictions(x, matrices), 3)
    return routing, np.linalg.norm(routing.v[-1], axis=-1)


def capsule_slopes(x: Array, kind: Labels, weights: Weights) -> Weights:
    (matrices,) = weights
    routing, lengths = capsule_run(x, matrices)
    by_length = margin_loss_backward(lengths, np.eye(KINDS)[kind]) / len(x)
    by_v = by_length[..., None] * routing.v[-1] / np.maximum(lengths, 1e-12)[..., None]
    by_prediction = route_backward(routing, predictions(x, matrices), by_v)
    return [np.einsum("nijd,nie->ijde", by_prediction, x)]


@pytest.mark.parametrize("seed", range(3))
def test_routing_sends_each_part_to_the_object_that_it_belongs_to_where_two_are_seen_at_once(seed: int) -> None:
    rng = np.random.default_rng(seed)
    poses = Poses(rng.uniform(-np.pi, np.pi, (20, 2)))
    owner = np.tile([0, 1], 10)[None].repeat(300, axis=0)
    routing = route(predictions(poses.parts(owner, rng), poses.undoing()), 5)
    to_owner = [np.take_along_axis(c, owner[..., None], axis=2) for c in routing.c]
    assert (to_owner[0] == 0.5).all()
    assert np.mean(to_owner[-1]) > 0.8
    assert np.mean(to_owner[-1] > 0.5) > 0.9


@pytest.mark.parametrize("seed", range(3))
def test_capsules_learn_by_the_margin_loss_which_object_the_parts_agree_on(seed: int) -> None:
    rng = np.random.default_rng(seed)
    poses = Poses(rng.uniform(-np.pi, np.pi, (PARTS, KINDS)))

    def drawn(count: int) -> tuple[Array, Labels]:
        kind = rng.integers(0, KINDS, count)
        return poses.parts(kind[:, None].repeat(PARTS, axis=1), rng), kind

    before = rng.normal(0.0, 0.5, (PARTS, KINDS, 2, 2))
    (after,) = trained([before], (partial(capsule_slopes, *drawn(64)) for _ in range(300)), lr=0.02)
    x, kind = drawn(500)
    lengths = {"before": capsule_run(x, before)[1], "after": capsule_run(x, after)[1]}
    loss = {when: float(margin_loss(found, np.eye(KINDS)[kind]).mean()) for when, found in lengths.items()}
    assert (lengths["before"].argmax(axis=1) == kind).mean() < 0.7
    assert (lengths["after"].argmax(axis=1) == kind).mean() > 0.98
    assert loss["before"] > 0.25
    assert loss["after"] < 0.01
    couplings = np.take_along_axis(capsule_run(x, after)[0].c[-1], kind[:, None, None], axis=2)
    assert couplings.mean() > 0.4  # a third each before the parts have agreed
