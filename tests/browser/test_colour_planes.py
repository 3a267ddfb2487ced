"""The photo in a real Chromium: its numbers against numpy's, under pointer, wheel and keys."""

from __future__ import annotations

import base64
import re
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, WebSocket, expect

from explorer.components import program
from explorer.data.photos import photo
from explorer.text import LANGUAGES, catalogue
from explorer.ui.colour_planes import PARTS, packed, words
from tests.browser.conftest import Server, wait_until_it_scrolls_down_only
from tests.browser.test_latent_pad_maths import CALL

pytestmark = pytest.mark.browser

Bytes = npt.NDArray[np.uint8]
Visit = Callable[..., Page]
SAY = catalogue("en")
ADDRESS = "pixels-and-neurons"
NOISE = np.random.default_rng(5).integers(0, 256, (24, 32, 3), dtype=np.uint8)

# The component with data as Streamlit hands them over, on a page of its own.
MOUNT = """async ([{ html, css, js }, packed, data]) => {
  const url = URL.createObjectURL(new Blob([js], { type: "text/javascript" }));
  const column = { toArray: () => Uint8Array.from(atob(packed), (sign) => sign.charCodeAt(0)) };
  globalThis.given = { ...data, photo: { getChildAt: () => column } };
  globalThis.host = document.createElement("div");
  globalThis.wishes = [];
  globalThis.written = new Map();
  const write = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    if (!written.has(this.canvas)) written.set(this.canvas, []);
    written.get(this.canvas).push([String(text), x, y]);
    write.call(this, text, x, y);
  };
  host.innerHTML = `<style>${css}</style>${html}`;
  document.body.replaceChildren(host);
  const { default: draw } = await import(url);
  globalThis.draw = (changes = {}) => draw({ data: Object.assign(given, changes),
    parentElement: host, setStateValue: (_, wish) => wishes.push(wish) });
  draw({ data: given, parentElement: host, setStateValue: (_, wish) => wishes.push(wish) });
}"""
FRAME = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
READY = "() => document.querySelector('.planes')?.dataset.photo"


@pytest.fixture(scope="module")
def blank(chromium: Browser) -> Page:
    return chromium.new_page()


@pytest.fixture
def mounted(chromium: Browser) -> Any:
    """Draws a photo: `mounted(pixels)`; motion only if asked for."""
    pages: list[Page] = []

    def mount(
        pixels: Bytes, *, moving: bool = False, width: int = 1000, language: str = "en"
    ) -> Page:
        page = chromium.new_page(
            reduced_motion="no-preference" if moving else "reduce",
            viewport={"width": width, "height": 900},
        )
        pages.append(page)
        whole, (height, across, _) = program("colour_planes", PARTS), pixels.shape
        data = {"key": "it", "fingerprint": "one", "width": across, "height": height}
        data |= {"focus": [0.5, 0.5], "wish": [], "words": words(catalogue(language))}
        sent = base64.b64encode(packed(pixels)).decode()
        page.evaluate(MOUNT, [vars(whole), sent, data])
        page.wait_for_function(READY)
        page.evaluate(FRAME)
        return page

    yield mount
    for page in pages:
        page.close()


def called(page: Page, part: str, body: str, given: object = None) -> Any:
    """What `body` returns, which knows the exports of a part as `part`, and `given`."""
    source = program("colour_planes", PARTS[: PARTS.index(part) + 1]).js
    return page.evaluate(CALL, [source, body, given])


def numbers(page: Page) -> Bytes:
    """(H · W · 3,): what the browser holds of the photo."""
    held = page.evaluate("colourPlanes.photos.get('one').then((photo) => [...photo.numbers])")
    return np.array(held, dtype=np.uint8)


