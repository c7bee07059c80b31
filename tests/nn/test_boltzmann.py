"""RBMs agree with PyTorch in energies, samples and gradients, learn a small distribution, and refuse odd shapes."""

import json

import numpy as np
import pytest
from make_boltzmann_vectors import STORED, computed_by_torch, random_case

from studynn.nn.boltzmann import (
    Rbm,
    boltzmann_distribution,
    contrastive_divergence,
    energy,
    free_energy,
    gibbs_step,
    hidden_probabilities,
    log_likelihood,
    log_likelihood_backward,
    log_partition,
    phase_difference,
    sampled,
    states,
    visible_probabilities,
)
from studynn.nn.differences import central_differences

CASES = [
    {name: np.array(part) if isinstance(part, list) else part for name, part in case.items()}
    for case in json.loads(STORED.read_text())
]


def machine(case):
    return Rbm(case["w"], case["a"], case["b"])


def assert_same(case, expected):
    rbm, v = machine(case), case["v"]
    step = gibbs_step(rbm, v, case["u_h"], case["u_v"])
    found = {
        "energy": energy(rbm, v, case["h"]),
        "free": free_energy(rbm, v),
        "log_z": log_partition(rbm),
        "p_h": step.p_h,
        "h1": step.h,
        "p_v": step.p_v,
        "v1": step.v,
        "likelihood": log_likelihood(rbm, v),
        "p": boltzmann_distribution(case["energies"], case["temperature"]),
    }
    slopes = {
        "cd": contrastive_divergence(rbm, v, case["u_h"], case["u_v"]),
        "likelihood": log_likelihood_backward(rbm, v),
    }
    found |= {f"{name}_{letter}": part for name, slope in slopes.items() for letter, part in slope._asdict().items()}
    for name, part in found.items():
        np.testing.assert_allclose(part, expected[name], rtol=1e-10, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: "x".join(map(str, case["w"].shape)))
def test_energies_samples_and_gradients_are_those_that_pytorch_gave(case):
    assert_same(case, case)


def test_energies_samples_and_gradients_are_those_that_pytorch_gives_on_fresh_seeds():
    pytest.importorskip("torch")
    for seed in range(100, 140):
        case = random_case(seed)
        assert_same(case, computed_by_torch(case))


@pytest.mark.parametrize("seed", range(4))
def test_the_gradient_of_the_likelihood_is_that_of_central_differences(seed):
    case = random_case(seed)
    rbm = machine(case)
    for slope, parameter in zip(log_likelihood_backward(rbm, case["v"]), rbm, strict=True):
        found = central_differences(lambda: log_likelihood(rbm, case["v"]), parameter)
        np.testing.assert_allclose(slope, found, rtol=1e-7, atol=1e-8)


def test_the_probabilities_of_all_states_are_those_of_the_energies():
    rbm = machine(random_case(7))
    m, n = rbm.w.shape
    every = states(m + n)
    p = np.exp(-energy(rbm, every[:, :m], every[:, m:]) - log_partition(rbm))
    assert p.sum() == pytest.approx(1)
    np.testing.assert_allclose(p, boltzmann_distribution(energy(rbm, every[:, :m], every[:, m:])), rtol=1e-12)


def test_states_count_up_in_binary():
    np.testing.assert_array_equal(states(2), [[0, 0], [0, 1], [1, 0], [1, 1]])
    assert states(0).shape == (1, 0)


def test_a_generator_draws_as_often_as_the_probabilities_say():
    p = np.array([0.0, 0.2, 0.9, 1.0])
    found = sampled(np.tile(p, (20_000, 1)), np.random.default_rng(1)).mean(axis=0)
    np.testing.assert_allclose(found, p, atol=0.01)


def test_the_same_seed_gives_the_same_gibbs_step():
    rbm, v = machine(random_case(3)), random_case(3)["v"]
    first, second = (gibbs_step(rbm, v, rng, rng) for rng in (np.random.default_rng(5), np.random.default_rng(5)))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


def test_very_large_weights_saturate_without_overflow():
    rbm = Rbm(np.full((2, 2), 1e4), np.full(2, -1e4), np.zeros(2))
    assert hidden_probabilities(rbm, np.array([1.0, 1.0])).tolist() == [1, 1]
    assert visible_probabilities(rbm, np.array([0.0, 0.0])).tolist() == [0, 0]
    assert log_partition(rbm) == pytest.approx(2e4)


def test_cooling_leaves_the_lowest_energy_and_warming_levels_all():
    e = np.array([3.0, -1.0, 2.0])
    np.testing.assert_allclose(boltzmann_distribution(e, 1e-4), [0, 1, 0])
    np.testing.assert_allclose(boltzmann_distribution(e, 1e6), 1 / 3, rtol=1e-5)


def test_contrastive_divergence_learns_bars_that_a_new_machine_knows_nothing_of():
    rng = np.random.default_rng(0)
    bars = np.array([[1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1]], float)
    rbm = Rbm(rng.normal(size=(6, 4)) * 0.1, np.zeros(6), np.zeros(4))
    assert log_likelihood(rbm, bars) < -4  # 6 ln 2 = 4.16: every state alike
    for _ in range(3000):
        up = contrastive_divergence(rbm, bars[rng.integers(0, 3, size=12)], rng, rng)
        rbm = Rbm(*(part + 0.1 * slope for part, slope in zip(rbm, up, strict=True)))
    assert log_likelihood(rbm, bars) > -1.8  # ln 3 = 1.10 is the best there is


RBM = Rbm(np.zeros((3, 2)), np.zeros(3), np.zeros(2))
WRONG = [
    (lambda: energy(RBM, np.zeros(2), np.zeros(2)), r"v must end in 3 to fit w of shape \(3, 2\), its shape is \(2,\)"),
    (lambda: energy(RBM, np.zeros(3), np.zeros((4, 3))), r"h must end in 2 .* its shape is \(4, 3\)"),
    (lambda: free_energy(RBM._replace(a=np.zeros(2)), np.zeros(3)), r"a must have the shape \(3,\) .* it has \(2,\)"),
    (lambda: log_partition(RBM._replace(b=np.zeros(3))), r"b must have the shape \(2,\) .* it has \(3,\)"),
    (lambda: log_partition(RBM._replace(w=np.zeros(3))), r"w must be \(m, n\), its shape is \(3,\)"),
    (lambda: sampled(np.zeros(3), np.zeros(2)), r"uniforms must have the shape \(3,\) .*, they have \(2,\)"),
    (
        lambda: phase_difference(RBM, np.zeros(3), np.zeros((1, 3))),
        r"both phases must be \(N, m\) .* \(3,\) and \(1, 3\)",
    ),
    (lambda: states(21), "at most 20 units can be enumerated, there are 21"),
    (lambda: boltzmann_distribution(np.zeros(2), 0.0), "temperature must be above 0, it is 0.0"),
]


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_what_does_not_fit_is_refused_with_both_shapes_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
