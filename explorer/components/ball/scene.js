// The landscape with its ball, and the way to the target over the steps, as SVG.
import { TARGET, power, step, written } from "./descent.js";

// Where a ball may start.
export const LOW = -4;
export const HIGH = 8;
const NARROWEST = 2.6, FARTHEST = 6.2; // half of what is seen: at least, and for a landing's sake
const TALLEST = 2; // the loss up to which one sees at least: a flat valley looks flat
const MARGIN = 1.12; // a little more than what must be seen
const FLOOR = 34, CEILING = 30, RADIUS = 15;
const CURVE = 240; // pieces of a curve

const escaped = (text) => `${text}`.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
export const node = (tag, facts, text = "") =>
  `<${tag} ${Object.entries(facts).map(([name, value]) => `${name}="${escaped(value)}"`).join(" ")}>${escaped(text)}</${tag}>`;
const line = (kind, x1, y1, x2, y2) => node("line", { class: kind, x1: px(x1), y1: px(y1), x2: px(x2), y2: px(y2) });
const px = (x) => Math.max(-9999, Math.min(9999, x)).toFixed(1);

// What must be seen of the landscape from a start, where the ball is now and where it will land: half
// the width around the target, and the height. Who flies away takes the view along.
export function frame(land, start, x, landing) {
  const away = (place) => MARGIN * Math.abs(place - TARGET);
  const half = Math.max(NARROWEST, away(start), away(x), Math.min(FARTHEST, away(landing) + 0.4));
  const seen = [start, x, ...(Math.abs(landing - TARGET) < half ? [landing] : [])];
  return { half, top: Math.max(TALLEST, ...seen.map((place) => MARGIN * land.loss(place))) };
}

// Whether two views look the same.
export const alike = (one, other) => Math.abs(Math.log(one.half / other.half)) + Math.abs(Math.log(one.top / other.top)) < 0.004;

// The view on the way from one frame to another.
export function between(from, to, share) {
  const mixed = (name) => from[name] * (to[name] / from[name]) ** share;
  return { half: mixed("half"), top: mixed("top") };
}

function ticks(low, high, count) {
  const rough = (high - low) / count, unit = 10 ** Math.floor(Math.log10(rough));
  const gap = unit * [1, 2, 5, 10].find((times) => times * unit >= rough), found = [];
  for (let i = Math.ceil(low / gap); i * gap <= high; i++) found.push(i * gap);
  return found;
}

// How the landscape lies on a sheet of so many pixels.
export function sheet({ half, top }, width, height) {
  const bottom = height - FLOOR - RADIUS;
  return {
    width, height, ground: height - FLOOR,
    across: (x) => ((x - TARGET + half) / (2 * half)) * width,
    up: (loss) => bottom - (loss / top) * (bottom - CEILING),
    back: (at) => TARGET - half + (at / width) * 2 * half,
    half,
  };
}

// A word's middle, so near the border that all of it is seen.
const inside = (x, word, width) => {
  const half = word.length * 5.4 + 6;
  return Math.max(half, Math.min(width - half, x));
};

// Where x lies on the curve: the ball is threaded on it like a bead.
const bead = (on, land, x) => [on.across(x), on.up(land.loss(x))];

export function landscape(on, land, view) {
  const { path, rate, shown, words, resting: still } = view, parts = [];
  const ys = Array.from({ length: CURVE + 1 }, (_, i) => [(i / CURVE) * on.width, on.up(land.loss(on.back((i / CURVE) * on.width)))]);
  const curve = ys.map(([x, y]) => `${px(x)} ${px(y)}`).join("L");
  parts.push(node("path", { class: "hill", d: `M0 ${px(on.ground)}L${curve}L${px(on.width)} ${px(on.ground)}Z` }));
  const goal = on.across(TARGET);
  for (const tick of ticks(on.back(0), on.back(on.width), on.width < 560 ? 6 : 12)) {
    const x = on.across(tick);
    if (Math.abs(x - goal) < 26 || x < 18 || x > on.width - 18) continue;
    parts.push(line("tick", x, on.ground, x, on.ground + 5), node("text", { x: px(x), y: on.height - 10, class: "mark" }, written(tick)));
  }
  parts.push(line("goal", goal, on.ground, goal, on.up(0)), node("text", { x: px(goal), y: on.height - 10, class: "mark goal" }, `⚑ ${TARGET}`));
  parts.push(node("path", { class: "curve", d: `M${curve}` }));
  const stops = path.map((x) => bead(on, land, x));
  if (stops.length > 1) parts.push(node("path", { class: "trail", d: `M${stops.map(([x, y]) => `${px(x)} ${px(y)}`).join("L")}` }));
  stops.slice(0, -1).forEach(([x, y]) => parts.push(node("circle", { class: "stop", cx: px(x), cy: px(y), r: 4 })));
  if (still) parts.push(ahead(on, land, shown, step(land, shown, rate), words));
  const [x, y] = bead(on, land, shown);
  parts.push(node("circle", { class: "ball", cx: px(x), cy: px(y), r: RADIUS }), node("circle", { class: "shine", cx: px(x - 5), cy: px(y - 5), r: 4 }));
  if (still) {
    const side = y > CEILING + 24, name = written(shown);
    parts.push(node("text", { x: px(inside(x, name, on.width)), y: px(side ? y - RADIUS - 9 : y + RADIUS + 22), class: "at" }, name));
  }
  return parts.join("");
}

