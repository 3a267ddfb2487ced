// The digit reader: a picture under the reader's hand, and what the net of the moment makes of it.
import { listen, paint, touch } from "./boards.js";
import { Net } from "./net.js";
import { Tiles } from "./tiles.js";

const BYTES_A_SECOND = 5e5; // of weights, while a net trains
const LOUDEST = 32; // neurons that are seen until the reader asks for all
const NONE = { fingerprint: null, received: -Infinity, bytes: 0, net: null };
const TIMED = 200; // redraws whose time is remembered

// What a reader did, by the component's key: Streamlit may take it away and put a new one there.
const memories = new Map();
// Inflated test pictures, by fingerprint.
const albums = new Map();

const write = (node, text) => node.textContent === text || (node.textContent = text);
const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const floats = ({ buffer, byteOffset, byteLength }) => new Float32Array(buffer, byteOffset, byteLength / 4);
const signed = (number) => (number < 0 ? "−" : "+") + Math.abs(number).toFixed(2);
// Never more certain than it is: nothing short of 1 is 100 %.
const percent = (share) =>
  `${share < 1 && share >= 0.9995 ? "> 99.9" : share >= 0.995 ? (100 * share).toFixed(1) : Math.round(100 * share)} %`;
const loudest = (rows) => rows.reduce((most, row) => row.reduce((a, b) => Math.max(a, Math.abs(b)), most), 1e-9);
const make = (tag, css) => Object.assign(document.createElement(tag), { className: css ?? "" });

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export default function mount(place, key) {
  const reader = new Reader(place, key);
  return { update: (message, wish) => reader.update(message, wish), dispose: () => reader.dispose() };
}

class Reader {
  constructor(place, key) {
    this.root = place.querySelector(".reader");
    this.find = (selector) => this.root.querySelector(selector);
    if (!memories.has(key)) memories.set(key, { rubs: false, chosen: null, neuron: null, all: false, cursor: [0, 0], drawn: "", weights: NONE });
    this.memory = memories.get(key);
    this.timings = [];
    this.tiles = new Tiles(this.find(".tiles"), (j) => ((this.memory.neuron = this.memory.neuron === j ? null : j), this.need()));
    this.root.reader = this; // so that tests can look inside
    this.listen();
    this.watch = new IntersectionObserver(([entry]) => ((this.visible = entry.isIntersecting), this.fetch()));
    this.watch.observe(this.root);
  }

  dispose() {
    this.disposed = true;
    clearTimeout(this.timer);
    this.watch.disconnect();
  }

  // What arrives ------------------------------------------------------------------------------------

  update(message, wish) {
    Object.assign(this, { data: message, wish });
    const { memory } = this, { parcels, classes, hidden } = message;
    const about = JSON.stringify([parcels.pictures, classes]);
    if (memory.about !== about) Object.assign(memory, { about, picture: null, chosen: null, neuron: null });
    if (memory.neuron >= hidden) memory.neuron = null;
    this.build();
    this.receive();
    this.album();
    if (message.drawn && message.drawn !== memory.drawn) this.take(Float64Array.from(floats(message.blobs.drawn)), { kind: "drawn" });
    memory.drawn = message.drawn || memory.drawn;
    this.need();
  }

  receive() {
    const { parcels, blobs, hidden, classes, height, width, activation } = this.data;
    const shape = { pixels: height * width, hidden, classes: classes.length, activation };
    const about = JSON.stringify(shape);
    if (blobs.weights) {
      const net = new Net(shape, floats(blobs.weights));
      this.memory.weights = { about, net, fingerprint: parcels.weights, received: performance.now(), bytes: blobs.weights.byteLength };
    } else if (!parcels.weights || this.memory.weights.about !== about) this.memory.weights = NONE;
    this.net = this.memory.weights.net;
    this.fetch();
  }

  async album() {
    const fingerprint = this.data.parcels.pictures, bytes = this.data.blobs.pictures;
    if (bytes && !albums.has(fingerprint)) {
      if (albums.size > 3) albums.delete(albums.keys().next().value);
      albums.set(fingerprint, inflated(bytes));
    }
    if (!albums.has(fingerprint)) return;
    const pictures = await albums.get(fingerprint);
    if (this.disposed || fingerprint !== this.data.parcels.pictures) return;
    this.pictures = pictures;
    if (!this.memory.picture) this.open(Math.max(0, this.data.blobs.labels.indexOf(this.data.classes.length - 1)));
  }

  // Wishes for what is missing. While a net trains its weights change with every update: then they
  // come about once a second, and more slowly the heavier they are.
  fetch() {
    clearTimeout(this.timer);
    if (!this.data || this.disposed || !this.visible) return;
    const { parcels } = this.data, { fingerprint, bytes, received } = this.memory.weights, names = [];
    const stale = parcels.weights && parcels.weights !== fingerprint;
    const wait = received + Math.max(1000, (1000 * bytes) / BYTES_A_SECOND) - performance.now();
    if (!albums.has(parcels.pictures)) names.push("pictures");
    if (stale && wait <= 0) names.push("weights");
    this.wish(names);
    if (stale || names.length) this.timer = setTimeout(() => this.fetch(), Math.max(wait, 1000));
  }

