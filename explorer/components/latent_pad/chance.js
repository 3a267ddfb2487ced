// The standard normal distribution, and seeded draws from it.
import { erf } from "../shared/activations.js";

export const cumulative = (z) => 0.5 * (1 + erf(z * Math.SQRT1_2));

// The inverse of `cumulative` (P. J. Acklam's rational approximation, relative error 1.2e-9).
const CENTRE = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239];
const CENTRE_BELOW = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
const TAIL = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
const TAIL_BELOW = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
const polynomial = (coefficients, x) => coefficients.reduce((sum, c) => sum * x + c);

export function quantile(p) {
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(TAIL, q) / polynomial(TAIL_BELOW, q);
  }
  if (p > 0.97575) return -quantile(1 - p);
  const q = p - 0.5;
  return (q * polynomial(CENTRE, q * q)) / polynomial(CENTRE_BELOW, q * q);
}

// Uniform numbers within 0…1 from a seed (T. Ettinger's mulberry32).
function uniform(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}

// `count` codes from N(0, I), the same for the same seed.
export function draws(seed, count, dim) {
  const next = uniform(seed);
  return Array.from({ length: count }, () => Array.from({ length: dim }, () => quantile(next())));
}