def colour(page: Page, selector: str, x: float, y: float) -> list[int]:
    """RGB of a canvas at a place in 0…1."""
    found: list[int] = page.evaluate(
        """([selector, x, y]) => {
          const canvas = document.querySelector(selector), { width, height } = canvas;
          return [...canvas.getContext("2d").getImageData(x * width, y * height, 1, 1).data];
        }""",
        [selector, x, y],
    )
    return found[:3]


# The arithmetic -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["china", "noise"])
def test_the_numbers_arrive_as_they_are(blank: Page, name: str) -> None:
    pixels = photo(name) if name == "china" else NOISE
    body = """
      const bytes = Uint8Array.from(atob(given[0]), (sign) => sign.charCodeAt(0));
      const signs = (all) => Array.from(all, (level) => String.fromCharCode(level)).join("");
      return part.unpacked(bytes, given[1]).then((all) => btoa(signs(all)));"""
    given = [base64.b64encode(packed(pixels)).decode(), pixels.shape[1]]
    assert base64.b64decode(called(blank, "pixels", body, given)) == pixels.tobytes()


@pytest.mark.parametrize("grey", [False, True])
@pytest.mark.parametrize("percents", [(100, 100, 100), (0, 40, 100), (73, 1, 0)])
def test_the_planes_add_up_to_the_photo(
    blank: Page, percents: tuple[int, int, int], grey: bool
) -> None:
    body = """
      const pictures = [0, 1, 2, 3].map(() => new Uint8ClampedArray(given[0].length / 3 * 4));
      part.layers(Uint8Array.from(given[0]), given[1], given[2], pictures);
      return pictures.map((picture) => [...picture]);"""
    found = called(blank, "pixels", body, [NOISE.ravel().tolist(), percents, grey])
    whole, *planes = (np.array(one).reshape(*NOISE.shape[:2], 4) for one in found)
    expected = (NOISE.astype(int) * percents + 50) // 100
    np.testing.assert_array_equal(whole[..., :3], expected)
    for i, plane in enumerate(planes):
        colours = np.ones(3, dtype=int) if grey else np.eye(3, dtype=int)[i]
        np.testing.assert_array_equal(plane[..., :3], expected[..., i : i + 1] * colours)
    if not grey:
        np.testing.assert_array_equal(sum(plane[..., :3] for plane in planes), expected)
    assert all((picture[..., 3] == 255).all() for picture in (whole, *planes))


def test_zooming_keeps_its_place_and_the_view_stays_on_the_photo(blank: Page) -> None:
    body = """
      const view = new part.View(320, 213), seen = [];
      view.closest = 6;
      for (const [factor, x, y] of given) {
        const place = () => [(x - view.x) / view.span, (y - view.y) / view.span];
        const before = place();
        view.zoom(factor, [x, y]);
        const [left, top] = view.place([0, 0], 1);
        seen.push({ before, after: place(), span: view.span, left, top });
      }
      return seen;"""
    inwards = [[2, 100.0, 90.0], [3, 110.0, 80.0], [1.5, 104.0, 86.0]]
    outwards = [[0.5, 300.0, 200.0], [0.1, 5.0, 5.0], [9000, 160.0, 100.0]]
    seen = called(blank, "view", body, inwards + outwards)
    for step in seen[:3]:
        np.testing.assert_allclose(step["after"], step["before"], atol=1e-9)
    for step in seen:
        assert -1e-9 <= step["left"] <= 320 - step["span"] + 1e-9
        assert -1e-9 <= step["top"] <= 213 - step["span"] * 213 / 320 + 1e-9
    assert seen[-2]["span"] == 320
    assert seen[-1]["span"] == 6


@pytest.mark.parametrize("size", [(320, 8), (8, 320), (8, 8)])
def test_a_photo_of_any_shape_is_seen_whole(blank: Page, size: tuple[int, int]) -> None:
    body = """
      const view = new part.View(...given), corners = [[0, 0], [1, 1 / view.aspect]];
      return [view.whole, view.closeness, ...corners.map((at) => view.place(at, 1))];"""
    whole, closeness, low, high = called(blank, "view", body, list(size))
    assert whole
    assert closeness == 0
    assert max(low) <= 1e-9
    assert min(np.subtract(high, size)) >= -1e-9


