"""Step by step: one seq2seq model learns pairs of sentences, and a sentence is followed through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis.state_path import StatePlane, state_plane
from explorer.analysis.trace import Trace, trace
from explorer.data.once import once
from explorer.data.pairs import PairCorpus, Pairs, corpus
from explorer.data.vocabulary import EOS, PAD
from explorer.models.decoding import BeamStep, beam, beam_steps, decode, greedy
from explorer.models.seq2seq import Seq2Seq, masked_cross_entropy, seq2seq, shifted
from explorer.specs import StepsSpec
from explorer.training.loop import Array, Snapshot
from explorer.training.optimizers import OPTIMIZERS
from explorer.training.parameters import as_tensors
from explorer.training.weight_average import WeightAverage

TEST_SEED = 0  # the held-out pairs that are watched are the same in every run
TESTED = 300  # of the held-out pairs, so many are watched while the net learns
EXAMPLES = 8  # of these are shown
AVERAGED_STEPS = 100  # the weights that are looked at are a mean of about so many
MOST_SPOKEN = 28  # tokens after which an answer that never ends is cut off
PLANE_SENTENCES = 200  # whose states make up the grey cloud of the encoder's path
CUT_SHORT = ("close", "whole", "other")  # what an answer is worth that came a word too early
BEAM_WIDTH, BEAM_SENTENCES = 3, 60  # of the comparison with greedy decoding


def training_batch(pairs: Pairs, batch_size: int, generator: torch.Generator) -> Pairs:
    """So many pairs drawn with replacement, without the padding that none of them needs."""
    rows = torch.randint(
        len(pairs.src), (batch_size,), generator=generator, device=generator.device
    )
    return trimmed(Pairs(pairs.src[rows], pairs.tgt[rows]))


def trimmed(pairs: Pairs) -> Pairs:
    """(B, S), (B, T) cut to the longest source and the longest target."""
    src, tgt = (part[:, : int((part != PAD).sum(dim=1).max())] for part in pairs)
    return Pairs(src, tgt)


def watched_pairs(pairs: Pairs, most: int = TESTED) -> Pairs:
    """At most so many of the pairs, drawn on the CPU so that all devices are asked for the same."""
    generator = torch.Generator().manual_seed(TEST_SEED)
    rows = torch.randperm(len(pairs.src), generator=generator)[:most].to(pairs.src.device)
    return trimmed(Pairs(pairs.src[rows], pairs.tgt[rows]))


class StepsExperiment:
    """One seq2seq model on the pairs of one corpus; see StepsSpec."""

    def __init__(self, spec: StepsSpec, device: torch.device) -> None:
        """Raises DataError when the reader's own pairs are no longer here."""
        self.spec = spec
        found = corpus(spec.corpus, spec.pairs)
        self.generator = torch.Generator(device).manual_seed(spec.seed)
        self.model = _model(spec, found, self.generator)
        self.average = WeightAverage(self.model, AVERAGED_STEPS)
        self.optimizer = OPTIMIZERS["adam"](self.model.parameters(), spec.learning_rate)
        self.train = Pairs(*(part.to(device) for part in found.train))
        self.test = Pairs(*(part.to(device) for part in watched_pairs(found.test)))

    def step(self) -> None:
        src, tgt = training_batch(
            self.train, self.spec.batch_size, self.generator
        )  # (B, S), (B, T)
        loss = masked_cross_entropy(self.model(src, tgt).logits, tgt)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.average.update()

    @torch.inference_mode()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """What the averaged weights say to TESTED pairs that were held out, decoded greedily.

        metrics: test_loss (nats per token, told the true one before it), token_accuracy (of the
        tokens of the right answers, each in its place), sequence_accuracy, that of each length of
        target as sequence_accuracy_by_length.L (L words, <eos> not counted), and those of
        `cut_short`. arrays: src, tgt, said: EXAMPLES rows of ids each.
        """
        model, (src, tgt) = self.average.model, self.test
        encoded = model.encoder(src)
        loss = masked_cross_entropy(model.decoder(shifted(tgt), encoded).logits, tgt)
        said = decode(model.decoder, encoded, tgt.shape[1])  # (N, T)
        metrics = {"test_loss": loss.item(), **accuracies(said, tgt), **cut_short(model, self.test)}
        shown = {"src": src, "tgt": tgt, "said": said}
        arrays = {name: _small(ids[:EXAMPLES]) for name, ids in shown.items()}
        return Snapshot(step=step, seconds=seconds, metrics=metrics, arrays=arrays)

    def weights(self) -> dict[str, Tensor]:
        """The averaged ones, because these are what is observed."""
        return self.average.weights()

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        self.average.load(weights)


