// A net of one hidden layer, run in the browser as torch runs it on the server; and who spoke in it.
import { ACTIVATIONS } from "../shared/activations.js";

const SHORTEST = 1e-3; // a secant over less would be made of rounding

// The mean derivative of f between two places: that of its secant.
export function meanSlope(f, start, end) {
  const middle = (start + end) / 2, half = Math.max(Math.abs(end - start), SHORTEST) / 2;
  return (f(middle + half) - f(middle - half)) / (2 * half);
}

export class Net {
  // `floats`: weights (hidden × pixels, row by row) and biases of the hidden layer, then those of
  // the classes.
  constructor({ pixels, hidden, classes, activation }, floats) {
    const sizes = [hidden * pixels, hidden, classes * hidden, classes];
    const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((a, b) => a + b));
    Object.assign(this, { pixels, hidden, classes, f: ACTIVATIONS[activation] });
    [this.weight, this.bias, this.last, this.lastBias] = sizes.map((size, i) => floats.subarray(ends[i] - size, ends[i]));
    this.blank = this.scores(Float64Array.from(this.bias, this.f));
    this.read(new Float64Array(pixels));
  }

  // What the classes make of the hidden neurons.
  scores(h) {
    const scores = Float64Array.from(this.lastBias);
    for (let c = 0, at = 0; c < this.classes; c++) for (let j = 0; j < this.hidden; j++, at++) scores[c] += this.last[at] * h[j];
    return scores;
  }

  // Looks at a picture (pixels, ink 0…1); everything else is about the picture read last.
  read(x) {
    this.x = x;
    this.z = Float64Array.from(this.bias);
    for (let j = 0, at = 0; j < this.hidden; j++) for (let i = 0; i < this.pixels; i++, at++) this.z[j] += this.weight[at] * x[i];
    this.h = this.z.map(this.f);
    this.score = this.scores(this.h);
    const most = Math.max(...this.score), raised = this.score.map((score) => Math.exp(score - most));
    const sum = raised.reduce((a, b) => a + b);
    this.probability = raised.map((one) => one / sum);
    this.best = this.probability.indexOf(Math.max(...this.probability));
    this.slope = this.z.map((z, j) => meanSlope(this.f, this.bias[j], z));
    return this;
  }

  // What each pixel adds to the score of a class: integrated gradients from blank paper (Sundararajan,
  // Taly and Yan 2017), which one hidden layer has in closed form. They add up to score − blank.
  pixelVotes(c) {
    const votes = new Float64Array(this.pixels);
    for (let j = 0, at = 0; j < this.hidden; j++) {
      const through = this.last[c * this.hidden + j] * this.slope[j];
      for (let i = 0; i < this.pixels; i++, at++) votes[i] += through * this.weight[at];
    }
    return votes.map((vote, i) => vote * this.x[i]);
  }

  // What each hidden neuron adds to the score of a class; with its bias they are the score.
  neuronVotes(c) {
    return this.h.map((h, j) => h * this.last[c * this.hidden + j]);
  }

  weightsOf(j) {
    return this.weight.subarray(j * this.pixels, (j + 1) * this.pixels);
  }

  // What each pixel adds to the sum of a hidden neuron; with its bias they are z.
  inputsOf(j) {
    return Float64Array.from(this.weightsOf(j), (weight, i) => weight * this.x[i]);
  }
}
