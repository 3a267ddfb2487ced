"""The small pictures of the home page: one image each, on a transparent ground for any theme."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Callable, Iterable, Sequence
from functools import singledispatch
from html import escape

import numpy as np
import numpy.typing as npt
from PIL import Image

from explorer.charts import palette
from explorer.lessons.glimpses import (
    Cells,
    Falling,
    Film,
    Glimpse,
    Inked,
    Leap,
    Maps,
    Planes,
    Waist,
)

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.floating]
Scale = Callable[[float], float]

WIDTH, HEIGHT = 384, 112  # of a drawing, in its own units
MARGIN = 8
DOT = 2.4
BETWEEN = 32  # two maps
GAP = 1  # transparent pixels between two pictures
PLANE_WIDTH = 190  # pixels of the file for each of the four pictures of a photo
INK = "#808080"  # of lines and letters, read on white and on black
FAINTEST = 0.02  # cells with less are not drawn
LETTERS = 'font-family="sans-serif" font-size="15" font-weight="600" text-anchor="middle"'


@singledispatch
def drawn(glimpse: Glimpse) -> str:
    """A glimpse as a data URI; TypeError for one that is said in words."""
    raise TypeError(f"{type(glimpse).__name__} is no picture")


@drawn.register
def _ink(glimpse: Inked) -> str:
    return _uri("png", ink_grid(glimpse.rows, glimpse.height, glimpse.width))


@drawn.register
def _planes(glimpse: Planes) -> str:
    """The photo, then each of its planes in the colour that it stands for."""
    height, width, channels = glimpse.pixels.shape
    size = PLANE_WIDTH, round(PLANE_WIDTH * height / width)
    alone = [glimpse.pixels * (np.arange(channels) == channel) for channel in range(channels)]
    gap = 4 * GAP
    sheet = Image.new("RGBA", (4 * size[0] + 3 * gap, size[1]))
    for place, pixels in enumerate((glimpse.pixels, *alone)):
        small = Image.fromarray(pixels.astype(np.uint8)).resize(size, Image.Resampling.LANCZOS)
        sheet.paste(small, (place * (size[0] + gap), 0))
    return _uri("webp", _file(sheet, "WEBP", quality=80))


@drawn.register
def _leap(glimpse: Leap) -> str:
    """The bowl, the start, the target, and where the step lands: in the second lesson's colour for
    what becomes of a ball that takes such steps."""
    hue = palette.ZONE_HUES["diverges"]
    reach = 1.1 * abs(glimpse.landing - glimpse.target)
    floor = HEIGHT - 3 * MARGIN
    ends = glimpse.target - reach, glimpse.target + reach
    x = _scale(*ends, MARGIN, WIDTH - MARGIN)
    y = _scale(0, reach**2 / 2, floor, MARGIN)

    def bowl(at: float) -> float:
        return y((at - glimpse.target) ** 2 / 2)

    curve = _line((x(at), bowl(at)) for at in np.linspace(*ends, 41).tolist())
    here, there = ((x(at), bowl(at)) for at in (glimpse.start, glimpse.landing))
    return _svg(
        f'<path d="{curve}" fill="none" stroke="{INK}" stroke-width="2"/>',
        f'<path d="M{x(glimpse.target):.1f} {MARGIN}V{floor}" stroke="{INK}" '
        'stroke-width="2" stroke-dasharray="4 4"/>',
        f'<path d="M{here[0]:.1f} {here[1]:.1f}L{there[0]:.1f} {there[1]:.1f}" '
        f'stroke="{hue}" stroke-width="2.5"/>',
        _ring(*here, hue, 3.5),
        _disc(*there, hue, 7),
        *(
            _letter(f"{at:g}", x(at), HEIGHT - 5, colour)
            for at, colour in (
                (glimpse.start, hue),
                (glimpse.target, INK),
                (glimpse.landing, hue),
            )
        ),
    )


@drawn.register
def _waist(glimpse: Waist) -> str:
    """A bar a layer, as long as the logarithm of its width, with its width below."""
    count, top = len(glimpse.widths), math.log2(max(glimpse.widths) + 1)
    room, code = HEIGHT - 3 * MARGIN, len(glimpse.widths) // 2
    parts = []
    for place, width in enumerate(glimpse.widths):
        long = room * math.log2(width + 1) / top
        middle = WIDTH * (place + 0.5) / count
        hue = palette.CODE if place == code else palette.ENCODER
        hue = palette.DECODER if place > code else hue
        parts.append(
            f'<rect x="{middle - 9:.1f}" y="{(room - long) / 2 + 2:.1f}" width="18" '
            f'height="{long:.1f}" rx="4" fill="{hue}"/>'
        )
        parts.append(_letter(str(width), middle, HEIGHT - 5, hue))
    return _svg(*parts)


@drawn.register
def _maps(glimpse: Maps) -> str:
    hues = tuple(palette.LANGUAGE_HUES.values()) if glimpse.languages else palette.CLASSES
    room = (WIDTH + BETWEEN) / len(glimpse.points)
    parts: list[str] = []
    for panel, (points, groups) in enumerate(zip(glimpse.points, glimpse.groups, strict=True)):
        x = _fitted(points[:, 0], room * panel + MARGIN, room * (panel + 1) - BETWEEN - MARGIN)
        y = _fitted(points[:, 1], HEIGHT - MARGIN, MARGIN)
        for place, group in zip(points.tolist(), groups.tolist(), strict=True):
            mark = (_ring, _triangle)[group] if glimpse.languages else _disc
            parts.append(mark(x(place[0]), y(place[1]), hues[group], DOT))
    return _svg(*parts)


@drawn.register
def _falling(glimpse: Falling) -> str:
    """A line from the shortest length to the longest, between nothing and everything right."""
    left, floor = 5 * MARGIN, HEIGHT - 3 * MARGIN
    x = _scale(1, len(glimpse.shares), left, WIDTH - 2 * MARGIN)
    y = _scale(0, 1, floor, MARGIN)
    places = [(x(length), y(share)) for length, share in enumerate(glimpse.shares, start=1)]
    return _svg(
        f'<path d="M{left} {MARGIN}V{floor}H{WIDTH - MARGIN}" fill="none" stroke="{INK}"/>',
        f'<path d="{_line(places)}" fill="none" stroke="{palette.DECODER}" stroke-width="3"/>',
        *(_disc(*place, palette.DECODER, 4) for place in places),
        _letter("1", x(1), HEIGHT - 5, INK),
        _letter(str(len(places)), x(len(places)), HEIGHT - 5, INK),
        _letter("100", left / 2, MARGIN + 10, INK),
        _letter("0", left / 2, floor, INK),
    )


@drawn.register
def _cells(glimpse: Cells) -> str:
    rows, columns = glimpse.shares.shape
    side = HEIGHT / rows
    left = (WIDTH - side * columns) / 2
    frame = (
        f'<rect x="{left:.1f}" y="0.5" width="{side * columns:.1f}" height="{HEIGHT - 1}" '
        f'fill="none" stroke="{INK}"/>'
    )
    parts = [
        f'<rect x="{left + column * side:.1f}" y="{row * side:.1f}" width="{side:.1f}" '
        f'height="{side:.1f}" fill="{palette.WITH_ATTENTION}" fill-opacity="{share:.2f}"/>'
        for (row, column), share in np.ndenumerate(glimpse.shares)
        if share >= FAINTEST
    ]
    return _svg(frame, *parts)


# Rows of pictures ---------------------------------------------------------------------------------


def ink_grid(rows: Sequence[Bytes], height: int, width: int) -> bytes:
    """Rows of (n, height·width), 255 is ink → a PNG: black on white paper, transparent between."""
    longest = max(map(len, rows))
    tall, wide = len(rows) * (height + GAP) - GAP, longest * (width + GAP) - GAP
    sheet = np.zeros((tall, wide, 2), np.uint8)
    for down, row in enumerate(rows):
        for along, picture in enumerate(row.reshape(-1, height, width)):
            top, left = down * (height + GAP), along * (width + GAP)
            sheet[top : top + height, left : left + width, 0] = 255 - picture
            sheet[top : top + height, left : left + width, 1] = 255
    return _file(Image.fromarray(sheet, "LA"), "PNG", optimize=True)


def film_strip(film: Film) -> str:
    """All moments of a film below one another, each as high as its originals with the gap."""
    height, width = film.originals.height, film.originals.width
    return _uri("png", ink_grid(film.moments, height, width))


# Drawing ------------------------------------------------------------------------------------------


def _scale(low: float, high: float, start: float, end: float) -> Scale:
    return lambda value: start + (value - low) / (high - low) * (end - start)


def _fitted(values: Floats, start: float, end: float) -> Scale:
    return _scale(float(values.min()), float(values.max()), start, end)


def _line(places: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)


def _disc(x: float, y: float, hue: str, radius: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{hue}"/>'


def _ring(x: float, y: float, hue: str, radius: float) -> str:
    """A ring around the place of a disc of this radius, so that both are seen."""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{2 * radius}" fill="none" stroke="{hue}" '
        'stroke-width="1.6"/>'
    )


def _triangle(x: float, y: float, hue: str, radius: float) -> str:
    """An open triangle inside of the ring around the same place, so that both are seen."""
    half, up, down = 1.3 * radius, 1.5 * radius, 0.9 * radius
    corners = f"M{x - half:.1f} {y + down:.1f}L{x + half:.1f} {y + down:.1f}L{x:.1f} {y - up:.1f}Z"
    return f'<path d="{corners}" fill="none" stroke="{hue}" stroke-width="1.6"/>'


def _letter(text: str, x: float, y: float, hue: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{hue}" {LETTERS}>{escape(text)}</text>'


def _svg(*parts: str) -> str:
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
    return _uri("svg+xml", "".join((opening, *parts, "</svg>")).encode())


def _file(picture: Image.Image, kind: str, **options: int | bool) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def _uri(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64," + base64.b64encode(content).decode("ascii")
