// What is drawn of a race, and what is said of it.
import { state } from "./judge.js";
import { View, drawBalls, drawGoals, drawStart, drawWay, ground } from "./map.js";
import { drawLosses, written } from "./chart.js";

const TRAIL = 60; // steps after which a way pales that noise has tangled
export const make = (tag, css = "") => Object.assign(document.createElement(tag), { className: css });
export const write = (node, text) => node.textContent === text || (node.textContent = text);

export class Scene {
  constructor(host) {
    this.find = (selector) => host.querySelector(selector);
    this.all = (selector) => [...host.querySelectorAll(selector)];
    this.root = this.find(".race");
    this.map = this.find(".map");
    this.chart = this.find(".losses");
  }

  filled(key, values = {}) {
    return this.data.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }

  // A canvas as fine as the screen, and a pen that draws in CSS pixels.
  pen(canvas) {
    const fine = Math.min(2, devicePixelRatio), { clientWidth: width, clientHeight: height } = canvas;
    const [across, down] = [width, height].map((size) => Math.round(size * fine));
    if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
    const pen = canvas.getContext("2d");
    pen.setTransform(fine, 0, 0, fine, 0, 0);
    return { pen, width, height };
  }

  colours() {
    const style = getComputedStyle(this.map), paper = style.backgroundColor;
    const [r, g, b] = paper.match(/[\d.]+/g).map(Number);
    const named = (name) => style.getPropertyValue(name).trim();
    return { paper, ink: style.color, quiet: named("--quiet"), line: named("--line"), font: style.fontFamily, dark: r + g + b < 384, hues: this.hues };
  }

  drawMap() {
    const { pen, width } = this.pen(this.map), { place, memory } = this, { paper, ink, dark, hues } = this.colours();
    const view = (this.view = new View(place.box, width)), stamp = [place.name, place.turn, width, dark].join();
    if (this.stamp !== stamp) Object.assign(this, { stamp, ground: ground(view, place.name, place.turn, dark) });
    pen.drawImage(this.ground, 0, 0, width, view.height);
    const trail = place.noise ? TRAIL : place.steps;
    for (const racer of this.racers) drawWay(pen, view, racer, memory.step, trail, hues[racer.name], paper);
    drawGoals(pen, view, place, ink, paper);
    drawStart(pen, view, memory.start, ink, paper);
    drawBalls(pen, view, this.racers, memory.step, hues, paper);
    const [x, y] = memory.start, [left, right, bottom, top] = place.box;
    this.find(".outside").hidden = x >= left && x <= right && y >= bottom && y <= top;
  }

  drawChart() {
    const { pen, width, height } = this.pen(this.chart);
    drawLosses(pen, { width, height }, this.racers, this.memory.step, this.place.steps, this.colours());
  }

  // The numbers beside the map, and in the end who won.
  tell() {
    const { memory, place, racers, data } = this, { words } = data, step = Math.floor(memory.step), over = step >= place.steps;
    write(this.find(".play"), memory.playing ? `❚❚ ${words.pause}` : over ? `↺ ${words.race}` : `▶ ${words.race}`);
    this.find("[data-go=step]").disabled = over;
    const when = this.find(".when");
    when.value = step;
    when.ariaValueText = this.filled("count", { step, steps: place.steps });
    write(this.find(".count"), over ? "" : when.ariaValueText);
    for (const racer of racers) {
      const row = this.find(`[data-racer=${racer.name}]`), now = state(racer, step, place), badge = make("b");
      const place_ = over && this.podium.find(({ name }) => name === racer.name)?.place, told = this.filled("state_" + now.kind, now);
      if (row.told !== `${place_}${told}`) {
        row.told = `${place_}${told}`;
        badge.textContent = place_ ? this.filled("place", { place: place_ }) : "";
        row.querySelector(".state").replaceChildren(...(place_ ? [badge, " "] : []), told);
      }
      write(row.querySelector(".loss"), now.kind === "diverged" ? "∞" : written(racer.losses[Math.min(step, racer.last)]));
    }
    const [x, y] = memory.start.map((at) => at.toFixed(2));
    this.map.ariaLabel = this.filled("map_alt", { surface: words["surface_" + place.name], x, y });
    this.chart.ariaLabel = this.filled("losses_alt", { steps: place.steps });
    write(this.find(".told"), over ? this.news() : "");
  }

  news() {
    const { podium: won, racers, place, data } = this, { words } = data, n = place.steps;
    if (!racers.length) return words.news_nobody;
    if (racers.every((racer) => state(racer, n, place).kind === "stuck")) return words.news_stuck;
    const names = (some) => some.map(({ name }) => words[name]).join(", ");
    if (won.length) {
      const first = won.filter((one) => one.place === 1);
      return this.filled(first.length > 1 ? "news_tie" : "news_first", { name: names(first), n: won[0].arrival });
    }
    const alive = racers.filter((racer) => !racer.diverged);
    if (!alive.length) return words.news_diverged;
    const lowest = alive.reduce((best, racer) => (racer.losses[n] < best.losses[n] ? racer : best));
    return this.filled("news_none", { name: words[lowest.name], loss: written(lowest.losses[n]) });
  }
}
