// Pictures: black ink on white paper, in both themes, a pixel of the net a pixel of the canvas.
const GAP = 1; // pixels between tiles
const TINT = 0.5; // of a tile where there are no data
const APART = 6, EDGE = 16; // pixels between two film strips, and of both perforated edges
const PAPER = [255, 255, 255];

// Writes ink levels into an image at a column and row; `tint` shades what is not to be trusted.
function stamp(image, pixels, most, width, height, left, top, shade, tint) {
  for (let y = 0, i = 0; y < height; y++) {
    let at = 4 * ((top + y) * image.width + left);
    for (let x = 0; x < width; x++, i++, at += 4) {
      const light = 1 - Math.min(1, Math.max(0, pixels[i] / most));
      for (let c = 0; c < 3; c++) image.data[at + c] = light * (PAPER[c] + (tint[c] - PAPER[c]) * shade);
      image.data[at + 3] = 255;
    }
  }
}

// One picture; `most` is what full ink is: 1 for decoded pixels, 255 for stored ones.
export class Picture {
  constructor(canvas) {
    this.canvas = canvas;
  }

  draw(pixels, most, width, height) {
    const { canvas } = this;
    if (canvas.width !== width || canvas.height !== height || !this.image) {
      Object.assign(canvas, { width, height });
      this.pen = canvas.getContext("2d");
      this.image = this.pen.createImageData(width, height);
    }
    stamp(this.image, pixels, most, width, height, 0, 0, 0, PAPER);
    this.pen.putImageData(this.image, 0, 0);
    this.blank = false;
  }

  clear() {
    if (!this.blank) this.canvas.getContext("2d").clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.blank = true;
  }
}

// Many decoded pictures in rows. They are decoded a few at a time, so that no frame is late.
export class Tiles {
  constructor(canvas, paved = false) {
    this.canvas = canvas;
    this.paved = paved; // with the paper of each picture in the gap beside and below it
    this.todo = [];
  }

  // `pictures`: for each tile how to get its pixels and how far its code lies from the data.
  plan(count, columns, width, height, tint, picture) {
    const rows = Math.ceil(count / columns), { paved, canvas } = this, across = width + GAP, down = height + GAP;
    const edge = paved ? 0 : GAP, wide = columns * across - edge, high = rows * down - edge;
    const bare = new Uint8Array(across * down);
    if (canvas.width !== wide || canvas.height !== high) {
      Object.assign(canvas, { width: wide, height: high });
      this.image = null;
    }
    this.image ??= canvas.getContext("2d").createImageData(wide, high);
    this.todo = Array.from({ length: count }, (_, i) => () => {
      const { pixels, shade } = picture(i);
      const left = (i % columns) * across, top = Math.floor(i / columns) * down;
      if (paved) stamp(this.image, bare, 1, across, down, left, top, TINT * shade, tint);
      stamp(this.image, pixels, 1, width, height, left, top, TINT * shade, tint);
    });
    this.todo.reverse();
  }

  // Works until the deadline; says whether something is left to do.
  work(deadline) {
    if (!this.todo.length) return false;
    do this.todo.pop()(); while (this.todo.length && performance.now() < deadline);
    this.canvas.getContext("2d").putImageData(this.image, 0, 0);
    return this.todo.length > 0;
  }

  clear() {
    this.todo = [];
    this.image = null;
    this.canvas.width = this.canvas.width;
  }
}

// All test pictures side by side on one canvas, in the colours of their classes.
export class Atlas {
  constructor(pictures, labels, colours, paper, width, height) {
    Object.assign(this, { pictures, width, height });
    const count = labels.length;
    this.columns = Math.ceil(Math.sqrt(count));
    this.canvas = document.createElement("canvas");
    Object.assign(this.canvas, { width: this.columns * width, height: Math.ceil(count / this.columns) * height });
    const pen = this.canvas.getContext("2d");
    const image = pen.createImageData(this.canvas.width, this.canvas.height);
    for (let i = 0; i < count; i++) {
      const [left, top] = this.#place(i), ink = colours[labels[i]];
      for (let p = 0; p < width * height; p++) {
        const at = 4 * ((top + Math.floor(p / width)) * image.width + left + (p % width));
        const share = pictures[i * width * height + p] / 255;
        for (let c = 0; c < 3; c++) image.data[at + c] = paper[c] + (ink[c] - paper[c]) * share;
        image.data[at + 3] = 255;
      }
    }
    pen.putImageData(image, 0, 0);
  }

