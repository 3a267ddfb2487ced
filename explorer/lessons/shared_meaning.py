"""Two autoencoders, one meaning: number words of two languages, their codes pulled together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from explorer.analysis.meaning import Slip, meaning_plane, nearness, shares_of, slip_of, spread
from explorer.data.number_words import LANGUAGES, vocabulary, words_of
from explorer.data.once import once
from explorer.data.pairs import Pairs
from explorer.data.shared_numbers import fingerprint, held_out, learnt, paired, rows
from explorer.data.vocabulary import EOS, PAD
from explorer.models.decoding import decode
from explorer.models.seq2seq import (
    EncoderOutput,
    Seq2Seq,
    masked_cross_entropy,
    seq2seq,
    shifted,
)
from explorer.specs import Cell, MeaningSpec
from explorer.training.loop import Array, Snapshot
from explorer.training.optimizers import OPTIMIZERS, with_gaussian_noise
from explorer.training.parameters import as_tensors, load_into, weights_of
from explorer.training.weight_average import WeightAverage

CROSSINGS = (("en", "ko"), ("ko", "en"))
GLANCED = 200  # held-out numbers that are looked at while a run moves
MAPPED = 80  # the first of them are on the map
SHORT = 100  # numbers below this have one or two digits, and few are learnt
COMPARED = 3  # at least so many numbers right and wrong, or their codes are not compared
PULLED = 0.5  # at least such a part of a batch are pairs, if there are any
AVERAGED_STEPS = 50  # the weights that are looked at are a mean of about so many


class Batch(NamedTuple):
    """The numbers of one step; the first `pulled` of both languages are the same numbers."""

    numbers: dict[str, Tensor]  # (B,) of each language
    pulled: int
    pairs: Tensor  # (B,) pairs for the seq2seq models; (0,) where nothing is paired


def training_batch(share: float, batch_size: int, generator: torch.Generator) -> Batch:
    """Pairs, and the rest drawn for each language by itself from all that it learns."""
    device = generator.device

    def drawn(numbers: Tensor, count: int) -> Tensor:
        chosen = torch.randint(len(numbers), (count,), generator=generator, device=device)
        return numbers.to(device)[chosen]

    known = paired(share)
    pulled = round(max(share, PULLED) * batch_size) if len(known) else 0
    pairs = drawn(known, batch_size) if pulled else known.to(device)
    alone = batch_size - pulled
    numbers = {
        language: torch.cat([pairs[:pulled], drawn(learnt(), alone)]) for language in LANGUAGES
    }
    return Batch(numbers, pulled, pairs)


class MeaningExperiment:
    """Two autoencoders, and beside them the ordinary seq2seq of each direction; see MeaningSpec.

    No weight of an autoencoder is ever corrected for what it says in the other language: its own
    words teach it, and the pull, which knows nothing of words. The seq2seq models have the same
    layers and take the same steps, but are taught the pairs and nothing else.
    """

    def __init__(self, spec: MeaningSpec, device: torch.device) -> None:
        self.spec = spec
        self.generator = torch.Generator(device).manual_seed(spec.seed)
        self.words = {language: _moved(rows(language), device) for language in LANGUAGES}
        self.numbers = held_out()[:GLANCED].to(device)
        self.nets = four_nets(
            _sizes(), spec.embedding_dim, spec.hidden_dim, spec.cell, self.generator
        )
        self.averages = {
            name: WeightAverage(net, AVERAGED_STEPS) for name, net in self.nets.items()
        }
        weights = [weight for net in self.nets.values() for weight in net.parameters()]
        self.optimizer = OPTIMIZERS["adam"](weights, spec.learning_rate)

    def step(self) -> None:
        spec = self.spec
        batch = training_batch(spec.paired, spec.batch_size, self.generator)
        loss = autoencoders_loss(
            self.nets, self.words, batch, spec.pull, spec.code_noise, self.generator
        )
        if batch.pulled:
            loss = loss + translators_loss(self.nets, self.words, batch.pairs)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        for average in self.averages.values():
            average.update()

    @torch.inference_mode()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """What the averaged weights make of GLANCED held-out numbers, the same in every run.

        metrics: test_loss (nats per token of a language's own words, told the right ones so far,
        the mean of both languages), and under `glance.`: A_to_B (the share of the numbers that come
        from language A to B without a mistake by way of the code), pairs_A_to_B (by the seq2seq
        model), A_code_std, pair_distance and own_nearest (see `nearness`) with own_nearest_chance,
        what it would be of codes that lie anywhere. arrays: `map` (2, MAPPED, 2), both languages'
        codes of the same numbers in one plane.
        """
        nets = {name: average.model for name, average in self.averages.items()}
        words = {
            name: Pairs(*(part[self.numbers] for part in self.words[name])) for name in LANGUAGES
        }
        encoded = {language: nets[language].encoder(words[language].src) for language in LANGUAGES}
        metrics: dict[str, float] = {"test_loss": 0.0}
        for a, b in product(LANGUAGES, LANGUAGES):
            tgt = words[b].tgt
            logits = nets[b].decoder(shifted(tgt), encoded[a]).logits
            metrics[f"glance.{a}_to_{b}"] = _whole(logits, tgt)
            if a == b:
                metrics["test_loss"] += masked_cross_entropy(logits, tgt).item() / len(LANGUAGES)
            else:
                by_pairs = nets[f"{a}-{b}"](words[a].src, tgt).logits
                metrics[f"glance.pairs_{a}_to_{b}"] = _whole(by_pairs, tgt)
        codes = [encoded[language].context.cpu().numpy() for language in LANGUAGES]
        metrics |= {f"glance.{name}": value for name, value in _geometry(*codes).items()}
        numbers = self.numbers[:MAPPED].tolist()
        places = meaning_plane(codes[0][:MAPPED], codes[1][:MAPPED], numbers)
        return Snapshot(step, seconds, metrics, {"map": places})

    def weights(self) -> dict[str, Tensor]:
        """The averaged ones, because these are what is observed."""
        return weights_of({name: average.model for name, average in self.averages.items()})

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        load_into(self.nets, weights)
        load_into({name: average.model for name, average in self.averages.items()}, weights)


def four_nets(
    sizes: Mapping[str, int],
    embedding_dim: int,
    hidden_dim: int,
    cell: Cell,
    generator: torch.Generator,
) -> dict[str, Seq2Seq]:
    """An autoencoder for each language, under its name, and a seq2seq for each of CROSSINGS.

    `sizes` are those of the vocabularies. All four have the same layers.
    """
    pairs = {language: (language, language) for language in sizes}
    pairs |= {f"{a}-{b}": (a, b) for a, b in CROSSINGS}
    return {
        name: seq2seq(
            sizes[a],
            sizes[b],
            embedding_dim=embedding_dim,
            hidden_dim=hidden_dim,
            cell=cell,
            generator=generator,
        )
        for name, (a, b) in pairs.items()
    }


def autoencoders_loss(
    nets: Mapping[str, Seq2Seq],
    words: Mapping[str, Pairs],
    batch: Batch,
    pull: float,
    code_noise: float,
    generator: torch.Generator,
) -> Tensor:
    """What both languages lose of their own words, in nats per token, and what the pull costs.

    The pull is the mean squared distance between two codes of one number, per unit of the code.
    """
    loss = torch.zeros((), device=generator.device)
    codes = []
    for language, numbers in batch.numbers.items():
        src, tgt = words[language].src[numbers], words[language].tgt[numbers]
        encoded = nets[language].encoder(src)
        codes.append(encoded.context[: batch.pulled])  # (pulled, C)
        noisy = encoded._replace(
            context=with_gaussian_noise(encoded.context, code_noise, generator)
        )
        loss = loss + masked_cross_entropy(nets[language].decoder(shifted(tgt), noisy).logits, tgt)
    if batch.pulled:
        loss = loss + pull * torch.mean((codes[0] - codes[1]) ** 2)
    return loss


def translators_loss(
    nets: Mapping[str, Seq2Seq], words: Mapping[str, Pairs], pairs: Tensor
) -> Tensor:
    """What the seq2seq models of both directions lose on pairs: nats per token, added up."""
    loss = torch.zeros((), device=pairs.device)
    for a, b in CROSSINGS:
        src, tgt = words[a].src[pairs], words[b].tgt[pairs]
        loss = loss + masked_cross_entropy(nets[f"{a}-{b}"](src, tgt).logits, tgt)
    return loss


def meaning_data(_spec: MeaningSpec, _data_dir: Path | None = None) -> str:
    """The sha256 of what a run learns from, which is the same for all."""
    return fingerprint()


# What is measured once ----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Examination:
    """What the nets of a moment make of every held-out number."""

    metrics: Mapping[str, float]
    slips: Mapping[str, tuple[Slip, ...]]  # by crossing, such as `en_to_ko`: what went wrong


def examine_meaning(spec: MeaningSpec, snapshot: Snapshot) -> Mapping[str, float]:
    """The metrics of `examination`; none of a moment whose weights were not kept."""
    found = examination(spec, snapshot)
    return {} if found is None else found.metrics


@once(keep=16)
@torch.no_grad()
def examination(spec: MeaningSpec, snapshot: Snapshot) -> Examination | None:
    """All held-out numbers through all nets, word by word; None if the weights were not kept.

    metrics, shares of all held-out numbers: A_to_B and pairs_A_to_B as in `observe`; what
    `nearness` and the codes' spread come to; slips_A_to_B.K, which share of what goes wrong is of
    kind K (see Slip); and gap_A_to_B.right and .wrong, the distance between the two codes of a
    number that comes out right or wrong (root mean square over the units, like the noise), where
    there are some of both; and wrong_A_to_B.short and .long, which share of the numbers below SHORT
    comes out wrong, and of all others. Takes about half a second.
    """
    nets = nets_of(spec, snapshot)
    if nets is None:
        return None
    numbers = held_out()
    words = {name: Pairs(*(part[numbers] for part in rows(name))) for name in LANGUAGES}
    encoded = {language: nets[language].encoder(words[language].src) for language in LANGUAGES}
    metrics: dict[str, float] = {}
    slips: dict[str, tuple[Slip, ...]] = {}
    for a, b in product(LANGUAGES, LANGUAGES):
        tgt = words[b].tgt
        said = decode(nets[b].decoder, encoded[a], tgt.shape[1])
        metrics[f"{a}_to_{b}"] = _share_right(said, tgt)
        if a != b:
            slips[f"{a}_to_{b}"] = _slips(numbers, said, tgt, b)
            kinds = shares_of(slips[f"{a}_to_{b}"])
            metrics |= {f"slips_{a}_to_{b}.{kind}": share for kind, share in kinds.items()}
            net = nets[f"{a}-{b}"]
            by_pairs = decode(net.decoder, net.encoder(words[a].src), tgt.shape[1])
            metrics[f"pairs_{a}_to_{b}"] = _share_right(by_pairs, tgt)
    codes = [encoded[language].context for language in LANGUAGES]
    gaps = (codes[0] - codes[1]).square().mean(dim=1).sqrt()  # (N,)
    for name, found in slips.items():
        wrong = torch.isin(numbers, _numbers_of(found))  # (N,)
        metrics |= _gaps(f"gap_{name}", gaps, wrong)
        metrics[f"wrong_{name}.short"] = wrong[numbers < SHORT].float().mean().item()
        metrics[f"wrong_{name}.long"] = wrong[numbers >= SHORT].float().mean().item()
    metrics |= _geometry(codes[0].numpy(), codes[1].numpy())
    return Examination(metrics, slips)


@lru_cache(maxsize=8)
def nets_of(spec: MeaningSpec, snapshot: Snapshot) -> dict[str, Seq2Seq] | None:
    """The four nets that a snapshot saw, on the CPU; None when its weights were not kept."""
    if not snapshot.weights:
        return None
    nets = four_nets(_sizes(), spec.embedding_dim, spec.hidden_dim, spec.cell, torch.Generator())
    load_into(nets, as_tensors(snapshot.weights))
    for net in nets.values():
        net.requires_grad_(requires_grad=False)
    return nets


class Crossing(NamedTuple):
    """One number on its way from a language into the other."""

    number: int
    source: str
    target: str
    asked: tuple[str, ...]  # the tokens that are read
    code: Array  # (C,) of what is read
    other_code: Array  # (C,) that the other language has for this number
    said: tuple[str, ...]  # by the other language's decoder
    rebuilt: tuple[str, ...]  # by the source language's own
    by_pairs: tuple[str, ...]  # by the seq2seq model


@torch.no_grad()
def crossing(nets: Mapping[str, Seq2Seq], number: int, source: str) -> Crossing:
    """A number of 0 … 9,999, read in `source` and said in the other language."""
    (target,) = set(LANGUAGES) - {source}
    encoded = {
        language: nets[language].encoder(rows(language).src[[number]]) for language in LANGUAGES
    }

    def said(net: Seq2Seq, handed: EncoderOutput, language: str) -> tuple[str, ...]:
        most = rows(language).tgt.shape[1]
        return tuple(vocabulary(language).words(decode(net.decoder, handed, most)[0].tolist()))

    translator = nets[f"{source}-{target}"]
    return Crossing(
        number,
        source,
        target,
        asked=words_of(number, source),
        code=encoded[source].context[0].numpy(),
        other_code=encoded[target].context[0].numpy(),
        said=said(nets[target], encoded[source], target),
        rebuilt=said(nets[source], encoded[source], source),
        by_pairs=said(translator, translator.encoder(rows(source).src[[number]]), target),
    )


def _sizes() -> dict[str, int]:
    return {language: len(vocabulary(language)) for language in LANGUAGES}


def _moved(words: Pairs, device: torch.device) -> Pairs:
    return Pairs(*(part.to(device) for part in words))


def _geometry(one: Array, other: Array) -> dict[str, float]:
    """How two languages' codes (N, C) of the same numbers lie."""
    near, spreads = nearness(one, other), (spread(one), spread(other))
    return {
        "pair_distance": near.ratio,
        "own_nearest": near.own_nearest,
        "own_nearest_chance": 1 / len(one),
        **{f"{name}_code_std": value for name, value in zip(LANGUAGES, spreads, strict=True)},
    }


