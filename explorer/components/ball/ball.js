// A ball on a curve: drag it, choose how far it steps, and see what becomes of it.
import { CRAWL, DENT, LANDSCAPES, START, TARGET, factor, family, nearest, outcome, place, scale, step, written, zone } from "./descent.js";
import { HIGH, LOW, alike, between, distances, frame, landscape, sheet } from "./scene.js";

const RATES = scale(0.005, 40);
const BENDS = [0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
const ZONES = ["crawls", "converges", "overshoots", "diverges"];
const ENDS = { crawls: "dent", converges: "wide", overshoots: "wanders", diverges: "diverges" }; // where two valleys are
const TYPICAL = { crawls: 0.04, converges: 0.5, overshoots: 1.8, diverges: 2.2 }; // times 1/λ
const DENT_START = -3.5; // from here the dent is on the way
const GENTLE = 0.05; // times 1/λ: a learning rate that stays in the dent
const GLIDE = 0.2; // of the way to another view, at each frame
const MOST_STEPS = 60, ARRIVED = 1e-3, GONE = 1e6;
const HOP = 420, HASTE = 140, PAUSE = 260; // milliseconds: a hop at first, after many, between two
const still = matchMedia("(prefers-reduced-motion: reduce)");
const write = (node, text) => node.textContent === text || (node.textContent = text);

// What the reader did, by key: Streamlit may take a drawing away and put a new one there.
const memories = new Map();

export default ({ data, parentElement }) => {
  const place = (parentElement.place ??= new Place(parentElement));
  place.update(data);
  return () => (place.leave(), delete parentElement.place);
};

class Place {
  constructor(host) {
    this.find = (selector) => host.querySelector(selector);
    this.all = (selector) => [...host.querySelectorAll(selector)];
    this.root = this.find("figure");
    this.svg = this.find(".scene svg");
    this.eyes = new ResizeObserver(() => this.memory && this.draw());
    this.eyes.observe(this.root);
    this.listen();
  }

  leave() {
    this.play(false);
    cancelAnimationFrame(this.flight);
    cancelAnimationFrame(this.glide);
    this.eyes.disconnect();
  }

  listen() {
    this.find(".eta").oninput = ({ target }) => this.set({ rate: RATES[+target.value] });
    this.find(".lambda").oninput = ({ target }) => this.set({ bend: this.bends[+target.value] });
    this.find(".start").oninput = ({ target }) => this.begin(+target.value);
    this.find(".play").onclick = () => this.play(!this.playing);
    this.find(".step").onclick = () => (this.play(false), this.go());
    this.find(".again").onclick = () => (this.play(false), this.begin(this.memory.path[0]));
    for (const button of this.all("[data-land]")) button.onclick = () => this.land(button.dataset.land);
    const drag = (event) => {
      const box = this.svg.getBoundingClientRect(), on = sheet(this.held, box.width, box.height);
      this.begin(Math.round(10 * on.back(event.clientX - box.x)) / 10);
    };
    this.svg.onpointerdown = (event) => {
      if (event.button) return;
      this.svg.setPointerCapture(event.pointerId);
      this.find(".start").focus({ preventScroll: true, focusVisible: false });
      this.play(false);
      // The landscape holds still under the pointer; who has flown away comes home first.
      this.held = this.view.half > HIGH - TARGET ? frame(this.ground, HIGH, HIGH, HIGH) : this.view;
      drag(event);
    };
    this.svg.onpointermove = (event) => this.svg.hasPointerCapture(event.pointerId) && drag(event);
    this.svg.onpointerup = this.svg.onpointercancel = () => {
      this.held = null;
      this.scene();
    };
  }

  update({ key, words, hues, curvature, opening }) {
    const fresh = { land: "bowl", rate: opening, bend: curvature, given: curvature, path: [START], touched: false };
    const memory = memories.get(key) ?? fresh;
    memories.set(key, memory);
    if (memory.given !== curvature) Object.assign(memory, { given: curvature, bend: curvature, path: [memory.path[0]] });
    if (this.memory === memory && this.words.language === words.language && this.given === curvature) return;
    Object.assign(this, { memory, words, hues, given: curvature, bends: [...new Set([...BENDS, curvature])].sort((a, b) => a - b) });
    this.label();
    this.shown = memory.path.at(-1);
    this.draw();
  }

  label() {
    const { words } = this;
    for (const node of this.all("[data-say]")) write(node, words[node.dataset.say]);
    this.root.ariaLabel = words.title;
    this.find(".lands").ariaLabel = words.lands;
    this.find(".zones").ariaLabel = words.zones;
    this.find(".start").ariaLabel = words.start;
    this.find(".eta").max = RATES.length - 1;
    this.find(".lambda").max = this.bends.length - 1;
    this.find(".eta").ariaLabel = words.rate;
    this.find(".lambda").ariaLabel = words.curvature;
    write(this.find(".step"), `👣 ${words.step}`);
    write(this.find(".again"), `↺ ${words.again}`);
    this.find(".zones").replaceChildren(...ZONES.map((name) => {
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.style.setProperty("--own", this.hues[name]);
      button.dataset.zone = name;
      button.onclick = () => {
        const rates = RATES.filter((_, i) => this.fates[i] === name);
        this.set({ rate: rates[nearest(rates, TYPICAL[name] / this.memory.bend)] });
        this.play(true);
      };
      return button;
    }));
  }

  // A new rate or another valley: the ball goes back to where it started, and goes on if it went.
  set(changes) {
    Object.assign(this.memory, changes);
    this.begin(this.memory.path[0]);
  }

  land(name) {
    this.play(false);
    const small = RATES[nearest(RATES, GENTLE / this.memory.bend)];
    Object.assign(this.memory, { land: name }, name === "dent" ? { rate: small } : {});
    this.begin(name === "dent" ? DENT_START : START);
  }

  begin(x) {
    cancelAnimationFrame(this.flight);
    this.flight = null;
    const start = Math.min(HIGH, Math.max(LOW, x));
    Object.assign(this.memory, { path: [start], touched: true });
    this.shown = start;
    this.draw();
  }

  get ground() {
    return LANDSCAPES[this.memory.land](this.memory.bend);
  }

  // Whether nothing more comes of further steps.
  get ended() {
    const { path, rate } = this.memory, x = path.at(-1), next = step(this.ground, x, rate);
    return Math.abs(x) > GONE || path.length > MOST_STEPS || (Math.abs(next - x) < ARRIVED && Math.abs(x - TARGET) < ARRIVED) || next === x || (this.memory.land === "dent" && Math.abs(next - x) < ARRIVED / 10);
  }

  play(on) {
    clearTimeout(this.playing);
    this.playing = null;
    if (on && this.ended) this.begin(this.memory.path[0]);
    // Without motion the whole way is there at once.
    while (on && still.matches && !this.ended) this.go();
    const beat = () => {
      this.go();
      this.playing = this.ended ? null : setTimeout(beat, this.hop + PAUSE / Math.sqrt(this.memory.path.length));
      this.button();
    };
    if (on && !still.matches) this.playing = setTimeout(beat, 60);
    this.button();
  }

  get hop() {
    return Math.max(HASTE, HOP - 24 * this.memory.path.length);
  }

  button() {
    write(this.find(".play"), this.playing ? `❚❚ ${this.words.pause}` : `▶ ${this.words.play}`);
  }

  // One step. The ball first goes as far as it was told, then falls onto the curve.
  go() {
    const { memory } = this, from = memory.path.at(-1);
    if (Math.abs(from) > GONE) return this.draw();
    const to = step(this.ground, from, memory.rate), begun = performance.now(), long = this.hop;
    memory.path.push(to);
    memory.touched = true;
    cancelAnimationFrame(this.flight);
    if (still.matches) return this.arrive(to);
    const fly = (now) => {
      const t = Math.min(1, (now - begun) / long), eased = t * t * (3 - 2 * t);
      if (t === 1) return this.arrive(to);
      this.shown = from + (to - from) * eased;
      this.flight = requestAnimationFrame(fly);
      this.scene();
    };
    this.flight = requestAnimationFrame(fly);
  }

  arrive(x) {
    this.flight = null;
    this.shown = x;
    this.draw();
  }

  // What is said of the learning rate: a name, and the sentence with its numbers.
  regime() {
    const { land, rate, bend, path } = this.memory;
    if (land === "bowl") return zone(rate, bend);
    return outcome(this.ground, path[0], rate);
  }

  // What becomes of the ball from its start, for each learning rate: to which colour it belongs.
  get fates() {
    const { land, bend, path } = this.memory, { ground } = this, asked = [land, bend, path[0]].join();
    if (this.asked !== asked) {
      this.asked = asked;
      this.found = RATES.map((rate) => family(land === "bowl" ? zone(rate, bend) : outcome(ground, path[0], rate)));
    }
    return this.found;
  }

  // The name of a colour, as the landscape has it.
  called(fate) {
    return this.words[this.memory.land === "bowl" ? `zone_${fate}` : `end_${ENDS[fate]}`];
  }

  draw() {
    const { memory, words } = this, { path, rate, bend, land } = memory, ground = this.ground;
    const name = this.regime(), fate = family(name);
    const left = factor(rate, bend), x = path.at(-1), next = step(ground, x, rate);
    const values = { rate: written(rate), left: written(100 * left), taken: written(100 * rate * bend), factor: written(left), limit: written(2 / bend), narrow: written(2 / (bend * DENT.bend)), target: TARGET };
    const filled = (key) => words[key].replace(/\{(\w+)\}/g, (_, one) => values[one]);
    this.root.style.setProperty("--hue", this.hues[fate]);
    Object.assign(this.root.dataset, { zone: name, x, next, steps: path.length - 1 });
    write(this.find(".zone"), this.called(fate));
    write(this.find(".why"), land === "bowl" ? filled(`why_${name}`) : filled(`why_end_${name}`));
    this.numbers(x, next, ground, left, filled);
    this.scales(values, fate);
    for (const button of this.all("[data-land]")) button.ariaPressed = `${button.dataset.land === land}`;
    for (const button of this.all(".zones button")) {
      const own = button.dataset.zone;
      write(button, this.called(own));
      button.ariaPressed = `${own === fate}`;
      button.disabled = !this.fates.includes(own);
    }
    this.scene();
    const chart = this.find(".distances"), box = chart.getBoundingClientRect();
    chart.ariaLabel = words.distance_alt;
    if (box.width) chart.innerHTML = distances(path, land === "bowl" ? left : null, box.width, box.height, words);
    write(this.find(".count"), words.count.replace("{count}", path.length - 1));
    this.find(".step").disabled = Math.abs(x) > GONE;
    this.button();
  }

  // The landscape. The view glides to where it should be, frame by frame.
  scene() {
    const { memory, words, svg, ground } = this, { path, rate } = memory, box = svg.getBoundingClientRect();
    const last = path.at(-1), next = step(ground, last, rate), start = this.find(".start"), resting = !this.flight;
    svg.ariaLabel = words.scene_alt.replace("{x}", written(last)).replace("{next}", written(next));
    if (+start.value !== path[0]) start.value = path[0];
    start.ariaValueText = written(path[0]);
    if (!box.width) return;
    const wanted = this.held ?? frame(ground, path[0], last, resting ? next : last);
    this.view = !this.view || still.matches || this.held ? wanted : between(this.view, wanted, GLIDE);
    if (this.held) this.view = { ...wanted, top: Math.max(wanted.top, 1.12 * ground.loss(last)) };
    const on = sheet(this.view, box.width, box.height), x = this.shown;
    // While the ball flies its way ends where it is.
    svg.innerHTML = landscape(on, ground, { path: resting ? path : [...path.slice(0, -1), x], rate, shown: x, words, resting });
    cancelAnimationFrame(this.glide);
    if (!alike(this.view, wanted) && !this.held && resting) this.glide = requestAnimationFrame(() => this.scene());
    const ghost = svg.querySelector(".ghost");
    if (memory.touched || still.matches || !ghost) return;
    // Before anything was touched the step shows itself: along the arrow, then down onto the curve.
    const [across, up] = ghost.dataset.from.split(",");
    ghost.animate(
      [{ transform: `translate(${across}px, ${up}px)`, offset: 0.1 }, { transform: `translate(0, ${up}px)`, offset: 0.55 }, { transform: "none", offset: 0.8 }, { transform: "none", offset: 1 }],
      { duration: 2400, iterations: Infinity, easing: "ease-in-out" },
    );
  }

  numbers(x, next, ground, left, filled) {
    const { rate, bend, land } = this.memory, slope = ground.slope(x);
    const bracketed = slope < 0 ? `(${written(slope)})` : written(slope), at = (place) => written(place, 4);
    write(this.find(".law"), "x′ = x − η · f′(x)");
    const line = this.find(".filled"), shown = `${at(x)} − ${written(rate)} · ${bracketed} = `;
    if (line.dataset.shown !== shown + next) {
      line.replaceChildren(shown, Object.assign(document.createElement("b"), { textContent: at(next) }));
      line.dataset.shown = shown + next;
    }
    write(this.find(".left"), land === "bowl" ? `|1 − ηλ| = |1 − ${written(rate)} · ${written(bend)}| = ${written(left)}` : filled("two_limits"));
  }

  // Both sliders, and on the one of the learning rate what becomes of the ball.
  scales(values, fate) {
    const { rate, bend, land } = this.memory, { fates, hues } = this, last = RATES.length - 1;
    const eta = this.find(".eta"), lambda = this.find(".lambda");
    eta.value = nearest(RATES, rate);
    lambda.value = this.bends.indexOf(bend);
    eta.ariaValueText = `${written(rate)}, ${this.called(fate)}`;
    lambda.ariaValueText = written(bend);
    write(this.find(".rate"), `η = ${written(rate)}`);
    write(this.find(".bend"), `λ = ${written(bend)}`);
    const ends = [CRAWL / bend, 1 / bend, 2 / bend].map((border) => place(RATES, border));
    // On one bowl the borders are known; elsewhere they lie where another fate follows.
    const turns = fates.flatMap((one, i) => (i && one !== fates[i - 1] ? [i] : []));
    const [names, borders] = land === "bowl" ? [ZONES, ends] : [[fates[0], ...turns.map((i) => fates[i])], turns.map((i) => (i - 0.5) / last)];
    const at = (share) => `calc(17px + (100% - 34px) * ${share.toFixed(4)})`;
    const bands = names.map((name, i) => `${hues[name]} ${i ? at(borders[i - 1]) : "0"} ${i < borders.length ? at(borders[i]) : "100%"}`);
    this.find(".track").style.setProperty("--zones", `linear-gradient(to right, ${bands.join(", ")})`);
    const marks = { one: [ends[1], `1/λ = ${written(1 / bend)}`], two: [ends[2], `2/λ = ${written(2 / bend)}`], narrow: [place(RATES, 2 / (bend * DENT.bend)), `2/λ = ${values.narrow}`] };
    for (const [name, [share, text]] of Object.entries(marks)) {
      const mark = this.find(`.border.${name}`);
      mark.style.setProperty("--at", share);
      write(mark, text);
      mark.classList.toggle("before", name !== "two");
    }
    this.find(".border.one").hidden = land !== "bowl";
    this.find(".border.narrow").hidden = land === "bowl";
  }
}
