// A photo, its three planes of colour, and its single pixels: all from the same numbers.
import { Photo, dimmed, layers, unpacked } from "./pixels.js";
import { View, between, clamp } from "./view.js";
import { paint, paintMap } from "./paint.js";

const PLANES = ["red", "green", "blue"];
const STEP = 1.6; // that much nearer with one press
const READABLE = 66, READABLE_ALONE = 30; // points of the screen a pixel when one goes to single ones
const FLIGHT = 900, DAWN = 1400; // milliseconds
const LISTED = 16; // pixels
const STILL = 5; // points a finger may wander and still have tapped
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const write = (node, text) => node.textContent === text || (node.textContent = text);

// Photos by fingerprint, with what was changed in them, and places by key. A photo is sent once, so
// it stays for as long as the document.
const kept = (globalThis.colourPlanes ??= { photos: new Map(), places: new Map() });

export default ({ data, parentElement: host, setStateValue }) => {
  const place = (host.place ??= new Place(host, data.key)), { fingerprint, width, height } = data;
  if (data.photo && !kept.photos.has(fingerprint)) {
    const bytes = data.photo.getChildAt(0).toArray();
    const numbers = unpacked(bytes, width).then((all) => new Photo(width, height, all));
    kept.photos.set(fingerprint, numbers);
  }
  const missing = !kept.photos.has(fingerprint);
  if (missing !== data.wish.length > 0) setStateValue("wish", missing ? ["photo"] : []);
  place.wanted = fingerprint;
  kept.photos.get(fingerprint)?.then((photo) => place.wanted === fingerprint && place.update(data, photo));
  return () => (place.leave(), delete host.place);
};

class Place {
  constructor(host, key) {
    this.one = (selector) => host.querySelector(selector);
    this.all = (selector) => [...host.querySelectorAll(selector)];
    this.root = this.one(".planes");
    this.whole = this.one(".whole");
    this.map = this.one(".map");
    this.memory = kept.places.get(key) ?? { percents: [100, 100, 100], off: [false, false, false], grey: false, seen: false };
    kept.places.set(key, this.memory);
    this.fingers = new Map();
    this.build();
    this.canvases = [this.whole, ...this.all(".plane canvas")];
    this.canvases.forEach((canvas) => this.listen(canvas));
    this.listenToKeys();
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(this.root);
  }

  leave() {
    this.stop();
    this.sizes.disconnect();
    this.dawn?.disconnect();
    cancelAnimationFrame(this.frame);
  }

  // Parts -----------------------------------------------------------------------------------------

  build() {
    const part = (html) => document.createRange().createContextualFragment(html);
    const { one, memory } = this;
    one(".three").replaceChildren(...PLANES.map((name) => part(`<div class="plane ${name}"><canvas role="img"></canvas>
      <p><b></b><output></output></p><label><input type="range" min="0" max="100"></label><button type="button"></button></div>`)));
    one(".levels").replaceChildren(...PLANES.map((name) => part(`<div class="level ${name}"><b></b>
      <input type="range" min="0" max="255"><input type="number" min="0" max="255" step="1"></div>`)));
    this.planes = this.all(".plane");
    this.levels = this.all(".level");
    this.planes.forEach((plane, i) => {
      plane.querySelector("input").oninput = ({ target }) => {
        memory.percents[i] = +target.value;
        memory.off[i] = false;
        this.compose();
      };
      plane.querySelector("button").onclick = () => ((memory.off[i] = !memory.off[i]), this.compose());
    });
    this.levels.forEach((level, i) => {
      const set = ({ target }) => target.value !== "" && this.change(i, clamp(Math.round(+target.value), 0, 255), target);
      for (const input of level.querySelectorAll("input")) input.oninput = set;
      const number = level.querySelector("[type=number]");
      number.onblur = number.onchange = () => this.tell(); // Enter too: what is out of bounds is put right
    });
    const act = {
      in: () => this.zoom(STEP), out: () => this.zoom(1 / STEP), near: () => this.near(), all: () => this.fly(this.fromAfar()),
      colour: () => ((memory.grey = false), this.compose()), grey: () => ((memory.grey = true), this.compose()),
      restore: () => (this.photo.restore(), this.compose(), this.where()),
    };
    for (const button of this.all("[data-do]")) button.onclick = () => act[button.dataset.do]();
    one(".closeness").oninput = ({ target }) => ((this.view.closeness = target.value / 100), this.moved());
  }

