// The four rules, as torch.optim computes them. Each keeps what it needs of earlier gradients and
// moves the point `p` by the gradient `g`, in place.
import { SURFACES } from "./surfaces.js";

const EPS = 1e-8;
const FAR = 1e9; // who is as far out as this has diverged

export const RULES = {
  sgd: (rate) => (p, g) => {
    for (const i of [0, 1]) p[i] -= rate * g[i];
  },
  momentum: (rate, { momentum }) => {
    const speed = [0, 0];
    return (p, g) => {
      for (const i of [0, 1]) {
        speed[i] = momentum * speed[i] + g[i];
        p[i] -= rate * speed[i];
      }
    };
  },
  rmsprop: (rate, { alpha }) => {
    const square = [0, 0];
    return (p, g) => {
      for (const i of [0, 1]) {
        square[i] = alpha * square[i] + (1 - alpha) * g[i] * g[i];
        p[i] -= (rate * g[i]) / (Math.sqrt(square[i]) + EPS);
      }
    };
  },
  adam: (rate, { beta1, beta2 }) => {
    const mean = [0, 0], square = [0, 0];
    let steps = 0;
    return (p, g) => {
      steps += 1;
      const size = rate / (1 - beta1 ** steps), root = Math.sqrt(1 - beta2 ** steps);
      for (const i of [0, 1]) {
        mean[i] += (1 - beta1) * (g[i] - mean[i]);
        square[i] = beta2 * square[i] + (1 - beta2) * g[i] * g[i];
        p[i] -= (size * mean[i]) / (Math.sqrt(square[i]) / root + EPS);
      }
    };
  },
};

// One racer's way: `xy` has a point before the first step and one after each, `losses` the height
// there. A way that leads out of all bounds ends there: `last` is the last step of which it knows.
export function run(name, { surface, rate, start, steps, turn, habits, noise, sigma }) {
  const { value, slope } = SURFACES[surface](turn), move = RULES[name](rate, habits), p = [...start];
  const xy = new Float64Array(2 * steps + 2), losses = new Float64Array(steps + 1);
  let last = 0;
  const note = () => (xy.set(p, 2 * last), (losses[last] = value(p[0], p[1])));
  note();
  while (last < steps) {
    const g = slope(p[0], p[1]);
    if (sigma) for (const i of [0, 1]) g[i] += sigma * noise[2 * last + i];
    move(p, g);
    if (!(Math.abs(p[0]) < FAR && Math.abs(p[1]) < FAR)) break;
    last += 1;
    note();
  }
  return { name, xy, losses, last, diverged: last < steps };
}
