// What a frame draws. Parts of the picture are due when something moved; nothing is drawn twice.
import { draws } from "./chance.js";
import { clamp, mix, warning } from "./codes.js";
import { Stock, fill, still, write } from "./stock.js";
import { flat, mixed, orbit, quantiles } from "./views.js";

export const SAMPLES = 21, SAMPLE_COLUMNS = 7;
const MOST_FRAMES = 12; // of a film
const TILE = 36; // pixels of a tile of the grid
const SLICE = 6; // milliseconds of a frame for tiles
const LEG = 1600; // milliseconds from one point of a path to the next
const CIRCLING = 0.00022; // radians a millisecond
const RECORDED = 400; // timings kept

export class Show extends Stock {
  constructor(place, key) {
    super(place, key);
    this.due = {};
    this.playing = this.walking = false;
    const everything = ["layout", "ground", "over", "read", "tiles", "film"];
    this.resizing = new ResizeObserver(() => this.need(...everything));
    this.resizing.observe(this.root);
    // What nobody sees is neither drawn nor asked for.
    this.watching = new IntersectionObserver(([entry]) => {
      this.visible = entry.isIntersecting;
      if (this.visible) this.need(...everything), this.fetch();
    });
    this.watching.observe(this.root);
    this.woken = () => document.hidden || this.fetch();
    document.addEventListener("visibilitychange", this.woken);
  }

  dispose() {
    super.dispose();
    this.resizing.disconnect();
    this.watching.disconnect();
    document.removeEventListener("visibilitychange", this.woken);
    cancelAnimationFrame(this.frame);
    clearTimeout(this.saying);
  }

  // where things are ----------------------------------------------------------------------------

  // Whether decoded tiles fill the planes; without decoders the codes are shown instead.
  tiled() {
    return this.open && this.memory.mode === "grid";
  }

  spatial() {
    return this.data.dim === 3 && !this.tiled();
  }

  view(model) {
    const { width, height } = model.plane;
    if (this.spatial()) return orbit(model.shown, this.memory.camera, width, height);
    if (this.tiled() && model.name === "vae") return quantiles(width, height);
    return flat(model.shown, width, height);
  }

  screen(model, code) {
    const place = [0, 0, 0];
    this.view(model).place(code, 0, place, 0);
    return place;
  }

  // The codes that a path visits in a model: a class at the real code nearest to its mean.
  stops(model, codes) {
    return this.memory.stops.map((stop) => {
      const row = stop.class === undefined ? stop.row : this.middle(model, stop.class);
      return row === undefined ? stop.code : Array.from(codes.subarray(row * model.codes.dim, (row + 1) * model.codes.dim));
    });
  }

  between(stops, along) {
    const legs = stops.length - 1, leg = Math.min(legs - 1, Math.floor(along * legs));
    return mixed(stops[leg], stops[leg + 1], along * legs - leg);
  }

  // frames --------------------------------------------------------------------------------------

  need(...parts) {
    for (const part of parts) this.due[part] = true;
    if (!this.data || this.disposed || !this.visible) return;
    this.frame ??= requestAnimationFrame((now) => this.tick(now));
  }

  tick(now) {
    const began = performance.now(), due = this.due, since = now - this.ticked; // NaN after a rest
    this.frame = null;
    this.due = {};
    if (due.layout) this.measured = this.models.map(({ plane }) => plane.measure()).every(Boolean);
    if (!this.measured) return void (this.due = due);
    const gliding = this.glideOn(now, due);
    const moving = this.moveOn(Math.min(since || 0, 100), due);
    if (due.tiles) this.plan();
    if (due.film) this.expose();
    const left = this.work(began + SLICE, due);
    const fading = due.ground && this.ground();
    if (due.read) this.read();
    if (due.over) this.overlay();
    this.ticked = gliding || moving ? now : NaN;
    if (gliding && since) {
      this.record("interval", since);
      this.record("script", performance.now() - began);
    }
    if (fading) this.need("ground");
    else if (gliding || moving || left) this.need();
  }