  update({ words, focus, fingerprint }, photo) {
    this.words = words;
    photo.view ??= new View(photo.width, photo.height);
    photo.selected ??= [Math.floor(focus[0] * photo.width), Math.floor(focus[1] * photo.height)];
    if (this.photo !== photo) {
      Object.assign(this, { photo, view: photo.view });
      this.layers = this.canvases.map(() => {
        const source = new OffscreenCanvas(photo.width, photo.height);
        return { source, image: new ImageData(photo.width, photo.height) };
      });
      this.root.style.setProperty("--aspect", photo.view.aspect);
      this.map.style.aspectRatio = photo.width / photo.height;
    }
    this.root.dataset.photo = fingerprint;
    this.label();
    this.resize();
    this.compose();
    this.introduce();
  }

  label() {
    const { words, photo: { width, height } } = this, name = (i) => words[PLANES[i]];
    for (const node of this.all("[data-say]")) write(node, words[node.dataset.say]);
    this.root.ariaLabel = words.title;
    this.whole.ariaLabel = words.picture;
    this.one(".closeness").ariaLabel = words.closeness;
    this.one("[data-do=in]").ariaLabel = words.zoom_in;
    this.one("[data-do=out]").ariaLabel = words.zoom_out;
    const total = Object.assign(document.createElement("b"), { textContent: (3 * width * height).toLocaleString("en") });
    const [before, after] = fill(words.size, { total: "|", width, height }).split("|");
    this.one(".size").replaceChildren(before, total, after);
    this.planes.forEach((plane, i) => {
      write(plane.querySelector("b"), name(i));
      plane.querySelector("canvas").ariaLabel = fill(words.plane, { name: name(i) });
      plane.querySelector("input").ariaLabel = fill(words.dim, { name: name(i) });
    });
    this.levels.forEach((level, i) => {
      write(level.querySelector("b"), name(i));
      for (const input of level.querySelectorAll("input")) input.ariaLabel = fill(words.level, { name: name(i) });
    });
  }

  // Numbers → pictures ------------------------------------------------------------------------------

  get percents() {
    const { percents, off } = this.memory;
    return this.rising ?? percents.map((percent, i) => (off[i] ? 0 : percent));
  }

  compose() {
    const { memory, words, percents } = this;
    layers(this.photo.numbers, percents, memory.grey, this.layers.map(({ image }) => image.data));
    for (const { source, image } of this.layers) source.getContext("2d").putImageData(image, 0, 0);
    this.planes.forEach((plane, i) => {
      const button = plane.querySelector("button"), off = memory.off[i];
      plane.querySelector("input").value = percents[i];
      write(plane.querySelector("output"), `${Math.round(percents[i])} %`);
      button.ariaPressed = !off;
      button.ariaLabel = fill(words.lit, { name: words[PLANES[i]] });
      write(button, off ? words.off : words.on);
    });
    this.one("[data-do=colour]").ariaPressed = !memory.grey;
    this.one("[data-do=grey]").ariaPressed = memory.grey;
    this.tell();
    this.redraw();
  }

  change(plane, level, source) {
    this.photo.change(this.photo.selected, plane, level);
    this.editing = source;
    this.compose();
    this.editing = null;
  }

