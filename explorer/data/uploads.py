"""A reader's own picture: bounded, looked at before it is decoded, decoded once.

Everything about an upload may be a lie, so nothing is believed that was not checked: how many
bytes there are, by their beginning what kind of file it is, whether its name agrees, and, in the
header alone, how many pixels it will unpack to: of a JPEG fewer than it has.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from explorer.errors import UploadError

MAX_BYTES = 10 * 2**20  # what `maxUploadSize` in .streamlit/config.toml lets through
# What is unpacked: 16 million RGBA pixels and a copy of them are 130 MB for a moment.
MAX_PIXELS = 16_000_000
# A JPEG is unpacked at down to ⅛ of its size, so that one of 50 megapixels takes 10 MB.
MAX_JPEG_PIXELS = 65_000_000
# Unless it comes in several scans: then all of it is held, at 3 to 6 bytes a pixel (8 of CMYK).
MAX_SCANNED_PIXELS = 25_000_000
LONGEST_SIDE = 640  # pixels of what `read_picture` returns, unless told
SHORTEST_SIDE = 8
# A progressive JPEG has about ten. Each passes over all pixels and may take no more than a dozen
# bytes, so that a small file could keep a decoder busy for hours.
MAX_JPEG_SCANS = 64

TURNS = {  # what EXIF calls the orientation → how the picture is set upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Thirty readers may upload at once, but their pictures are unpacked one after the other.
_decoding = threading.Lock()


@dataclass(frozen=True)
class Format:
    """A kind of file that is opened: how it begins, what its name ends in, and who reads it.

    The reader is called by name and not found by `Image.open`, which would also look for formats
    that are not in this list and warn about sizes by itself.
    """

    begins: re.Pattern[bytes]
    suffixes: tuple[str, ...]
    reader: Callable[[BytesIO], ImageFile.ImageFile]


FORMATS = {
    "PNG": Format(re.compile(rb"\x89PNG\r\n\x1a\n"), (".png",), PngImageFile),
    "JPEG": Format(re.compile(rb"\xff\xd8\xff"), (".jpg", ".jpeg", ".jfif"), JpegImageFile),
    "WebP": Format(re.compile(rb"RIFF.{4}WEBPVP8[ LX]", re.DOTALL), (".webp",), WebPImageFile),
}


def read_picture(
    content: bytes, name: str, longest_side: int = LONGEST_SIDE
) -> npt.NDArray[np.uint8]:
    """The picture in a PNG, JPEG or WebP file as (H, W, 3) RGB, upright, 8 bits a channel.

    Its longer side is scaled down to `longest_side` if it is longer; what is transparent lies on
    white; of a JPEG with several pictures in it, it is the first. UploadError says in a sentence
    what was wrong with anything else, and what to do. Safe to call from several threads.
    """
    file = _plain(name)
    kind = _kind(content, file)
    try:
        with _decoding, _opened(kind, content, file) as picture:
            turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
            small = _small_rgb(picture, longest_side, file)
    except UploadError:
        raise
    # Fed with what somebody forged, decoders raise whatever happens to go wrong in them.
    except Exception as error:
        raise UploadError("upload.damaged", file=file) from error
    upright = small if turn is None else small.transpose(turn)
    if min(upright.size) < SHORTEST_SIDE:
        raise UploadError("upload.too_small", file=file, longest=longest_side, least=SHORTEST_SIDE)
    return np.asarray(upright)


def _plain(name: str) -> str:
    """The file's name as a sentence can show it: short, and without markup."""
    path = PurePath(re.sub(r"[^\w.\- ]", "_", name))
    return f"{path.stem[:40]}{path.suffix[:10]}" or "?"


