// The equations of one unit with their values put in: each is a law, the same with numbers, and a value.
import { written } from "./numbers.js";

const sigma = (x) => 1 / (1 + Math.exp(-x));
const sum = (terms) => terms.reduce((total, term) => total + term, 0);
// 0.1 − 0.2 + 0.3
const added = (terms) => terms.map((x, i) => (i ? (x < 0 ? " − " : " + ") + written(Math.abs(x)) : written(x))).join("");
const factor = (x) => (x < 0 ? `(${written(x)})` : written(x));

const squashed = (name, symbol, f, terms) => {
  const total = sum(terms), curve = f === "σ" ? sigma : Math.tanh;
  return { name, symbol, law: `${f}(w·x + u·h + b)`, filled: [`${f}(${added(terms)})`, `${f}(${written(total)})`],
    terms, total, value: curve(total) };
};
const mixed = (name, symbol, law, pairs) => ({ name, symbol, law,
  filled: [pairs.map(([a, b]) => `${factor(a)} · ${factor(b)}`).join(" + ")],
  terms: pairs.map(([a, b]) => a * b), value: sum(pairs.map(([a, b]) => a * b)) });

const CELLS = {
  rnn: ({ wx, uh, bx, bh }) => [squashed("hidden", "h′", "tanh", [wx[0], uh[0], bx[0] + bh[0]])],
  gru({ wx, uh, bx, bh, h }) {
    const [r, z] = [0, 1].map((g) => squashed(["reset", "update"][g], "rz"[g], "σ", [wx[g], uh[g], bx[g] + bh[g]]));
    const kept = uh[2] + bh[2], total = wx[2] + bx[2] + r.value * kept;
    const n = { name: "candidate", symbol: "n", law: "tanh(w·x + b + r · (u·h + b′))",
      filled: [`tanh(${added([wx[2], bx[2]])} + ${written(r.value)} · (${added([uh[2], bh[2]])}))`, `tanh(${written(total)})`],
      terms: [wx[2], bx[2], r.value * kept], total, value: Math.tanh(total) };
    return [r, z, n, mixed("new", "h′", "(1 − z) · n + z · h", [[1 - z.value, n.value], [z.value, h]])];
  },
  lstm({ wx, uh, bx, bh, c }) {
    const [i, f, g, o] = ["input", "forget", "cell", "output"].map((name, k) =>
      squashed(name, "ifgo"[k], name === "cell" ? "tanh" : "σ", [wx[k], uh[k], bx[k] + bh[k]]));
    const memory = mixed("memory", "c′", "f · c + i · g", [[f.value, c], [i.value, g.value]]);
    const bent = Math.tanh(memory.value);
    return [i, f, g, o, memory, { name: "new", symbol: "h′", law: "o · tanh(c′)",
      filled: [`${written(o.value)} · tanh(${written(memory.value)})`], terms: [o.value * bent], value: o.value * bent }];
  },
};

export const equations = (unit) => CELLS[unit.cell](unit);
