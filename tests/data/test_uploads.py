"""Uploads: every kind of good picture is read rightly, and everything else gets a sentence."""

from __future__ import annotations

import random
import re
import struct
import tomllib
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageFile

from explorer.data import uploads
from explorer.data.uploads import (
    FORMATS,
    LONGEST_SIDE,
    MAX_BYTES,
    MAX_JPEG_PIXELS,
    MAX_JPEG_SCANS,
    MAX_PIXELS,
    SHORTEST_SIDE,
    TURNS,
    read_picture,
)
from explorer.errors import UploadError
from explorer.text import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def quarters(width: int = 32, height: int = 24) -> Image.Image:
    """Red and green above, blue and white below."""
    picture = Image.new("RGB", (width, height), WHITE)
    for colour, corner in ((RED, (0, 0)), (GREEN, (width // 2, 0)), (BLUE, (0, height // 2))):
        picture.paste(colour, (*corner, corner[0] + width // 2, corner[1] + height // 2))
    return picture


def written(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def corners(pixels: np.ndarray) -> list[tuple[int, ...]]:
    """The colours near the corners: above left and right, below left and right."""
    high, low = len(pixels) // 8, -len(pixels) // 8
    left, right = pixels.shape[1] // 8, -pixels.shape[1] // 8
    places = ((high, left), (high, right), (low, left), (low, right))
    return [tuple(int(level) for level in pixels[place]) for place in places]


def refused(key: str, content: bytes, name: str) -> None:
    """`read_picture` says the sentence `upload.<key>`, in every language, and names the file."""
    with pytest.raises(UploadError) as caught:
        read_picture(content, name)
    assert caught.value.key == f"upload.{key}"
    for language in LANGUAGES:
        sentence = caught.value.sentence(language)
        assert Path(name).suffix in sentence
        assert "{" not in sentence


def png(width: int, height: int, rows: bytes) -> bytes:
    """A PNG file of 8-bit grey levels, `rows` already compressed."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


# Good pictures ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "tolerance"),
    [("PNG", "a.png", 0), ("JPEG", "a.JPG", 12), ("JPEG", "a.jpeg", 12), ("WEBP", "a.webp", 24)],
)
def test_each_format_is_read_with_its_colours_in_place(
    kind: str, name: str, tolerance: int
) -> None:
    pixels = read_picture(written(quarters(), kind), name)
    assert pixels.shape == (24, 32, 3)
    assert pixels.dtype == np.uint8
    np.testing.assert_allclose(corners(pixels), [RED, GREEN, BLUE, WHITE], atol=tolerance)


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_every_kind_of_webp_is_read_at_its_size(mode: str, lossless: bool) -> None:
    content = written(quarters(300, 200).convert(mode), "WEBP", lossless=lossless)
    assert read_picture(content, "a.webp").shape == (200, 300, 3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_other_kinds_of_pixels_become_rgb(mode: str) -> None:
    pixels = read_picture(written(quarters().convert(mode), "PNG"), "a.png")
    expected = [RED, GREEN, BLUE, WHITE]
    if mode in ("L", "LA"):
        expected = [(76,) * 3, (150,) * 3, (29,) * 3, WHITE]  # ITU-R 601: .299, .587, .114
    if mode == "1":
        assert set(pixels.ravel().tolist()) == {0, 255}
    else:
        np.testing.assert_allclose(corners(pixels), expected, atol=1)


def test_sixteen_bits_are_scaled_and_not_clipped() -> None:
    levels = np.zeros((16, 16), dtype=np.uint16)
    levels[:, 8:] = 0x8000
    pixels = read_picture(written(Image.fromarray(levels), "PNG"), "a.png")
    assert set(pixels[:, :8].ravel().tolist()) == {0}
    assert set(pixels[:, 8:].ravel().tolist()) == {0x80}


def test_printers_colours_become_rgb() -> None:
    pixels = read_picture(written(quarters().convert("CMYK"), "JPEG"), "a.jpg")
    np.testing.assert_allclose(corners(pixels), [RED, GREEN, BLUE, WHITE], atol=12)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_transparent_lies_on_white(kind: str) -> None:
    picture = quarters().convert("RGBA")
    picture.paste((0, 0, 0, 0), (0, 0, 16, 12))
    pixels = read_picture(written(picture, kind, lossless=True), f"a.{kind.lower()}")
    assert corners(pixels) == [WHITE, GREEN, BLUE, WHITE]


def test_the_colour_of_what_is_invisible_does_not_bleed_in() -> None:
    """Scaled down before it is laid on white, with its alpha taken into account."""
    picture = Image.new("RGBA", (1600, 1600), (*GREEN, 0))
    picture.paste((*RED, 255), (0, 0, 803, 1600))
    pixels = read_picture(written(picture, "PNG"), "a.png").astype(int)
    assert pixels[..., 1].min() == 0
    assert (pixels[..., 2] >= pixels[..., 1] - 1).all()


def test_a_palette_may_have_a_transparent_entry() -> None:
    picture = quarters().quantize(4)
    content = written(picture, "PNG", transparency=picture.getpixel((0, 0)))
    assert corners(read_picture(content, "a.png"))[0] == WHITE


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_telephones_photo_stands_upright(orientation: int) -> None:
    """The picture is turned the other way before it is written, as such a camera does."""
    back = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    turn = back.get(orientation, TURNS.get(orientation))
    stored = quarters() if turn is None else quarters().transpose(turn)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    pixels = read_picture(written(stored, "JPEG", exif=exif, quality=95), "a.jpg")
    assert pixels.shape == (24, 32, 3)
    np.testing.assert_allclose(corners(pixels), [RED, GREEN, BLUE, WHITE], atol=12)


def test_of_a_jpeg_with_a_second_picture_behind_the_first_is_shown() -> None:
    frames = [quarters(), Image.new("RGB", (32, 24))]
    content = written(frames[0], "MPO", save_all=True, append_images=frames[1:])
    pixels = read_picture(content, "a.jpg")
    np.testing.assert_allclose(corners(pixels), [RED, GREEN, BLUE, WHITE], atol=12)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_large_picture_is_scaled_down(kind: str) -> None:
    content = written(quarters(2000, 1000), kind)
    name = f"a.{kind.lower()}"
    assert read_picture(content, name).shape == (LONGEST_SIDE // 2, LONGEST_SIDE, 3)
    pixels = read_picture(content, name, longest_side=100)
    assert pixels.shape == (50, 100, 3)
    np.testing.assert_allclose(corners(pixels), [RED, GREEN, BLUE, WHITE], atol=24)


def test_a_small_picture_stays_as_it_is() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (40, 30, 3), dtype=np.uint8)
    pixels = read_picture(written(Image.fromarray(noise), "PNG"), "a.png")
    np.testing.assert_array_equal(pixels, noise)


def test_a_large_jpeg_is_never_unpacked_whole() -> None:
    """Its decoder scales by itself; 50 megapixels of RGB would be 150 MB."""
    content = written(Image.new("RGB", (8192, 6144)), "JPEG")
    read_picture(content, "a.jpg")
    sizes: list[tuple[int, int]] = []
    convert = Image.Image.convert

    def noting(picture: Image.Image, *arguments: object) -> Image.Image:
        sizes.append(picture.size)
        return convert(picture, *arguments)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Image.Image, "convert", noting)
        read_picture(content, "a.jpg")
    assert sizes == [(1024, 768)]


# What is refused ----------------------------------------------------------------------------------

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (SVG, "drawing.svg"),
        (SVG, "drawing.png"),
        (b"<?xml version='1.0'?>" + SVG, "drawing.jpg"),
        (b"<!doctype html><script>alert(1)</script>", "page.png"),
        (b"%PDF-1.7\n", "paper.png"),
        (b"PK\x03\x04", "archive.png"),
        (b"\x80\x04\x95", "pickle.png"),
        (b"GIF89a\x01\x00\x01\x00", "dance.gif"),
        (b"BM\x1e\x00\x00\x00", "paint.bmp"),
        (b"\x89PNG", "half a signature.png"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "sound.webp"),
        (b"\x00" * 1000, "zeros.jpg"),
        (b"a", "a.png"),
    ],
)
def test_what_is_no_picture_is_refused_whatever_it_is_called(content: bytes, name: str) -> None:
    refused("unknown", content, name)


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "ICO", "PPM"])
def test_formats_that_pillow_knows_but_we_do_not_open(kind: str) -> None:
    """Under the name of one that we do; Image.open would read each of them."""
    refused("unknown", written(quarters(32, 32), kind), "a.png")


def test_an_empty_file() -> None:
    refused("empty", b"", "nothing.png")


@pytest.mark.parametrize(
    ("kind", "name"),
    [("PNG", "a.jpg"), ("JPEG", "a.png"), ("WEBP", "a.png"), ("PNG", "a.png.exe"), ("PNG", "a")],
)
def test_a_name_that_says_something_else(kind: str, name: str) -> None:
    refused("wrong_suffix", written(quarters(), kind), name)


def test_too_many_bytes() -> None:
    content = written(quarters(), "PNG")
    assert read_picture(content + bytes(MAX_BYTES - len(content)), "a.png").shape == (24, 32, 3)
    refused("too_many_bytes", content + bytes(MAX_BYTES - len(content) + 1), "a.png")


def test_the_servers_own_limit_is_the_same() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["maxUploadSize"] * 2**20 == MAX_BYTES


def hundred_megapixels() -> bytes:
    """A real PNG of 10,000 × 10,000 white pixels in a tenth of a megabyte."""
    packer = zlib.compressobj(9)
    row = b"\x00" + b"\xff" * 10_000
    return png(
        10_000, 10_000, b"".join(packer.compress(row) for _ in range(10_000)) + packer.flush()
    )


def webp_of(width: int, height: int, kind: str) -> bytes:
    """The beginning of a WebP file that claims a size."""
    small = written(quarters(), "WEBP", lossless=kind == "VP8L")
    match kind:
        case "VP8L":
            bits = struct.pack("<I", (width - 1) | (height - 1) << 14)
            return small[:21] + bits + small[25:]
        case "VP8X":
            size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
            chunk = b"VP8X" + struct.pack("<I", 10) + bytes(4) + size
            body = b"WEBP" + chunk + small[12:]
            return b"RIFF" + struct.pack("<I", len(body)) + body
    return small[:26] + struct.pack("<HH", width, height) + small[30:]


def jpeg_of(width: int, height: int, *, progressive: bool = False) -> bytes:
    """A JPEG file whose header claims a size."""
    small = written(quarters(), "JPEG", progressive=progressive)
    frame = small.index(b"\xff\xc2" if progressive else b"\xff\xc0") + 5
    return small[:frame] + struct.pack(">HH", height, width) + small[frame + 4 :]


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (hundred_megapixels, "white.png"),
        (lambda: png(20_000, 5_000, zlib.compress(b"")), "claim.png"),
        (lambda: png(2**31 - 1, 2**31 - 1, b""), "claim.png"),
        (lambda: jpeg_of(20_000, 5_000), "claim.jpg"),
        (lambda: jpeg_of(6_500, 4_000, progressive=True), "claim.jpg"),
        (lambda: webp_of(16_000, 6_000, "VP8 "), "claim.webp"),
        (lambda: webp_of(16_000, 6_000, "VP8L"), "claim.webp"),
        (lambda: webp_of(2**24, 2**7, "VP8X"), "claim.webp"),
    ],
    ids=[
        "a real one",
        "png",
        "largest png",
        "jpeg",
        "26 in scans",
        "webp",
        "lossless webp",
        "extended webp",
    ],
)
def test_a_hundred_megapixels_are_refused_from_the_header_alone(
    make: Callable[[], bytes], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = make()
    assert len(content) < MAX_BYTES / 10

    def unpack(_picture: ImageFile.ImageFile) -> None:
        raise AssertionError("the picture was unpacked")

    def make_room(_content: bytes) -> None:
        raise AssertionError("room for all pixels was made")

    monkeypatch.setattr(ImageFile.ImageFile, "load", unpack)
    monkeypatch.setattr("PIL.WebPImagePlugin._webp.WebPAnimDecoder", make_room)
    tracemalloc.start()
    refused("too_many_pixels", content, name)
    assert tracemalloc.get_traced_memory()[1] < 2 * len(content) + 2**20
    tracemalloc.stop()


def test_the_most_pixels_that_are_read() -> None:
    """4,000 × 4,000 are unpacked; one row more is refused."""
    assert MAX_PIXELS == 4_000 * 4_000

    def white(height: int) -> bytes:
        return png(4_000, height, zlib.compress((b"\x00" + b"\xff" * 4_000) * height))

    assert (read_picture(white(4_000), "a.png") == 255).all()
    refused("too_many_pixels", white(4_001), "a.png")


def test_a_jpeg_is_judged_by_what_is_unpacked_of_it() -> None:
    """What a telephone with 64 million sensors writes is read small, but not as it is."""
    assert 9_248 * 6_936 <= MAX_JPEG_PIXELS < 66_000_000
    refused("too_many_pixels", jpeg_of(8_125, 8_001), "a.jpg")
    content = written(Image.new("L", (4_100, 4_100)), "JPEG")
    assert read_picture(content, "a.jpg").shape == (LONGEST_SIDE, LONGEST_SIDE, 3)
    with pytest.raises(UploadError) as caught:
        read_picture(content, "a.jpg", longest_side=4_100)
    assert caught.value.key == "upload.too_many_pixels"


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def frame(marker: int, components: int) -> bytes:
    return segment(marker, struct.pack(">BHHB", 8, 24, 32, components) + bytes(3 * components))


def scan(components: int) -> bytes:
    return segment(0xDA, bytes([components]) + bytes(2 * components + 3))


@pytest.mark.parametrize(
    ("segments", "in_scans"),
    [
        (frame(0xC0, 3) + scan(3), False),
        (frame(0xC1, 1) + scan(1), False),
        (segment(0xE1, frame(0xC2, 3) + scan(1)) + frame(0xC0, 3) + scan(3), False),  # thumbnail
        (b"\xff" + frame(0xC0, 3) + b"\xff\xff" + scan(3), False),  # filled up
        (frame(0xC0, 3) + scan(1) + scan(1) + scan(1), True),
        (frame(0xC2, 3) + scan(3), True),
        (frame(0xC9, 3) + scan(3), True),  # arithmetic coding: not looked into
        (frame(0xC0, 3), True),
        (b"", True),
        (segment(0xE1, b"")[:3] + b"\x00" + scan(3), True),
    ],
)
def test_whether_a_jpeg_comes_in_scans(segments: bytes, in_scans: bool) -> None:
    assert uploads._comes_in_scans(b"\xff\xd8" + segments + bytes(20)) == in_scans


@pytest.mark.parametrize("progressive", [False, True])
def test_real_files_are_told_apart(progressive: bool) -> None:
    content = written(quarters(), "JPEG", progressive=progressive)
    assert uploads._comes_in_scans(content) == progressive


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture(kind: str) -> None:
    frames = [quarters(), quarters().transpose(Image.Transpose.ROTATE_180)]
    content = written(frames[0], kind, save_all=True, append_images=frames[1:])
    refused("moving", content, f"a.{kind.lower()}")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("percent", [*range(1, 10), *range(10, 100, 9)])
def test_a_file_cut_short(kind: str, percent: int) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    content = written(Image.fromarray(noise), kind)
    refused("damaged", content[: max(20, len(content) * percent // 100)], f"a.{kind.lower()}")


def test_a_jpeg_with_more_scans_than_any_camera_writes() -> None:
    content = written(quarters(), "JPEG", progressive=True)
    assert content.count(b"\xff\xda") <= 12
    assert read_picture(content, "a.jpg").shape == (24, 32, 3)
    last = content.rindex(b"\xff\xda")
    scan = content[last:-2]
    refused("damaged", content[:-2] + scan * MAX_JPEG_SCANS + content[-2:], "a.jpg")


@pytest.mark.parametrize(
    ("width", "height"), [(7, 100), (100, 7), (1, 1), (4000, 40), (LONGEST_SIDE * 10, 74)]
)
def test_a_picture_too_small_or_too_thin(width: int, height: int) -> None:
    refused("too_small", written(Image.new("RGB", (width, height)), "PNG"), "a.png")


def test_the_smallest_picture() -> None:
    content = written(Image.new("RGB", (SHORTEST_SIDE, SHORTEST_SIDE)), "PNG")
    assert read_picture(content, "a.png").shape == (SHORTEST_SIDE, SHORTEST_SIDE, 3)


FILES = {
    "a.png": written(quarters(), "PNG"),
    "a.jpg": written(quarters(), "JPEG", progressive=True),
    "a.webp": written(quarters(), "WEBP"),
}


@pytest.mark.parametrize("name", FILES)
@given(seed=st.integers(0, 10**6))
def test_forged_bytes_give_a_picture_or_a_sentence(name: str, seed: int) -> None:
    forger = random.Random(seed)
    content = bytearray(FILES[name])
    for _ in range(forger.randint(1, 20)):
        content[forger.randrange(len(content))] = forger.randrange(256)
    with suppress(UploadError):
        pixels = read_picture(bytes(content), name)
        assert pixels.dtype == np.uint8
        assert pixels.shape[2] == 3
        assert SHORTEST_SIDE <= min(pixels.shape[:2]) <= max(pixels.shape) <= LONGEST_SIDE


def test_a_name_cannot_bring_markup_into_the_sentence() -> None:
    name = "![x](http://elsewhere/y)<script>`*_[](" + "z" * 500 + ".png"
    with pytest.raises(UploadError) as caught:
        read_picture(b"", name)
    shown = str(caught.value.values["file"])
    assert re.fullmatch(r"[\w. -]{1,50}", shown)
    assert "http://" not in shown
    assert shown.endswith(".png")


def test_a_korean_name_is_shown_as_it_is() -> None:
    with pytest.raises(UploadError, match="고양이 사진"):
        read_picture(b"", "고양이 사진.png")


def test_only_one_picture_is_unpacked_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty who upload at once must not need thirty times the memory."""
    held: list[bool] = []
    small_rgb = uploads._small_rgb

    def noting(picture: ImageFile.ImageFile, longest_side: int, file: str) -> Image.Image:
        held.append(uploads._decoding.locked())
        return small_rgb(picture, longest_side, file)

    monkeypatch.setattr(uploads, "_small_rgb", noting)
    read_picture(FILES["a.png"], "a.png")
    assert held == [True]
    assert not uploads._decoding.locked()


def test_after_a_refusal_the_next_picture_is_read() -> None:
    refused("damaged", FILES["a.png"][:60], "a.png")
    assert read_picture(FILES["a.png"], "a.png").shape == (24, 32, 3)


def test_every_format_has_a_name_to_be_called_by() -> None:
    assert set(FORMATS) == {"PNG", "JPEG", "WebP"}
    assert all(entry.suffixes for entry in FORMATS.values())
