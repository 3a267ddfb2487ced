"""Five symbols, a long nothing, and a mark that asks for them: how long can a state hold on?

    a c h b b _ _ _ … _ ?   →   a c h b b

The nothing is as long as one likes, so memory over time stands apart from how much is remembered
(the recall task of Hochreiter and Schmidhuber 1997; in this form, Arjovsky et al. 2016).
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.data.number_lists import Part
from explorer.data.token_tasks import drawn_from
from explorer.data.vocabulary import SPECIALS, digest_of

DELAY_SYMBOLS = 8
DELAY_LENGTH = 5  # symbols to remember
DELAY_FIRST = len(SPECIALS)  # the id of the first symbol
BLANK = DELAY_FIRST + DELAY_SYMBOLS
GO = BLANK + 1
DELAY_VOCABULARY_SIZE = GO + 1
DELAY_CHANCE = 1 / DELAY_SYMBOLS  # how often a symbol is right that was guessed


def draw_delayed(
    count: int, delay: int, part: Part, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Sources (count, DELAY_LENGTH + delay + 1) and answers (count, DELAY_LENGTH), without EOS.

    The symbols are independent and equally likely; one row of five in eight is for the test only,
    after whatever delay. Both lie on the generator's device.
    """

    def draw(tries: int) -> Tensor:
        shape = (tries, DELAY_LENGTH)
        device = generator.device
        return torch.randint(DELAY_FIRST, BLANK, shape, generator=generator, device=device)

    symbols = drawn_from(draw, count, part)
    waiting = F.pad(symbols, (0, delay), value=BLANK)
    return F.pad(waiting, (0, 1), value=GO), symbols


@cache
def fingerprint() -> str:
    """The sha256 of sources and answers: equal when runs saw equal data."""
    return digest_of(*draw_delayed(256, 3, "test", torch.Generator().manual_seed(0)))
