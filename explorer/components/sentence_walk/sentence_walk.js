// A sentence through the model in slow motion.
import { Walk, beats, halts, percent, unpacked, written } from "./numbers.js";
import { equations } from "./equations.js";
import { drawPath, make, named, strip } from "./strips.js";

const PACES = { slow: 2600, normal: 1300, fast: 500 }; // milliseconds a step
const STEPS = ["by_word", "in_detail"];
const SPREAD = 6; // what happens within a step is spread over so many parts of it
const FLIGHT = 450; // of a word that is fed back
const FIRST = 4; // numbers of a row that are written out
const KINDS = { ArrowLeft: "back", ArrowRight: "on", Home: "first", End: "last" };
const still = matchMedia("(prefers-reduced-motion: reduce)");
const write = (node, text) => node.textContent === text || (node.textContent = text);

// Where each walk stands, by key: Streamlit may take a drawing away and put a new one there.
const memories = new Map();
// What was drawn last, by key. A walk that stands still while a run goes on is only sent on demand.
const walks = (globalThis.sentenceWalks ??= new Map());

export default ({ data, parentElement, setStateValue }) => {
  const place = (parentElement.place ??= new Place(parentElement)), { key, past, parcels, wish, walk } = unpacked(data);
  const sent = past ? walk && new Uint8Array(walk.buffer, walk.byteOffset, walk.byteLength) : data;
  if (sent) walks.set(key, new Walk(sent));
  const known = walks.get(key), missing = past && known?.stamp !== parcels.walk;
  if (missing !== wish.length > 0) setStateValue("wish", missing ? ["walk"] : []);
  if (known) place.update(known, past);
  return () => (place.play(false), delete parentElement.place);
};

class Place {
  constructor(host) {
    this.find = (selector) => host.querySelector(selector);
    this.all = (selector) => [...host.querySelectorAll(selector)];
    this.root = this.find("figure");
    this.range = this.find("[type=range]");
    this.number = this.find("[type=number]");
    this.listen();
  }