// The slope under the ball, the step that it asks for, and where that ends.
function ahead(on, land, x, landing, words) {
  const parts = [], [bx, by] = bead(on, land, x);
  const rise = (-land.slope(x) * (on.up(0) - on.up(1))) / (on.across(1) - on.across(0)), reach = 74 / Math.hypot(1, rise);
  parts.push(line("tangent", bx - reach, by - rise * reach, bx + reach, by + rise * reach));
  // The slope is written at the upper end of its line, where there is room.
  const side = rise > 0 ? -1 : 1, lean = [bx + side * reach, by + side * rise * reach];
  if (lean[0] > 92 && lean[0] < on.width - 92 && lean[1] > 18 && Math.abs(rise) > 0.05) {
    parts.push(node("text", { class: side < 0 ? "lean end" : "lean from", x: px(lean[0] + 4 * side), y: px(lean[1] + 2) }, words.slope_label.replace("{slope}", written(land.slope(x)))));
  }
  const beyond = Math.abs(landing - TARGET) > on.half, way = Math.sign(landing - x) || 1;
  const [gx, gy] = beyond ? [way > 0 ? on.width - 6 : 6, by] : bead(on, land, landing);
  const long = Math.abs(gx - bx), tip = gx - way * (beyond ? 0 : 2);
  if (!beyond) {
    parts.push(line("drop", gx, by, gx, gy));
    if (long > 8) parts.push(node("circle", { class: "ghost", cx: px(gx), cy: px(gy), r: RADIUS, "data-from": `${px(bx - gx)},${px(by - gy)}`, "data-turn": px(by - gy) }));
    if (long > 60) parts.push(node("text", { class: "landing", x: px(inside(gx, written(landing), on.width)), y: px(gy - RADIUS - 9 < 16 ? gy + RADIUS + 22 : gy - RADIUS - 9) }, written(landing)));
  }
  if (long > RADIUS + 6) {
    parts.push(line("arrow", bx + way * RADIUS, by, tip - way * 10, by));
    parts.push(node("path", { class: "head", d: `M${px(tip)} ${px(by)}l${-14 * way} -8v16Z` }));
  }
  if (long > 90) {
    const name = words.step_label.replace("{size}", `${landing < x ? "" : "+"}${written(landing - x)}`);
    const label = beyond ? `${name} → ${written(landing)}` : name;
    parts.push(node("text", { class: "size", x: px(inside((bx + gx) / 2, label, on.width)), y: px(gy > by || by + 26 > on.ground - 4 || by <= CEILING + 24 ? by - 12 : by + 26) }, label));
  }
  return parts.join("");
}

const PAD = { left: 62, right: 14, top: 12, bottom: 30 };
const LEAST = -6, PROMISED = 6; // powers of ten: the least distance drawn, and the largest that is only promised

// Distance against steps on a logarithmic scale: dashed what the factor promises, if there is one.
// However far away, the axis grows along; who comes nearer than the least distance leaves the sheet.
export function distances(path, promised, width, height, words) {
  const away = path.map((x) => Math.abs(x - TARGET)), last = Math.max(10, path.length - 1);
  const logs = away.map((size) => Math.max(LEAST - 1, Math.log10(size)));
  const pace = promised > 0 && away[0] > 0 ? Math.log10(promised) : null; // powers of ten a step
  const all = [...logs, ...(pace === null ? [] : [Math.min(PROMISED, logs[0] + pace * last)])];
  const low = Math.max(LEAST, Math.floor(Math.min(...all, -1) + 1e-9)), high = Math.ceil(Math.max(...all, 1) - 1e-9);
  const across = (t) => PAD.left + (t / last) * (width - PAD.left - PAD.right);
  const up = (log) => height - PAD.bottom - ((log - low) / (high - low)) * (height - PAD.top - PAD.bottom);
  const parts = [], gap = Math.ceil((high - low) / 5), cut = logs.some((log) => log < low);
  for (let e = cut ? low : Math.ceil(low / gap) * gap; e <= high; e += gap) {
    const label = `${cut && e === low ? "≤ " : ""}${Math.abs(e) > 3 ? power(e) : +`1e${e}`}`;
    parts.push(line("grid", PAD.left, up(e), width - PAD.right, up(e)), node("text", { class: "mark end", x: PAD.left - 8, y: px(up(e) + 5) }, label));
  }
  for (const t of ticks(0, last, 5)) if (Number.isInteger(t)) parts.push(node("text", { class: "mark", x: px(across(t)), y: height - 9 }, t));
  if (pace !== null) {
    // The line ends where it leaves the sheet.
    const end = pace === 0 ? last : Math.min(last, ((pace > 0 ? high : low) - logs[0]) / pace);
    parts.push(line("promise", across(0), up(logs[0]), across(end), up(logs[0] + pace * end)));
  }
  const gone = logs.findIndex((log) => log < low), drawn = gone < 0 ? logs : logs.slice(0, gone);
  const stops = drawn.map((log, t) => [across(t), up(log)]), way = [...stops];
  if (gone > 0) way.push([across(gone - 1 + (drawn.at(-1) - low) / (drawn.at(-1) - logs[gone])), up(low)]);
  if (gone >= 0) parts.push(node("path", { class: "now", d: `M${px(gone ? way.at(-1)[0] : across(0))} ${px(up(low) + 9)}l-7 -10h14Z` }));
  if (way.length > 1) parts.push(node("path", { class: "trail", d: `M${way.map(([x, y]) => `${px(x)} ${px(y)}`).join("L")}` }));
  stops.forEach(([x, y], t) => parts.push(node("circle", { class: t === logs.length - 1 ? "now" : "stop", cx: px(x), cy: px(y), r: t === logs.length - 1 ? 6 : 3.5 })));
  parts.push(node("title", {}, words.distance_alt));
  return parts.join("");
}