  // The pixel that was picked, and its row as the machine has it.
  tell() {
    const { photo, percents, words } = this, [x, y] = photo.selected, own = photo.at([x, y]);
    const seen = own.map((level, i) => dimmed(level, percents[i]));
    this.one(".swatch").style.background = `rgb(${seen})`;
    this.levels.forEach((level, i) => {
      for (const input of level.querySelectorAll("input")) if (input !== this.editing) input.value = own[i];
    });
    const [red, green, blue] = seen, dark = percents.some((percent) => percent < 100);
    write(this.one(".seen"), dark ? fill(words.seen, { red, green, blue }) : "");
    const restore = this.one("[data-do=restore]");
    write(restore, fill(words.restore, { count: photo.changed.size }));
    restore.disabled = !photo.changed.size;
    const first = clamp(x - LISTED / 4, 0, Math.max(0, photo.width - LISTED)), row = [];
    for (let column = first; column < Math.min(first + LISTED, photo.width); column++) {
      const levels = photo.at([column, y]).map((level, i) => `<b class="${PLANES[i]}">${dimmed(level, percents[i])}</b>`);
      row.push(`<span class="${column === x ? "now" : ""}">${levels.join(" ")}</span>`);
    }
    const more = first + LISTED < photo.width;
    write(this.one(".list h4"), fill(words.list, { row: y + 1, column: first + 1 }));
    this.one(".list p").innerHTML = `${first ? "… " : ""}${row.join(" ")}${more ? " …" : ""}`;
  }

  select(pixel) {
    const { photo } = this;
    photo.selected = [clamp(pixel[0], 0, photo.width - 1), clamp(pixel[1], 0, photo.height - 1)];
    if (!this.view.whole) this.view.show(photo.selected);
    this.tell();
    this.where();
    this.moved();
  }

  where() {
    const { photo, words } = this, [x, y] = photo.selected, [red, green, blue] = photo.at([x, y]);
    const place = fill(words.pixel, { column: x + 1, row: y + 1 }), node = this.one(".where");
    const levels = Object.assign(document.createElement("span"), { textContent: fill(words.levels, { red, green, blue }) });
    // A reader of screens reads it out whenever it is set.
    if (node.textContent !== place + levels.textContent) node.replaceChildren(place, levels);
  }

  // Looking closer ----------------------------------------------------------------------------------

  resize() {
    if (!this.photo) return;
    const ratio = devicePixelRatio || 1;
    for (const canvas of [...this.canvases, this.map]) {
      const width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    }
    this.readable = Math.min(this.whole.clientWidth / READABLE, this.canvases[1].clientWidth / READABLE_ALONE);
    this.view.closest = Math.max(2.5, 0.65 * this.readable);
    this.view.look(this.view.x, this.view.y, this.view.span);
    this.moved();
  }

  fromAfar() {
    return { x: this.view.width / 2, y: this.view.height / 2, span: this.view.widest };
  }

  near() {
    const [x, y] = this.photo.selected, there = new View(this.view.width, this.view.height);
    there.closest = this.view.closest;
    there.look(x + 0.5, y + 0.5, this.readable);
    this.fly(there);
  }

  fly(to) {
    const from = { ...this.view };
    this.stop();
    this.animate(FLIGHT, (share) => (this.view.look(...between(from, to, share * share * (3 - 2 * share))), this.moved()));
  }

  zoom(factor, at = null) {
    this.stop();
    const [x, y] = this.photo.selected;
    this.view.zoom(factor, at ?? [x + 0.5, y + 0.5]);
    this.moved();
  }

  moved() {
    this.root.classList.toggle("close", !this.view.whole);
    this.one(".closeness").value = 100 * this.view.closeness;
    this.one("[data-do=out]").disabled = this.one("[data-do=all]").disabled = this.view.whole;
    this.one("[data-do=in]").disabled = this.view.closeness > 0.999;
    this.redraw();
  }

  redraw() {
    this.frame ??= requestAnimationFrame(() => ((this.frame = null), this.draw()));
  }

  draw() {
    if (!this.photo || !this.whole.width) return;
    this.canvases.forEach((canvas, i) => paint(canvas, this.layers[i], this.view, i ? i - 1 : null, this.photo.selected));
    if (!this.view.whole) paintMap(this.map, this.layers[0], this.view);
  }

  // Hands -------------------------------------------------------------------------------------------

