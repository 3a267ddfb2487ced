// One neuron: clues, wires, a sum, a criterion, a lamp. First the criterion moves, then weights do.
import { ACTIVATIONS } from "../shared/activations.js";
import { Course, conflict, says, terms, total } from "./perceptron.js";
import { CURVES, brightness, curvePath, outputs, precise, reach, rows, signed, written } from "./plot.js";

const PACE = 1500; // milliseconds a beat
const SHOWN = 14; // lessons of the history
const ASIDE = 27; // pixels from the line to the middle of a chip beside it
const BOUNDS = { weight: [-5, 5], bias: [-10, 10], criterion: [-1, 4] };
const CELLS = { from: -1.25, wide: 5.5 }; // the axis of whole sums, 0…4, each a cell to the left of its number
const SVG = "http://www.w3.org/2000/svg";
const write = (node, text) => node.textContent === text || (node.textContent = text);
const make = (tag, css = "", text = "") => Object.assign(document.createElement(tag), { className: css, textContent: text });
const clamp = (low, value, high) => Math.min(high, Math.max(low, value));

// What each reader's neuron has been through, by key: Streamlit may put a new drawing in place of one.
const memories = (globalThis.neurons ??= new Map());

export default ({ data, parentElement, setStateValue }) => {
  const board = (parentElement.board ??= new Board(parentElement));
  board.update(data, setStateValue);
  return () => (board.play(false), delete parentElement.board);
};

class Board {
  constructor(host) {
    this.find = (selector) => host.querySelector(selector);
    this.all = (selector) => [...host.querySelectorAll(selector)];
    this.root = this.find("section");
  }

  update(data, tell) {
    this.report = tell;
    if (!this.data) {
      this.data = data;
      if (!memories.has(data.key)) memories.set(data.key, { act: "criterion", set: "dogs", curve: "step", courses: {} });
      this.memory = memories.get(data.key);
      this.build();
      this.listen();
    }
    this.data = data;
    this.label();
    this.draw();
  }

  get set() {
    return this.memory.act === "criterion" ? "dogs" : this.memory.set;
  }

  get course() {
    const { act, courses } = this.memory;
    return (courses[act + this.set] ??= new Course(this.data.tables[this.set], act, this.data.start));
  }

  // A case of the course in the words of now; none for the reader's own clues.
  named(place) {
    const { name } = this.course.cases[place] ?? {};
    return name && this.data.tables[this.set].find((one) => one.name === name);
  }

  say(key, values = {}) {
    return this.data.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }

  // The answers of this table: "dog" and "no dog", or "yes" and "no".
  answer(y) {
    return this.say(`${this.set}_${y ? "yes" : "no"}`);
  }