  record(what, milliseconds) {
    const kept = this.timings[what];
    kept.push(milliseconds);
    if (kept.length > RECORDED) kept.shift();
  }

  // Points and views on their way; says whether they have not arrived yet.
  glideOn(now, due) {
    if (!this.glide) return false;
    const { began, span, ease } = this.glide, way = span ? clamp(0, (now - began) / span, 1) : 1;
    const share = ease ? way * way * (3 - 2 * way) : way;
    for (const model of this.models) {
      model.codes.glide(share);
      model.shown = mixed(model.left, model.wanted, share);
    }
    due.ground = due.over = true;
    if (way === 1) this.glide = null;
    return way < 1;
  }

  // The camera circles until somebody takes hold of it; the walker walks while it is let.
  moveOn(since, due) {
    const { memory } = this, circling = this.spatial() && memory.turning && !still.matches;
    if (circling) {
      memory.camera.yaw += since * CIRCLING;
      due.ground = due.over = true;
    }
    if (this.playing) {
      memory.along = Math.min(1, memory.along + since / (LEG * (memory.stops.length - 1)));
      this.find("input").value = memory.along;
      due.over = due.read = true;
      if (memory.along === 1) this.play(false);
    }
    return circling || this.playing;
  }

  ground() {
    const { scene, memory } = this;
    let fading = false;
    for (const model of this.models) {
      const { plane, codes } = model, view = this.view(model), pen = plane.ground.getContext("2d"), spatial = this.spatial();
      plane.settle(codes, view);
      if (this.tiled()) {
        plane.mosaic(pen, model.grid.canvas);
        continue;
      }
      plane.points(pen, scene, spatial ? 0 : model.shown.at(-1) * view.scale);
      if (spatial) plane.tripod(pen, view, scene);
      else plane.axes(pen, view, scene);
      if (scene.pictures && scene.atlas) fading = plane.stamps(pen, scene, spatial) || fading;
    }
    return fading;
  }

  overlay() {
    const { scene, memory } = this, path = memory.mode === "path", samples = memory.mode === "samples";
    for (const model of this.models) {
      const { plane } = model, pen = plane.sheet(), at = (code) => this.screen(model, code);
      if (samples) {
        this.draws().forEach((code, i) => i !== this.chosen && plane.ring(pen, scene, at(code), false));
        if (this.chosen != null) plane.ring(pen, scene, at(this.draws()[this.chosen]), true);
      }
      if (path && memory.stops.length) {
        const stops = this.stops(model, model.codes.drawn);
        const marks = stops.map((code, i) => [...at(code).slice(0, 2), this.hue(memory.stops[i])]);
        plane.route(pen, scene, marks, stops.length > 1 && at(this.between(stops, memory.along)).slice(0, 2));
      }
      if (!samples && !(path && this.walking)) plane.cross(pen, scene, at(memory.cursor));
    }
  }

  hue(stop) {
    const c = stop.class ?? this.scene.labels[stop.row];
    return c === undefined ? null : this.data.colours[c];
  }

  draws() {
    return draws(this.memory.seed, SAMPLES, this.data.dim);
  }

  // What is decoded ------------------------------------------------------------------------------

  // The picture at the cursor or the walker, from both nets, and the real pictures nearest to it.
  read() {
    const { memory, models } = this, walks = memory.mode === "path" && this.walking && memory.stops.length > 1;
    const places = models.map((model) => walks
      ? this.between(this.stops(model, model.codes.target), memory.along) : memory.cursor);
    const began = performance.now();
    const pixels = models.map(({ decoder }, i) => (this.open && decoder ? decoder.decode(places[i]) : null));
    if (pixels.every(Boolean)) this.record("decode", performance.now() - began);
    models.forEach((model, i) => this.show(model, places[i], pixels[i]));
    this.say();
  }