def test_a_flight_comes_straight_nearer(blank: Page) -> None:
    body = """
      const from = { x: 160, y: 106, span: 320 }, to = { x: 40, y: 200, span: 8 };
      return given.map((share) => part.between(from, to, share));"""
    steps = np.array(called(blank, "view", body, [0, 0.3, 0.7, 1]))
    np.testing.assert_allclose(steps[[0, -1]], [[160, 106, 320], [40, 200, 8]])
    away = (steps[:, :2] - [40, 200]) / [120, -94]
    np.testing.assert_allclose(away[:, 0], (steps[:, 2] - 8) / 312, atol=1e-9)
    np.testing.assert_allclose(away[:, 0], away[:, 1], atol=1e-9)


def test_numbers_stand_off_from_their_pixel(blank: Page) -> None:
    levels = [[0, 0, 255], [255, 0, 0], [0, 255, 0], [120, 120, 120], [90, 90, 90], [200, 180, 60]]
    found = called(blank, "paint", "return given.map((rgb) => part.ink(...rgb));", levels)
    for (red, green, blue), ink in zip(levels, found, strict=True):
        linear = np.array([red, green, blue]) / 255
        light = float((linear**2.2) @ [0.2126, 0.7152, 0.0722])
        contrast = {"#000": (light + 0.05) / 0.05, "#fff": 1.05 / (light + 0.05)}
        assert contrast[ink] == max(contrast.values())
        assert contrast[ink] >= 4.5


# On a page of its own -----------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1000, 368])
def test_close_up_the_numbers_are_those_of_the_photo(mounted: Any, width: int) -> None:
    pixels = photo("flower")
    page = mounted(pixels, width=width)
    page.evaluate("written.clear()")
    page.locator("[data-do=near]").click()
    page.evaluate(FRAME)
    found = page.evaluate(
        """async () => {
          const { view } = await colourPlanes.photos.get("one");
          const canvases = [".whole", ".red canvas", ".green canvas", ".blue canvas"];
          return canvases.map((selector) => {
            const canvas = document.querySelector(selector);
            const ratio = canvas.width / canvas.clientWidth;
            const texts = (written.get(canvas) ?? []).map(([text, x, y]) =>
              [text, view.pixel([x / ratio, y / ratio], canvas.clientWidth)]);
            return texts.filter(([, pixel]) => pixel);
          });
        }"""
    )
    whole, *planes = found
    assert len(whole) >= 3 * 9
    for text, (x, y) in whole:
        letter, level = text.split()
        assert pixels[y, x, "RGB".index(letter)] == int(level)
    for i, plane in enumerate(planes):
        assert len(plane) >= 9
        assert all(pixels[y, x, i] == int(text) for text, (x, y) in plane)
    column, row = pixels.shape[1] // 2, pixels.shape[0] // 2
    listed = page.locator(".list .now").inner_text().split()
    assert [int(level) for level in listed] == pixels[row, column].tolist()
    expect(page.locator(".where")).to_contain_text(f"Column {column + 1}, row {row + 1}")


