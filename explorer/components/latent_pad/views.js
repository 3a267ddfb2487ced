// Ways to lay codes out on a plane. A view writes places into `out` from `o` on: x and y in pixels,
// and how near it is to the eye (−1 far … 1 near); `toCode` is the way back.
import { cumulative, quantile } from "./chance.js";
import { clamp, mix } from "./codes.js";

// What a view shows, as numbers that glide: middle and half extent of each dimension, and the
// usual spacing of the codes there.
export function frame({ box, spacing }, atLeast = 0) {
  const numbers = [];
  for (let k = 0; k < box.low.length; k++) {
    const low = Math.min(box.low[k], -atLeast || Infinity), high = Math.max(box.high[k], atLeast || -Infinity);
    numbers.push((low + high) / 2, (high - low) / 2);
  }
  return [...numbers, spacing];
}

export const mixed = (from, to, share) => from.map((number, i) => mix(number, to[i], share));

// Two dimensions with equal units, so that distances on the screen are distances between codes.
export function flat([x0, halfX, y0, halfY], width, height) {
  const scale = Math.min(width / (2 * halfX), height / (2 * halfY));
  return {
    scale,
    place(codes, at, out, o) {
      out[o] = width / 2 + (codes[at] - x0) * scale;
      out[o + 1] = height / 2 - (codes[at + 1] - y0) * scale;
      out[o + 2] = 0;
    },
    toCode: (x, y, code) => [x0 + (x - width / 2) / scale, y0 - (y - height / 2) / scale, ...code.slice(2)],
  };
}

// Equal areas hold equal shares of N(0, I), as in the figures of Kingma and Welling (2014).
export function quantiles(width, height) {
  const within = (share) => quantile(clamp(0.001, share, 0.999));
  return {
    place(codes, at, out, o) {
      out[o] = width * cumulative(codes[at]);
      out[o + 1] = height * (1 - cumulative(codes[at + 1]));
      out[o + 2] = 0;
    },
    toCode: (x, y, code) => [within(x / width), within(1 - y / height), ...code.slice(2)],
  };
}

// Three dimensions seen by a camera that circles around them; what is nearer is a little larger.
export function orbit([x0, halfX, y0, halfY, z0, halfZ], { yaw, pitch }, width, height) {
  const radius = Math.max(halfX, halfY, halfZ), size = 0.4 * Math.min(width, height);
  const cy = Math.cos(yaw), sy = Math.sin(yaw), cp = Math.cos(pitch), sp = Math.sin(pitch);
  return {
    radius,
    centre: [x0, y0, z0],
    place(codes, at, out, o) {
      const x = (codes[at] - x0) / radius, y = (codes[at + 1] - y0) / radius, z = (codes[at + 2] - z0) / radius;
      const across = x * cy + z * sy, away = z * cy - x * sy;
      const up = y * cp + away * sp, depth = y * sp - away * cp;
      const zoom = size / (1 - 0.18 * depth);
      out[o] = width / 2 + across * zoom;
      out[o + 1] = height / 2 - up * zoom;
      out[o + 2] = depth;
    },
  };
}

// How far each cell of a coarse grid is from the nearest place, in pixels. Each cell first knows
// the places within it; two sweeps then hand the nearest place on from neighbour to neighbour.
export function distances(places, count, columns, rows, cell) {
  const owner = new Int32Array(columns * rows).fill(-1), away = new Float32Array(columns * rows).fill(Infinity);
  const offer = (at, column, row, place) => {
    if (place < 0) return;
    const x = places[3 * place] - (column + 0.5) * cell, y = places[3 * place + 1] - (row + 0.5) * cell;
    const square = x * x + y * y;
    if (square < away[at]) (away[at] = square), (owner[at] = place);
  };
  for (let i = 0; i < count; i++) {
    const column = clamp(0, Math.floor(places[3 * i] / cell), columns - 1);
    const row = clamp(0, Math.floor(places[3 * i + 1] / cell), rows - 1);
    offer(row * columns + column, column, row, i);
  }
  const sweep = (row, column, step) => {
    const at = row * columns + column, back = row - step;
    const beside = column - step;
    if (beside >= 0 && beside < columns) offer(at, column, row, owner[at - step]);
    if (back < 0 || back >= rows) return;
    for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++)
      offer(at, column, row, owner[back * columns + c]);
  };
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) sweep(row, column, 1);
  for (let row = rows - 1; row >= 0; row--) for (let column = columns - 1; column >= 0; column--) sweep(row, column, -1);
  return away.map(Math.sqrt);
}