  build() {
    const line = (i) => {
      const row = make("div", "clue" + (i < 0 ? " bias late" : "")), name = make(i < 0 ? "span" : "button", "name");
      if (i >= 0) name.type = "button";
      name.append(make("span"), make("b"));
      const weight = make("label", "weight late"), range = Object.assign(make("input"), { type: "range", step: 0.1 });
      [range.min, range.max] = BOUNDS[i < 0 ? "bias" : "weight"];
      weight.append(make("output", "w"), range, make("output", "wx"));
      row.append(name, weight);
      return row;
    };
    this.clues = this.data.clues.map((_, i) => line(i));
    this.bias = line(-1);
    this.find(".clues").append(...this.clues, this.bias);
    this.wires = [...this.clues, this.bias].map(() => ["wire", "flow"].map((css) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", css);
      this.find(".wires").append(path);
      return path;
    }));
    this.bars = [...this.clues, this.bias].map(() => {
      const bar = make("i", "sum");
      bar.append(make("span"));
      return bar;
    });
    this.find(".sums").append(...this.bars);
    this.find(".curves").append(...CURVES.map((curve) => {
      const button = Object.assign(make("button"), { type: "button" });
      button.dataset.curve = curve;
      return button;
    }));
  }

  // What may change by hand, and then everything is drawn anew.
  listen() {
    const change = (act, live = false) => {
      this.play(false);
      this.root.classList.toggle("live", live);
      act();
      this.draw();
    };
    const neuron = (weights, bias) => this.course.set({ weights, bias });
    this.clues.forEach((row, i) => {
      row.firstChild.onclick = () => change(() => this.course.show(this.course.x.map((on, j) => (j === i ? 1 - on : on))));
      row.querySelector("input").oninput = ({ target }) =>
        change(() => neuron(this.course.neuron.weights.map((w, j) => (j === i ? +target.value : w)), this.course.neuron.bias), true);
    });
    this.bias.querySelector("input").oninput = ({ target }) => change(() => neuron(this.course.neuron.weights, +target.value), true);
    this.find(".flag input").oninput = ({ target }) => change(() => neuron(this.course.neuron.weights, -target.value));
    for (const button of this.all("[data-act]")) button.onclick = () => change(() => (this.memory.act = button.dataset.act));
    for (const button of this.all("[data-set]")) button.onclick = () => change(() => (this.memory.set = button.dataset.set));
    for (const button of this.all("[data-curve]")) button.onclick = () => change(() => (this.memory.curve = button.dataset.curve));
    for (const button of this.all("[data-tell]")) button.onclick = () => change(() => this.course.tell(+button.dataset.tell));
    const goes = {
      back: () => change(() => this.course.back()),
      on: () => change(() => this.course.on()),
      over: () => change(() => this.restart()),
      shuffle: () => change(() => this.restart(true)),
      play: () => this.play(!this.timer),
    };
    for (const button of this.all("[data-go]")) button.onclick = goes[button.dataset.go];
    this.hold(neuron, change);
  }

  // The criterion follows the pointer.
  hold(neuron, change) {
    const axis = this.find(".axis"), sums = this.find(".sums");
    const follow = ({ clientX }) => {
      const box = axis.getBoundingClientRect(), [low, high] = BOUNDS.criterion;
      const criterion = clamp(low, Math.round(CELLS.from + (CELLS.wide * (clientX - box.left)) / box.width), high);
      if (criterion !== -this.course.neuron.bias) change(() => neuron(this.course.neuron.weights, -criterion));
    };
    for (const handle of [sums, this.find(".flag")]) {
      handle.onpointerdown = (event) => {
        if (this.memory.act !== "criterion") return;
        handle.setPointerCapture(event.pointerId);
        this.find(".flag input").focus({ preventScroll: true });
        event.preventDefault();
        if (handle === sums) follow(event);
      };
      handle.onpointermove = (event) => handle.hasPointerCapture(event.pointerId) && follow(event);
    }
  }

  restart(shuffled = false) {
    const { act, courses } = this.memory, cases = [...this.data.tables[this.set]];
    for (let i = cases.length - 1; shuffled && i > 0; i--) {
      const j = Math.floor(Math.random() * (i + 1));
      [cases[i], cases[j]] = [cases[j], cases[i]];
    }
    courses[act + this.set] = new Course(cases, act, this.data.start);
  }

  get ended() {
    return Boolean(this.course.told && (this.course.solved || this.course.circle));
  }

  play(on) {
    clearInterval(this.timer);
    this.timer = null;
    if (on) {
      this.root.classList.remove("live");
      if (this.ended) this.restart();
      else this.course.on();
      this.draw();
      this.timer = setInterval(() => {
        if (!this.root.isConnected) return this.play(false);
        this.course.on();
        if (this.ended) this.play(false);
        this.draw();
      }, PACE);
    }
    this.transport();
  }

  transport() {
    const { told } = this.course, on = this.find(".on");
    write(this.find(".play"), this.timer ? `❚❚ ${this.say("pause")}` : `▶ ${this.say("play")}`);
    write(on, this.say(told || this.course.place !== this.course.due ? "go_next" : `${this.set}_truth`) + " →");
  }

  // Words that stand whatever happens.
  label() {
    const { words } = this.data;
    for (const node of this.all("[data-say]")) write(node, words[node.dataset.say]);
    this.root.ariaLabel = words.title;
    const back = this.find("[data-go=back]");
    back.ariaLabel = back.title = words.go_back;
    this.data.clues.forEach((clue, i) => {
      write(this.clues[i].querySelector(".name span"), clue);
      this.clues[i].querySelector("input").ariaLabel = this.say("weight_of", { clue });
    });
    write(this.bias.querySelector(".name span"), words.bias);
    this.bias.querySelector("input").ariaLabel = words.bias;
    this.find(".flag input").ariaLabel = words.criterion;
    for (const button of this.all("[data-curve]")) write(button, words[button.dataset.curve]);
  }

  draw() {
    const { memory, course, root } = this, { act, curve } = memory, { neuron, x } = course;
    root.dataset.now = act;
    for (const [name, value] of [["act", act], ["set", this.set], ["curve", curve]])
      for (const button of this.all(`.bar [data-${name}]`)) button.ariaPressed = button.dataset[name] === value;
    for (const y of [0, 1]) write(this.find(`[data-tell="${y}"]`), this.say(`${this.set}_told_${y ? "yes" : "no"}`));
    const rule = this.find(".rule");
    rule.hidden = this.set === "dogs";
    write(rule, this.say("rule"));
    this.z = total(neuron, x);
    this.y = ACTIVATIONS[act === "weights" ? curve : "step"](this.z);
    this.drawScene();
    this.drawAxis();
    this.drawLaws();
    this.drawHistory();
    this.transport();
    this.speak();
    if (act === "weights" && this.set === "dogs" && course.learnt && !memory.learnt) {
      memory.learnt = true;
      this.report("learnt", true);
    }
  }

  drawScene() {
    const { course, z } = this, { neuron, x } = course, late = this.memory.act === "weights", one = this.named(course.place);
    write(this.find(".face"), one ? one.emoji : "✋");
    write(this.find(".animal strong"), one ? one.label : this.say("own"));
    write(this.find(".animal small"), one ? one.seen : this.say("own_seen"));
    const { told } = course, before = told && [...told.before.weights, told.before.bias];
    const ws = [...neuron.weights, neuron.bias], on = [...x, 1], n = late ? ws.length : x.length;
    [...this.clues, this.bias].forEach((row, i) => {
      const name = row.querySelector(".name"), range = row.querySelector("input");
      row.classList.toggle("lit", !!on[i]);
      write(name.querySelector("b"), `${on[i]}`);
      if (i < x.length) name.ariaPressed = !!x[i];
      range.value = ws[i];
      range.ariaValueText = written(ws[i]);
      const w = row.querySelector(".w"), step = before ? Math.sign(ws[i] - before[i]) : 0;
      write(w, written(ws[i]));
      w.toggleAttribute("data-moved", !!step);
      if (step) w.dataset.moved = step > 0 ? "▲" : "▼";
      write(row.querySelector(".wx"), i < x.length ? `· ${x[i]} = ${written(ws[i] * x[i])}` : "");
    });
    this.find(".wires").setAttribute("viewBox", `0 0 100 ${100 * n}`);
    this.wires.forEach((paths, i) => paths.forEach((path) => {
      const from = 100 * (i + 0.5), to = 50 * n;
      path.setAttribute("d", i < n ? `M0 ${from}C55 ${from} 45 ${to} 100 ${to}` : "");
      path.classList.toggle("lit", !!on[i] && !!ws[i]);
      path.classList.toggle("minus", ws[i] < 0);
      path.style.strokeWidth = 1.5 + (late ? 2.3 * Math.min(4, Math.abs(ws[i])) : 3);
    }));
    const [above, value, below] = this.find(".cell").children;
    write(above, late ? "z" : this.say("sum"));
    write(value, written(late ? z : z - neuron.bias));
    write(below, late ? (z > 0 ? "> 0" : "≤ 0") : `${z > 0 ? ">" : "≤"} ${written(-neuron.bias)}`);
    const lamp = this.find(".lamp"), said = this.answer(says(neuron, x)), y = `y = ${precise(this.y)}`;
    lamp.style.setProperty("--lit", brightness(late ? this.memory.curve : "step", z));
    write(lamp.children[1], this.say("quoted", { answer: said }));
    write(lamp.children[2], y);
    lamp.ariaLabel = `${this.say("says", { answer: said })} ${y}`;
  }

  // Above: how the sum comes about. Below: where each of the animals lies.
  drawAxis() {
    const { course, z } = this, { neuron, x } = course, late = this.memory.act === "weights", { curve } = this.memory;
    const parts = late ? [...terms(neuron, x), neuron.bias] : terms(neuron, x);
    const stops = parts.reduce((list, part) => [...list, list.at(-1) + part], [0]);
    const zs = course.cases.map((one) => total(neuron, one.x)), r = reach([...stops, ...zs]);
    const at = (v) => (late ? 50 + (50 * v) / r : (100 * (v - CELLS.from)) / CELLS.wide);
    const left = (node, v) => (node.style.left = `${at(v)}%`);
    this.bars.forEach((bar, i) => {
      const part = parts[i] ?? 0, name = this.data.clues[i] ?? this.say("bias_short");
      const [low, high] = [stops[i] ?? 0, stops[i + 1] ?? 0].sort((a, b) => a - b);
      const before = low + high < 0 ? at(low) > 32 : at(high) > 68; // the side where its name stands
      left(bar, low);
      bar.style.width = `${at(Math.abs(part)) - at(0)}%`;
      bar.className = `sum${part < 0 ? " minus" : ""}${part ? "" : " none"}${before ? " before" : ""}`;
      write(bar.firstChild, late ? `${name} ${signed(part)}` : name);
    });
    const edge = late ? 0 : -neuron.bias;
    left(this.find(".hurdle"), edge);
    this.find(".flag").style.setProperty("--at", `${at(edge)}%`);
    left(this.find(".side"), edge);
    write(this.find(".flag span"), late ? "0" : `${this.say("criterion")} ${written(edge)}`);
    Object.assign(this.find(".flag input"), { value: edge, disabled: late, ariaValueText: written(edge) });
    write(this.find(".axis .no"), this.answer(0));
    write(this.find(".axis .yes"), this.answer(1));
    const numbers = late ? [-r, -r / 2, r / 2, r] : [0, 1, 2, 3, 4];
    this.find(".ticks").replaceChildren(...numbers.map((v) => {
      const tick = make("small", "", written(v));
      left(tick, late ? clamp(-0.94 * r, v, 0.94 * r) : v - 0.5);
      return tick;
    }));
    this.drawChips(course.cases.map((one, i) => at(late ? zs[i] : zs[i] - neuron.bias - 0.5)), zs);
    if (late) this.drawCurve(at, r, curve, z);
    write(this.find(".score"), this.say(late ? "score_weights" : "score_criterion", { right: course.right, of: course.cases.length }));
  }

  drawChips(places, zs) {
    const { course } = this, box = this.find(".chips"), wide = box.clientWidth || 700;
    if (this.chipsOf !== course.cases || this.chips.length !== course.cases.length) {
      this.chipsOf = course.cases;
      this.chips = course.cases.map((_, i) => {
        const chip = Object.assign(make("button", "chip"), { type: "button" });
        chip.onclick = () => (this.play(false), course.meet(i), this.draw());
        chip.append(make("span"), make("b"));
        return chip;
      });
      box.replaceChildren(...this.chips);
    }
    const late = this.memory.act === "weights";
    // A sum of 0 is not greater than 0: what lies on the line stands on the side of no.
    const found = rows(places.map((place, i) => (late && !zs[i] ? place - (100 * ASIDE) / wide : place)), (100 * 46) / wide);
    box.style.setProperty("--rows", Math.max(...found) + 1);
    this.chips.forEach((chip, i) => {
      const one = this.named(i), right = +(zs[i] > 0) === one.truth;
      chip.style.left = `calc(${places[i]}%${late && !zs[i] ? ` - ${ASIDE}px` : ""})`;
      chip.style.setProperty("--row", found[i]);
      chip.classList.toggle("wrong", !right);
      chip.ariaCurrent = course.place === i;
      write(chip.firstChild, one.emoji);
      write(chip.lastChild, right ? "✓" : "✗");
      chip.ariaLabel = chip.title = `${one.label}: ${this.say("says", { answer: this.answer(zs[i] > 0) })} ${this.say(right ? "right" : "wrong")}`;
    });
  }

  drawCurve(at, r, curve, z) {
    const { low, high, marks } = outputs(curve, r), up = (y) => `${100 - (100 * (y - low)) / (high - low)}%`;
    const [svg, labels, plumb, dot, value] = this.find(".curve").children;
    svg.lastChild.setAttribute("d", curvePath(curve, r));
    svg.ariaLabel = this.say("curve_alt", { curve: this.say(curve) });
    labels.replaceChildren(...marks.map((y) => {
      const mark = make("small", "", written(y));
      mark.style.top = up(y);
      return mark;
    }));
    for (const node of [plumb, dot, value]) node.style.left = `${at(z)}%`;
    dot.style.top = value.style.top = plumb.style.height = up(this.y);
    value.className = at(z) > 60 ? "before" : "";
    write(value, `y = ${precise(this.y)}`);
  }

  // The law, and the same with its numbers.
  drawLaws() {
    const { course, z } = this, { neuron, x } = course, late = this.memory.act === "weights", [law, filled] = this.all(".law");
    const factor = (w) => (w < 0 ? `(${written(w)})` : written(w));
    if (late) {
      const name = this.say(this.memory.curve), bias = `${neuron.bias < 0 ? "−" : "+"} ${written(Math.abs(neuron.bias))}`;
      write(law, `z = w₁·x₁ + w₂·x₂ + w₃·x₃ + w₄·x₄ + b,   y = ${name}(z)`);
      write(filled, `z = ${neuron.weights.map((w, i) => `${factor(w)}·${x[i]}`).join(" + ")} ${bias} = ${written(z)},   y = ${name}(${written(z)}) = ${precise(this.y)}`);
    } else {
      const criterion = written(-neuron.bias);
      write(law, this.say("law", { yes: this.answer(1) }));
      write(filled, `${x.join(" + ")} = ${written(z - neuron.bias)} ${z > 0 ? ">" : "≤"} ${criterion}`);
    }
    write(this.find(".note"), this.say(late ? "note_weights" : "note_criterion"));
  }

  drawHistory() {
    const { lessons } = this.course, late = this.memory.act === "weights";
    this.find(".history").replaceChildren(...lessons.slice(-SHOWN).map((lesson) => {
      const { x, place, said, truth, before, after } = lesson, one = this.named(place), right = said === truth;
      const item = make("li", right ? "" : "wrong"), z = total(before, x);
      const sum = late ? `z = ${written(z)}` : `${written(z - before.bias)} ${said ? ">" : "≤"} ${written(-before.bias)}`;
      item.append(make("span", "face", one ? one.emoji : "✋"), make("b", "mark", right ? "✓" : "✗"), make("span", "", sum), make("small", "", this.say("quoted", { answer: this.answer(said) })));
      if (!right) item.append(make("strong", "", `${written(-before.bias)} → ${written(-after.bias)}`));
      item.title = [one?.label ?? this.say("own"), this.say("says", { answer: this.answer(said) }), this.say(`${this.set}_told_${truth ? "yes" : "no"}`)].join(" · ");
      return item;
    }));
    this.root.classList.toggle("fresh", !lessons.length);
  }

  // What happened in this beat, and what has come of it all.
  speak() {
    const { course } = this, { neuron, x, told } = course, late = this.memory.act === "weights";
    const sum = written(this.z - neuron.bias), criterion = written(-neuron.bias), caption = this.find(".caption");
    let text = this.say(`${late ? "z" : "sum"}_${this.z > 0 ? "above" : "below"}`, { sum, criterion, z: written(this.z), answer: this.answer(says(neuron, x)) });
    let move = "";
    if (told) {
      const wrong = told.said !== told.truth, up = told.truth > told.said;
      text = this.say(`${this.set}_told_${told.truth ? "yes" : "no"}`) + " " + this.say(wrong ? (late ? (up ? "moved_up" : "moved_down") : "moved") : "stays");
      if (wrong) move = `${written(-told.before.bias)} → ${written(-told.after.bias)}`;
    }
    const shown = [make("span", "", text), ...(move ? [make("strong", "move", late ? `${this.say("criterion")} ${move}` : move)] : [])];
    if (caption.textContent !== shown.map((node) => node.textContent).join("")) caption.replaceChildren(...shown);
    this.root.classList.toggle("moved", Boolean(move));
    write(this.find(".verdict span"), this.outcome() ?? "");
    this.find(".verdict").hidden = !this.outcome();
    this.find(".verdict button").hidden = late;
  }

  outcome() {
    const { course } = this, { act } = this.memory, { lessons } = course;
    const values = { of: course.cases.length, lessons: course.needed, mistakes: course.mistakes };
    if (course.solved) return this.say(course.learnt ? "learnt" : "by_hand", values);
    if (act === "criterion") {
      const found = conflict(course.cases.map((one, place) => ({ ...one, place })).filter(({ place }) => lessons.some((told) => told.place === place)), course.neuron);
      return found && this.say("no_criterion", { low: this.named(found.low.place).label, low_sum: found.low.sum, high: this.named(found.high.place).label, high_sum: found.high.sum });
    }
    const circle = course.circle;
    return circle && this.say(circle.then ? "circle" : "circle_start", circle);
  }
}