def test_a_changed_number_changes_one_place_and_can_be_undone(mounted: Any) -> None:
    page = mounted(NOISE)
    restore = page.locator("[data-do=restore]")
    expect(restore).to_be_disabled()
    level = page.locator(".level.green [type=number]")
    new = (int(NOISE[12, 16, 1]) + 100) % 256
    level.fill(str(new))
    expect(restore).to_contain_text("(1)")
    expected = NOISE.copy()
    expected[12, 16, 1] = new
    np.testing.assert_array_equal(numbers(page), expected.ravel())
    page.evaluate(FRAME)
    # The pixel's square spans 1/32 and 1/24 of the canvas: 31 points, with a frame about it.
    x, y = 16.75 / 32, 12.75 / 24
    assert colour(page, ".whole", x, y) == expected[12, 16].tolist()
    assert colour(page, ".green canvas", x, y) == [0, new, 0]
    assert colour(page, ".whole", x + 1 / 32, y) == expected[12, 17].tolist()
    level.fill("999")
    level.press("Enter")
    expect(level).to_have_value("255")
    level.fill("999")
    level.blur()
    expect(level).to_have_value("255")
    level.fill("")
    level.blur()
    expect(level).to_have_value("255")
    level.fill(str(NOISE[12, 16, 1]))
    expect(restore).to_contain_text("(0)")
    level.fill("7")
    restore.click()
    np.testing.assert_array_equal(numbers(page), NOISE.ravel())
    expect(level).to_have_value(str(NOISE[12, 16, 1]))
    expect(restore).to_be_disabled()


def test_planes_are_dimmed_and_switched_off_and_are_grey_if_one_likes(mounted: Any) -> None:
    page = mounted(NOISE)
    x, y = 4.5 / 32, 4.5 / 24
    red, green, blue = (int(level) for level in NOISE[4, 4])
    page.locator(".plane.red input").fill("40")
    page.locator(".plane.blue button").click()
    page.evaluate(FRAME)
    dim = (red * 40 + 50) // 100
    assert colour(page, ".whole", x, y) == [dim, green, 0]
    assert colour(page, ".red canvas", x, y) == [dim, 0, 0]
    expect(page.locator(".plane.blue button")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".plane.blue output")).to_have_text("0 %")
    picked = (NOISE[12, 16].astype(int) * (40, 100, 0) + 50) // 100
    expect(page.locator(".seen")).to_contain_text(", ".join(map(str, picked)))
    page.locator("[data-do=grey]").click()
    page.locator(".plane.blue button").click()
    page.evaluate(FRAME)
    assert colour(page, ".whole", x, y) == [dim, green, blue]
    assert colour(page, ".red canvas", x, y) == [dim] * 3
    assert colour(page, ".blue canvas", x, y) == [blue] * 3


def test_a_redraw_takes_less_than_a_tenth_of_a_second(mounted: Any) -> None:
    page = mounted(photo("china"))
    times = page.evaluate(
        f"""async () => {{
          const dim = document.querySelector(".plane.red input"), times = [];
          const level = document.querySelector(".level.red [type=range]");
          for (let i = 0; i < 40; i++) {{
            if (i === 20) document.querySelector("[data-do=near]").click();
            const input = i % 2 ? dim : level, start = performance.now();
            input.value = 2 * i;
            input.dispatchEvent(new Event("input"));
            await {FRAME};
            times.push(performance.now() - start);
          }}
          return times;
        }}"""
    )
    print(f"redraw: median {statistics.median(times):.1f} ms, worst {max(times):.1f} ms")
    assert statistics.median(times) < 100


def test_keys_pick_pixels_and_zoom(mounted: Any) -> None:
    page = mounted(NOISE)
    whole, where = page.locator(".whole"), page.locator(".where")
    whole.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    expect(where).to_contain_text("Column 18, row 15")
    red, green, blue = NOISE[14, 17].tolist()
    expect(where).to_contain_text(f"red {red}, green {green}, blue {blue}")
    page.keyboard.press("Shift+ArrowLeft")
    expect(where).to_contain_text("Column 8, row 15")
    page.keyboard.press("Shift+ArrowLeft")
    expect(where).to_contain_text("Column 1, row 15")
    zoom = page.locator(".closeness")
    page.keyboard.press("Enter")
    near = float(zoom.input_value())
    assert near > 40
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    expect(where).to_contain_text("Column 21, row 15")
    middle, _, across = span(page)
    assert middle - across / 2 <= 20  # what is picked stays in sight
    assert middle + across / 2 >= 21
    page.keyboard.press("-")
    assert float(zoom.input_value()) < near
    page.keyboard.press("0")
    expect(zoom).to_have_value("0")
    expect(page.locator("[data-do=out]")).to_be_disabled()
    page.keyboard.press("+")
    expect(page.locator(".map")).to_be_visible()
    zoom.fill("100")
    expect(page.locator("[data-do=in]")).to_be_disabled()


