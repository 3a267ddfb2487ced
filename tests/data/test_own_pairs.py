"""A reader's own pairs: whatever a file holds, good lines are kept as they are, others counted."""

from __future__ import annotations

import tracemalloc
from contextlib import suppress
from typing import SupportsIndex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.data import own_pairs
from explorer.data.own_pairs import (
    FEWEST_PAIRS,
    LONGEST_LINE,
    LONGEST_TOKEN,
    MOST_BYTES,
    MOST_KEPT,
    MOST_LINES,
    MOST_PAIRS,
    MOST_TOKENS,
    MOST_WORDS,
    OWN_HELD_OUT,
    REASONS,
    Pair,
    PairReport,
    forget,
    held_out,
    keep,
    kept,
    looks,
    read_pairs,
    sifted,
)
from explorer.data.vocabulary import SPECIALS
from explorer.errors import DataError
from explorer.text import LANGUAGES, catalogue

GOOD = [f"one Word{i}\teins Wort{i}" for i in range(FEWEST_PAIRS)]


def written(*lines: str, end: str = "\n") -> bytes:
    """A file with the good lines before these."""
    return end.join([*GOOD, *lines, ""]).encode()


def added(data: bytes) -> list[tuple[str, str]]:
    """The pairs of the lines behind the good ones, as text."""
    pairs = [(" ".join(source), " ".join(target)) for source, target in read_pairs(data).pairs]
    assert pairs[: len(GOOD)] == [tuple(line.split("\t")) for line in GOOD]
    return pairs[len(GOOD) :]


def dropped(reason: str, line: str) -> None:
    """The line alone is dropped, for this reason, and is its example; both languages say why."""
    report = read_pairs(written(line, "two\tzwei"))
    assert report.dropped == {reason: 1}
    assert report.examples[reason].line == len(GOOD) + 1
    assert len(report.pairs) == len(GOOD) + 1
    assert reason in REASONS
    said = [catalogue(language)(f"own_pairs.why.{reason}") for language in LANGUAGES]
    assert len(set(said)) == len(LANGUAGES)


def refused(key: str, data: bytes) -> None:
    """Nothing of it is read, and both languages say why and what to do."""
    with pytest.raises(DataError) as caught:
        read_pairs(data)
    assert caught.value.key == f"pairs.{key}"
    for language in LANGUAGES:
        sentence = caught.value.sentence(language)
        assert "{" not in sentence
        assert len(sentence) > 50


@pytest.fixture
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_kept", "_brought"):
        monkeypatch.setattr(own_pairs, name, type(getattr(own_pairs, name))())


# What is kept -------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(end: str) -> None:
    report = read_pairs(written("two\tzwei", end=end))
    assert report.lines == len(report.pairs) == len(GOOD) + 1
    assert not report.dropped
    assert report.pairs[-1] == (("two",), ("zwei",))


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp949", "CP949")],
)
def test_korean_is_read_in_every_encoding_it_is_saved_in(encoding: str, name: str) -> None:
    lines = [f"하나 철수{i}\tone 펩시 {i}" for i in range(FEWEST_PAIRS)]
    report = read_pairs("\r\n".join(lines).encode(encoding))
    assert report.encoding == name
    assert not report.dropped
    assert report.pairs[0] == (("하나", "철수0"), ("one", "펩시", "0"))


def test_utf16_of_the_other_byte_order() -> None:
    report = read_pairs(b"\xfe\xff" + written().decode().encode("utf-16-be"))
    assert (report.encoding, len(report.pairs)) == ("UTF-16", len(GOOD))


