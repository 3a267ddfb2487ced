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
