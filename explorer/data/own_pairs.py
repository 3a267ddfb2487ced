"""A reader's own pairs: lines of a text file, each a source, a tab, and what it is to become.

Everything about them may be a lie, so nothing is believed that was not checked: how many bytes
there are, before anything is decoded; whether they are text, and in which encoding; then line by
line. A line is kept as it is or dropped, with its reason counted, and never mended in secret.
"""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import NamedTuple
from zlib import crc32

from explorer.data.vocabulary import SPECIALS
from explorer.errors import DataError

CORPUS = "own"
MOST_BYTES = 2 * 2**20
MOST_PAIRS = 5_000
MOST_LINES = 20_000  # that are looked at
FEWEST_PAIRS = 20
MOST_TOKENS = 24  # of one side
MOST_WORDS = 2_000  # different tokens of all sources, and of all targets
LONGEST_TOKEN = 40  # characters
LONGEST_LINE = 2 * MOST_TOKENS * (LONGEST_TOKEN + 1)
OWN_HELD_OUT = 5  # one pair in so many
HAND_MARK = " = "  # may stand for the tab, which cannot be typed into a browser's text box
MOST_KEPT = 40  # readers' sets of pairs on the server, of some 3 MB at most: a class has its own

Row = tuple[str, ...]
Pair = tuple[Row, Row]