@pytest.mark.parametrize(
    ("line", "pair"),
    [
        ("  two   words \t zwei  Wörter ", ("two words", "zwei Wörter")),
        ("two = zwei", ("two", "zwei")),  # by hand
        ("two = 2\tzwei = 2", ("two = 2", "zwei = 2")),
        ("שלום עולם\tمرحبا بالعالم", ("שלום עולם", "مرحبا بالعالم")),
        ("\u200fשלום\u200e\tx", ("\u200fשלום\u200e", "x")),
        ("می\u200cخواهم\twant", ("می\u200cخواهم", "want")),
        ("👩‍👩‍👧 🇰🇷 🏴󠁧󠁢󠁥󠁮󠁧󠁿\t❤️ 🫨", ("👩‍👩‍👧 🇰🇷 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️ 🫨")),
        ("cafe\u0301\tx", ("café", "x")),  # NFC
        ("a\u00a0b\tx", ("a b", "x")),
        ('"say ""hi"", now"\t"ja"', ('say "hi", now', "ja")),
        ('say "hi"\tja "doch" ja', ('say "hi"', 'ja "doch" ja')),
        ('"say\tja"', ('"say', 'ja"')),
        ("=1+1\t@SUM(A1)", ("=1+1", "@SUM(A1)")),
        ("<script>alert(1)</script>\t![x](http://y)", ("<script>alert(1)</script>",
                                                       "![x](http://y)")),
        ("$\\frac12$ **b** `c`\t&amp; {0} %s", ("$\\frac12$ **b** `c`", "&amp; {0} %s")),
    ],
)  # fmt: skip
def test_a_good_line_is_kept_as_text(line: str, pair: tuple[str, str]) -> None:
    assert added(written(line)) == [pair]


def test_the_longest_of_everything() -> None:
    row = " ".join(f"{i:0{LONGEST_TOKEN}}" for i in range(MOST_TOKENS))
    line = f"{row}\t{row}"
    assert len(line) <= LONGEST_LINE
    assert added(written(line)) == [(row, row)]


# What is dropped ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        ("blank", ""),
        ("blank", " \t "),
        ("columns", "one column only"),
        ("columns", "one\ttwo\tthree"),
        ("columns", "a = b = c"),
        ("side", "one\t"),
        ("side", "\tone"),
        ("side", '""\tone'),
        ("tokens", "one\t" + "a " * (MOST_TOKENS + 1)),
        ("token", "one\t" + "a" * (LONGEST_TOKEN + 1)),
        ("token", "o" + "\u0302" * 100 + "\tx"),
        ("line", "a" * LONGEST_LINE + "\tx"),
        ("line", "x\t" * LONGEST_LINE),
        ("hidden", "a\x07b\tx"),
        ("hidden", "a\x7fb\tx"),
        ("hidden", "a\x85b\tx"),
        ("hidden", "\x1b[31mred\tx"),
        ("hidden", "user\u202egnp.exe\tx"),
        ("hidden", "a\u2066b\u2069\tx"),
        ("hidden", "a\u200bb\tx"),
        ("hidden", "a\ufeffb\tx"),
        ("hidden", "a\u2028b\tx"),
        ("hidden", "a \u200d b\tx"),  # a word of nothing but a joiner
        ("hidden", "\u3164\tx"),  # Hangul's filler
        ("hidden", "a\t\ufe0f\u200e"),
        ("hidden", "a\t\u2800"),
        *(("special", f"{mark} a\tx") for mark in SPECIALS),
        ("again", GOOD[3]),
        ("again", GOOD[3].replace(" ", "   ")),
        ("other_target", GOOD[3] + " anders"),
    ],
)
def test_a_bad_line_is_dropped_with_its_reason(reason: str, line: str) -> None:
    dropped(reason, line)


def test_lines_in_another_encoding_are_dropped() -> None:
    strange = ["철수 영희\t펩시".encode("cp949"), "déjà\tvu".encode("latin-1")]
    korean = [f"철수{i}\t영희{i}".encode() for i in range(FEWEST_PAIRS)]
    report = read_pairs(b"\n".join([*korean, *strange]))
    assert report.encoding == "UTF-8"
    assert report.dropped == {"encoding": 2}
    assert len(report.pairs) == FEWEST_PAIRS
    report.examples["encoding"].text.encode()  # can be sent, which a lone surrogate cannot
    latin = read_pairs("\n".join([*GOOD, "déjà\tvu"]).encode("latin-1"))
    assert latin.dropped == {"encoding": 1}


def test_too_many_different_words() -> None:
    lines = [f"a{i}\tb" for i in range(MOST_WORDS + 5)]
    report = read_pairs("\n".join([*lines, "a0 a1\tb b"]).encode())
    assert report.dropped == {"words": 5}
    assert len(report.pairs) == MOST_WORDS + 1
    assert len({token for source, _ in report.pairs for token in source}) == MOST_WORDS


