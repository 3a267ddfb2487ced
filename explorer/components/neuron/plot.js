// Numbers as they are written, and where things stand on the axis of the sum.
import { ACTIVATIONS } from "../shared/activations.js";

export const written = (x, digits = 2) => {
  const text = `${+Math.abs(x).toFixed(digits)}`;
  return x < 0 && +text ? "−" + text : text;
};
// As many digits as it takes that 0.9999 does not look like 1.
export function precise(y) {
  const digits = [3, 4, 5, 6, 7].find((some) => Number.isInteger(y) || !Number.isInteger(+y.toFixed(some)));
  return written(y, digits ?? 7);
}
export const signed = (x) => (x > 0 ? "+" : "") + written(x);

export const CURVES = ["step", "sigmoid", "tanh", "relu", "gelu"];
const REACHES = [4, 6, 8, 12, 16, 24, 32, 48, 64, 100];
const SAMPLES = 160;

// How far the axis goes to both sides so that everything has its place.
export const reach = (values) => REACHES.find((r) => values.every((v) => Math.abs(v) <= 0.88 * r)) ?? Math.max(...values.map(Math.abs)) * 1.2;

// The lowest and the highest output that is drawn, and the marks of the axis.
export function outputs(curve, r) {
  const open = curve === "relu" || curve === "gelu";
  return { low: curve === "tanh" ? -1.15 : open ? -0.12 * r : -0.15, high: open ? r : 1.15,
    marks: curve === "tanh" ? [-1, 0, 1] : open ? [0, r / 2] : [0, 1] };
}

// The way of the curve through a box of 200 × 100, from −r to r; the step is drawn upright.
export function curvePath(curve, r) {
  const { low, high } = outputs(curve, r), f = ACTIVATIONS[curve];
  const at = (z, y) => `${+(100 + (100 * z) / r).toFixed(2)} ${+(100 - (100 * (y - low)) / (high - low)).toFixed(2)}`;
  const zs = curve === "step" ? [-r, 0, 0, r] : Array.from({ length: SAMPLES + 1 }, (_, i) => -r + (2 * r * i) / SAMPLES);
  return "M" + zs.map((z, i) => at(z, curve === "step" ? +(i > 1) : f(z))).join("L");
}

// How brightly the lamp shines: 0…1.
export function brightness(curve, z) {
  const y = ACTIVATIONS[curve](z);
  return Math.min(1, Math.max(0, curve === "tanh" ? (y + 1) / 2 : curve === "relu" || curve === "gelu" ? y / 3 : y));
}

// Rows for things at these places (in percent) so that none lies on another that is less than `apart` away.
export function rows(places, apart) {
  const ends = [], found = new Array(places.length);
  places.map((place, i) => [place, i]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).forEach(([place, i]) => {
    const free = ends.findIndex((end) => place - end >= apart - 1e-6), row = free < 0 ? ends.length : free;
    ends[row] = place;
    found[i] = row;
  });
  return found;
}
