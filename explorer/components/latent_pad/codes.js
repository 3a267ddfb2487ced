// The codes of one model: where they lie, where they glide from, how densely they lie.

const QUANTILE = 0.005; // outliers beyond it do not widen the view; they are drawn on its rim
const AIR = 0.12; // around the data, as a share of their range
const SURVEYED = 256; // codes whose neighbour is looked for to learn the usual spacing
const NEAR = 1.5, FAR = 4; // in usual spacings: where the warning begins, where it is full

export const clamp = (low, value, high) => Math.min(high, Math.max(low, value));
export const mix = (a, b, t) => a + (b - a) * t;

export class Codes {
  constructor(dim) {
    this.dim = dim;
    this.target = this.drawn = this.from = new Float32Array(0); // (count × dim), row by row
  }

  get count() {
    return this.target.length / this.dim;
  }

  // New places for the same points, or other points; says whether there is a way to glide.
  receive(floats) {
    const same = floats.length === this.target.length;
    if (!same) this.drawn = floats.slice();
    this.target = floats;
    this.depart();
    this.box = this.#box();
    this.spacing = this.#spacing();
    return same;
  }

  // The next glide begins where the points are now.
  depart() {
    this.from = this.drawn.slice();
  }

  // Puts the points a share of the way between where they were and where they belong.
  glide(share) {
    const { from, target, drawn } = this;
    if (share >= 1) return drawn.set(target);
    for (let i = 0; i < drawn.length; i++) drawn[i] = from[i] + (target[i] - from[i]) * share;
  }

  at(row) {
    return Array.from(this.target.subarray(row * this.dim, (row + 1) * this.dim));
  }

  // The `most` rows whose codes are nearest, nearest first, with their distances.
  nearest(code, most) {
    const { target, dim } = this, found = [];
    for (let row = 0, at = 0; row < this.count; row++) {
      let square = 0;
      for (let k = 0; k < dim; k++) square += (target[at++] - code[k]) ** 2;
      if (found.length === most && square >= found[most - 1].square) continue;
      let place = found.length;
      while (place && found[place - 1].square > square) place--;
      found.splice(place, 0, { row, square });
      if (found.length > most) found.pop();
    }
    return found.map(({ row, square }) => ({ row, distance: Math.sqrt(square) }));
  }

  // Of the rows for which `belongs(row)` holds, the one whose code is nearest to their mean.
  middle(belongs) {
    const { target, dim } = this, members = [], mean = new Array(dim).fill(0);
    for (let row = 0; row < this.count; row++) if (belongs(row)) members.push(row);
    for (const row of members) for (let k = 0; k < dim; k++) mean[k] += target[row * dim + k] / members.length;
    let least = Infinity, best = null;
    for (const row of members) {
      let square = 0;
      for (let k = 0; k < dim; k++) square += (target[row * dim + k] - mean[k]) ** 2;
      if (square < least) (least = square), (best = row);
    }
    return best;
  }

  #box() {
    const low = [], high = [];
    for (let k = 0; k < this.dim; k++) {
      const values = new Float32Array(this.count);
      for (let row = 0; row < this.count; row++) values[row] = this.target[row * this.dim + k];
      values.sort();
      const cut = Math.floor(QUANTILE * (this.count - 1));
      const air = AIR * (values[this.count - 1 - cut] - values[cut]) || AIR;
      low.push(values[cut] - air);
      high.push(values[this.count - 1 - cut] + air);
    }
    return { low, high };
  }

  // The usual spacing: nine of ten codes have another within this distance. A median would call
  // every code outside the densest cluster remote. Looking at 256 of them is enough and cheap.
  #spacing() {
    const { target, dim, count } = this;
    if (count < 2) return 1;
    const stride = Math.max(1, count / SURVEYED), distances = [];
    for (let pick = 0; Math.floor(pick) < count; pick += stride) {
      const own = Math.floor(pick);
      let least = Infinity;
      for (let row = 0; row < count; row++) {
        if (row === own) continue;
        let square = 0;
        for (let k = 0; k < dim; k++) square += (target[row * dim + k] - target[own * dim + k]) ** 2;
        if (square < least) least = square;
      }
      distances.push(least);
    }
    const spacing = Math.sqrt(Float64Array.from(distances).sort()[Math.floor(0.9 * (distances.length - 1))]);
    // A net that maps everything to one code has no spacing; its box has air all the same.
    return Math.max(spacing, 1e-4 * (this.box.high[0] - this.box.low[0]));
  }
}

// 0 among the data, 1 where there are none, from a distance in usual spacings.
export function warning(remoteness) {
  const t = clamp(0, (remoteness - NEAR) / (FAR - NEAR), 1);
  return t * t * (3 - 2 * t);
}