def test_too_many_pairs_and_too_many_lines() -> None:
    lines = [f"a{i % 99} b{i // 99}\tc" for i in range(MOST_PAIRS + 7)]
    report = read_pairs("\n".join(lines).encode())
    assert report.dropped == {"surplus": 7}
    assert len(report.pairs) == MOST_PAIRS
    assert report.examples["surplus"].line == MOST_PAIRS + 1
    late = read_pairs("\n".join([*GOOD, *["x"] * MOST_LINES, "two\tzwei"]).encode())
    assert late.dropped == {"columns": MOST_LINES - len(GOOD), "surplus": len(GOOD) + 1}


def test_every_line_is_kept_or_counted() -> None:
    report = sifted(written("", "one", "a\tb", "a\tb", "a\tc", "a\u202eb\tc"))
    assert report.lines == len(report.pairs) + sum(report.dropped.values()) == len(GOOD) + 6
    assert set(report.dropped) == set(report.examples)
    assert set(report.dropped) <= set(REASONS)


def test_an_example_can_be_shown() -> None:
    report = sifted(written("evil\u202e\x07" + "long " * 99 + "\tx"))
    number, text = report.examples["hidden"]
    assert number == len(GOOD) + 1
    assert text.startswith("evil\ufffd\ufffdlong")
    assert text.endswith("…")
    assert len(text) < 70
    assert sifted(written("a\tb\tc")).examples["columns"].text == "a → b → c"


# What is held out ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Good Morning", "good morning"),
        ("STRASSE", "straße"),
        ("می\u200cخواهم", "میخواهم"),
        ("\u200fשלום", "שלום"),
        ("❤️", "❤"),
        ("word\u3164", "word"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "Full Width"),
    ],
)
def test_what_looks_alike(one: str, other: str) -> None:
    assert looks(one) == looks(other)
    assert looks(one) != looks(f"{other}!")


def test_sources_that_look_alike_are_in_the_same_part() -> None:
    forms = [str.lower, str.title, str.upper, "\u200d{}".format]
    sources = [(form(f"word{n}"),) for n in range(40) for form in forms[: 1 + n % 4]]
    found = held_out(sources)
    alike = [{place for place, row in enumerate(sources) if looks(row[0]) == f"word{n}"}
             for n in range(40)]  # fmt: skip
    assert all(places <= found or places.isdisjoint(found) for places in alike)
    assert len(sources) // OWN_HELD_OUT - 4 < len(found) <= len(sources) // OWN_HELD_OUT
    backwards = held_out(sources[::-1])
    assert {sources[place] for place in found} == {sources[::-1][place] for place in backwards}


def test_one_large_family_of_look_alikes_is_trained_on() -> None:
    many = [("\u200d" * n + "same",) for n in range(30)]
    sources = [*many, *((f"word{n}",) for n in range(FEWEST_PAIRS))]
    found = held_out(sources)
    assert {*range(30)}.isdisjoint(found)
    assert len(found) == len(sources) // OWN_HELD_OUT


def test_look_alikes_count_once() -> None:
    lines = [*GOOD[1:], *(line.upper() for line in GOOD[1:])]
    refused("too_few", "\n".join(lines).encode())
    assert len(read_pairs("\n".join([*GOOD, *lines]).encode()).pairs) > FEWEST_PAIRS


# What is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("empty", b""),
        ("empty", b"\n\r\n \t\n"),
        ("empty", b"\xef\xbb\xbf"),
        ("binary", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01"),
        ("binary", b"PK\x03\x04\x14\x00\x06\x00"),
        ("binary", bytes(1000)),
        ("binary", written("nul\0\tx")),
        ("binary", written().decode().encode("utf-16-le")),  # without its mark
        ("binary", b"\xff\xfe\x00\xd8\x00"),  # half a character
        ("binary", written().decode().encode("utf-32")),
        ("too_few", bytes(range(1, 256)) * 99),
        ("too_few", "\n".join(GOOD[1:]).encode()),
        ("too_few", b"one column\n" * 100),
        ("too_few", b"a\tb\tc\n" * 100),
        ("too_few", b"\n\n\na\tb\n\n\n"),
        ("too_few", b"x" * MOST_BYTES),
        ("too_few", b"\t" * (MOST_BYTES - 1) + b"x"),
        ("too_many_bytes", b"x" * (MOST_BYTES + 1)),
    ],
)
def test_what_holds_no_pairs_is_refused(key: str, data: bytes) -> None:
    refused(key, data)