  listen(canvas) {
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const { fingers } = this;
    let wandered = 0;
    canvas.onpointerdown = (event) => {
      if (event.button) return;
      this.stop();
      canvas.setPointerCapture(event.pointerId);
      this.whole.focus({ preventScroll: true });
      event.preventDefault();
      if (!fingers.size) wandered = 0;
      fingers.set(event.pointerId, at(event));
    };
    canvas.onpointermove = (event) => {
      const before = fingers.get(event.pointerId), now = at(event);
      if (!before) return;
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      const far = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
      wandered += Math.hypot(now[0] - before[0], now[1] - before[1]);
      fingers.set(event.pointerId, now);
      if (other) this.zoom(far(now) / far(before), this.view.place(other, canvas.clientWidth));
      else if (wandered > STILL) this.pan(before, now, canvas.clientWidth);
    };
    canvas.onpointerup = canvas.onpointercancel = (event) => {
      const alone = fingers.size === 1;
      if (!fingers.delete(event.pointerId) || !alone || wandered > STILL || event.type !== "pointerup") return;
      const pixel = this.view.pixel(at(event), canvas.clientWidth);
      if (pixel) this.select(pixel);
    };
    canvas.ondblclick = () => this.near();
    // A wheel scrolls the page, unless the reader is at work on the picture or pinches on a pad.
    canvas.addEventListener("wheel", (event) => {
      const busy = event.ctrlKey || this.root.getRootNode().activeElement === this.whole;
      if (!busy || (event.deltaY > 0 ? this.view.whole : this.view.closeness > 0.999)) return;
      event.preventDefault();
      const points = event.deltaY * (event.deltaMode ? 30 : 1) * (event.ctrlKey ? 4 : 1);
      this.zoom(Math.exp(-points / 400), this.view.place(at(event), canvas.clientWidth));
    }, { passive: false });
  }

  pan(before, now, wide) {
    const size = wide / this.view.span;
    this.view.look(this.view.x - (now[0] - before[0]) / size, this.view.y - (now[1] - before[1]) / size, this.view.span);
    this.moved();
  }

  listenToKeys() {
    const act = { "+": () => this.zoom(STEP), "=": () => this.zoom(STEP), "-": () => this.zoom(1 / STEP), 0: () => this.fly(this.fromAfar()), Enter: () => this.near() };
    this.whole.onkeydown = (event) => {
      const way = KEYS[event.key];
      if (event.altKey || event.ctrlKey || event.metaKey || !(way || act[event.key])) return;
      event.preventDefault();
      this.stop();
      const far = event.shiftKey ? 10 : 1;
      if (way) this.select(this.photo.selected.map((at, i) => at + far * way[i]));
      else act[event.key]();
    };
    for (const touch of ["pointerdown", "keydown"]) this.root.addEventListener(touch, () => this.rising && this.stop(), true);
    const follow = (event) => {
      const box = this.map.getBoundingClientRect(), size = this.view.width / box.width;
      this.view.look((event.clientX - box.left) * size, (event.clientY - box.top) * size, this.view.span);
      this.moved();
    };
    this.map.onpointerdown = (event) => (this.stop(), this.map.setPointerCapture(event.pointerId), follow(event));
    this.map.onpointermove = (event) => this.map.hasPointerCapture(event.pointerId) && follow(event);
  }

  // Motion ------------------------------------------------------------------------------------------

  // Calls `step` with shares up to 1, and never less than with 1 itself unless it is stopped.
  animate(duration, step) {
    if (calm.matches) return step(1);
    const start = performance.now();
    const tick = (now) => {
      const share = clamp((now - start) / duration, 0, 1);
      this.motion = share < 1 ? requestAnimationFrame(tick) : null;
      step(share);
    };
    this.motion = requestAnimationFrame(tick);
  }

  stop() {
    cancelAnimationFrame(this.motion);
    this.motion = null;
    if (this.rising) (this.rising = null), this.compose();
  }

  // When the photo is seen for the first time, it dawns: all planes at once, since how it looks without
  // one of them is what the reader is asked.
  introduce() {
    this.where();
    if (this.memory.seen || this.dawn || calm.matches) return;
    this.dawn = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting || this.memory.seen) return;
      this.memory.seen = true;
      this.dawn.disconnect();
      this.animate(DAWN, (share) => {
        this.rising = share < 1 ? PLANES.map(() => 100 * share) : null;
        this.compose();
      });
    }, { threshold: 0.4 });
    this.dawn.observe(this.whole);
  }
}
