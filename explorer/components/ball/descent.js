// Steps downhill on a line: x′ = x − η · f′(x), and what becomes of them.
export const START = 1;
export const TARGET = 2;
// A dent in the bowl makes a second, narrow valley: as deep as DEPTH · λ, around CENTRE, WIDTH wide.
const DEPTH = 4, CENTRE = -1.5, WIDTH = 0.45;

const hollow = (x) => Math.exp(-((x - CENTRE) ** 2) / (2 * WIDTH ** 2));

// By name: from the curvature λ of the wide valley, the loss and its slope.
export const LANDSCAPES = {
  bowl: (bend) => ({
    bend,
    loss: (x) => (bend / 2) * (x - TARGET) ** 2,
    slope: (x) => bend * (x - TARGET),
  }),
  dent: (bend) => ({
    bend,
    loss: (x) => bend * ((x - TARGET) ** 2 / 2 - DEPTH * hollow(x)),
    slope: (x) => bend * (x - TARGET + (DEPTH * (x - CENTRE) * hollow(x)) / WIDTH ** 2),
  }),
};

// The lowest point of the narrow valley, and its curvature where that of the wide one is 1.
export const DENT = (() => {
  const { slope } = LANDSCAPES.dent(1);
  let low = CENTRE, high = CENTRE + WIDTH;
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  const from = ((low - CENTRE) / WIDTH) ** 2;
  return { x: low, bend: 1 + (DEPTH / WIDTH ** 2) * (1 - from) * hollow(low) };
})();

export const step = (landscape, x, rate) => x - rate * landscape.slope(x);

// What is left of the distance to the lowest point of a bowl after each step.
export const factor = (rate, bend) => Math.abs(1 - rate * bend);

// Below this part of 1/λ a step takes less than a tenth of what is left of the way.
export const CRAWL = 0.1;

// The name of what a learning rate does on a bowl; the borders are 0.1/λ, 1/λ and 2/λ.
export function zone(rate, bend) {
  const share = rate * bend;
  if (share === 1) return "leap";
  if (share === 2) return "swings";
  return share < CRAWL ? "crawls" : share < 1 ? "converges" : share < 2 ? "overshoots" : "diverges";
}

// To which of four colours it belongs; where two valleys are, its end tells.
export const family = (name) => ({ leap: "converges", swings: "diverges", dent: "crawls", wide: "converges", wanders: "overshoots" })[name] ?? name;

const LONG = 2000, NEAR = 1e-3, FAR = 1e6;

// Where the ball ends on the landscape with a dent: found by letting it run, the longer the smaller
// its steps are. So near to a lowest point it stays, if the rate is below that valley's border.
export function outcome(landscape, start, rate) {
  const long = Math.max(LONG, 20 / (rate * landscape.bend));
  let x = start;
  for (let t = 0; t < long && Math.abs(x) < FAR; t++) {
    if (Math.abs(x - TARGET) < NEAR && rate * landscape.bend < 2) return "wide";
    if (Math.abs(x - DENT.x) < NEAR && rate * landscape.bend * DENT.bend < 2) return "dent";
    x = step(landscape, x, rate);
  }
  return Math.abs(x) < FAR ? "wanders" : "diverges";
}

// Round numbers from low to high, about thirty in each decade: equal ways are about equal ratios.
const ROUND = [
  1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.1, 2.2, 2.4, 2.6, 2.8, 3, 3.2, 3.5, 3.8, 4,
  4.3, 4.6, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5,
];
export function scale(low, high) {
  const values = [];
  for (let exponent = Math.floor(Math.log10(low)); 10 ** exponent <= high; exponent++) {
    for (const value of ROUND) {
      const whole = +`${value}e${exponent}`;
      if (whole >= low && whole <= high) values.push(whole);
    }
  }
  return values;
}

// Where a value lies on such a scale, from 0 to 1, also between two of its numbers.
export function place(values, value) {
  const last = values.length - 1, above = values.findIndex((one) => one >= value);
  if (above <= 0) return above ? 1 : 0;
  const low = Math.log(values[above - 1]), high = Math.log(values[above]);
  return (above - 1 + (Math.log(value) - low) / (high - low)) / last;
}

export const nearest = (values, value) =>
  values.reduce((best, one, i) => (Math.abs(Math.log(one / value)) < Math.abs(Math.log(values[best] / value)) ? i : best), 0);

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
export const power = (exponent) => `10${[...`${exponent}`].map((sign) => RAISED[sign]).join("")}`;

// A number as one writes it by hand, with `digits` that count.
export function written(x, digits = 3) {
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) {
    const [head, exponent] = x.toExponential(digits - 1).split("e");
    return `${+head} · ${power(+exponent)}`.replace(/^-/, "−");
  }
  const rounded = size >= 10 ** digits ? Math.round(x) : +x.toPrecision(digits);
  return `${rounded || 0}`.replace("-", "−");
}
