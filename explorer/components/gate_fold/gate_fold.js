import { disc, keptFitting, paper } from "../shared/paper.js";
import { bent, beside, border } from "./bend.js";
// The plane of two inputs as a sheet of paper, and how the hidden layer bends it.
const CELLS = 48, EVERY = 8, SAMPLES = 40, SECONDS = 2.4, ROOM = 36;

// How far each sheet is folded, by key: Streamlit may take a drawing away and put a new one there.
const places = new Map();

export default ({ data, parentElement }) => {
  const one = (selector) => parentElement.querySelector(selector);
  const canvas = one("canvas"), range = one("input"), button = one("button");
  const { words } = data;
  canvas.role = "img";
  canvas.ariaLabel = words.alt;
  range.ariaLabel = words.slider;
  button.textContent = words.play;
  one("[data-tag=before]").textContent = words.before;
  one("[data-tag=after]").textContent = words.after;

  const sheet = spread(data);
  const fold = (share) => {
    places.set(data.key, share);
    range.value = 100 * share;
    range.ariaValueText = Math.round(100 * share) + " %";
    keptFitting(canvas, () => draw(canvas, sheet, data, share));
  };
  const stop = () => cancelAnimationFrame(button.frame);
  const play = () => {
    stop();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return fold(1);
    const began = performance.now();
    const next = (now) => {
      const share = Math.min(1, Math.max(0, (now - began) / 1000 / SECONDS));
      button.fold(share);
      if (share < 1 && canvas.isConnected) button.frame = requestAnimationFrame(next);
    };
    button.frame = requestAnimationFrame(next);
  };
  // A fold that goes on takes the newest net, not the one with which it began.
  button.fold = fold;
  button.onclick = play;
  range.oninput = () => {
    stop();
    fold(range.value / 100);
  };
  if (!places.has(data.key)) {
    fold(0);
    play();
  } else fold(places.get(data.key));
};

// Everything that is drawn, flat and bent: [x, y] of the paper, both in 0…1.
function spread(data) {
  const [low, high] = data.span, { net } = data;
  const wide = high - low;
  const ticks = Array.from({ length: CELLS + 1 }, (_, i) => low + (wide * i) / CELLS);
  const met = (point) => ({ flat: [(point[0] - low) / wide, (point[1] - low) / wide], ...bent(net, point) });
  const grid = ticks.map((y) => ticks.map((x) => met([x, y])));
  const all = grid.flat().map(({ place }) => place);
  const ends = [0, 1].map((axis) => all.map((place) => place[axis]));
  const least = ends.map((values) => Math.min(...values)), most = ends.map((values) => Math.max(...values));
  const size = Math.max(most[0] - least[0], most[1] - least[1]) || 1;
  const middle = least.map((value, axis) => (value + most[axis]) / 2);
  const fitted = (place) => place.map((value, axis) => 0.5 + (value - middle[axis]) / size);
  const bend = ({ flat, place, answer }) => ({ flat, bent: fitted(place), answer });
  const lines = data.lines.map(({ start, end, firmness }) => ({
    firmness,
    points: Array.from({ length: SAMPLES + 1 }, (_, i) =>
      bend(met(start.map((value, axis) => value + ((end[axis] - value) * i) / SAMPLES)))),
  }));
  const [a, b, c] = border(net);
  return {
    grid: grid.map((row) => row.map(bend)),
    lines,
    cases: data.cases.map((point) => bend(met(point))),
    // The border for points of the fitted paper.
    border: [a * size, b * size, c + a * (middle[0] - size / 2) + b * (middle[1] - size / 2)],
  };
}

function draw(canvas, { grid, lines, cases, border }, data, share) {
  const context = paper(canvas);
  if (!context) return;
  const side = canvas.clientWidth - 2 * ROOM, eased = share * share * (3 - 2 * share);
  const at = ({ flat, bent }) => [
    ROOM + side * (flat[0] + eased * (bent[0] - flat[0])),
    ROOM + side * (1 - flat[1] - eased * (bent[1] - flat[1])),
  ];
  const along = (points) => {
    context.beginPath();
    for (const point of points) context.lineTo(...at(point));
  };
  const mixed = (answer) => {
    const [r, g, b] = data.colours[answer > 0.5 ? 1 : 0], firm = Math.abs(2 * answer - 1);
    return `rgb(${[r, g, b].map((level) => Math.round(255 + (level - 255) * firm))})`;
  };
  const cells = [];
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      const corners = [grid[row][column], grid[row][column + 1], grid[row + 1][column + 1], grid[row + 1][column]];
      cells.push([corners, mixed(corners.reduce((sum, { answer }) => sum + answer / 4, 0))]);
    }
  }
  // The edges first: where the sheet comes to stand on its edge it still is as thick as a stroke.
  context.lineJoin = "round";
  for (const [way, width] of [["stroke", 1 + 5 * eased], ["fill", 1]]) {
    context.lineWidth = width;
    for (const [corners, colour] of cells) {
      along(corners);
      context.closePath();
      context.fillStyle = context.strokeStyle = colour;
      context[way]();
    }
  }
  context.lineWidth = 1;
  context.strokeStyle = `rgba(0,0,0,${0.2 - 0.12 * eased})`;
  for (let i = 0; i <= CELLS; i += EVERY) {
    along(grid[i]);
    context.stroke();
    along(grid.map((row) => row[i]));
    context.stroke();
  }
  context.lineWidth = 3;
  context.lineCap = "round";
  for (const { points, firmness } of lines) {
    along(points);
    context.globalAlpha = 0.15 + 0.85 * firmness;
    context.strokeStyle = data.line;
    context.stroke();
  }
  context.globalAlpha = Math.max(0, (eased - 0.6) / 0.4);
  parting(context, border, side);
  context.globalAlpha = 1;
  beside(cases.map(at), ROOM, ROOM + side).forEach((place, i) =>
    disc(context, place, {
      colour: `rgb(${data.colours[data.truths[i]]})`,
      word: data.truths[i],
      sign: data.signs[i],
    }));
}

// The line a·x + b·y + c = 0 across the whole paper, dashed.
function parting(context, [a, b, c], side) {
  const steep = Math.hypot(a, b);
  if (!steep) return;
  const foot = [0.5, 0.5].map((value, axis) => value - ((a * 0.5 + b * 0.5 + c) / steep) * ([a, b][axis] / steep));
  const end = (way) => [ROOM + side * (foot[0] - (way * b) / steep), ROOM + side * (1 - foot[1] - (way * a) / steep)];
  context.beginPath();
  context.moveTo(...end(2));
  context.lineTo(...end(-2));
  context.setLineDash([9, 7]);
  context.strokeStyle = "#111";
  context.stroke();
  context.setLineDash([]);
}
