// The numbers of a photo: three a pixel, row by row. Here they are unpacked, changed and dimmed.
const LEVELS = 256;

export class Photo {
  constructor(width, height, numbers) {
    Object.assign(this, { width, height, numbers, original: numbers.slice(), changed: new Set() });
  }

  // Where the numbers of a pixel begin; the columns and the rows count from 0.
  index(x, y) {
    return 3 * (y * this.width + x);
  }

  at([x, y]) {
    return [...this.numbers.subarray(this.index(x, y), this.index(x, y) + 3)];
  }

  change([x, y], plane, level) {
    const start = this.index(x, y), levels = [0, 1, 2].map((i) => start + i);
    this.numbers[start + plane] = level;
    const differs = levels.some((i) => this.numbers[i] !== this.original[i]);
    this.changed[differs ? "add" : "delete"](start);
  }

  restore() {
    this.numbers.set(this.original);
    this.changed.clear();
  }
}

// What came deflated: of each number the difference from the pixel on its left, modulo 256.
export async function unpacked(bytes, width) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const numbers = new Uint8Array(await new Response(stream).arrayBuffer());
  for (let i = 3; i < numbers.length; i++) if (i % (3 * width) >= 3) numbers[i] += numbers[i - 3];
  return numbers;
}

// Dimming a plane is multiplying its numbers.
export const dimmed = (level, percent) => Math.floor((level * percent + 50) / 100);

// The RGBA of four pictures: all planes together, then red, green and blue, each alone.
export function layers(numbers, percents, grey, [whole, red, green, blue]) {
  const [reds, greens, blues] = percents.map((percent) =>
    Uint8Array.from({ length: LEVELS }, (_, level) => dimmed(level, percent)));
  for (let i = 0, o = 0; i < numbers.length; i += 3, o += 4) {
    const r = reds[numbers[i]], g = greens[numbers[i + 1]], b = blues[numbers[i + 2]];
    whole[o] = red[o] = r;
    whole[o + 1] = green[o + 1] = g;
    whole[o + 2] = blue[o + 2] = b;
    red[o + 1] = red[o + 2] = grey ? r : 0;
    green[o] = green[o + 2] = grey ? g : 0;
    blue[o] = blue[o + 1] = grey ? b : 0;
    whole[o + 3] = red[o + 3] = green[o + 3] = blue[o + 3] = 255;
  }
}
