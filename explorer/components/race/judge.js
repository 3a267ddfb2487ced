// Who is where, who is first, and with which learning rate each would do best.
import { SURFACES } from "./surfaces.js";
import { run } from "./optimizers.js";

const LATE = 20; // steps at the end over which the loss is averaged
const LEVEL = 1e-3; // a slope less than this, and without any part towards a valley, leads nowhere

// For each step, since which step the racer has been in the goal without leaving it; −1 if it is not.
export function stays({ xy, last }, { minima, goal }) {
  let since = -1;
  return Int32Array.from({ length: last + 1 }, (_, step) => {
    const inside = minima.some(([x, y]) => Math.hypot(xy[2 * step] - x, xy[2 * step + 1] - y) <= goal);
    return (since = inside ? (since < 0 ? step : since) : -1);
  });
}

// A racer's state at a step, by the name of its words, and the step that these may name.
export function state(racer, step, place) {
  const { xy, last, diverged, since } = racer;
  if (diverged && step >= last) return { kind: "diverged", n: last };
  if (since[step] >= 0) return { kind: "goal", n: since[step] };
  const [x, y] = xy.subarray(2 * step), [left, right, bottom, top] = place.box;
  if (x < left || x > right || y < bottom || y > top) return { kind: "off", n: step };
  const slope = SURFACES[place.name](place.turn).slope(x, y);
  const stuck = !place.noise && slope.includes(0) && Math.hypot(...slope) < LEVEL;
  return { kind: stuck ? "stuck" : "underway", n: step };
}

// The step of arrival for good, or Infinity; and the loss in the end, for those who do not arrive.
export function result({ diverged, losses, since, last }) {
  const late = losses.subarray(Math.max(0, last + 1 - LATE), last + 1);
  const loss = diverged ? Infinity : late.reduce((sum, one) => sum + one, 0) / late.length;
  return { arrival: diverged || since[last] < 0 ? Infinity : since[last], loss };
}

const better = (a, b) => a.arrival - b.arrival || a.loss - b.loss;

// Those who arrived, first to last, each with its place; who arrive together share one.
export function podium(racers) {
  const arrived = racers.map((racer) => ({ name: racer.name, ...result(racer) })).filter(({ arrival }) => arrival < Infinity);
  arrived.sort(better);
  return arrived.map((one) => ({ ...one, place: 1 + arrived.filter(({ arrival }) => arrival < one.arrival).length }));
}

export function raced(name, race) {
  const racer = run(name, race);
  racer.since = stays(racer, race);
  return racer;
}

// The rate of `rates` with which a racer arrives first, or else ends lowest; the smaller of two as good.
export function tuned(name, race, rates) {
  const tried = rates.map((rate) => ({ rate, ...result(raced(name, { ...race, rate })) }));
  return tried.reduce((best, one) => (better(one, best) < 0 ? one : best));
}
