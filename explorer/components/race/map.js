// The map of a surface: heights as shades and contour lines, and the ways that were gone on it.
import { SURFACES } from "./surfaces.js";

export const SHAPES = {
  sgd: "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z",
  momentum: "M-.9-.9H.9V.9H-.9Z",
  rmsprop: "M0-1.2L1.15.85H-1.15Z",
  adam: "M0-1.3L1.3 0 0 1.3-1.3 0Z",
};
const MARKS = Object.fromEntries(Object.entries(SHAPES).map(([name, d]) => [name, new Path2D(d)]));
const BALL = 9; // pixels from a ball's middle to its edge
const RING = 13; // pixels: radius of the ring around the start
const CROWD = 22, APART = 6.5, SHRUNK = 0.35; // pixels: who is nearer to another moves so far aside; and shrinks
const ASIDE = { sgd: [-1, -1], momentum: [1, -1], rmsprop: [-1, 1], adam: [1, 1] };
const LINES = 18; // contour lines from the lowest to the highest point of a map
const RELIEF = 22; // how strongly slopes to the lower right are darkened
const BEYOND = 3000; // pixels: further out nothing is drawn

// Shades from the lowest to the highest, and the lines: [light, dark].
const SHADES = [
  { low: [255, 249, 230], high: [222, 233, 243], line: [44, 84, 124], strength: 0.34 },
  { low: [40, 58, 76], high: [14, 20, 27], line: [150, 190, 228], strength: 0.3 },
];

export class View {
  constructor([left, right, bottom, top], width) {
    Object.assign(this, { left, top, width, scale: width / (right - left) });
    this.height = Math.round(this.scale * (top - bottom));
  }

  x(x) { return Math.min(BEYOND, Math.max(-BEYOND, (x - this.left) * this.scale)); }
  y(y) { return Math.min(BEYOND, Math.max(-BEYOND, (this.top - y) * this.scale)); }
  point(px, py) { return [this.left + px / this.scale, this.top - py / this.scale]; }
}

// Heights at the corners of the pixels, in contour lines from the lowest point. The fourth root of
// the height lets lines lie as dense near a minimum as far from it.
function levels(view, surface, turn) {
  const { value } = SURFACES[surface](turn), row = view.width + 1, field = new Float32Array(row * (view.height + 1));
  const xs = Float64Array.from({ length: row }, (_, px) => view.left + px / view.scale);
  let highest = 0;
  for (let py = 0, i = 0; py <= view.height; py++) {
    const y = view.top - py / view.scale;
    for (let px = 0; px < row; px++, i++) {
      const height = value(xs[px], y);
      field[i] = height;
      if (height > highest) highest = height;
    }
  }
  for (let i = 0; i < field.length; i++) field[i] = LINES * Math.sqrt(Math.sqrt(field[i] / highest));
  return field;
}

// The map itself, painted pixel by pixel.
export function ground(view, surface, turn, dark) {
  const { width, height } = view, field = levels(view, surface, turn), row = width + 1;
  const image = new ImageData(width, height), { data } = image, { low, high, line, strength } = SHADES[+dark];
  const [r, g, b] = low, [dr, dg, db] = low.map((part, c) => (high[c] - part) / LINES), [lr, lg, lb] = line;
  for (let py = 0, at = 0; py < height; py++) {
    for (let px = 0, i = py * row; px < width; px++, i++, at += 4) {
      const level = field[i], right = field[i + 1] - level, down = field[i + row] - level;
      const steep = Math.sqrt(right * right + down * down) + 1e-6, near = Math.abs(level - Math.round(level)) / steep;
      // How many pixels away the nearest line is; where lines crowd they fade.
      const ink = near < 1.15 ? strength * Math.min(1, 0.3 / steep) * Math.min(1, 1.15 - near) : 0;
      const shadow = Math.max(-7, Math.min(7, RELIEF * (right + down)));
      const red = r + level * dr - shadow, green = g + level * dg - shadow, blue = b + level * db - shadow;
      data[at] = red + ink * (lr - red);
      data[at + 1] = green + ink * (lg - green);
      data[at + 2] = blue + ink * (lb - blue);
      data[at + 3] = 255;
    }
  }
  const sheet = Object.assign(document.createElement("canvas"), { width, height });
  sheet.getContext("2d").putImageData(image, 0, 0);
  return sheet;
}