def _whole(logits: Tensor, tgt: Tensor) -> float:
    """The share of the rows (B, T) that are said without a mistake.

    Told the right words so far, which changes nothing of that: up to its first mistake a net that
    goes on by itself is told the same.
    """
    said = logits[:, :, EOS:].argmax(dim=2) + EOS  # PAD and SOS are never said
    return ((said == tgt) | (tgt == PAD)).all(dim=1).float().mean().item()


def _share_right(said: Tensor, tgt: Tensor) -> float:
    return (said == tgt).all(dim=1).float().mean().item()


def _slips(numbers: Tensor, said: Tensor, tgt: Tensor, language: str) -> tuple[Slip, ...]:
    wrong = (said != tgt).any(dim=1)
    words = vocabulary(language).words
    found = (
        slip_of(number, words(ids), language)
        for number, ids in zip(numbers[wrong].tolist(), said[wrong].tolist(), strict=True)
    )
    return tuple(slip for slip in found if slip is not None)


def _numbers_of(slips: Sequence[Slip]) -> Tensor:
    return torch.tensor([slip.number for slip in slips], dtype=torch.int64)


def _gaps(name: str, gaps: Tensor, wrong: Tensor) -> dict[str, float]:
    """The mean gap (N,) of the numbers that come out right and of those that are `wrong` (N,)."""
    if min(int(wrong.sum()), int((~wrong).sum())) < COMPARED:
        return {}
    return {f"{name}.right": gaps[~wrong].mean().item(), f"{name}.wrong": gaps[wrong].mean().item()}