def accuracies(said: Tensor, tgt: Tensor) -> dict[str, float]:
    """token_accuracy, sequence_accuracy and sequence_accuracy_by_length.L of answers (N, T).

    A token counts in its own place only, <eos> among them; L counts words without <eos>.
    """
    real = tgt != PAD
    right = (said == tgt) & real
    whole = (said == tgt).all(dim=1)
    metrics = {
        "token_accuracy": (right.sum() / real.sum()).item(),
        "sequence_accuracy": _share(whole),
    }
    lengths = real.sum(dim=1) - 1
    for length in sorted({*lengths.tolist()}):
        metrics[f"sequence_accuracy_by_length.{length}"] = _share(whole[lengths == length])
    return metrics


def cut_short(model: Seq2Seq, pairs: Pairs) -> dict[str, float]:
    """What is said when the decoder must answer before the last word has been read.

    Shares of the sentences of two words and more whose answer is then cut_short.whole (the right
    one already), .close (at least half of its words stand in their places) or .other. All 0 if
    there are no such sentences.
    """
    rows = (pairs.src != PAD).sum(dim=1) > 1
    src, tgt = pairs.src[rows], pairs.tgt[rows]
    if not len(src):
        return dict.fromkeys((f"cut_short.{kind}" for kind in CUT_SHORT), 0.0)
    said = greedy(model, without_last_read(src, backwards=model.encoder.reverse), tgt.shape[1])
    words = (tgt != PAD) & (tgt != EOS)
    right = ((said == tgt) & words).sum(dim=1) / words.sum(dim=1).clamp(min=1)  # (N,)
    whole = (said == tgt).all(dim=1)
    kinds = {"whole": whole, "close": ~whole & (right >= 0.5), "other": ~whole & (right < 0.5)}
    return {f"cut_short.{kind}": _share(kinds[kind]) for kind in CUT_SHORT}


def early_answer(metrics: Mapping[str, float]) -> str | None:
    """Which of CUT_SHORT an answer that came a word too early is most often.

    None where no sentence is long enough to be cut short.
    """
    shares = {kind: metrics[f"cut_short.{kind}"] for kind in CUT_SHORT}
    return max(CUT_SHORT, key=shares.__getitem__) if any(shares.values()) else None


def without_last_read(src: Tensor, *, backwards: bool) -> Tensor:
    """(B, S) without the word of each source that an encoder reads last."""
    if backwards:
        return F.pad(src[:, 1:], (0, 1), value=PAD)
    lengths = (src != PAD).sum(dim=1, keepdim=True)
    positions = torch.arange(src.shape[1], device=src.device)
    return src.masked_fill(positions == lengths - 1, PAD)


# What a page asks ---------------------------------------------------------------------------------


class Standing(NamedTuple):
    """What a corpus holds of a source."""

    answer: tuple[int, ...]  # with its EOS
    held_out: bool


def standing(found: PairCorpus, source: tuple[int, ...]) -> Standing | None:
    """The right answer to a source and whether it was held out; None if the corpus lacks it."""
    return _standings(found).get(source)


@lru_cache(maxsize=8)
def _standings(found: PairCorpus) -> dict[tuple[int, ...], Standing]:
    return {
        _words(src): Standing(_words(tgt), held_out)
        for held_out, pairs in ((False, found.train), (True, found.test))
        for src, tgt in zip(*(part.tolist() for part in pairs), strict=True)
    }


def _words(row: Iterable[int]) -> tuple[int, ...]:
    """A row without its padding."""
    return tuple(token for token in row if token != PAD)


