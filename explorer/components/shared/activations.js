// Activation functions by the names that the models give them; `step` is no model's: it cannot learn
// by gradients.

// Abramowitz and Stegun 7.1.26, off by at most 1.5e-7: as exact as float32 weights are.
export function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const tail = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const y = 1 - tail * Math.exp(-x * x);
  return x < 0 ? -y : y;
}

export const ACTIVATIONS = {
  silu: (x) => x / (1 + Math.exp(-x)),
  gelu: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  relu: (x) => (x > 0 ? x : 0),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  identity: (x) => x,
  step: (x) => (x > 0 ? 1 : 0),
};
