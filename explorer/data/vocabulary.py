"""Tokens and their numbers: what a sequence model reads and writes is a row of small integers.

The first three are no words: padding on the right of what is shorter than its batch, the mark with
which an answer begins, and the one with which it ends.

    >>> animals = Vocabulary.of([["cat", "ant"], ["bee"]])
    >>> animals.ids(["bee", "ant"])
    [4, 3]
    >>> animals.words([4, 3, EOS, PAD])
    ['bee', 'ant']
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.errors import DataError

PAD = 0
SOS = 1
EOS = 2
SPECIALS = ("<pad>", "<sos>", "<eos>")
LONGEST_QUOTE = 20  # characters of a word that a sentence repeats
_EXAMPLES = 12


@dataclass(frozen=True)
class Vocabulary:
    """Every token of one language; a token's id is its place. SPECIALS come first."""

    tokens: tuple[str, ...]

    @classmethod
    def of(cls, rows: Iterable[Iterable[str]]) -> Vocabulary:
        """SPECIALS, and every token of the rows once, in the order of their characters."""
        return cls((*SPECIALS, *sorted({token for row in rows for token in row} - {*SPECIALS})))

    def __len__(self) -> int:
        return len(self.tokens)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The id of every word; the marks are none that could be written."""
        return {token: i for i, token in enumerate(self.tokens) if i >= len(SPECIALS)}

    def ids(self, tokens: Iterable[str]) -> list[int]:
        """The numbers of the tokens; DataError names the first one that is no word in here."""
        try:
            return [self._numbers[token] for token in tokens]
        except KeyError as error:
            some = self.tokens[len(SPECIALS) :][:_EXAMPLES]
            raise DataError(
                "sequences.unknown_token",
                token=str(error.args[0])[:LONGEST_QUOTE],
                some=", ".join(word[:LONGEST_QUOTE] for word in some),
            ) from error

    def words(self, ids: Iterable[int]) -> list[str]:
        """The tokens before the first EOS, without padding and <sos>."""
        said = takewhile(lambda number: number != EOS, ids)
        return [self.tokens[number] for number in said if number not in (PAD, SOS)]


def padded(rows: Sequence[Sequence[int]]) -> Tensor:
    """(B, L) int64: the rows, of which the longest has L ids, with PAD on their right."""
    longest = max(map(len, rows), default=0)
    filled = [[*row, *[PAD] * (longest - len(row))] for row in rows]
    return torch.tensor(filled, dtype=torch.int64).reshape(len(rows), longest)


def with_eos(ids: Tensor) -> Tensor:
    """(B, L) → (B, L + 1): rows without padding, each with EOS behind it."""
    return F.pad(ids, (0, 1), value=EOS)


def digest_of(*parts: Iterable[str] | Tensor) -> str:
    """The sha256, in hex, of token lists and of integer tensors: values, lengths and order."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, Tensor):
            content = part.to("cpu", torch.int64).contiguous().numpy().astype("<i8").tobytes()
            head = f"tensor {tuple(part.shape)}\n"
        else:
            tokens = list(part)
            content = "".join(f"{len(token)} {token}\n" for token in tokens).encode()
            head = f"tokens {len(tokens)}\n"
        digest.update(head.encode() + content)
    return digest.hexdigest()