def span(page: Page) -> list[float]:
    found: list[float] = page.evaluate(
        "colourPlanes.photos.get('one').then(({ view }) => [view.x, view.y, view.span])"
    )
    return found


def test_the_wheel_zooms_where_one_is_at_work_and_dragging_moves(mounted: Any) -> None:
    page = mounted(NOISE)
    page.evaluate("document.body.style.height = '3000px'")
    box = page.locator(".whole").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.26, box["y"] + box["height"] * 0.26
    page.mouse.move(x, y)
    page.mouse.wheel(0, -200)
    page.wait_for_function("scrollY === 0")
    assert span(page)[2] == 32  # it would have scrolled the page
    page.mouse.click(x, y)
    expect(page.locator(".where")).to_contain_text("Column 9, row 7")
    page.mouse.wheel(0, -400)
    page.wait_for_function("document.querySelector('.close')")
    before = span(page)
    assert before[2] < 14
    page.mouse.move(x + 80, y + 80)  # on another pixel
    page.mouse.down()
    page.mouse.move(x + 140, y + 40, steps=4)
    page.mouse.up()
    after = span(page)
    size = box["width"] / before[2]
    assert before[0] - after[0] == pytest.approx(60 / size, abs=0.05)
    assert after[1] - before[1] == pytest.approx(40 / size, abs=0.05)
    expect(page.locator(".where")).to_contain_text("Column 9, row 7")  # a drag picks nothing
    inset = page.locator(".map").bounding_box()
    assert inset is not None
    page.mouse.click(inset["x"] + inset["width"] * 0.6, inset["y"] + inset["height"] * 0.6)
    assert span(page)[0] == pytest.approx(32 * 0.6, abs=0.3)


def test_two_fingers_zoom_and_the_page_keeps_its_own_scrolling(mounted: Any) -> None:
    page = mounted(NOISE, width=368)
    found = page.evaluate(
        """async () => {
          const canvas = document.querySelector(".whole"), box = canvas.getBoundingClientRect();
          const touch = (type, pointerId, x, y) => canvas.dispatchEvent(new PointerEvent(type, {
            pointerType: "touch", pointerId, bubbles: true, cancelable: true,
            clientX: box.left + x, clientY: box.top + y }));
          canvas.setPointerCapture = () => {};
          const before = getComputedStyle(canvas).touchAction;
          touch("pointerdown", 1, 100, 100);
          touch("pointerdown", 2, 160, 100);
          touch("pointermove", 2, 280, 100);
          touch("pointerup", 2, 280, 100);
          touch("pointerup", 1, 100, 100);
          return [before, getComputedStyle(canvas).touchAction];
        }"""
    )
    assert found == ["pan-y", "none"]
    assert span(page)[2] == pytest.approx(32 / 3, rel=1e-6)
    expect(page.locator(".where")).to_contain_text("Column 17, row 13")  # nothing was tapped


def test_the_photo_dawns_in_all_its_planes_at_once_and_a_touch_ends_it(mounted: Any) -> None:
    page = mounted(photo("china"), moving=True)
    outputs = page.locator(".plane output")
    dim = "!['0 %', '100 %'].includes(document.querySelector('.plane.red output').textContent)"
    page.wait_for_function(dim)
    assert (
        len(
            set(
                page.evaluate(
                    "[...document.querySelectorAll('.plane output')].map((one) => one.textContent)"
                )
            )
        )
        == 1
    )
    expect(outputs).to_have_text(["100 %"] * 3, timeout=5_000)
    again = mounted(photo("china"), moving=True)
    again.wait_for_function(dim)
    again.locator(".plane.green button").click()
    expect(again.locator(".plane output")).to_have_text(["100 %", "0 %", "100 %"])
    again.evaluate("draw()")
    again.wait_for_timeout(100)
    expect(again.locator(".plane output")).to_have_text(["100 %", "0 %", "100 %"])