// The goal: a circle around each minimum.
export function drawGoals(pen, view, { minima, goal }, ink, paper) {
  for (const [x, y] of minima) {
    for (const [style, width, dashes] of [[paper, 4, []], [ink, 2, [5, 4]]]) {
      pen.strokeStyle = style;
      pen.lineWidth = width;
      pen.setLineDash(dashes);
      pen.beginPath();
      pen.arc(view.x(x), view.y(y), goal * view.scale, 0, 2 * Math.PI);
      pen.stroke();
    }
    pen.setLineDash([]);
    pen.fillStyle = ink;
    pen.beginPath();
    pen.arc(view.x(x), view.y(y), 2.5, 0, 2 * Math.PI);
    pen.fill();
  }
}

// A place as it is seen, in pixels: what is off the map waits at its edge.
function seen(view, [x, y], edge) {
  const px = view.x(x), py = view.y(y), off = px < 0 || py < 0 || px > view.width || py > view.height;
  const within = (at, size) => (off ? Math.min(size - edge, Math.max(edge, at)) : at);
  return { x: within(px, view.width), y: within(py, view.height), off };
}

// A start off the map is dashed.
export function drawStart(pen, view, start, ink, paper) {
  const { x, y, off } = seen(view, start, RING + 3);
  for (const [style, width] of [[paper, 6], [ink, 2.5]]) {
    pen.strokeStyle = style;
    pen.lineWidth = width;
    pen.setLineDash(off && style === ink ? [3, 5] : []);
    pen.beginPath();
    pen.arc(x, y, RING, 0, 2 * Math.PI);
    pen.stroke();
  }
  pen.setLineDash([]);
}

// Where a racer is at a step, which may lie between two.
export function position({ xy, last }, step) {
  const from = Math.min(Math.floor(step), last), to = Math.min(from + 1, last), share = Math.min(step, last) - from;
  return [0, 1].map((i) => xy[2 * from + i] + share * (xy[2 * to + i] - xy[2 * from + i]));
}

// A racer's way up to a step; what is older than `trail` steps is pale.
export function drawWay(pen, view, racer, step, trail, hue, paper) {
  const { xy } = racer, whole = Math.min(Math.floor(step), racer.last), recent = Math.max(0, whole - trail);
  const at = (i) => [view.x(xy[2 * i]), view.y(xy[2 * i + 1])];
  const line = (from, to) => {
    pen.beginPath();
    for (let i = from; i <= to; i++) pen.lineTo(...at(i));
  };
  pen.lineJoin = "round";
  pen.strokeStyle = pen.fillStyle = hue;
  pen.globalAlpha = 0.25;
  pen.lineWidth = 1.5;
  line(0, recent);
  pen.stroke();
  line(recent, whole);
  const [x, y] = position(racer, step);
  pen.lineTo(view.x(x), view.y(y));
  for (const [style, width, alpha] of [[paper, 5, 0.55], [hue, 2.5, 1]]) {
    Object.assign(pen, { strokeStyle: style, lineWidth: width, globalAlpha: alpha });
    pen.stroke();
  }
  // A dot for each step that goes far enough to be seen.
  pen.beginPath();
  for (let i = recent + 1, [px, py] = at(recent); i <= whole; i++) {
    const [nx, ny] = at(i);
    if (Math.hypot(nx - px, ny - py) < 7) continue;
    [px, py] = [nx, ny];
    pen.moveTo(px + 3, py);
    pen.arc(px, py, 3, 0, 2 * Math.PI);
  }
  pen.fill();
}

// Who has left the map is hollow. Where several are on one spot each moves a little aside, its own
// way, so that all of them are seen.
export function drawBalls(pen, view, racers, step, hues, paper) {
  const spots = racers.map((racer) => seen(view, position(racer, step), BALL + 3));
  racers.forEach(({ name }, i) => {
    const { x, y, off } = spots[i], away = spots.map((spot, other) => (other === i ? CROWD : Math.hypot(spot.x - x, spot.y - y)));
    const crowd = 1 - Math.min(CROWD, ...away) / CROWD, size = BALL * (1 - SHRUNK * crowd), [right, down] = ASIDE[name];
    pen.save();
    pen.translate(x + APART * crowd * right, y + APART * crowd * down);
    pen.scale(size, size);
    pen.lineJoin = "round";
    pen.lineWidth = 4 / size;
    pen.strokeStyle = off ? hues[name] : paper;
    pen.fillStyle = off ? paper : hues[name];
    pen.stroke(MARKS[name]);
    pen.fill(MARKS[name]);
    pen.restore();
  });
}