  // Which picture -----------------------------------------------------------------------------------

  take(picture, from) {
    Object.assign(this.memory, { picture, from, original: picture.slice() });
    this.need();
  }

  open(row) {
    const { height, width, ink } = this.data, size = height * width;
    const pixels = this.pictures.subarray(row * size, (row + 1) * size);
    this.take(Float64Array.from(pixels, (level) => level / ink), { kind: "test", row });
  }

  // The next test picture, or the next that the net gets wrong.
  next(onlyMistakes) {
    const { labels, guesses } = this.data.blobs, { from } = this.memory, count = labels.length;
    if (!this.pictures) return;
    for (let i = 1, row = from.row ?? count - 1; i <= count; i++) {
      const at = (row + i) % count;
      if (!onlyMistakes || labels[at] !== guesses[at]) return this.open(at);
    }
  }

  shuffled() {
    const picture = this.memory.picture.slice();
    for (let i = picture.length - 1; i > 0; i--) {
      const j = Math.floor(Math.random() * (i + 1));
      [picture[i], picture[j]] = [picture[j], picture[i]];
    }
    this.take(picture, { ...this.memory.from, kind: "shuffled" });
  }

  // The reader's hand -------------------------------------------------------------------------------

  listen() {
    const { memory } = this, rub = (rubs) => ((memory.rubs = rubs), this.need());
    const acts = {
      pen: () => rub(false),
      rubber: () => rub(true),
      next: () => this.next(false),
      mistake: () => this.next(true),
      blank: () => this.take(new Float64Array(memory.picture.length), { ...memory.from, kind: "blank" }),
      shuffle: () => this.shuffled(),
      undo: () => this.take(memory.original.slice(), memory.from),
      all: () => ((memory.all = !memory.all), this.need()),
    };
    this.root.querySelectorAll("[data-do]").forEach((node) => (node.onclick = () => memory.picture && acts[node.dataset.do]()));
    listen(this.find(".paper .board"), () => this.data, {
      touched: (places) => this.touched(places, memory.rubs),
      moved: (place) => (memory.cursor = place),
      key: (step, name) => this.key(step, name),
    });
  }

  touched(places, rubs) {
    if (!this.memory.picture) return;
    for (const place of places) touch(this.memory.picture, this.data.width, place, rubs);
    this.need();
  }

  key(step, name) {
    const { cursor } = this.memory, { height, width } = this.data;
    if (step) this.memory.cursor = [(cursor[0] + step[0] + height) % height, (cursor[1] + step[1] + width) % width];
    else this.touched([cursor], this.memory.rubs || name === "Delete" || name === "Backspace");
    this.told = true; // from now on the square is read out
    this.need();
  }

  // An answer to explain; pressed once more, it is again the likeliest one.
  choose(c) {
    const { memory } = this, again = memory.chosen === c && memory.neuron === null;
    Object.assign(memory, { chosen: again ? null : c, neuron: null });
    this.need();
  }

  // What is seen ------------------------------------------------------------------------------------

  // The classes, of which there are as many as the net has.
  build() {
    const { classes } = this.data, rows = this.find(".bars");
    if (rows.dataset.of === classes.join()) return;
    rows.dataset.of = classes.join();
    rows.replaceChildren(...classes.map((name, c) => {
      const row = make("button", "answer"), track = make("span", "track");
      row.type = "button";
      row.append(Object.assign(make("b"), { textContent: name }), track, make("small"));
      track.append(make("i"));
      row.onclick = () => this.choose(c);
      return row;
    }));
  }

