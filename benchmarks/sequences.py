"""Tokens a second of a seq2seq net: the plainest PyTorch loop, ours, and ours on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from time import perf_counter

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)
from torch.optim import Adam, Optimizer

from benchmarks.figures import Figure
from benchmarks.loops import Moment, Pace, watched
from explorer.data.token_tasks import VOCABULARY_SIZE
from explorer.lessons.memory_questions import begun
from explorer.lessons.recalling import model_of, training_batch
from explorer.models.recurrent import CELLS
from explorer.models.seq2seq import masked_cross_entropy, shifted
from explorer.specs import Cell, ForgettingSpec
from explorer.training.devices import CPU
from explorer.training.optimizers import OPTIMIZERS

ROUNDS = 9
SECONDS = 1.5
TORCH: dict[Cell, type[nn.RNN | nn.GRU | nn.LSTM]] = {
    "gru": nn.GRU,
    "rnn": nn.RNN,
    "lstm": nn.LSTM,
}

Step = Callable[[Tensor, Tensor], None]
Contender = Callable[[float], Pace]
"""Trains for about so many seconds by the wall; its pace is in tokens, source and target."""


class Plainest(nn.Module):
    """What one writes first: an embedding and a layer of torch.nn for each half, and a readout."""

    def __init__(self, spec: ForgettingSpec) -> None:
        super().__init__()
        width, layer = spec.hidden_dim, TORCH[spec.cell]
        self.heard, self.said = (
            nn.Embedding(VOCABULARY_SIZE, spec.embedding_dim) for _ in range(2)
        )
        self.encoder, self.decoder = (
            layer(spec.embedding_dim, width, batch_first=True) for _ in range(2)
        )
        self.readout = nn.Linear(width, VOCABULARY_SIZE)

    def forward(self, src: Tensor, tgt: Tensor) -> Tensor:
        _, context = self.encoder(self.heard(src))
        states, _ = self.decoder(self.said(shifted(tgt)), context)
        return self.readout(states)  # type: ignore[no-any-return]  # (B, T, V)


def plainest(spec: ForgettingSpec) -> Step:
    """The loop of a tutorial."""
    model = Plainest(spec)
    return training_step(
        Adam(model.parameters(), lr=spec.learning_rate),
        lambda src, tgt: F.cross_entropy(model(src, tgt).flatten(0, 1), tgt.flatten()),
    )


def ours(spec: ForgettingSpec) -> Step:
    """The app's model, and nothing but steps."""
    model = model_of(spec, torch.Generator().manual_seed(spec.seed))
    return training_step(
        OPTIMIZERS["adam"](model.parameters(), spec.learning_rate),
        lambda src, tgt: masked_cross_entropy(model(src, tgt).logits, tgt),
    )


def training_step(optimizer: Optimizer, loss_of: Callable[[Tensor, Tensor], Tensor]) -> Step:
    """Forwards, back, and a step of the optimiser."""

    def step(src: Tensor, tgt: Tensor) -> None:
        loss = loss_of(src, tgt)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    return step


def products_alone(spec: ForgettingSpec) -> Step:
    """Only the matrix products of `ours`, forwards and back: what no other code could leave out."""
    width, rows = spec.hidden_dim, CELLS[spec.cell].gates * spec.hidden_dim
    state, weight, gates = _linear(spec.batch_size, width, rows)
    states, readout, logits = _linear(
        spec.batch_size * (spec.max_length + 1), width, VOCABULARY_SIZE
    )
    tokens, to_gates, table = _linear(VOCABULARY_SIZE, spec.embedding_dim, rows)

    def layer(inputs: Tensor, matrix: Tensor, outputs: Tensor) -> None:
        """What a linear layer costs: its outputs, and the gradients of its inputs and weights."""
        _ = inputs @ matrix.t(), outputs @ matrix, outputs.t() @ inputs

    def step(src: Tensor, tgt: Tensor) -> None:
        for _ in range(src.shape[1] + tgt.shape[1]):
            layer(state, weight, gates)
        layer(states[: tgt.numel()], readout, logits[: tgt.numel()])
        for _ in range(2):
            layer(tokens, to_gates, table)

    return step