class Huge(bytes):
    """A file of which nothing but the size may be asked."""

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        raise AssertionError(f"decoded ({encoding}, {errors})")

    def strip(self, _bytes: object = None, /) -> bytes:
        raise AssertionError("looked through")

    def __getitem__(self, _key: SupportsIndex | slice, /) -> int | bytes:  # type: ignore[override]
        raise AssertionError("copied")


def test_a_hundred_megabytes_are_refused_by_their_size_alone() -> None:
    data = Huge(100 * 2**20)
    tracemalloc.start()
    refused("too_many_bytes", data)
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


@pytest.mark.parametrize(
    "data", [b"two\tzwei drei\n" * (MOST_BYTES // 14), b"x " * (MOST_BYTES // 2)]
)
def test_the_memory_is_bounded(data: bytes) -> None:
    tracemalloc.start()
    with suppress(DataError):
        read_pairs(data)
    assert tracemalloc.get_traced_memory()[1] < 12 * MOST_BYTES
    tracemalloc.stop()


def sound(report: PairReport) -> None:
    """What is promised of every report."""
    assert report.lines == len(report.pairs) + sum(report.dropped.values())
    assert len({source for source, _ in report.pairs}) == len(report.pairs) <= MOST_PAIRS
    for row in (row for pair in report.pairs for row in pair):
        assert 1 <= len(row) <= MOST_TOKENS
        assert not {*row} & {*SPECIALS}
        for token in row:
            assert 1 <= len(token) <= LONGEST_TOKEN
            assert token.split() == [token]
            assert "\u202e" not in token
            token.encode()
    for example in report.examples.values():
        example.text.encode()


@given(st.binary(max_size=400))
def test_any_bytes_give_a_report_or_a_sentence(data: bytes) -> None:
    with suppress(DataError):
        sound(sifted(data))


@given(st.lists(st.text() | st.tuples(st.text(), st.text()).map("\t".join)))
def test_any_text_gives_a_report_or_a_sentence(lines: list[str]) -> None:
    with suppress(DataError):
        sound(sifted("\n".join(lines).encode("utf-8", "replace")))


# What the server remembers ------------------------------------------------------------------------


def own(start: int) -> tuple[PairReport, tuple[Pair, ...]]:
    lines = [f"a{i}\tb{i}" for i in range(start, start + FEWEST_PAIRS)]
    report = read_pairs("\n".join(lines).encode())
    return report, report.pairs


@pytest.mark.usefixtures("nothing_kept")
def test_equal_pairs_have_equal_names() -> None:
    report, pairs = own(0)
    digest = keep(report)
    assert len(digest) == 16
    assert int(digest, 16) >= 0
    assert kept(digest) == pairs
    spaced = "\r\n".join(f" {' '.join(a)} \t {' '.join(b)}" for a, b in pairs)
    assert keep(read_pairs(spaced.encode("utf-16"))) == digest
    assert keep(own(1)[0]) != digest


@pytest.mark.usefixtures("nothing_kept")
def test_those_not_used_for_longest_are_forgotten() -> None:
    digests = [keep(own(i)[0]) for i in range(MOST_KEPT)]
    assert kept(digests[0])  # used again, so the second is the oldest now
    keep(own(MOST_KEPT)[0])
    assert kept(digests[0])
    with pytest.raises(DataError) as caught:
        kept(digests[1])
    assert caught.value.key == "pairs.gone"
    assert all(caught.value.sentence(language) for language in LANGUAGES)


@pytest.mark.usefixtures("nothing_kept")
def test_what_is_taken_away_is_forgotten_once_all_who_brought_it_did() -> None:
    report, pairs = own(0)
    digest = keep(report)
    assert keep(report) == digest  # another reader's, with the same file
    forget(digest)
    assert kept(digest) == pairs
    forget(digest)
    with pytest.raises(DataError):
        kept(digest)
    forget(digest)  # the server may have forgotten it by itself
    assert kept(keep(report)) == pairs


@pytest.mark.usefixtures("nothing_kept")
def test_too_few_are_not_kept() -> None:
    with pytest.raises(DataError, match=str(FEWEST_PAIRS)):
        keep(sifted(b"a\tb"))
    assert not own_pairs._kept


def test_every_reason_has_its_words() -> None:
    for language in LANGUAGES:
        why = {key for key in catalogue(language).entries if key.startswith("own_pairs.why.")}
        assert why == {f"own_pairs.why.{reason}" for reason in REASONS}
