// Four optimisers race down one surface, from where the reader points.
import { throws, turned } from "./surfaces.js";
import { podium, raced, tuned } from "./judge.js";
import { SHAPES } from "./map.js";
import { program } from "./program.js";
import { Scene, make, write } from "./scene.js";

const PACES = { slow: 22, normal: 10, fast: 4 }; // seconds a race
const EASE = 1.7; // the first steps are the long ones: a race begins slowly
const RESTING = 400; // milliseconds after an arrow key until the race starts
const TAP = 12; // pixels of the page
const NUDGE = 0.02; // of the map's width, for an arrow key
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const still = matchMedia("(prefers-reduced-motion: reduce)");
const rounded = (x) => Math.round(x * 1000) / 1000;

// What the reader has set, by key: Streamlit may take a drawing away and put a new one there.
const memories = new Map();

export default ({ data, parentElement }) => {
  const place = (parentElement.place ??= new Place(parentElement));
  place.update(data);
  return () => (place.dispose(), delete parentElement.place);
};

class Place extends Scene {
  constructor(host) {
    super(host);
    this.resizing = new ResizeObserver(() => this.need());
    this.resizing.observe(this.root);
    // The first race waits until it is seen, and none goes on unseen.
    this.watching = new IntersectionObserver(([entry]) => ((this.seen = entry.isIntersecting), this.need()), { threshold: 0.4 });
    this.watching.observe(this.map);
    this.listen();
  }

