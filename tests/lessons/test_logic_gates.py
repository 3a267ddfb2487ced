"""One neuron learns AND and OR and never XOR; two layers learn XOR, from many starts."""

from __future__ import annotations

import pytest
import torch

from explorer.analysis.gates import cases_and_truths, losses_of, right_of
from explorer.data.logic_gates import GATES
from explorer.lessons.logic_gates import NETS, ONE_NEURON, GatesExperiment, gate_nets, nets_at
from explorer.specs import PixelsSpec
from explorer.training.loop import EverySteps, Snapshot, train
from explorer.training.optimizers import OPTIMIZERS

CPU = torch.device("cpu")
SPEC = PixelsSpec(experiment="gates", steps=400)


def trained(spec: PixelsSpec) -> list[Snapshot]:
    return list(train(GatesExperiment(spec, CPU), spec.budget, EverySteps(10)))


@pytest.fixture(scope="module")
def run() -> list[Snapshot]:
    return trained(SPEC)


def test_how_many_parameters_there_are() -> None:
    nets = gate_nets(SPEC.but(gate_units=5, starts=7), torch.Generator())
    counts = {name: sum(part.numel() for part in net.parameters()) for name, net in nets.items()}
    assert counts == {"one_neuron": 3 * 7 * 3, "two_layers": 3 * 7 * (5 * 3 + 6)}


def test_and_and_or_are_learnt_by_both_from_every_start(run: list[Snapshot]) -> None:
    for net in NETS:
        for gate in ("and", "or"):
            assert run[-1].metrics[f"{net}.{gate}.solved"] == 1


def test_xor_is_learnt_by_two_layers_from_some_starts_and_at_no_moment_by_one_neuron(
    run: list[Snapshot],
) -> None:
    assert 0.2 < run[-1].metrics["two_layers.xor.solved"] < 0.8
    assert {moment.metrics["one_neuron.xor.solved"] for moment in run} == {0}
    assert max(moment.metrics["one_neuron.xor.best_accuracy"] for moment in run) <= 0.75


def test_with_more_hidden_neurons_more_starts_make_it(run: list[Snapshot]) -> None:
    wide = trained(SPEC.but(gate_units=8))[-1].metrics["two_layers.xor.solved"]
    assert wide > run[-1].metrics["two_layers.xor.solved"] + 0.3


def test_without_an_activation_two_layers_are_no_more_than_one() -> None:
    last = trained(SPEC.but(activation="identity", gate_units=8))[-1].metrics
    assert last["two_layers.xor.solved"] == 0
    assert last["two_layers.and.solved"] == last["two_layers.or.solved"] == 1


@pytest.mark.parametrize(("optimizer", "rate"), [("sgd", 1.0), ("momentum", 0.1), ("adam", 0.1)])
def test_no_optimiser_teaches_one_neuron_xor_however_long(optimizer: str, rate: float) -> None:
    net = gate_nets(SPEC.but(starts=50), torch.Generator().manual_seed(3))[ONE_NEURON]
    stepping = OPTIMIZERS[optimizer](net.parameters(), rate)
    cases, truths = cases_and_truths()
    best = 0
    for _ in range(800):
        logits = net(cases)
        best = max(best, int(right_of(logits, truths)[GATES.index("xor")].sum(-1).max()))
        stepping.zero_grad()
        losses_of(logits, truths).sum().backward()  # type: ignore[no-untyped-call]
        stepping.step()
    solved = right_of(net(cases), truths).all(-1).float().mean(-1)
    assert solved.tolist() == [1, 1, 0]
    assert best <= 3


def test_the_metrics_say_what_the_nets_of_the_snapshot_do(run: list[Snapshot]) -> None:
    cases, truths = cases_and_truths()
    for moment in (run[0], run[5], run[-1]):
        losses = []
        for name, net in nets_at(SPEC, moment.arrays).items():
            right = right_of(net(cases), truths)
            losses.append(losses_of(net(cases), truths))
            for gate, hits in zip(GATES, right, strict=True):
                found = moment.metrics
                shares = hits.float().mean(-1)
                assert found[f"{name}.{gate}.solved"] == pytest.approx((shares == 1).float().mean())
                assert found[f"{name}.{gate}.accuracy"] == pytest.approx(shares.mean())
                assert found[f"{name}.{gate}.best_accuracy"] == shares.max()
        assert moment.metrics[SPEC.watched] == pytest.approx(torch.cat(losses).mean().item())


def test_the_same_spec_ends_at_the_same_numbers_and_another_seed_at_others() -> None:
    short = SPEC.but(steps=20)
    first, again, other = (trained(s)[-1].metrics for s in (short, short, short.but(seed=1)))
    assert first == again != other


def test_each_net_learns_as_if_it_were_alone() -> None:
    together = GatesExperiment(SPEC, CPU)
    alone = gate_nets(SPEC, torch.Generator().manual_seed(SPEC.seed))["two_layers"]
    stepping = OPTIMIZERS["adam"](alone.parameters(), SPEC.learning_rate)
    cases, truths = cases_and_truths()
    for _ in range(30):
        together.step()
        loss = losses_of(alone(cases), truths)[2, 4]  # XOR, the fifth start
        stepping.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        stepping.step()
    found = together.nets["two_layers"](cases)[2, 4]
    torch.testing.assert_close(found, alone(cases)[2, 4], rtol=1e-4, atol=1e-5)


def test_weights_come_back() -> None:
    first, second = GatesExperiment(SPEC, CPU), GatesExperiment(SPEC.but(seed=9), CPU)
    for _ in range(5):
        first.step()
    second.load_weights(first.weights())
    assert second.observe(5, 0.0).metrics == first.observe(5, 0.0).metrics


def test_old_moments_do_not_change_as_the_training_goes_on() -> None:
    experiment = GatesExperiment(SPEC, CPU)
    early = experiment.observe(0, 0.0)
    before = {name: array.copy() for name, array in early.arrays.items()}
    experiment.step()
    assert all((early.arrays[name] == before[name]).all() for name in before)
