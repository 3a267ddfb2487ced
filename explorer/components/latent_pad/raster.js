// Thousands of dots over a haze, written pixel by pixel: a canvas without a graphics card takes four
// times as long to fill as many circles. Pixels are opaque and packed as 0xffBBGGRR.
import { clamp } from "./codes.js";

const PHASES = 4; // a dot may begin at so many places within a pixel, across and down
const STEPS = 64; // of the haze from none to full

const packed = ([red, green, blue]) => (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;

// How much of each pixel a disc covers, 0…255, for each place where it may begin.
function discs(radius) {
  const size = Math.ceil(2 * radius) + 2, masks = [];
  for (let phase = 0; phase < PHASES * PHASES; phase++) {
    const x0 = radius + 0.5 + (phase % PHASES) / PHASES, y0 = radius + 0.5 + Math.floor(phase / PHASES) / PHASES;
    const mask = new Uint8Array(size * size);
    for (let y = 0; y < size; y++) for (let x = 0; x < size; x++)
      mask[y * size + x] = 255 * clamp(0, radius + 0.5 - Math.hypot(x + 0.5 - x0, y + 0.5 - y0), 1);
    masks.push(mask);
  }
  return { size, masks };
}

export class Raster {
  constructor() {
    this.discs = new Map();
  }

  resize(width, height) {
    if (this.image?.width === width && this.image.height === height) return;
    this.image = new ImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  fill(paper) {
    this.pixels.fill(packed(paper));
  }

  // `share` of each cell says how far its colour is from `paper` to `tint`; in between it is mixed.
  // A haze has no edges, so two pixels by two are of one colour.
  haze(share, columns, rows, cell, paper, tint) {
    const { width, height } = this.image, { pixels } = this;
    const steps = Uint32Array.from({ length: STEPS + 1 }, (_, i) =>
      packed(paper.map((value, c) => Math.round(value + ((tint[c] - value) * i) / STEPS))));
    const line = new Float32Array(columns + 1);
    for (let y = 0; y < height; y += 2) {
      const v = clamp(0, (y + 1) / cell - 0.5, rows - 1), top = Math.floor(v), down = Math.min(rows - 1, top + 1);
      for (let c = 0; c < columns; c++) {
        const above = share[top * columns + c];
        line[c] = STEPS * (above + (share[down * columns + c] - above) * (v - top)) + 0.5;
      }
      line[columns] = line[columns - 1];
      const begin = y * width, end = begin + width;
      for (let at = begin, u = 1 / cell - 0.5; at < end; at += 2, u += 2 / cell) {
        const left = u > 0 ? u | 0 : 0, value = line[left];
        pixels[at] = pixels[at + 1] = steps[(value + (line[left + 1] - value) * (u > 0 ? u - left : 0)) | 0];
      }
      if (y + 1 < height) pixels.copyWithin(end, begin, end);
    }
  }

  // A brush for dots of one size and colour.
  brush(radius, colour, alpha) {
    const fine = Math.round(radius * 4) / 4;
    if (!this.discs.has(fine)) this.discs.set(fine, discs(fine));
    const whole = packed(colour);
    return { radius: fine, ...this.discs.get(fine), strength: Math.round(256 * alpha), outer: whole & 0xff00ff, inner: whole & 0xff00 };
  }

  // Red and blue are mixed in one go, green in another; what one carries over, the mask takes away.
  dot(x, y, { radius, size, masks, strength, outer, inner }) {
    const { pixels, image: { width, height } } = this;
    const startX = x - radius - 0.5, startY = y - radius - 0.5, wholeX = Math.floor(startX), wholeY = Math.floor(startY);
    const phase = Math.floor((startX - wholeX) * PHASES) + PHASES * Math.floor((startY - wholeY) * PHASES);
    const left = clamp(0, wholeX, width - size), top = clamp(0, wholeY, height - size), mask = masks[phase];
    for (let row = 0, k = 0; row < size; row++) {
      let at = (top + row) * width + left;
      for (let column = 0; column < size; column++, at++, k++) {
        if (!mask[k]) continue;
        const share = (mask[k] * strength) >> 8, under = pixels[at], a = under & 0xff00ff, b = under & 0xff00;
        pixels[at] = 0xff000000 | ((a + (Math.imul(outer - a, share) >> 8)) & 0xff00ff) | ((b + (Math.imul(inner - b, share) >> 8)) & 0xff00);
      }
    }
  }

  show(pen) {
    pen.putImageData(this.image, 0, 0);
  }
}