  dispose() {
    this.resizing.disconnect();
    this.watching.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.resting);
    this.gone = true;
  }

  listen() {
    const { map } = this;
    // A mouse or a pen drags the start along. A finger may only want to scroll the page: it sets the
    // start where it is lifted, if it has hardly moved.
    let down;
    const points = (event) => event.pointerType !== "touch" && this.point(event);
    map.onpointerdown = (event) => {
      if (event.button) return;
      down = event;
      map.setPointerCapture(event.pointerId);
      map.focus({ preventScroll: true });
      event.preventDefault();
      points(event);
    };
    map.onpointermove = (event) => down && points(event);
    map.onpointerup = (event) => {
      const far = down && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY);
      if (down && (event.pointerType !== "touch" || far < TAP)) (this.point(event), this.begin());
      down = null;
    };
    map.onpointercancel = () => (down = null);
    map.onkeydown = (event) => {
      const way = KEYS[event.key];
      if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const [left, right] = this.place.box, by = NUDGE * (right - left) * (event.shiftKey ? 0.1 : 1);
      this.from(this.memory.start.map((x, i) => x + by * way[i]));
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.begin(), RESTING);
    };
    for (const button of this.all("[data-go]")) button.onclick = () => this[button.dataset.go](button);
    this.find(".play").onclick = () => this.play();
    this.find(".speed").onchange = ({ target }) => (this.memory.pace = target.value);
    this.find(".when").oninput = ({ target }) => this.show(+target.value);
    this.find(".turn").oninput = ({ target }) => this.turn(+target.value);
    for (const name of ["more", "code"]) this.find("." + name).ontoggle = ({ target }) => (this.memory.unfolded[name] = target.open);
  }

  update(data) {
    const { surfaces, habits, seed } = data;
    // A page that runs again for another reason says the same again.
    const said = JSON.stringify(data);
    if (this.said === said) return;
    Object.assign(this, { data, said });
    this.memory = memories.get(data.key) ?? {
      surface: Object.keys(surfaces)[0], courses: {}, habits: { ...habits }, benched: [], seed, turn: 0, pace: "normal", step: 0, playing: true, unfolded: {},
    };
    memories.set(data.key, this.memory);
    this.label();
    this.enter(this.memory.surface);
    if (still.matches && this.memory.playing) this.show(this.place.steps);
  }

  // What the reader sees in words, and the controls ---------------------------------------------

  label() {
    const { words, surfaces, racers, hues } = this.data, { memory } = this;
    for (const node of this.all("[data-say]")) write(node, words[node.dataset.say]);
    this.root.ariaLabel = words.title;
    this.find(".surfaces").ariaLabel = words.surfaces;
    this.find(".surfaces").replaceChildren(...Object.keys(surfaces).map((name) => {
      const button = Object.assign(make("button"), { type: "button", textContent: words["surface_" + name] });
      button.dataset.surface = name;
      button.onclick = () => this.choose(name);
      return button;
    }));
    const speed = this.find(".speed");
    speed.replaceChildren(...Object.keys(PACES).map((value) => Object.assign(make("option"), { value, textContent: words[value] })));
    speed.value = memory.pace;
    this.find(".when").ariaLabel = words.when;
    this.find(".racers").replaceChildren(...racers.map((name) => this.row(name)));
    this.find(".habits").replaceChildren(...Object.entries(this.data.ranges).map(([name, range]) => this.habit(name, range)));
    for (const name of ["more", "code"]) this.find("." + name).open = memory.unfolded[name] ?? false;
    this.hues = hues;
  }

  row(name) {
    const { words, hues, rates } = this.data, row = make("div", "racer");
    row.dataset.racer = name;
    row.style.setProperty("--hue", hues[name]);
    row.innerHTML = `<button type="button" class="name"><svg viewBox="-1.4 -1.4 2.8 2.8" aria-hidden="true"><path d="${SHAPES[name]}"/></svg><span></span></button>
      <span class="state"></span><span class="loss"></span>
      <div class="rate"><span class="track"><i hidden></i><input type="range" min="0" max="${rates.length - 1}" step="1"></span><output></output></div><small class="limit"></small>`;
    const button = row.querySelector("button"), range = row.querySelector("input");
    write(row.querySelector(".name span"), words[name]);
    button.title = words.on_off;
    button.onclick = () => this.toggle(name);
    range.ariaLabel = this.filled("rate", { name: words[name] });
    range.oninput = () => this.rate(name, rates[+range.value]);
    return row;
  }

  habit(name, [low, high, by]) {
    const label = make("label"), range = Object.assign(make("input"), { type: "range", min: low, max: high, step: by });
    const value = make("output");
    label.append(Object.assign(make("span"), { textContent: this.data.words[name + "_habit"] }), range, value);
    range.value = this.memory.habits[name];
    range.dataset.habit = name;
    write(value, String(+range.value));
    range.oninput = () => {
      this.memory.habits[name] = +range.value;
      write(value, String(+range.value));
      this.redo();
    };
    return label;
  }

  // The course of the surface that is chosen: where it starts, and with which rates.
  get course() {
    const { surface, courses } = this.memory, { start, rates } = this.data.surfaces[surface];
    return (courses[surface] ??= { start, home: start, rates: { ...rates } });
  }

  enter(surface) {
    const place = this.data.surfaces[surface], { course, memory } = this;
    this.place = { name: surface, ...place, turn: place.turns ? memory.turn : 0, sigma: place.noise };
    memory.start = course.start;
    for (const button of this.all("[data-surface]")) button.ariaPressed = button.dataset.surface === surface;
    write(this.find(".about"), this.filled("about_" + surface, { curvature: place.steepest }));
    this.find(".when").max = place.steps;
    this.find(".turning").hidden = !place.turns;
    this.find("[data-go=trap]").hidden = !place.trap;
    this.find("[data-go=throw]").hidden = !place.noise;
    this.find(".turn").value = memory.turn;
    this.controls();
    this.race();
  }

  // The sliders stand where the rates do, and the limits where they are.
  controls() {
    const { words, rates } = this.data, { habits, turn } = this.memory, { steepest } = this.place;
    const limits = steepest ? { sgd: 2 / steepest, momentum: (2 * (1 + habits.momentum)) / steepest } : {};
    for (const row of this.all("[data-racer]")) {
      const name = row.dataset.racer, rate = this.course.rates[name], limit = limits[name], range = row.querySelector("input");
      range.value = rates.indexOf(rate);
      range.ariaValueText = String(rate);
      write(row.querySelector("output"), `η = ${rate}`);
      const mark = row.querySelector("i");
      mark.hidden = !limit;
      // Between 0 and 1, along a slider on which equal ways are equal ratios.
      if (limit) mark.style.setProperty("--at", Math.log(limit / rates[0]) / Math.log(rates.at(-1) / rates[0]));
      write(row.querySelector(".limit"), limit ? this.filled("limit_" + name, { limit: String(+limit.toPrecision(3)), curvature: String(steepest) }) : "");
      row.querySelector(".limit").hidden = !limit;
      const off = this.memory.benched.includes(name);
      row.classList.toggle("off", off);
      row.querySelector("button").ariaPressed = !off;
    }
    write(this.find(".degrees"), `${turn}°`);
    this.find(".turn").ariaValueText = `${turn}°`;
  }

  // What the reader does --------------------------------------------------------------------------

  choose(surface) {
    this.memory.surface = surface;
    this.enter(surface);
    this.begin();
  }

  point(event) {
    const box = this.map.getBoundingClientRect(), view = this.view;
    this.from(view.point(((event.clientX - box.left) / box.width) * view.width, ((event.clientY - box.top) / box.height) * view.height));
  }

  // Starts from there, within the map; the whole ways show until the race begins.
  from([x, y]) {
    const [left, right, bottom, top] = this.place.box, { course } = this;
    const within = (at, low, high) => rounded(Math.min(high, Math.max(low, at)));
    course.start = [within(x, left, right), within(y, bottom, top)];
    course.home = turned(...course.start, -this.place.turn);
    this.memory.start = course.start;
    this.race();
    this.show(this.place.steps);
  }

  turn(degrees) {
    const { course } = this;
    this.memory.turn = this.place.turn = degrees;
    this.memory.start = course.start = degrees ? turned(...course.home, degrees) : course.home;
    this.redo();
  }

  rate(name, rate) {
    this.course.rates[name] = rate;
    this.redo();
  }

  // While a slider moves the whole ways show, and move with it.
  redo() {
    this.controls();
    this.race();
    this.show(this.place.steps);
  }

  toggle(name) {
    const { benched } = this.memory;
    this.memory.benched = benched.includes(name) ? benched.filter((one) => one !== name) : [...benched, name];
    this.controls();
    this.race();
  }

  tune() {
    const { racers, rates } = this.data;
    for (const name of racers) this.course.rates[name] = tuned(name, this.given(name), rates).rate;
    this.controls();
    this.race();
    this.begin();
  }

  defaults() {
    const { surface, courses } = this.memory;
    delete courses[surface];
    Object.assign(this.memory, { turn: 0, habits: { ...this.data.habits } });
    this.label();
    this.enter(surface);
    this.begin();
  }

  fold(button) {
    button.ariaExpanded = String(this.root.classList.toggle("open"));
  }

  trap() {
    this.from(this.place.trap);
    this.begin();
  }

  throw() {
    this.memory.seed = this.next;
    this.race();
    this.begin();
  }

  async copy(button) {
    const text = this.find("pre");
    getSelection().selectAllChildren(text);
    // Browsers give the clipboard to secure pages only; elsewhere the selection is copied.
    await navigator.clipboard?.writeText(text.textContent).catch(() => document.execCommand("copy"));
    if (!navigator.clipboard) document.execCommand("copy");
    write(button, this.data.words.copied);
  }

  // The race --------------------------------------------------------------------------------------

  given(name) {
    const { place, memory } = this, { habits, start } = memory;
    return { ...place, surface: place.name, rate: this.course.rates[name], start, habits, noise: this.noise };
  }

  race() {
    const { memory, place, data } = this;
    const thrown = throws(memory.seed, place.steps);
    Object.assign(this, { noise: thrown.noise, next: thrown.seed });
    this.racers = data.racers.filter((name) => !memory.benched.includes(name)).map((name) => raced(name, this.given(name)));
    this.podium = podium(this.racers);
    memory.step = Math.min(memory.step, place.steps);
    write(this.find("[data-go=copy]"), data.words.copy);
    write(this.find("pre"), program(data.programs[place.name], { ...memory, rates: this.course.rates }));
    this.need();
  }

  begin() {
    clearTimeout(this.resting);
    this.memory.step = 0;
    this.memory.playing = true;
    if (still.matches) this.show(this.place.steps);
    this.need();
  }

  again() { this.begin(); }
  end() { this.show(this.place.steps); }
  step() { this.show(Math.floor(this.memory.step) + 1); }

  play() {
    const { memory, place } = this;
    if (memory.step >= place.steps) return this.begin();
    memory.playing = !memory.playing;
    if (!memory.playing) this.show(Math.ceil(memory.step));
    this.need();
  }

  show(step) {
    this.memory.playing = false;
    this.memory.step = Math.min(step, this.place.steps);
    this.need();
  }

  // The clock ------------------------------------------------------------------------------------------

  need() {
    this.frame ??= requestAnimationFrame((now) => this.draw(now));
  }

  advance(now) {
    const { memory, place } = this, since = Math.min(100, now - (this.before ?? now)) / 1000;
    this.before = now;
    if (!memory.playing || !this.seen) return (this.before = undefined);
    const share = Math.min(1, (memory.step / place.steps) ** (1 / EASE) + since / PACES[memory.pace]);
    memory.step = place.steps * share ** EASE;
    if (share >= 1) memory.playing = false;
    this.need();
  }

  draw(now) {
    this.frame = undefined;
    if (this.gone || !this.root.clientWidth) return;
    this.advance(now);
    this.drawMap();
    this.drawChart();
    this.tell();
  }
}