def _kind(content: bytes, file: str) -> str:
    """The name in FORMATS of what the content is; UploadError unless it may be opened as that."""
    if not content:
        raise UploadError("upload.empty", file=file)
    if len(content) > MAX_BYTES:
        size, limit = len(content) / 2**20, MAX_BYTES / 2**20
        raise UploadError("upload.too_many_bytes", file=file, size=size, limit=limit)
    kind = next((kind for kind, entry in FORMATS.items() if entry.begins.match(content)), None)
    if kind is None:
        raise UploadError("upload.unknown", file=file, allowed=", ".join(FORMATS))
    suffixes = FORMATS[kind].suffixes
    if PurePath(file).suffix.lower() not in suffixes:
        raise UploadError("upload.wrong_suffix", file=file, kind=kind, allowed=", ".join(suffixes))
    return kind


def _opened(kind: str, content: bytes, file: str) -> ImageFile.ImageFile:
    """The picture with its header read and nothing unpacked; UploadError if it is too much."""
    if kind == "WebP":  # its reader makes room for all pixels as soon as it is called
        _check_size(*_webp_canvas(content), file)
    if kind == "JPEG" and content.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise UploadError("upload.damaged", file=file)
    picture = FORMATS[kind].reader(BytesIO(content))
    limit = MAX_PIXELS
    if kind == "JPEG":
        limit = MAX_SCANNED_PIXELS if _comes_in_scans(content) else MAX_JPEG_PIXELS
    _check_size(*picture.size, file, limit)
    if getattr(picture, "n_frames", 1) > 1:
        raise UploadError("upload.moving", file=file)
    return picture


def _check_size(width: int, height: int, file: str, most: int = MAX_PIXELS) -> None:
    if width * height > most:
        size, limit = width * height / 1e6, most / 1e6
        raise UploadError("upload.too_many_pixels", file=file, size=size, limit=limit)


def _comes_in_scans(content: bytes) -> bool:
    """Whether a JPEG is progressive or has a scan for each colour; also if that cannot be told.

    Its segments are walked to the first scan, past the thumbnail that a camera puts before it
    (ITU-T T.81, B.1.1.4 and B.2).
    """
    at, components = 2, 0
    while at + 10 <= len(content) and content[at] == 0xFF:
        match content[at + 1]:
            case 0xFF:  # filling
                at += 1
                continue
            case 0xC0 | 0xC1:  # all of a line of blocks at once, if all colours share a scan
                components = content[at + 9]
            case 0xDA:
                return content[at + 4] != components
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return True


def _webp_canvas(content: bytes) -> tuple[int, int]:
    """Width and height as the first chunk of a WebP file has them (RFC 9649, section 2)."""

    def number(start: int, count: int) -> int:
        return int.from_bytes(content[start : start + count], "little")

    match content[12:16]:
        case b"VP8X":
            return number(24, 3) + 1, number(27, 3) + 1
        case b"VP8L":
            bits = number(21, 4)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case _:
            return number(26, 2) & 0x3FFF, number(28, 2) & 0x3FFF


def _small_rgb(picture: ImageFile.ImageFile, longest_side: int, file: str) -> Image.Image:
    """The picture unpacked and scaled down, of whatever kind its pixels are."""
    scale = min(1.0, longest_side / max(picture.size))
    width, height = (max(1, round(side * scale)) for side in picture.size)
    picture.draft(None, (width, height))  # a JPEG can be unpacked at ½, ¼ or ⅛ of its size
    _check_size(*picture.size, file)
    seen = _eight_bits(picture).resize((width, height), Image.Resampling.LANCZOS)
    if seen.mode == "RGB":
        return seen
    paper = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(paper, seen).convert("RGB")


def _eight_bits(picture: ImageFile.ImageFile) -> Image.Image:
    """RGB, or RGBA if something is transparent; of CMYK, palettes and grey levels too."""
    if picture.mode.startswith("I"):  # 16 bits a pixel, of which Pillow would clip all above 255
        levels = np.asarray(picture).astype(np.uint16) >> 8
        return Image.fromarray(levels.astype(np.uint8)).convert("RGB")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
