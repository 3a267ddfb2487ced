// The latent pad: two planes, one pointer, and what both nets decode there.
import { clamp } from "./codes.js";
import { SAMPLES, SAMPLE_COLUMNS, Show } from "./show.js";
import { still, write } from "./stock.js";

const MOST_STOPS = 10; // of a path
const SNAP = 9; // pixels within which a click means a picture and not a place
const TAP = 5; // pixels that a finger may slip
const STEP = 0.02, STRIDE = 0.1; // of the view that an arrow key moves the cross, without and with Shift
const TURN = 0.009, KEY_TURN = 0.12; // radians a pixel dragged, and a key
const SWITCH = 500; // milliseconds that the views take from one mode to the next

export default function mount(place, key) {
  const pad = new Pad(place, key);
  return { update: (message, wish) => pad.update(message, wish), dispose: () => pad.dispose() };
}

class Pad extends Show {
  constructor(place, key) {
    super(place, key);
    this.listen();
  }

  listen() {
    const { memory } = this;
    this.all("[data-mode]").forEach((node) => node.matches("button") && (node.onclick = () => {
      this.mode(node.dataset.mode);
      this.frames();
      this.glide = { began: performance.now(), ease: true, span: still.matches || memory.mode === "grid" ? 0 : SWITCH };
      this.need("ground", "over", "read", "tiles", "film");
    }));
    this.all("[data-look]").forEach((node) => (node.onclick = () => {
      memory.pictures = node.dataset.look === "pictures";
      this.mode(memory.mode);
      this.need("ground");
    }));
    // One stop for the Tab key a group; arrows choose within it.
    this.all(".segments").forEach((group) => group.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const buttons = [...group.children], at = buttons.indexOf(event.target);
      const next = buttons[(at + step + buttons.length) % buttons.length];
      event.preventDefault();
      next.click();
      next.focus();
    }));
    this.find(".play").onclick = () => this.play(!this.playing);
    this.find(".clear").onclick = () => this.reroute([]);
    this.find(".again").onclick = () => ((memory.seed += 1), this.need("tiles", "over"));
    this.find("input").oninput = ({ target }) => this.walk(+target.value);
  }

  mode(mode) {
    const { memory, data } = this;
    if (mode !== memory.mode) this.play(false), (this.walking = mode === "path");
    memory.mode = this.root.dataset.mode = mode;
    const check = (node, on) => {
      node.setAttribute("aria-checked", on);
      node.tabIndex = on ? 0 : -1;
    };
    this.all("button[data-mode]").forEach((node) => check(node, node.dataset.mode === mode));
    this.all("[data-look]").forEach((node) => check(node, (node.dataset.look === "pictures") === memory.pictures));
    this.all(".classes button").forEach((chip, c) => {
      chip.setAttribute("aria-pressed", mode !== "path" && memory.only === c);
    });
    this.scene.only = mode === "path" ? null : memory.only;
    this.scene.pictures = memory.pictures;
    write(this.find(".hint > span"), data.words[`hint_${mode}`]);
    this.route();
  }

  choose(c) {
    const { memory } = this;
    if (memory.mode === "path") return this.reroute([...memory.stops, { class: c }]);
    memory.only = memory.only === c ? null : c;
    this.mode(memory.mode);
    this.need("ground");
  }

  attach(model) {
    this.point(model);
    this.scrub(model.film.canvas, model);
    this.browse(model.samples.canvas);
  }

  // Pointer and keys on a plane.
  point(model) {
    const { over } = model.plane, { memory } = this;
    let pressed = null;
    const spot = (event) => {
      const box = over.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const move = (x, y) => {
      memory.turning = false;
      memory.cursor = this.spatial() ? this.picked(model, x, y) : this.view(model).toCode(x, y, memory.cursor);
      this.look();
    };
    over.addEventListener("pointerdown", (event) => {
      const [x, y] = spot(event);
      pressed = { x, y, far: 0, lastX: x, lastY: y };
      over.setPointerCapture(event.pointerId);
      if (!this.spatial()) move(x, y);
    });
    over.addEventListener("pointermove", (event) => {
      const [x, y] = spot(event);
      if (pressed) pressed.far = Math.max(pressed.far, Math.hypot(x - pressed.x, y - pressed.y));
      if (!pressed || !this.spatial()) return move(x, y);
      if (pressed.far < TAP) return;
      this.turn((x - pressed.lastX) * TURN, (y - pressed.lastY) * TURN);
      Object.assign(pressed, { lastX: x, lastY: y });
    });
    over.addEventListener("pointerup", (event) => {
      const tapped = pressed?.far < TAP, [x, y] = spot(event);
      pressed = null;
      if (!tapped) return;
      move(x, y);
      if (memory.mode === "path") this.add(model, x, y);
    });
    over.addEventListener("pointercancel", () => (pressed = null));
    over.addEventListener("keydown", (event) => this.key(event, model));
  }

  key(event, model) {
    const { memory } = this, push = event.shiftKey ? STRIDE : STEP, spatial = this.spatial();
    const [k, sign] = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1],
      PageDown: [2, -1], PageUp: [2, 1] }[event.key] ?? [];
    if (sign && k < this.data.dim) {
      if (spatial && event.shiftKey && k < 2) this.turn(k ? 0 : KEY_TURN * sign, k ? -KEY_TURN * sign : 0);
      else {
        memory.turning = false;
        memory.cursor = memory.cursor.map((z, i) => (i === k ? z + sign * push * 2 * model.wanted[2 * k + 1] : z));
        this.look();
        if (memory.mode === "grid" && k === 2) this.need("tiles");
      }
    } else if (event.key === "Enter" && memory.mode === "path") this.add(model, ...this.screen(model, memory.cursor));
    else if (event.key === "Backspace" && memory.mode === "path") this.reroute(memory.stops.slice(0, -1));
    else if (event.key === "Escape" && memory.mode === "path") this.reroute([]);
    else return;
    event.preventDefault();
  }

  // The cursor moved: it, and not the walker, is what is decoded.
  look() {
    this.touched = true;
    this.walking = this.playing;
    this.need("over", "read");
  }

  turn(yaw, pitch) {
    const { camera } = this.memory;
    this.memory.turning = false;
    camera.yaw += yaw;
    camera.pitch = clamp(-1.5, camera.pitch + pitch, 1.5);
    this.need("ground", "over");
  }

  picked(model, x, y) {
    const row = model.plane.pick(x, y);
    return row < 0 ? this.memory.cursor : model.codes.at(row);
  }

  // A click on a picture means that picture, in both nets; elsewhere it means the same code.
  add(model, x, y) {
    const row = model.plane.pick(x, y, this.spatial() ? Infinity : SNAP);
    this.reroute([...this.memory.stops, row < 0 ? { code: this.memory.cursor } : { row }]);
  }

  reroute(stops) {
    this.memory.stops = stops.slice(0, MOST_STOPS);
    this.memory.along = 0;
    this.play(false);
    this.walking = stops.length > 1;
    this.route();
    this.need("over", "read", "film");
  }

  // The path in words: the classes that it visits.
  route() {
    const { stops, mode } = this.memory, { classes, colours, words } = this.data, line = this.find(".route");
    const ready = (stops?.length ?? 0) > 1;
    this.find(".play").disabled = this.find("input").disabled = !ready;
    this.find(".clear").disabled = !stops?.length;
    write(this.find(".play"), this.playing ? words.pause : words.play);
    this.find("input").value = this.memory.along;
    if (mode !== "path" || !stops) return;
    line.replaceChildren(...stops.flatMap((stop, i) => {
      const c = stop.class ?? this.scene.labels[stop.row], span = document.createElement("span");
      span.textContent = c === undefined ? "✕" : classes[c];
      if (c !== undefined) span.style.setProperty("--hue", colours[c]);
      return i ? [" → ", span] : [span];
    }));
    if (!stops.length) line.textContent = words.no_path;
  }

  play(on) {
    if (this.playing === on) return;
    this.playing = on;
    if (on) {
      this.walking = true;
      if (this.memory.along >= 1) this.memory.along = 0;
    }
    this.route();
    this.need("over", "read");
  }

  walk(along) {
    this.play(false);
    this.memory.along = along;
    this.walking = this.touched = true;
    this.find("input").value = along;
    this.need("over", "read");
  }

  scrub(strip, model) {
    const to = (event) => {
      const box = strip.getBoundingClientRect(), last = model.film.frames.length - 1;
      if (last > 0) this.walk(model.film.at(event.clientX - box.left, event.clientY - box.top) / last);
    };
    strip.addEventListener("pointerdown", (event) => (strip.setPointerCapture(event.pointerId), to(event)));
    strip.addEventListener("pointermove", (event) => (event.buttons || event.pointerType === "mouse") && !this.playing && to(event));
  }

  // Which of the samples is under the pointer: its places light up in both planes.
  browse(canvas) {
    canvas.addEventListener("pointermove", (event) => {
      const box = canvas.getBoundingClientRect(), rows = SAMPLES / SAMPLE_COLUMNS;
      const column = Math.floor(((event.clientX - box.left) / box.width) * SAMPLE_COLUMNS);
      const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
      this.chosen = clamp(0, row, rows - 1) * SAMPLE_COLUMNS + clamp(0, column, SAMPLE_COLUMNS - 1);
      this.need("over");
    });
    canvas.addEventListener("pointerleave", () => ((this.chosen = null), this.need("over")));
  }
}
