// Which part of a photo is seen: the same one in the whole picture and in its three planes.
const NARROW = 1.2, WIDE = 1.8; // times its height a frame is wide, at least and at most
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

export class View {
  constructor(width, height) {
    Object.assign(this, { width, height, aspect: clamp(width / height, NARROW, WIDE), closest: 4 });
    this.look(width / 2, height / 2, Infinity);
  }

  // How many pixels fit across when all are seen.
  get widest() {
    return Math.max(this.width, this.height * this.aspect);
  }

  get whole() {
    return this.span > this.widest * 0.999;
  }

  // From 0, the whole photo, to 1, as close as one gets.
  get closeness() {
    return Math.log(this.widest / this.span) / Math.log(this.widest / this.closest) || 0;
  }

  set closeness(share) {
    this.look(this.x, this.y, this.widest * (this.closest / this.widest) ** share);
  }

  // x and y of the middle and the pixels across; no further out than the photo reaches.
  look(x, y, span) {
    this.span = clamp(span, Math.min(this.closest, this.widest), this.widest);
    const tall = this.span / this.aspect;
    const within = (at, part, all) => (part >= all ? all / 2 : clamp(at, part / 2, all - part / 2));
    this.x = within(x, this.span, this.width);
    this.y = within(y, tall, this.height);
  }

  // The place `at` stays where it is.
  zoom(factor, [x, y]) {
    const span = clamp(this.span / factor, Math.min(this.closest, this.widest), this.widest);
    const kept = span / this.span;
    this.look(x + (this.x - x) * kept, y + (this.y - y) * kept, span);
  }

  // So that a pixel is seen, with a neighbour at its side.
  show([x, y]) {
    const near = (at, middle, part) => clamp(middle, at + 2 - part / 2, at - 1 + part / 2);
    const tall = this.span / this.aspect;
    this.look(near(x, this.x, this.span), near(y, this.y, tall), this.span);
  }

  // What lies at a point of a canvas that is so many points wide; columns and rows with fractions.
  place([x, y], wide) {
    const size = wide / this.span;
    return [this.x - this.span / 2 + x / size, this.y - this.span / this.aspect / 2 + y / size];
  }

  pixel(point, wide) {
    const [x, y] = this.place(point, wide);
    return x < 0 || y < 0 || x >= this.width || y >= this.height ? null : [Math.floor(x), Math.floor(y)];
  }
}

// On the way from one look to another, `share` of it done: what is flown to comes straight nearer.
export function between(from, to, share) {
  const span = from.span * (to.span / from.span) ** share;
  const way = from.span === to.span ? share : (span - from.span) / (to.span - from.span);
  return [from.x + (to.x - from.x) * way, from.y + (to.y - from.y) * way, span];
}