  listen() {
    for (const button of this.all("[data-go]")) button.onclick = () => this.go(button.dataset.go);
    this.find(".play").onclick = () => this.play(!this.timer);
    this.range.oninput = () => (this.play(false), this.show(this.halts[+this.range.value]));
    this.find(".speed").onchange = ({ target }) => {
      this.memory.pace = target.value;
      if (this.timer) this.play(false), this.play(true);
    };
    this.find(".steps").onchange = ({ target }) => {
      this.memory.steps = target.value;
      this.halt();
      this.show(this.memory.step, true);
    };
    this.number.oninput = () => this.number.value && this.choose(+this.number.value - 1);
    this.find("details").ontoggle = ({ target }) => (this.memory.open = target.open);
    this.root.onkeydown = (event) => {
      if (!KINDS[event.key] || event.target.matches("input, select") || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.go(KINDS[event.key]);
    };
  }

  update(walk, past) {
    const fresh = this.walk?.print !== walk.print || this.walk?.words.encoder !== walk.words.encoder;
    this.memory = memories.get(walk.key) ?? { step: 0, unit: 0, pace: "normal", steps: STEPS[0], open: false };
    memories.set(walk.key, this.memory);
    if (this.memory.source !== walk.source) Object.assign(this.memory, { source: walk.source, step: 0 });
    this.walk = walk;
    this.root.classList.toggle("past", past);
    if (!fresh) return;
    this.beats = beats(walk);
    this.halt();
    this.label();
    this.build();
    this.find("details").open = this.memory.open;
    this.show(Math.min(this.memory.step, this.beats.length - 1), true);
  }

  halt() {
    this.halts = halts(this.beats, this.memory.steps === "in_detail");
    this.range.max = this.halts.length - 1;
    this.root.dataset.steps = this.memory.steps;
  }

  // Which of the halts a step belongs to: the next one.
  place(step) {
    return this.halts.findIndex((halt) => halt >= step);
  }

  label() {
    const { words } = this.walk;
    for (const node of this.all("[data-say]")) write(node, words[node.dataset.say]);
    for (const button of this.all("[data-go]")) button.ariaLabel = button.title = words["go_" + button.dataset.go];
    for (const [css, names, chosen] of [["speed", Object.keys(PACES), "pace"], ["steps", STEPS, "steps"]]) {
      const select = this.find("." + css);
      select.replaceChildren(...names.map((value) => Object.assign(make("option", "", words[value]), { value })));
      select.value = this.memory[chosen];
    }
    this.root.ariaLabel = words.title;
    this.root.dataset.cell = this.walk.cell;
    this.range.ariaLabel = words.slider;
    this.number.max = this.walk.units;
    write(this.find(".journey .note"), words.explained);
  }

  // The rows: one for each word read or said. A part knows the step at which it comes about.
  build() {
    const { walk, beats } = this, { words, reads, writes } = walk;
    this.when = (kind, r) => beats.findIndex((beat) => beat.kind === kind && beat.r === r);
    const part = (node, at) => ((node.dataset.at = at), node);
    const state = (r, at, label) => {
      const button = part(make("button", "state"), at);
      button.type = "button";
      button.ariaLabel = label;
      button.append(strip(walk.hidden(r)));
      button.onclick = (event) => this.enter(r, at, event, button);
      return button;
    };
    const row = (r, word, id, at, out) => {
      const line = make("div", "row"), token = part(make("span", "token"), at[0]);
      token.append(named(word), make("small", "", `${id}`));
      const embedding = part(make("span", "embedding"), at[1]);
      embedding.append(strip(walk.embedding(r)));
      line.append(token, embedding, state(r, at[2], this.filled("open", { word })), part(out, at[3]));
      return line;
    };
    this.find(".reading").replaceChildren(...reads.map(({ word, id, answer }, r) => {
      const [token, embedding, at] = ["token", "embedding", "state"].map((kind) => this.when(kind, r));
      const out = make("span", "out thought");
      out.append(make("small", "", words.so_far), named(answer || "–"));
      return row(r, word, id, [token, embedding, at, at], out);
    }));
    const middle = make("div", "row wide"), context = this.when("context", reads.length - 1);
    middle.append(part(strip(walk.hidden(reads.length - 1), "vector"), context));
    this.find(".middle").replaceChildren(middle);
    this.find(".writing").replaceChildren(...writes.map(({ word, id, chosen, p }, t) => {
      const r = reads.length + t, [fed, at, choose] = ["fed", "state", "choose"].map((kind) => this.when(kind, r));
      const out = make("span", "out");
      out.append(make("b", "", "→"), named(chosen), make("small", "", percent(p)));
      return row(r, word, id, [fed, fed, at, choose], out);
    }));
    this.parts = this.all("[data-at]");
  }

  filled(key, values = {}) {
    return this.walk.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }

  go(where) {
    this.play(false);
    const last = this.halts.length - 1, at = this.place(this.memory.step);
    const half = this.beats.findIndex((beat) => beat.half === where);
    this.show(half < 0 ? this.halts[{ first: 0, back: Math.max(0, at - 1), on: Math.min(last, at + 1), last }[where]] : half);
  }

  play(on) {
    clearInterval(this.timer);
    const ended = () => this.memory.step === this.beats.length - 1;
    this.timer = on && setInterval(() => {
      this.show(this.memory.step + 1);
      if (ended()) this.play(false);
    }, PACES[this.memory.pace]);
    const button = this.find(".play");
    if (on && ended()) this.show(0);
    write(button, on ? `❚❚ ${this.walk.words.pause}` : `▶ ${this.walk.words.play}`);
  }

  // The halt that `step` belongs to. What happens since the one before lights up, one after the other.
  show(step, quiet = false) {
    const { beats, halts, memory } = this, at = this.place(step), since = halts[at - 1] ?? -1;
    const onwards = at === this.place(memory.step) + 1, beat = beats[halts[at]];
    memory.step = step = halts[at];
    if (!this.timer) this.play(false);
    this.range.value = at;
    const told = this.told(beat), caption = this.find(".caption");
    this.range.ariaValueText = told;
    caption.replaceChildren(make("b", "", this.filled("step", { n: at + 1, of: halts.length })), " ", told);
    for (const node of this.parts) {
      const when = +node.dataset.at, now = when > since && when <= step;
      const late = now && onwards && !quiet && !still.matches ? (when - since - 1) * PACES[memory.pace] / SPREAD : 0;
      node.style.setProperty("--late", `${Math.round(late)}ms`);
      node.classList.toggle("on", when <= step);
      node.classList.toggle("now", now);
    }
    for (const node of this.all(".jump")) node.ariaCurrent = node.dataset.go === beat.half ? "step" : null;
    this.look(beat);
    const { reads } = this.walk, read = beat.half === "enc" ? beat.r + (beat.kind === "state") : reads.length;
    drawPath(this.find("svg"), this.walk, read);
    this.find("svg").ariaLabel = this.filled("path_alt", { count: read, of: reads.length });
    this.inside();
    if (onwards && !quiet && beat.t && beats[since + 1].kind === "fed") this.feed(beat.t);
  }

  // What happens at a step, in a sentence.
  told({ kind, r, t, half }) {
    const { walk } = this, row = walk.rows[r], more = kind === "fed" && t ? "_back" : kind === "state" && half === "dec" ? "_dec" : "";
    const end = kind === "choose" && t === walk.writes.length - 1 ? (walk.ended ? "_end" : "_cut") : "";
    const most = row.attention && walk.sources[row.attention.indexOf(Math.max(...row.attention))];
    return this.filled(kind === "context" ? "context_told" : kind + more + end, {
      word: row.word, id: row.id, size: walk.embed, units: walk.units, jump: row.jump?.toFixed(2),
      n: r + 1, count: walk.reads.length, numbers: walk.width, answer: kind === "state" ? row.answer || "–" : row.so_far,
      choices: walk.choices, best: row.top?.[0][0], share: row.top && percent(row.top[0][1]), chosen: row.chosen,
      most, attention: row.attention && percent(Math.max(...row.attention)),
    });
  }

  // The present step, large.
  look({ kind, r, half }) {
    const { walk } = this, { words } = walk, row = walk.rows[r], lens = this.find(".lens");
    const numbers = (values) => [...values.slice(0, FIRST)].map((x) => written(x, 2)).join(", ") + (values.length > FIRST ? ", …" : "");
    const line = (label, ...what) => {
      const node = make("div", "line");
      node.append(make("span", "label", label), ...what);
      return node;
    };
    const values = (label, some) => line(label, strip(some), make("small", "", numbers(some)));
    const bars = (pairs) => pairs.map(([word, p], i) => {
      const node = make("div", "bar" + (i ? "" : " best")), bar = make("i");
      bar.style.width = 100 * p + "%";
      const track = make("span", "track");
      track.append(bar);
      node.append(named(word), track, make("small", "", percent(p)));
      return node;
    });
    const chip = (word, id) => {
      const node = make("p", "chips");
      node.append(named(word, "chip"), "→", make("b", "id", `${id}`));
      return node;
    };
    const cell = () => [
      values(words.given_x, walk.embedding(r)), values(words.given_h, walk.hidden(r, walk.before)),
      ...(walk.cell === "lstm" ? [values(words.given_c, walk.memory(r, walk.before))] : []),
      ...walk.names.length > 1 ? walk.names.map((name, g) => values(words["gate_" + name], walk.gate(r, g))) : [],
      ...(walk.cell === "lstm" ? [values(words.made_c, walk.memory(r))] : []), values(words.made_h, walk.hidden(r)),
    ];
    const views = {
      token: () => [chip(row.word, row.id)],
      embedding: () => [chip(row.word, row.id), values(words.row, walk.embedding(r))],
      state: cell,
      context: () => [values("h", walk.hidden(r)), ...(walk.cell === "lstm" ? [values("c", walk.memory(r))] : [])],
      fed: () => [chip(row.word, row.id), values(words.row, walk.embedding(r))],
      attention: () => bars(walk.sources.map((word, s) => [word, row.attention[s]])),
      guess: () => bars(row.top),
      choose: () => bars(row.top),
    };
    lens.className = `lens ${half}`;
    lens.dataset.kind = kind;
    lens.replaceChildren(make("h4", "", words["lens_" + kind]), ...views[kind]());
  }

  // A click on a state: its step, the unit under the pointer, and the equations.
  enter(r, at, event, button) {
    const box = button.getBoundingClientRect();
    if (event.detail) this.memory.unit = Math.min(this.walk.units - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * this.walk.units)));
    this.play(false);
    this.find("details").open = this.memory.open = true;
    this.show(at);
  }

  choose(unit) {
    this.memory.unit = Math.min(this.walk.units - 1, Math.max(0, Math.round(unit)));
    this.inside();
  }

  // The equations of one unit in the cell of the present step, or of the one before it.
  inside() {
    const { walk, memory } = this, { words } = walk, beat = this.beats[memory.step];
    memory.unit = Math.min(memory.unit, walk.units - 1);
    if (document.activeElement !== this.number || +this.number.value !== memory.unit + 1) this.number.value = memory.unit + 1;
    write(this.find(".where"), this.filled(beat.half === "dec" ? "where_dec" : "where", { word: walk.rows[beat.r].word, unit: memory.unit + 1 }));
    this.find(".laws").replaceChildren(...equations(walk.unit(beat.r, memory.unit)).map((law) => {
      const block = make("div", "law");
      const first = make("p", "abstract");
      first.append(make("b", "", law.symbol), ` = ${law.law}`);
      const filled = law.filled.map((text) => make("p", "", `= ${text}`));
      const value = make("p", "value", `= ${written(law.value)}`);
      value.dataset.value = law.value;
      block.append(make("h5", "", words["law_" + law.name]), first, ...filled, value);
      block.dataset.law = law.name;
      return block;
    }));
    for (const node of this.all(".state")) {
      node.style.setProperty("--unit", `${((memory.unit + 0.5) / walk.units) * 100}%`);
    }
  }

  // The chosen word flies back to the beginning of the next row.
  feed(t) {
    if (still.matches) return;
    const rows = this.all(".writing .row"), from = rows[t - 1].querySelector(".out bdi"), to = rows[t].querySelector(".token bdi");
    const [a, b] = [from, to].map((node) => node.getBoundingClientRect());
    to.animate([{ transform: `translate(${a.left - b.left}px, ${a.top - b.top}px)` }, { transform: "none" }], { duration: FLIGHT, easing: "ease-in-out" });
  }
}
