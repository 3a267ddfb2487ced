// Each surface's height at a point, and its slope there. explorer/analysis/surfaces.py says the same
// to torch, which works the slopes out by itself; boxes, starts and goals come from there.
const STEEP = 50, SIDE = 4, BEND = 100;

// Height and slope of each surface, given the degrees by which it is turned.
export const SURFACES = {
  ravine: (turn) => {
    const angle = (turn * Math.PI) / 180, cos = Math.cos(angle), sin = Math.sin(angle);
    return {
      value: (x, y) => {
        const along = x * cos + y * sin, across = y * cos - x * sin;
        return 0.5 * (along * along + STEEP * across * across);
      },
      slope: (x, y) => {
        const along = x * cos + y * sin, across = STEEP * (y * cos - x * sin);
        return [along * cos - across * sin, along * sin + across * cos];
      },
    };
  },
  saddle: () => ({
    value: (x, y) => 0.5 * x * x + 0.25 * (y * y - 1) * (y * y - 1),
    slope: (x, y) => [x, (y * y - 1) * y],
  }),
  rosenbrock: () => ({
    value: (x, y) => (1 - x) * (1 - x) + BEND * (y - x * x) * (y - x * x),
    slope: (x, y) => [-2 * (1 - x) - 4 * BEND * x * (y - x * x), 2 * BEND * (y - x * x)],
  }),
  noisy: () => ({
    value: (x, y) => 0.5 * (x * x + SIDE * y * y),
    slope: (x, y) => [x, SIDE * y],
  }),
};

// A point, turned around the origin by so many degrees, against the clock.
export function turned(x, y, degrees) {
  const angle = (degrees * Math.PI) / 180, cos = Math.cos(angle), sin = Math.sin(angle);
  return [x * cos - y * sin, x * sin + y * cos];
}

// For each step two numbers that are nearly N(0, 1), and the state to throw on from.
export function throws(seed, steps) {
  const noise = new Float64Array(2 * steps);
  for (let i = 0; i < noise.length; i++) {
    let total = 0;
    for (let k = 0; k < 12; k++) {
      seed = (48271 * seed) % 2147483647;
      total += seed / 2147483647;
    }
    noise[i] = total - 6;
  }
  return { noise, seed };
}
