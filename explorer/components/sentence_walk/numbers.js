// A message is the length of its header, the header, and rows of float32.
export function unpacked(data) {
  const buffer = data.slice().buffer, length = new DataView(buffer).getUint32(0, true);
  const told = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  for (const [name, [at, size]] of Object.entries(told.blobs)) told[name] = new Float32Array(buffer, at, size / 4);
  return told;
}

// The numbers of a walk.
export class Walk {
  constructor(data) {
    Object.assign(this, unpacked(data));
    this.rows = [...this.reads, ...this.writes];
  }

  row(values, width, r) {
    return values.subarray(r * width, (r + 1) * width);
  }

  embedding(r) { return this.row(this.embeddings, this.embed, r); }
  // The hidden part of a state; the LSTM's memory lies behind it.
  hidden(r, when = this.after) { return this.row(when, this.width, r).subarray(0, this.units); }
  memory(r, when = this.after) { return this.row(when, this.width, r).subarray(this.units); }
  gate(r, g) { return this.row(this.gates, this.units, r * this.names.length + g); }

  // All that the equations of one unit need.
  unit(r, u) {
    const G = this.names.length, half = r < this.reads.length ? 0 : 1;
    const pick = (values, at) => this.names.map((_, g) => values[(at * G + g) * this.units + u]);
    return {
      cell: this.cell,
      wx: pick(this.of_input, r),
      uh: pick(this.of_state, r),
      bx: pick(this.biases, 2 * half),
      bh: pick(this.biases, 2 * half + 1),
      gates: pick(this.gates, r),
      h: this.hidden(r, this.before)[u],
      c: this.memory(r, this.before)[u],
      h1: this.hidden(r)[u],
      c1: this.memory(r)[u],
    };
  }
}

// The steps of the slow motion.
export function beats({ reads, writes }) {
  const list = [];
  reads.forEach((_, r) => ["token", "embedding", "state"].forEach((kind) => list.push({ kind, r, half: "enc" })));
  list.push({ kind: "context", r: reads.length - 1, half: "code" });
  writes.forEach((write, t) => {
    const kinds = ["fed", "state", ...(write.attention ? ["attention"] : []), "guess", "choose"];
    kinds.forEach((kind) => list.push({ kind, r: reads.length + t, t, half: "dec" }));
  });
  return list;
}

// Where a walk halts: at each of its steps, or once for each word and for the context vector.
export const halts = (list, detail) => list.map((_, i) => i).filter((i) =>
  detail || list[i].half !== list[i + 1]?.half || list[i].r !== list[i + 1].r);

export const written = (x, digits = 5) => {
  const text = Math.abs(x).toFixed(digits);
  return x < 0 && +text ? "−" + text : text;
};
export const percent = (p) => (p > 0.9995 && p < 1 ? "> 99.9" : p < 0.0005 && p > 0 ? "< 0.1" : (100 * p).toFixed(1)) + " %";
