// What has arrived: codes, pictures, weights and words, and what is asked for because it has not.
import { Codes, clamp, mix } from "./codes.js";
import { Decoder } from "./decoder.js";
import { Atlas, Film, Picture, Tiles } from "./panels.js";
import { Plane } from "./plane.js";
import { frame } from "./views.js";

const NEIGHBOURS = 4; // real pictures beside a decoded one
const FIRST_PATH = [0, 2, 8, 1]; // classes
const BYTES_A_SECOND = 5e5; // of weights, while a net trains
const FIRST_GLIDE = 700, SHORTEST = 200, LONGEST = 800; // milliseconds
const STREAM = 1500; // milliseconds; updates that follow each other so fast are a stream

// What a reader did, by the pad's key: Streamlit may take a pad away and put a new one there.
const memories = new Map();
// Inflated test pictures, by fingerprint.
const albums = new Map();

export const still = matchMedia("(prefers-reduced-motion: reduce)");
export const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
// Writing the same words again would make a screen reader say them again.
export const write = (node, text) => node.textContent === text || (node.textContent = text);
const floats = ({ buffer, byteOffset, byteLength }) => new Float32Array(buffer, byteOffset, byteLength / 4);
const equal = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);

// Any CSS colour as three numbers.
function rgb(colour) {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return Array.from(pen.getImageData(0, 0, 1, 1).data.subarray(0, 3));
}

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Those who draw and those who listen build on it: they say what a frame `need`s, how to `attach`
// to a new model, and what to do when a reader chooses a `mode` or a class.
export class Stock {
  constructor(place, key) {
    this.root = place.querySelector(".pad");
    this.template = place.querySelector("template");
    this.find = (selector) => this.root.querySelector(selector);
    this.all = (selector) => this.root.querySelectorAll(selector);
    if (!memories.has(key)) {
      memories.set(key, { mode: "walk", pictures: false, only: null, cursor: null, stops: null,
        along: 0, seed: 1, camera: { yaw: 0.6, pitch: 0.35 }, turning: true });
    }
    this.memory = memories.get(key);
    this.models = [];
    this.scene = {}; // how things look: colours, font, labels, the chosen class
    this.weights = { fingerprint: null, received: -Infinity, bytes: 0 };
    this.glide = null;
    this.timings = { decode: [], script: [], interval: [] }; // milliseconds
    this.root.pad = this; // so that tests can look inside
  }

  dispose() {
    clearTimeout(this.timer);
    this.disposed = true;
  }

  update(message, wish) {
    const before = this.data;
    this.data = message;
    this.wish = wish;
    this.colours();
    const names = message.models.map(({ name }) => name);
    if (!before || message.dim !== before.dim || !equal(names, this.models.map(({ name }) => name))) this.build();
    this.recall();
    this.words();
    const moved = this.receive(), turned = this.decoders();
    this.album();
    this.need("layout", "ground", "over", "read");
    if (moved || turned) this.need("film", "tiles");
  }

  colours() {
    const style = getComputedStyle(this.root), colour = (name) => style.getPropertyValue(name).trim();
    Object.assign(this.scene, {
      ink: colour("--st-text-color"), paper: colour("--st-background-color"), primary: colour("--st-primary-color"),
      font: style.fontFamily, colours: this.data.colours, labels: this.data.blobs.labels, empty: this.data.empty,
      axes: this.data.words.axes.split(" "), calm: still.matches,
    });
    const look = [this.scene.paper, ...this.data.colours].join();
    if (this.scene.rgb?.look !== look) {
      this.scene.rgb = { look, paper: rgb(this.scene.paper), colours: this.data.colours.map(rgb) };
    }
    this.root.style.setProperty("--empty", this.data.empty.join(" "));
    this.root.dataset.dim = this.data.dim;
  }

  build() {
    this.find(".models").replaceChildren();
    this.models = this.data.models.map(({ name }) => {
      const node = this.template.content.firstElementChild.cloneNode(true), get = (selector) => node.querySelector(selector);
      this.find(".models").append(node);
      const near = Array.from({ length: NEIGHBOURS }, () => {
        const item = document.createElement("li"), word = document.createElement("span");
        item.append(document.createElement("canvas"), word);
        get("ol").append(item);
        return { item, word, picture: new Picture(item.firstChild), row: -1 };
      });
      const model = { name, node, near, codes: new Codes(this.data.dim), plane: new Plane(get(".plane")),
        title: get("h4"), readout: get(".readout"), verdict: get(".verdict b"), distance: get(".verdict span"),
        picture: new Picture(get(".decoded canvas")), film: new Film(get(".strip canvas")),
        samples: new Tiles(get(".drawn canvas")), grid: new Tiles(document.createElement("canvas"), true) };
      this.attach(model);
      return model;
    });
  }

  // What was chosen among other points, classes or nets means nothing among these.
  recall() {
    const { dim, classes, parcels, models } = this.data;
    const about = JSON.stringify([dim, classes, parcels.pictures, models.map(({ name }) => name)]);
    if (about === this.memory.about) return;
    Object.assign(this.memory, { about, cursor: null, stops: null, only: null, along: 0 });
  }