  show(model, code, pixels) {
    const { height, width, words, classes, colours } = this.data, { scene } = this;
    if (pixels) model.picture.draw(pixels, 1, width, height);
    else model.picture.clear();
    const found = model.codes.nearest(code, model.near.length), remote = found[0].distance / model.codes.spacing;
    const far = warning(remote);
    model.readout.style.setProperty("--far", far.toFixed(2));
    model.state = { verdict: words[far === 0 ? "among" : far < 1 ? "edge" : "nowhere"], row: found[0].row,
      distance: fill(words.distance, { ratio: remote < 9.95 ? remote.toFixed(1) : Math.round(remote) }) };
    write(model.verdict, model.state.verdict);
    write(model.distance, model.state.distance);
    model.near.forEach((one, i) => {
      const row = found[i]?.row ?? -1;
      one.item.hidden = row < 0;
      if (row === one.row || row < 0 || !scene.atlas) return;
      one.row = row;
      one.picture.draw(scene.atlas.pixels(row), 255, width, height);
      one.item.style.setProperty("--hue", colours[scene.labels[row]]);
      write(one.word, classes[scene.labels[row]]);
    });
    const last = model.film.frames.length - 1;
    if (this.memory.mode === "path" && last > 0) model.film.draw(Math.round(this.memory.along * last), scene);
  }

  // The same in words, a moment after the reader has come to rest.
  say() {
    clearTimeout(this.saying);
    if (!this.touched) return;
    const { words, classes } = this.data;
    this.saying = setTimeout(() => write(this.find(".live"), this.models.map((model, i) => fill(words.live, {
      label: this.data.models[i].label, ...model.state, class: classes[this.scene.labels[model.state.row]],
    })).join(" ")), 600);
  }

  shade(model, code) {
    return warning(model.codes.nearest(code, 1)[0].distance / model.codes.spacing);
  }

  decoded(model, code) {
    return { pixels: model.decoder.decode(code), shade: this.shade(model, code) };
  }

  // Which tiles are to be decoded; a plan that is under way is finished first.
  plan() {
    const { height, width, empty } = this.data, { mode, cursor } = this.memory;
    for (const model of this.models) {
      if (!this.open || !model.decoder) (model.grid.clear(), model.samples.clear());
      else if (mode === "samples") {
        const codes = this.draws();
        model.samples.plan(SAMPLES, SAMPLE_COLUMNS, width, height, empty, (i) => this.decoded(model, codes[i]));
      } else if (mode === "grid") {
        if (model.grid.todo.length) (model.again = true);
        else this.planGrid(model, cursor, width, height, empty);
      }
    }
  }

  planGrid(model, cursor, width, height, empty) {
    const { plane } = model, view = this.view(model);
    const columns = Math.round(plane.width / TILE), rows = Math.round(plane.height / TILE);
    model.again = false;
    model.grid.plan(columns * rows, columns, width, height, empty, (i) => {
      const x = ((i % columns) + 0.5) / columns, y = (Math.floor(i / columns) + 0.5) / rows;
      return this.decoded(model, view.toCode(x * plane.width, y * plane.height, cursor));
    });
  }

  // Decodes tiles until the deadline; says whether some are left.
  work(deadline, due) {
    let left = false;
    for (const [i, model] of this.models.entries()) {
      const { grid, samples } = model, until = deadline - (SLICE * (this.models.length - 1 - i)) / this.models.length;
      due.ground ||= grid.todo.length > 0;
      left = grid.work(until) || left;
      left = samples.work(until) || left;
      if (model.again && !grid.todo.length) this.due.tiles = left = true;
    }
    return left;
  }

  expose() {
    const { height, width, empty } = this.data, { stops } = this.memory, legs = stops.length - 1;
    const each = Math.max(1, Math.floor((MOST_FRAMES - 1) / legs)), count = legs > 0 ? legs * each + 1 : 0;
    for (const model of this.models) {
      const ready = this.open && model.decoder && this.memory.mode === "path";
      const codes = this.stops(model, model.codes.target);
      model.film.expose(ready ? count : 0, (i) => this.decoded(model, this.between(codes, i / (count - 1))),
        width, height, empty, (i) => (i % each ? null : this.hue(stops[i / each]) ?? this.scene.ink));
    }
    this.due.read = false;
    this.read();
  }
}