def _linear(batch: int, inputs: int, outputs: int) -> tuple[Tensor, Tensor, Tensor]:
    """What a linear layer reads, its weights and what it says; the values do not matter."""
    return torch.rand(batch, inputs), torch.rand(outputs, inputs), torch.rand(batch, outputs)


def batches(spec: ForgettingSpec) -> Iterator[tuple[Tensor, Tensor]]:
    """The very batches of the lesson's experiment: it draws its weights, and then these."""
    _, seed = begun(spec)
    generator = torch.Generator().manual_seed(seed)
    while True:
        yield training_batch(spec.task, spec.max_length, spec.batch_size, generator)


def bare(spec: ForgettingSpec, step: Step, seconds: float) -> Pace:
    """Nothing but steps, the drawing of batches included."""
    stream, tokens, first = batches(spec), 0, Moment.now(0)
    while perf_counter() - first.wall < seconds:
        src, tgt = next(stream)
        step(src, tgt)
        tokens += src.numel() + tgt.numel()
    return Pace.between(first, Moment.now(tokens))


def through_the_runner(spec: ForgettingSpec, seconds: float) -> Pace:
    """As the lesson's page trains: watched four times a second, each snapshot with its probes."""
    seen = watched(spec, CPU, seconds)
    first, last = seen[0], seen[-1]
    taken = islice(batches(spec), first.step, last.step)
    tokens = sum(src.numel() + tgt.numel() for src, tgt in taken)
    return Pace.between(first._replace(step=0), last._replace(step=tokens))


def in_turn(contenders: dict[str, Contender]) -> dict[str, list[Pace]]:
    """The pace of each contender in each round; every other round goes backwards."""
    for contender in contenders.values():
        contender(0.2)  # what is loaded and allocated once
    paces: dict[str, list[Pace]] = {name: [] for name in contenders}
    for turn in range(ROUNDS):
        for name in list(contenders)[:: 1 if turn % 2 else -1]:
            paces[name].append(contenders[name](SECONDS))
    return paces


def ratio(name: str, over: list[Pace], under: list[Pace], wanted: str = "") -> Figure:
    """How many times as many tokens one took as the other, round by round."""
    ratios = tuple(a.wall / b.wall for a, b in zip(over, under, strict=True))
    return Figure(name, "×", ratios, wanted=wanted, quoted=bool(wanted))


def sequence_figures() -> Iterator[Figure]:
    """The lesson on forgetting with its default settings; one intra-op thread each."""
    torch.set_num_threads(1)
    spec = ForgettingSpec()
    names = (
        "the plainest PyTorch loop",
        "our model, bare loop",
        "our model through the runner, four snapshots a second",
        "its matrix products alone",
    )
    plain, own, products = (
        partial(bare, spec, make(spec)) for make in (plainest, ours, products_alone)
    )
    contenders = (plain, own, partial(through_the_runner, spec), products)
    paces = in_turn(dict(zip(names, contenders, strict=True)))
    for name, rounds in paces.items():
        tokens = tuple(pace.wall for pace in rounds)
        yield Figure(f"forgetting, GRU: {name}", "tokens/s", tokens)
    usual, bare_loop, runner, products_only = paces.values()
    yield ratio("forgetting, GRU: ours ÷ the plainest loop", bare_loop, usual, "≥ 1.25")
    yield ratio("forgetting, GRU: runner ÷ the plainest loop", runner, usual, "≥ 1")
    yield ratio("forgetting, GRU: runner ÷ our bare loop", runner, bare_loop)
    computing = tuple(a.cpu / b.cpu for a, b in zip(runner, bare_loop, strict=True))
    yield Figure("forgetting, GRU: runner ÷ our bare loop, per second of computing", "×", computing)
    yield ratio("forgetting, GRU: share of matrix products in a step", bare_loop, products_only)
    for cell in ("rnn", "lstm"):
        other = spec.but(cell=cell)
        usual, own_pace = in_turn(
            {make.__name__: partial(bare, other, make(other)) for make in (plainest, ours)}
        ).values()
        yield ratio(f"forgetting, {cell.upper()}: ours ÷ the plainest loop", own_pace, usual)