  pixels(row) {
    const size = this.width * this.height;
    return this.pictures.subarray(row * size, (row + 1) * size);
  }

  draw(pen, row, x, y, size) {
    pen.drawImage(this.canvas, ...this.#place(row), this.width, this.height, x, y, size, size);
  }

  #place(row) {
    return [(row % this.columns) * this.width, Math.floor(row / this.columns) * this.height];
  }
}

// A film strip cut into rows: frames between dark perforated edges, the current one lit.
export class Film {
  constructor(canvas) {
    this.canvas = canvas;
    this.frames = [];
  }

  // `picture(i)` gives a frame's pixels and warning, `stop(i)` a colour where the path has a point.
  expose(count, picture, width, height, tint, stop) {
    this.stops = Array.from({ length: count }, (_, i) => stop(i));
    this.frames = this.stops.map((_, i) => {
      const { pixels, shade } = picture(i);
      const cell = Object.assign(document.createElement("canvas"), { width, height });
      const pen = cell.getContext("2d"), image = pen.createImageData(width, height);
      stamp(image, pixels, 1, width, height, 0, 0, TINT * shade, tint);
      pen.putImageData(image, 0, 0);
      return cell;
    });
  }

  draw(current, scene) {
    const { canvas, frames } = this, ratio = Math.min(2, devicePixelRatio || 1);
    const room = canvas.parentElement.clientWidth;
    if (!room || !frames.length) return;
    this.#layout(room, canvas.parentElement.clientHeight);
    const high = Math.ceil(frames.length / this.columns) * (this.band + APART);
    Object.assign(canvas, { width: room * ratio, height: high * ratio });
    Object.assign(canvas.style, { width: `${room}px`, height: `${high}px` });
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    pen.imageSmoothingEnabled = frames[0]?.width > this.cell;
    for (let i = 0; i < frames.length; i++) {
      const x = (i % this.columns) * this.cell, y = Math.floor(i / this.columns) * (this.band + APART);
      pen.fillStyle = "#15191e";
      pen.fillRect(x, y, this.cell, this.band);
      pen.fillStyle = "#f4f4f4";
      for (let hole = 0; hole < 4; hole++) {
        const left = x + ((hole + 0.5) * this.cell) / 4 - 2.5;
        pen.fillRect(left, y + 2.5, 5, 3.5);
        pen.fillRect(left, y + this.band - 6, 5, 3.5);
      }
      pen.drawImage(frames[i], x + 2, y + 8, this.cell - 4, this.band - 16);
      const stop = this.stops[i];
      if (stop) (pen.fillStyle = stop), pen.fillRect(x + 2, y + this.band - 12, this.cell - 4, 4);
      if (i !== current) continue;
      pen.strokeStyle = scene.primary;
      pen.lineWidth = 4;
      pen.strokeRect(x + 2, y + 8, this.cell - 4, this.band - 16);
    }
  }

  // As many frames a row as leave each the most room.
  #layout(room, height) {
    this.cell = 0;
    for (let columns = 1; columns <= this.frames.length; columns++) {
      const rows = Math.ceil(this.frames.length / columns);
      const cell = Math.floor(Math.min(room / columns, (height + APART) / rows - APART - EDGE));
      if (cell > this.cell) Object.assign(this, { cell, columns });
    }
    this.band = this.cell + EDGE;
  }

  // The frame at a place on the strip.
  at(x, y) {
    const i = Math.floor(x / this.cell) + this.columns * Math.floor(y / (this.band + APART));
    return Math.min(this.frames.length - 1, Math.max(0, i));
  }
}
