"""What looking back costs: numbers to keep, weights to learn, and products to compute."""

from __future__ import annotations

from typing import NamedTuple

from explorer.data.token_tasks import VOCABULARY_SIZE
from explorer.models.recurrent import CELLS
from explorer.specs import AttentionSpec


class Price(NamedTuple):
    """Of one net and sentences of one length."""

    kept: int  # numbers that the encoder hands over
    weights: int  # parameters of encoder and decoder
    products: int  # multiplications to read the sentence and to say its answer


def prices(spec: AttentionSpec, length: int) -> dict[str, Price]:
    """The net `with` and the one `without` attention; the answer has `length` words and <eos>.

    Biases, activations and sums are not counted among the products. What additive attention makes
    of the source's states is computed once a sentence.
    """
    hidden, embedding, words = spec.hidden_dim, spec.embedding_dim, length + 1
    cell = CELLS[spec.cell]
    gates = cell.gates * hidden
    context = cell.memories * hidden
    recurrent = gates * (embedding + hidden)
    read_out = hidden * VOCABULARY_SIZE
    coder = VOCABULARY_SIZE * embedding + recurrent + 2 * gates  # embedding, cell, two biases
    plain = Price(
        kept=context,
        weights=2 * coder + read_out + VOCABULARY_SIZE,
        products=length * recurrent + words * (recurrent + read_out),
    )
    joined = 2 * hidden * hidden  # the state and what it found, in one vector
    looked = 2 * length * hidden + joined  # scores, and the states weighed by them
    scores, of_states = 0, 0
    if spec.score == "additive":
        scores, of_states = 2 * hidden * hidden + hidden, length * hidden * hidden
        looked += hidden * hidden
    attentive = Price(
        kept=context + length * hidden,
        weights=plain.weights + joined + scores,
        products=plain.products + of_states + words * looked,
    )
    return {"with": attentive, "without": plain}