def drawn_source(found: PairCorpus, draw: int) -> tuple[int, ...]:
    """A held-out source for each `draw` from 0: among the watched ones, those longer than half."""
    sources = [_words(row) for row in watched_pairs(found.test).src.tolist()]
    middle = sorted(map(len, sources))[len(sources) // 2]
    long_enough = [source for source in sources if len(source) >= middle]
    return long_enough[draw % len(long_enough)]


def steps_data(spec: StepsSpec, _data_dir: Path | None = None) -> str:
    """The sha256 of the corpus; DataError when the reader's own pairs are no longer here."""
    return corpus(spec.corpus, spec.pairs).fingerprint


@lru_cache(maxsize=8)
def tried_lengths(found: PairCorpus) -> dict[int, int]:
    """How many of the watched pairs have a target of so many words."""
    words = (watched_pairs(found.test).tgt != PAD).sum(dim=1) - 1
    return Counter(words.tolist())


@lru_cache(maxsize=32)
def traced(spec: StepsSpec, snapshot: Snapshot, source: tuple[int, ...]) -> Trace | None:
    """A sentence through the net of this moment; None when its weights were not kept."""
    if not snapshot.weights:
        return None
    return trace(_restored(spec, snapshot), source, MOST_SPOKEN)


@once(keep=8)
def plane_of(spec: StepsSpec, snapshot: Snapshot) -> StatePlane | None:
    """The plane of the states in which held-out sentences are read; None as above."""
    if not snapshot.weights:
        return None
    model = _restored(spec, snapshot)
    src = watched_pairs(corpus(spec.corpus, spec.pairs).test, PLANE_SENTENCES).src
    with torch.no_grad():
        encoded = model.encoder(src)
    return state_plane(model.encoder.layer.hidden(encoded.states), encoded.mask)


@lru_cache(maxsize=32)
def beamed(
    spec: StepsSpec, snapshot: Snapshot, source: tuple[int, ...], width: int
) -> tuple[BeamStep, ...]:
    """The beam of a sentence after each token; nothing when the weights were not kept."""
    if not snapshot.weights:
        return ()
    src = torch.tensor([source])
    return tuple(beam_steps(_restored(spec, snapshot), src, width, MOST_SPOKEN))


@once(keep=8)
def examine_steps(spec: StepsSpec, snapshot: Snapshot) -> Mapping[str, float]:
    """What is measured once: all held-out pairs, and a beam beside greedy decoding on some.

    all_pairs.sequence_accuracy and .token_accuracy; beam.width and, as shares of BEAM_SENTENCES
    held-out sentences, beam.changed, beam.mended (greedy was wrong, the beam is right), beam.spoilt
    (the other way round); nothing of a moment whose weights were not kept. Takes about a second.
    """
    if not snapshot.weights:
        return {}
    model = _restored(spec, snapshot)
    pairs = trimmed(corpus(spec.corpus, spec.pairs).test)
    said = greedy(model, pairs.src, pairs.tgt.shape[1])
    found = accuracies(said, pairs.tgt)
    metrics = {f"all_pairs.{name}": found[name] for name in ("sequence_accuracy", "token_accuracy")}
    return metrics | _beam_facts(model, watched_pairs(pairs, BEAM_SENTENCES))


def _beam_facts(model: Seq2Seq, pairs: Pairs) -> dict[str, float]:
    most = pairs.tgt.shape[1]
    said = greedy(model, pairs.src, most)
    changed = mended = spoilt = 0
    for src, tgt, plain in zip(*pairs, said, strict=True):
        source, right, greedily = (_words(row.tolist()) for row in (src, tgt, plain))
        best = beam(model, torch.tensor([source]), BEAM_WIDTH, most)[0].tokens
        changed += best != greedily
        mended += best == right != greedily
        spoilt += best != right == greedily
    count = len(pairs.src)
    shares = {"changed": changed, "mended": mended, "spoilt": spoilt}
    return {"beam.width": BEAM_WIDTH} | {f"beam.{name}": n / count for name, n in shares.items()}


def _model(spec: StepsSpec, found: PairCorpus, generator: torch.Generator) -> Seq2Seq:
    return seq2seq(
        len(found.source),
        len(found.target),
        embedding_dim=spec.embedding_dim,
        hidden_dim=spec.hidden_dim,
        cell=spec.cell,
        generator=generator,
        attention=spec.attention,
        reverse_source=spec.reverse_source,
    )


def _restored(spec: StepsSpec, snapshot: Snapshot) -> Seq2Seq:
    """The net that a snapshot saw, on the CPU."""
    model = _model(spec, corpus(spec.corpus, spec.pairs), torch.Generator())
    model.load_state_dict(as_tensors(snapshot.weights))
    return model.requires_grad_(requires_grad=False)


def _share(hits: Tensor) -> float:
    return hits.float().mean().item()


def _small(ids: Tensor) -> Array:
    """In as few bytes as vocabularies of some thousand words need."""
    return ids.to(torch.int16).cpu().numpy()