  need() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (!this.disposed) this.draw();
    });
  }

  draw() {
    const began = performance.now(), { data, memory, net } = this, { words } = data;
    this.root.querySelectorAll("[data-say]").forEach((node) => write(node, words[node.dataset.say]));
    this.find(".closed").hidden = data.parcels.weights !== "";
    this.root.classList.toggle("waits", !net || !memory.picture);
    this.root.style.setProperty("--for", `rgb(${data.sides[0]})`);
    this.root.style.setProperty("--against", `rgb(${data.sides[1]})`);
    this.root.style.setProperty("--across", data.width);
    this.root.style.setProperty("--down", data.height);
    if (memory.picture) this.paper();
    if (!net || !memory.picture) return;
    net.read(memory.picture);
    const c = memory.chosen ?? net.best;
    this.answers(c);
    this.hidden(c);
    memory.neuron === null ? this.spoke(c) : this.explain(memory.neuron, c);
    this.timings.push(performance.now() - began);
    if (this.timings.length > TIMED) this.timings.shift();
  }

  paper() {
    const { data, memory } = this, { words, classes, blobs } = data, { picture, original, from, cursor, rubs } = memory;
    const changed = picture.reduce((sum, ink, i) => sum + (ink !== original[i]), 0);
    const truth = classes[blobs.labels[from.row]], values = { number: (from.row ?? 0) + 1, truth, changed };
    const about = [fill(words[from.kind], values), changed ? fill(words.changed, values) : ""];
    const board = this.find(".paper .board"), [row, column] = cursor;
    paint(board.querySelector("canvas"), picture, data.width);
    board.setAttribute("aria-label", words.board);
    board.style.setProperty("--row", row);
    board.style.setProperty("--column", column);
    write(this.find(".about"), about.join(" "));
    const ink = Math.round(100 * picture[row * data.width + column]);
    if (this.told) write(this.find(".square"), fill(words.square, { row: row + 1, column: column + 1, ink }));
    this.find("[data-do=pen]").setAttribute("aria-pressed", !rubs);
    this.find("[data-do=rubber]").setAttribute("aria-pressed", rubs);
    const undo = this.find("[data-do=undo]");
    Object.assign(undo, { disabled: !changed, ariaLabel: words.undo, title: words.undo });
    this.find("[data-do=mistake]").disabled = !blobs.labels.some((label, i) => label !== blobs.guesses[i]);
  }

  answers(chosen) {
    const { data, net, memory } = this, { words, classes, blobs } = data, { from, picture, original } = memory;
    const share = percent(net.probability[net.best]);
    write(this.find(".verdict b"), classes[net.best]);
    write(this.find(".verdict span"), share);
    const label = blobs.labels[from.row], told = from.kind === "test" && picture.every((ink, i) => ink === original[i]);
    this.find(".truth").hidden = !told;
    if (told) write(this.find(".truth"), fill(words[label === net.best ? "right" : "wrong"], { truth: classes[label] }));
    this.find(".truth").dataset.right = label === net.best;
    [...this.find(".bars").children].forEach((row, c) => {
      const p = net.probability[c];
      row.querySelector("i").style.width = `${100 * p}%`;
      write(row.lastChild, percent(p));
      row.classList.toggle("best", c === net.best);
      row.setAttribute("aria-pressed", c === chosen);
      row.setAttribute("aria-label", fill(words.answer, { name: classes[c], share: percent(p), score: signed(net.score[c]) }));
    });
  }

  // The hidden neurons; of many those that are loudest about this class, until all are asked for.
  hidden(c) {
    const { net, data, memory } = this, { words, classes, width, sides, hidden } = data, name = classes[c];
    const votes = net.neuronVotes(c), most = loudest(classes.map((_, each) => net.neuronVotes(each)));
    const count = memory.all ? hidden : Math.min(hidden, LOUDEST), counts = { count: hidden, shown: Math.min(hidden, LOUDEST) };
    const label = (j) => fill(words.neuron, { number: j + 1, h: signed(net.h[j]), vote: signed(votes[j]), name });
    this.tiles.draw(net, votes, most, { count, held: memory.neuron, width, sides, label });
    const all = this.find("[data-do=all]");
    all.hidden = hidden <= LOUDEST;
    write(all, fill(memory.all ? words.show_loudest : words.show_all, counts));
    this.find(".hidden").classList.toggle("many", count > LOUDEST);
    write(this.find(".hidden h4"), fill(count < hidden ? words.loudest : words.hidden, counts));
    const bias = net.lastBias[c], score = net.score[c];
    write(this.find(".hidden .sum"), fill(words.hidden_sum, { ...counts, votes: signed(score - bias), bias: signed(bias), score: signed(score), name }));
  }

  // Which pixels spoke for and against a class, on one scale for all classes: a weak case looks weak.
  spoke(c) {
    const { net, data } = this, { words, classes } = data;
    const all = classes.map((_, each) => net.pixelVotes(each));
    this.votes(all[c], loudest(all), fill(words.votes, { name: classes[c] }), [words.for, words.against]);
    const values = { pixels: signed(net.score[c] - net.blank[c]), blank: signed(net.blank[c]), score: signed(net.score[c]) };
    write(this.find(".votes .sum"), fill(words.votes_sum, values));
  }

  // What each pixel adds to the sum of a neuron. That is not yet a vote: it depends on its weight.
  explain(j, c) {
    const { net, data } = this, { words, classes } = data;
    const most = loudest(Array.from({ length: net.hidden }, (_, each) => net.inputsOf(each)));
    this.votes(net.inputsOf(j), most, fill(words.inputs, { number: j + 1 }), [words.raises, words.lowers]);
    const h = net.h[j], weight = net.last[c * net.hidden + j], name = classes[c];
    const sum = { pixels: signed(net.z[j] - net.bias[j]), bias: signed(net.bias[j]), z: signed(net.z[j]), h: signed(h) };
    const vote = { weight: signed(weight), vote: signed(h * weight), name };
    const told = [fill(words.inputs_sum, { ...sum, ...vote }), h < 0 && weight < 0 ? fill(words.double_no, vote) : ""];
    write(this.find(".votes .sum"), told.join("\n").trim());
  }

  votes(values, most, title, legend) {
    const { data } = this, board = this.find(".votes .board");
    this.root.querySelectorAll(".legend span").forEach((node, side) => write(node, legend[side]));
    write(this.find(".votes h4"), title);
    paint(board.querySelector("canvas"), values.map((vote) => vote / most), data.width, data.sides);
    board.setAttribute("aria-label", title);
  }
}
