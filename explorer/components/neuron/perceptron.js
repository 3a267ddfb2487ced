// One neuron that is told when it is wrong (Rosenblatt 1958), and the lessons that it had.
const tidy = (x) => Math.round(x * 1e9) / 1e9; // 0.1 + 0.2 is 0.3 again

export const terms = ({ weights }, x) => weights.map((w, i) => (x[i] ? w : 0));
// z = w·x + b
export const total = (neuron, x) => tidy(terms(neuron, x).reduce((sum, term) => sum + term, neuron.bias));
export const says = (neuron, x) => +(total(neuron, x) > 0);
export const isRight = (neuron, { x, truth }) => says(neuron, x) === truth;

// `moves`: what a lesson may move, "criterion" or "weights" (and the criterion).
export function taught(neuron, x, truth, moves) {
  const error = truth - says(neuron, x);
  return {
    weights: moves === "weights" ? neuron.weights.map((w, i) => tidy(w + error * x[i])) : neuron.weights,
    bias: tidy(neuron.bias + error),
  };
}

// A case that must lie above the criterion, and one that must not although its sum is no smaller.
export function conflict(cases, { weights }) {
  const sum = ({ x }) => total({ weights, bias: 0 }, x);
  const [above, below] = [1, 0].map((truth) => cases.filter((one) => one.truth === truth).sort((a, b) => sum(a) - sum(b)));
  const [low, high] = [above[0], below.at(-1)];
  return low && high && sum(low) <= sum(high) ? { low: { ...low, sum: sum(low) }, high: { ...high, sum: sum(high) } } : null;
}

const same = (a, b) => a.bias === b.bias && a.weights.every((w, i) => w === b.weights[i]);

// A table of cases, told one after another; in between the reader may show, tell and move what they like.
export class Course {
  constructor(cases, moves, start) {
    Object.assign(this, { cases, moves, start, neuron: start, turn: 0, since: 0, lessons: [] });
    this.meet(0);
  }

  meet(place) {
    this.show([...this.cases[place].x], place);
  }

  // Clues that stand before the neuron; place −1: the reader's own.
  show(x, place = -1) {
    Object.assign(this, { x, place, told: null });
  }

  get due() {
    return this.turn % this.cases.length;
  }

  // The next beat: the truth about the case that is due, or the case itself.
  on() {
    if (this.told || this.place !== this.due) this.meet(this.due);
    else this.tell(this.cases[this.place].truth);
  }

  tell(truth) {
    const { neuron, x, place, turn, since } = this, inTurn = !this.told && place === this.due;
    const after = taught(neuron, x, truth, this.moves);
    this.told = { x, place, truth, said: says(neuron, x), before: neuron, after, turn, since };
    this.lessons.push(this.told);
    this.neuron = after;
    if (inTurn) this.turn += 1;
    if (!inTurn || truth !== this.cases[place].truth) this.since = this.lessons.length;
  }

  back() {
    const last = this.lessons.at(-1);
    if (this.told) {
      this.lessons.pop();
      Object.assign(this, { neuron: last.before, turn: last.turn, since: last.since });
      this.show(last.x, last.place);
    } else if (last) {
      this.neuron = last.after;
      this.show(last.x, last.place);
      this.told = last;
    } else this.meet(0);
  }

  // The reader moved a weight or the criterion: from here on rounds are counted anew.
  set(neuron) {
    Object.assign(this, { neuron: { weights: neuron.weights.map(tidy), bias: tidy(neuron.bias) }, told: null, since: this.lessons.length });
  }

  get right() {
    return this.cases.filter((one) => isRight(this.neuron, one)).length;
  }

  get solved() {
    return this.right === this.cases.length;
  }

  // Whether its lessons have brought it there, and not the reader's hand.
  get learnt() {
    return this.solved && this.lessons.length > this.since;
  }

  // How many lessons it took until all were right.
  get needed() {
    const wrong = ({ before }) => !this.cases.every((one) => isRight(before, one));
    return this.lessons.findLastIndex(wrong) + 1;
  }

  get mistakes() {
    return this.lessons.filter(({ said, truth }) => said !== truth).length;
  }

  // Whole rounds of the table after which the neuron is what it was before: it goes in circles.
  get circle() {
    const run = this.lessons.slice(this.since), n = this.cases.length;
    const states = run.length ? [run[0].before, ...run.filter((_, i) => i % n === n - 1).map(({ after }) => after)] : [];
    const now = states.length - 1, then = states.findIndex((state, i) => i < now && same(state, states[now]));
    return then < 0 || this.solved || !same(states[now], this.neuron) ? null : { then: this.since + then * n, now: this.since + now * n };
  }
}