REASONS = (
    *("blank", "encoding", "hidden", "line", "columns", "side", "tokens", "token"),
    *("special", "again", "other_target", "words", "surplus"),
)
"""Why a line is dropped."""

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_BAD_BYTE = re.compile("[\udc80-\udcff]")  # how `surrogateescape` hands on what is no UTF-8
_HANGUL = re.compile("[가-힣]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
# What is not seen though it changes what is read: control characters, and the marks that turn the
# direction of what follows (Trojan Source, CVE-2021-42574). Joiners, the marks of one place and the
# tags of flags stay: Persian, Hebrew and emoji are not written without them.
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
_SEEN = {*"\t\u200c\u200d\u200e\u200f\u061c", *map(chr, range(0xE0020, 0xE0080))}
# What leaves no mark of its own.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_QUOTED = 60  # characters of a line that a report repeats

# Thirty readers may bring files at once, but their texts are unpacked one after the other.
_decoding = threading.Lock()


class Example(NamedTuple):
    """A dropped line, as it can be shown: short, and with a � for what must not be."""

    line: int  # from 1
    text: str


@dataclass(frozen=True)
class PairReport:
    """What became of the lines: the good pairs, and of the others how many, why, and the first."""

    pairs: tuple[Pair, ...]
    encoding: str
    lines: int
    dropped: Mapping[str, int]  # by those of REASONS that occurred
    examples: Mapping[str, Example]


def read_pairs(data: bytes) -> PairReport:
    """The pairs in a file of at most MOST_BYTES; DataError if there are fewer than FEWEST_PAIRS.

    Those whose sources look alike (see `looks`) count once.
    """
    report = sifted(data)
    _enough(report)
    return report


def sifted(data: bytes) -> PairReport:
    """What became of each line, also if little or nothing is left.

    DataError if it is no text: empty, too large, binary, or in an unknown encoding.
    """
    with _decoding:
        text, encoding = _decoded(data)
        sieve = _Sieve()
        for line in _lines(text):
            sieve.look_at(line)
    pairs = tuple(sieve.pairs.items())
    return PairReport(pairs, encoding, sieve.lines, dict(sieve.dropped), sieve.examples)


# From bytes to lines ------------------------------------------------------------------------------


def _decoded(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding; bytes that are no UTF-8 come as `_BAD_BYTE`."""
    if len(data) > MOST_BYTES:
        size, limit = len(data) / 2**20, MOST_BYTES / 2**20
        raise DataError("pairs.too_many_bytes", size=size, limit=limit)
    text, encoding = _utf16(data) if data.startswith(_UTF16_MARKS) else _bytewise(data)
    if "\0" in text:
        raise DataError("pairs.binary")
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise DataError("pairs.empty")
    return text, encoding


def _utf16(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-16"), "UTF-16"
    except UnicodeDecodeError as error:
        raise DataError("pairs.binary") from error


def _bytewise(data: bytes) -> tuple[str, str]:
    """UTF-8; or CP949, in which Korean Windows saves, if all of it reads as that and is Hangul."""
    text = data.decode("utf-8", "surrogateescape")
    if _BAD_BYTE.search(text):
        try:
            korean = data.decode("cp949")
        except UnicodeDecodeError:
            return text, "UTF-8"
        foreign = len(_BEYOND_ASCII.findall(korean))
        if len(_HANGUL.findall(korean)) > 0.8 * foreign:
            return korean, "CP949"
    return text, "UTF-8"


def _lines(text: str) -> Iterator[str]:
    """One after the other, as two million empty ones would fill the memory; \\r\\n and \\r too."""
    for line in StringIO(text, newline=None):
        yield line.removesuffix("\n")


# From lines to pairs ------------------------------------------------------------------------------


class _Sieve:
    """What was kept so far, and what was dropped."""

    def __init__(self) -> None:
        self.pairs: dict[Row, Row] = {}
        self.lines = 0
        self.dropped: Counter[str] = Counter()
        self.examples: dict[str, Example] = {}
        self._words: tuple[dict[str, str], dict[str, str]] = ({}, {})  # each token once in memory

    def look_at(self, line: str) -> None:
        reason = self._reason(line)
        self.lines += 1
        if reason:
            self.dropped[reason] += 1
            if reason not in self.examples:
                self.examples[reason] = Example(self.lines, shown(line))

    def _reason(self, line: str) -> str | None:
        """Why the line is dropped; None if it was kept."""
        if self.lines >= MOST_LINES or len(self.pairs) == MOST_PAIRS:
            return "surplus"
        sides = _sides(line)
        return sides if isinstance(sides, str) else self._add(*sides)

    def _add(self, source: Row, target: Row) -> str | None:
        """Keeps the pair, or says why not."""
        if source in self.pairs:
            return "again" if self.pairs[source] == target else "other_target"
        both = list(zip(self._words, (source, target), strict=True))
        if any(len(words) + len({*row} - words.keys()) > MOST_WORDS for words, row in both):
            return "words"
        source, target = (tuple(words.setdefault(t, t) for t in row) for words, row in both)
        self.pairs[source] = target
        return None


def _sides(line: str) -> Pair | str:
    """Source and target of a line, in tokens; or why it is no pair."""
    if not line.strip():
        return "blank"
    if _BAD_BYTE.search(line):
        return "encoding"
    if len(line) > LONGEST_LINE:
        return "line"
    if not line.replace("\t", "").isprintable() and any(map(_is_hidden, line)):
        return "hidden"
    cells = line.split("\t" if "\t" in line else HAND_MARK)
    if len(cells) != 2:
        return "columns"
    rows = [tuple(_unquoted(unicodedata.normalize("NFC", cell)).split()) for cell in cells]
    if not all(rows):
        return "side"
    if max(map(len, rows)) > MOST_TOKENS:
        return "tokens"
    tokens = [token for row in rows for token in row]
    if max(map(len, tokens)) > LONGEST_TOKEN:
        return "token"
    if not all(UNSEEN.sub("", token) for token in tokens):
        return "hidden"
    return "special" if set(tokens) & set(SPECIALS) else (rows[0], rows[1])


def _is_hidden(character: str) -> bool:
    category = unicodedata.category(character)
    return category in _HIDDEN and character not in _SEEN


def looks(text: str) -> str:
    """What a reader sees of a text, in small letters: sources that look alike are as good as equal.

    Compatible forms (full width, ligatures) count as one, and what leaves no mark is left out:
    joiners, the marks of one place, variation selectors, fillers (Unicode's
    Default_Ignorable_Code_Point) and the blank of Braille.
    """
    return UNSEEN.sub("", unicodedata.normalize("NFKC", UNSEEN.sub("", text)).casefold())


def held_out(sources: Sequence[Row]) -> frozenset[int]:
    """Which of the sources are for the test only: one in OWN_HELD_OUT, or a little less.

    Those that look alike are in the same part. The hash of what they look like decides, by its
    rank, so that there is something to test on however few there are.
    """
    alike: dict[str, list[int]] = {}
    for place, source in enumerate(sources):
        alike.setdefault(looks(" ".join(source)), []).append(place)
    found: list[int] = []
    for look in sorted(alike, key=lambda look: crc32(look.encode())):
        if len(found) + len(alike[look]) <= len(sources) // OWN_HELD_OUT:
            found += alike[look]
    return frozenset(found)


def _unquoted(cell: str) -> str:
    """A cell without the quotes that a spreadsheet sets around one with quotes or commas in it."""
    inside = re.fullmatch(r'\s*"((?:[^"]|"")*)"\s*', cell)
    return inside[1].replace('""', '"') if inside else cell


def shown(line: str) -> str:
    """The beginning of a line, its tab as an arrow and what must not be shown as �."""
    start = line[:_QUOTED].replace("\t", " → ")
    visible = "".join("\ufffd" if _is_hidden(character) else character for character in start)
    return visible + ("…" if len(line) > _QUOTED else "")


# What the server remembers ------------------------------------------------------------------------

_kept: OrderedDict[str, tuple[Pair, ...]] = OrderedDict()
_brought: Counter[str] = Counter()  # how many readers brought them and took them not away
_lock = threading.Lock()


def _enough(report: PairReport) -> None:
    count = len({looks(" ".join(source)) for source, _ in report.pairs})
    if count < FEWEST_PAIRS:
        raise DataError("pairs.too_few", count=count, lines=report.lines, least=FEWEST_PAIRS)


def keep(report: PairReport) -> str:
    """Remembers the pairs and gives their name: 16 hex digits, equal for equal pairs.

    The newest MOST_KEPT are remembered, for all readers together, until the server ends. DataError
    if there are fewer than FEWEST_PAIRS, as in `read_pairs`.
    """
    _enough(report)
    content = "\n".join(
        f"{' '.join(source)}\t{' '.join(target)}" for source, target in report.pairs
    )
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    with _lock:
        _kept[digest] = report.pairs
        _kept.move_to_end(digest)
        _brought[digest] += 1
        while len(_kept) > MOST_KEPT:
            oldest, _ = _kept.popitem(last=False)
            del _brought[oldest]
    return digest


def forget(digest: str) -> None:
    """One of those who brought the pairs takes them away; with the last of them they are gone.

    A class may have brought the same file thirty times.
    """
    with _lock:
        _brought[digest] -= 1
        if _brought[digest] <= 0:
            del _brought[digest]
            _kept.pop(digest, None)


def kept(digest: str) -> tuple[Pair, ...]:
    """The pairs of that name; DataError if this server has none, or no longer."""
    with _lock:
        if digest not in _kept:
            raise DataError("pairs.gone")
        _kept.move_to_end(digest)
        return _kept[digest]