def test_what_the_browser_lost_it_wishes_for_and_what_it_has_stays(mounted: Any) -> None:
    page = mounted(NOISE)
    page.locator(".level.red [type=number]").fill("1")
    page.locator("[data-do=in]").click()
    near = span(page)
    korean = words(catalogue("ko"))
    page.evaluate("(words) => draw({ photo: null, words })", korean)
    expect(page.locator("[data-do=near]")).to_have_text(korean["near"])
    assert span(page) == near
    assert page.evaluate("wishes") == []
    # Streamlit takes it away and puts a new one there.
    page.evaluate("""() => { delete host.place; const html = host.innerHTML;
      host.innerHTML = ""; host.innerHTML = html; draw(); }""")
    expect(page.locator(".level.red [type=number]")).to_have_value("1")
    page.evaluate("draw({ fingerprint: 'two' })")
    assert page.evaluate("wishes") == [["photo"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_telephone_all_is_in_reach(mounted: Any, language: str) -> None:
    page = mounted(NOISE, width=368, language=language)
    board = page.locator(".planes")
    page.locator(".plane.red input").fill("50")  # says what it is dimmed to
    assert board.evaluate("node => node.scrollWidth <= node.clientWidth")
    heights = page.locator(".planes :is(button, input)").evaluate_all(
        "nodes => nodes.map((node) => node.getBoundingClientRect().height)"
    )
    assert len(heights) > 15
    assert min(heights) >= 32


# On the lesson's page -----------------------------------------------------------------------------


def test_a_narrow_page_scrolls_down_only(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{ADDRESS}", width=400, locale="ko-KR")
    page.locator(".planes[data-photo]").wait_for(timeout=30_000)
    page.locator("[data-do=near]").click()
    wait_until_it_scrolls_down_only(page)


def test_ones_own_photo_is_sent_once_and_a_forged_one_refused(
    server: Server, visit: Visit, tmp_path: Path
) -> None:
    page = visit("about:blank")
    sizes: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: sizes.append(len(frame)))

    page.on("websocket", listen)
    page.goto(f"{server.url}/{ADDRESS}")
    chapter = page.locator(".planes[data-photo]")
    chapter.wait_for(timeout=30_000)
    china = chapter.get_attribute("data-photo")
    assert max(sizes) > 100_000
    page.get_by_role("radio", name=SAY("colour_planes.chapter.own")).click()
    chooser = page.locator("input[type=file]").first
    forged = tmp_path / "page.png"
    forged.write_text("<!doctype html><script>document.title = 'forged'</script>")
    sizes.clear()
    chooser.set_input_files(forged)
    expect(page.get_by_text(re.compile(r"page\.png is no picture"))).to_be_visible()
    assert max(sizes) < 100_000
    assert chapter.get_attribute("data-photo") == china
    mine = tmp_path / "mine.png"
    Image.fromarray(NOISE).save(mine)
    chooser.set_input_files(mine)
    expect(page.locator(".size b")).to_have_text(f"{NOISE.size:,}")
    assert "forged" not in page.title()
    page.locator(".level.blue [type=number]").fill("9")
    page.evaluate("colourPlanes.photos.clear()")
    sizes.clear()
    page.get_by_role("radio", name=SAY("colour_planes.chapter.china")).click()
    expect(page.locator(".size b")).to_have_text("204,480")
    assert page.locator(".planes").get_attribute("data-photo") == china
    assert page.get_by_test_id("stException").count() == 0
