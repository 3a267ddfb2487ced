import { ACTIVATIONS } from "../shared/activations.js";

// Where the hidden layer takes a point, seen in the frame, and what the last neuron answers there.
export function bent(net, [x, y]) {
  const f = ACTIVATIONS[net.activation];
  const codes = net.weights.map(([across, up], unit) => f(across * x + up * y + net.biases[unit]));
  const along = (row) => row.reduce((sum, part, unit) => sum + part * codes[unit], 0);
  return { place: net.frame.map(along), answer: ACTIVATIONS.sigmoid(along(net.tops) + net.top) };
}

// [a, b, c] of a·u + b·v + c = 0, where the last neuron says ½, for points (u, v) of the frame.
export function border(net) {
  const seen = (row) => row.reduce((sum, part, unit) => sum + part * net.tops[unit], 0);
  return [...net.frame.map(seen), net.top];
}

// The places of discs, moved to the left and to the right of one another where they would overlap,
// and none of them beyond `least` or `most`.
const APART = 40, PASSES = 30;
export function beside(places, least, most) {
  const moved = places.map((place) => [...place]);
  for (let pass = 0; pass < PASSES; pass++) {
    moved.forEach((other, j) => moved.slice(0, j).forEach((one) => {
      const away = Math.sqrt(Math.max(0, APART ** 2 - (other[1] - one[1]) ** 2));
      const way = other[0] < one[0] ? -1 : 1, lacking = away - way * (other[0] - one[0]);
      if (lacking <= 0) return;
      one[0] -= (way * lacking) / 2;
      other[0] += (way * lacking) / 2;
    }));
    for (const place of moved) place[0] = Math.max(least, Math.min(most, place[0]));
  }
  return moved;
}
