// The decoder half of a net, run in the browser as torch runs it on the server.
import { ACTIVATIONS } from "../shared/activations.js";

// output = weight · input + bias. Rows of the weights lie one after another, so memory is read
// straight ahead; four sums at a time keep the processor from waiting for each addition.
function affine(weight, bias, input, output) {
  const n = input.length, fours = n - (n % 4);
  for (let row = 0, at = 0; row < output.length; row++) {
    let a = bias[row], b = 0, c = 0, d = 0, i = 0;
    for (; i < fours; i += 4, at += 4) {
      a += weight[at] * input[i];
      b += weight[at + 1] * input[i + 1];
      c += weight[at + 2] * input[i + 2];
      d += weight[at + 3] * input[i + 3];
    }
    for (; i < n; i++, at++) a += weight[at] * input[i];
    output[row] = a + b + c + d;
  }
}

export class Decoder {
  // `widths` run from the code to the pixels. `floats` holds layer after layer: its weights
  // (out × in, row by row), then its biases.
  constructor(widths, floats, activation) {
    this.hidden = ACTIVATIONS[activation];
    this.squash = ACTIVATIONS[activation === "identity" ? "identity" : "sigmoid"];
    this.input = new Float32Array(widths[0]);
    this.layers = [];
    let at = 0;
    for (let i = 1; i < widths.length; i++) {
      const size = widths[i] * widths[i - 1];
      const weight = floats.subarray(at, at + size), bias = floats.subarray(at + size, at + size + widths[i]);
      this.layers.push({ weight, bias, output: new Float32Array(widths[i]) });
      at += size + widths[i];
    }
  }

  // The pixels at a code, ink 0…1 (an identity net may leave that range). The next call writes
  // into the same array: a picture a frame must not feed the garbage collector.
  decode(code) {
    this.input.set(code);
    let input = this.input;
    for (const { weight, bias, output } of this.layers) {
      affine(weight, bias, input, output);
      const squash = output === this.layers.at(-1).output ? this.squash : this.hidden;
      for (let i = 0; i < output.length; i++) output[i] = squash(output[i]);
      input = output;
    }
    return input;
  }
}