  words() {
    const { words, classes, models } = this.data;
    this.all("[data-say]").forEach((node) => write(node, words[node.dataset.say]));
    this.all("[data-label]").forEach((node) => node.setAttribute("aria-label", words[node.dataset.label]));
    this.models.forEach((model, i) => {
      write(model.title, models[i].label);
      model.readout.dataset.of = models[i].label;
      model.plane.over.setAttribute("aria-label", fill(words.plane, { label: models[i].label }));
    });
    write(this.find("#keys"), words.keys);
    const row = this.find(".classes");
    row.setAttribute("aria-label", words.classes);
    if (row.dataset.of !== classes.join()) {
      row.dataset.of = classes.join();
      row.replaceChildren(...classes.map((name, c) => {
        const chip = Object.assign(document.createElement("button"), { type: "button", textContent: name });
        chip.style.setProperty("--hue", this.data.colours[c]);
        chip.onclick = () => this.choose(c);
        return chip;
      }));
    }
    this.mode(this.memory.mode);
  }

  receive() {
    const all = floats(this.data.blobs.codes), length = this.data.count * this.data.dim;
    let moved = false, glides = true;
    this.models.forEach((model, i) => {
      const own = all.subarray(i * length, (i + 1) * length);
      if (equal(own, model.codes.target)) return;
      glides = model.codes.receive(own) && glides;
      model.middles = new Map();
      moved = true;
    });
    if (!moved) return false;
    const now = performance.now(), since = now - (this.received ?? -Infinity);
    this.received = now;
    // In a stream of updates each glide takes until the next is due, so that nothing stops and
    // starts; after a pause it takes its time.
    const stream = since < STREAM;
    this.pace = stream ? mix(this.pace ?? since, since, 0.3) : FIRST_GLIDE;
    const halts = still.matches || !glides || this.memory.mode === "grid";
    this.glide = { began: now, ease: !stream, span: halts ? 0 : clamp(SHORTEST, this.pace, LONGEST) };
    this.frames();
    const last = this.models.at(-1);
    this.memory.cursor ??= last.codes.at(this.middle(last, Math.floor(this.data.classes.length / 3)));
    this.memory.stops ??= FIRST_PATH.filter((c) => c < this.data.classes.length).map((c) => ({ class: c }));
    for (const { near } of this.models) near.forEach((one) => (one.row = -1));
    return true;
  }

  // The row that stands for a class: its code is nearest to the mean of the class.
  middle(model, c) {
    const { labels } = this.scene;
    if (!model.middles.has(c)) model.middles.set(c, model.codes.middle((row) => labels[row] === c) ?? 0);
    return model.middles.get(c);
  }

  // Where the views glide from and to; the prior is in sight while samples are drawn from it.
  frames() {
    for (const model of this.models) {
      model.codes.depart();
      model.wanted = frame(model.codes, this.memory.mode === "samples" ? 2.6 : 0);
      const old = model.shown?.length === model.wanted.length ? model.shown : model.wanted;
      model.left = old.slice();
      model.shown ??= model.wanted;
      if (model.shown.length !== model.wanted.length) model.shown = model.wanted;
    }
  }

  async album() {
    const fingerprint = this.data.parcels.pictures, bytes = this.data.blobs.pictures;
    if (bytes && !albums.has(fingerprint)) {
      if (albums.size > 3) albums.delete(albums.keys().next().value);
      albums.set(fingerprint, inflated(bytes));
    }
    if (!albums.has(fingerprint)) return this.fetch();
    const pictures = await albums.get(fingerprint), { height, width } = this.data;
    if (this.disposed || fingerprint !== this.data.parcels.pictures) return;
    const look = `${fingerprint} ${this.scene.rgb.look}`, { paper, colours } = this.scene.rgb;
    if (this.scene.atlas?.look === look) return;
    this.scene.atlas = new Atlas(pictures, this.scene.labels, colours, paper, width, height);
    this.scene.atlas.look = look;
    for (const { near } of this.models) near.forEach((one) => (one.row = -1));
    this.need("ground", "read");
  }

  decoders() {
    const { parcels, blobs, models, activation } = this.data;
    const net = JSON.stringify([activation, models.map(({ widths }) => widths)]);
    const opened = this.open !== (parcels.weights !== "");
    this.open = parcels.weights !== "";
    this.find(".closed").hidden = this.open;
    if (!this.open) return opened;
    if (blobs.weights) {
      const all = floats(blobs.weights);
      let at = 0;
      this.models.forEach((model, i) => {
        const { widths } = models[i];
        const size = widths.slice(1).reduce((sum, units, k) => sum + units * (widths[k] + 1), 0);
        model.decoder = size ? new Decoder(widths, all.subarray(at, at + size), activation) : null;
        at += size;
      });
      const bytes = blobs.weights.byteLength, received = performance.now();
      Object.assign(this.weights, { fingerprint: parcels.weights, bytes, received, net });
    } else if (this.weights.net !== net) {
      for (const model of this.models) model.decoder = null;
      this.weights.fingerprint = null;
    }
    this.fetch();
    return opened || Boolean(blobs.weights);
  }

  // Wishes for what is missing. While a net trains its weights change with every update: then they
  // come about once a second, and more slowly the heavier they are.
  fetch() {
    clearTimeout(this.timer);
    if (!this.data || this.disposed) return;
    const { parcels } = this.data, { fingerprint, bytes, received } = this.weights, names = [];
    const stale = parcels.weights && parcels.weights !== fingerprint;
    const wait = received + Math.max(1000, (1000 * bytes) / BYTES_A_SECOND) - performance.now();
    const seen = this.visible && !document.hidden;
    if (seen && !albums.has(parcels.pictures)) names.push("pictures");
    if (seen && stale && wait <= 0) names.push("weights");
    this.wish(names);
    if (seen && (stale || names.length)) this.timer = setTimeout(() => this.fetch(), Math.max(wait, 1000));
  }
}
