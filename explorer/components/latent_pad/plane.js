// One model's plane: below, the ground with its dots; above, what follows the pointer.
import { clamp, mix, warning } from "./codes.js";
import { Raster } from "./raster.js";
import { distances } from "./views.js";

const CELL = 8; // pixels of a cell of the haze where there are no data
const STAMP = 26; // pixels of a little picture
const THICK = 0.18; // how far the thickest haze is from paper to its colour
const DEPTHS = 8; // sizes of dots from far to near
const APART = 56; // pixels at least between two lines of the axes
const NICE = [1, 2, 5, 10];

export class Plane {
  constructor(root) {
    this.root = root;
    this.ground = root.querySelector(".ground");
    this.over = root.querySelector(".over");
    this.raster = new Raster();
    this.places = new Float32Array(0);
  }

  // Takes up the size on the screen; says whether there is anything to draw on.
  measure() {
    const ratio = (this.ratio = Math.min(2, devicePixelRatio || 1));
    this.width = this.over.clientWidth;
    this.height = this.over.clientHeight;
    for (const canvas of [this.ground, this.over]) {
      const width = Math.round(this.width * ratio), height = Math.round(this.height * ratio);
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    if (this.width && this.height) this.raster.resize(this.ground.width, this.ground.height);
    return this.width > 0 && this.height > 0;
  }

  // Where every point lies now.
  settle(codes, view) {
    if (this.places.length !== 3 * codes.count) this.places = new Float32Array(3 * codes.count);
    for (let i = 0; i < codes.count; i++) view.place(codes.drawn, i * codes.dim, this.places, 3 * i);
  }

  // The point that lies nearest to a place on the screen; of those in one place, the foremost.
  pick(x, y, reach = Infinity) {
    let best = -1, least = reach * reach;
    for (let i = 0; 3 * i < this.places.length; i++) {
      const square = (this.places[3 * i] - x) ** 2 + (this.places[3 * i + 1] - y) ** 2 - 9 * this.places[3 * i + 2];
      if (square < least) (least = square), (best = i);
    }
    return best;
  }

  // ground ---------------------------------------------------------------------------------------

  // All points; in a plane above a haze where a decoder was never asked, which thickens as the
  // warning does. `reach` is the usual spacing in pixels; there is no haze in space.
  points(pen, scene, reach) {
    const { raster, ratio } = this;
    if (reach) {
      const columns = Math.ceil(this.width / CELL), rows = Math.ceil(this.height / CELL);
      const share = distances(this.places, this.places.length / 3, columns, rows, CELL);
      for (let i = 0; i < share.length; i++) share[i] = THICK * warning(share[i] / reach);
      raster.haze(share, columns, rows, CELL * ratio, scene.rgb.paper, scene.empty);
    } else raster.fill(scene.rgb.paper);
    const rounds = scene.only === null ? [null] : [false, true]; // the chosen class comes on top
    for (const chosen of rounds) this.#dots(scene, !reach, chosen);
    raster.show(pen);
  }

  // Points of all classes take turns, lest one class hide the others; in space the far come first.
  #dots(scene, deep, chosen) {
    const { places, raster, ratio, width, height } = this, count = places.length / 3, depths = deep ? DEPTHS : 1;
    const size = clamp(2.2, 0.33 * Math.sqrt((width * height) / count), 5) * (scene.pictures ? 0.55 : 1);
    const alpha = chosen === false ? 0.12 : scene.pictures ? 0.4 : 0.82;
    for (let depth = 0; depth < depths; depth++) {
      const near = deep ? 0.55 + (0.65 * depth) / (depths - 1) : 1, radius = size * near;
      const brushes = scene.rgb.colours.map((colour) => raster.brush(radius * ratio, colour, alpha * Math.min(1, near)));
      for (let i = 0; i < count; i++) {
        if (deep && clamp(0, Math.floor((places[3 * i + 2] + 1.3) * 3.1), depths - 1) !== depth) continue;
        if (chosen !== null && (scene.labels[i] === scene.only) !== chosen) continue;
        const x = clamp(radius, places[3 * i], width - radius), y = clamp(radius, places[3 * i + 1], height - radius);
        raster.dot(x * ratio, y * ratio, brushes[scene.labels[i]]);
      }
    }
  }

  // The grid of decoded pictures fills the plane.
  mosaic(pen, tiles) {
    pen.clearRect(0, 0, this.width, this.height);
    pen.imageSmoothingEnabled = tiles.width > this.width;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(tiles, 0, 0, this.width, this.height);
  }

  // A few round numbers along both edges, and where the origin is.
  axes(pen, view, scene) {
    const step = nice(APART / view.scale);
    const [left, top] = view.toCode(0, 0, []), [right, bottom] = view.toCode(this.width, this.height, []);
    pen.font = `13px ${scene.font}`;
    pen.fillStyle = scene.ink;
    pen.strokeStyle = scene.ink;
    pen.lineWidth = 1;
    const place = new Float32Array(3);
    const lines = (low, high, across) => {
      for (let n = Math.ceil(low / step); n * step < high; n++) {
        view.place(across ? [n * step, bottom] : [left, n * step], 0, place, 0);
        const [x, y] = [Math.round(place[0]) + 0.5, Math.round(place[1]) + 0.5];
        pen.globalAlpha = n ? 0.09 : 0.35;
        pen.beginPath();
        if (across) pen.moveTo(x, 0), pen.lineTo(x, this.height);
        else pen.moveTo(0, y), pen.lineTo(this.width, y);
        pen.stroke();
        pen.globalAlpha = 0.75;
        const word = String(+(n * step).toPrecision(3)).replace("-", "−");
        pen.textAlign = across ? "center" : "left";
        if (across && x > 34 && x < this.width - 12) pen.fillText(word, x, this.height - 6);
        if (!across && y > 14 && y < this.height - 24) pen.fillText(word, 6, y - 4);
      }
    };
    lines(left, right, true);
    lines(bottom, top, false);
    pen.globalAlpha = 1;
  }

  // Three axes through the middle, for the eye to hold on to while they turn.
  tripod(pen, view, scene) {
    const [middle, end] = [[], []];
    view.place(view.centre, 0, middle, 0);
    pen.font = `italic 16px ${scene.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.strokeStyle = pen.fillStyle = scene.ink;
    for (let k = 0; k < 3; k++) {
      for (const side of [-1, 1]) {
        view.place(view.centre.map((c, i) => c + (i === k ? side * view.radius : 0)), 0, end, 0);
        pen.globalAlpha = 0.45 + 0.25 * end[2];
        pen.lineWidth = side > 0 ? 2 : 1;
        pen.beginPath();
        pen.moveTo(middle[0], middle[1]);
        pen.lineTo(end[0], end[1]);
        pen.stroke();
        pen.globalAlpha = 0.85;
        if (side > 0) pen.fillText(scene.axes[k], mix(middle[0], end[0], 1.09), mix(middle[1], end[1], 1.09));
      }
    }
    pen.globalAlpha = 1;
    pen.textBaseline = "alphabetic";
  }

  // As many little pictures as have room without covering each other. Earlier points go first, so
  // that mostly the same ones stay while the codes move; those that come and go fade. Says whether
  // some are still fading.
  stamps(pen, scene, deep) {
    const { places } = this, count = places.length / 3;
    if (this.faded?.length !== count) this.faded = new Float32Array(count);
    const free = this.#room();
    let fading = false;
    for (let i = 0; i < count; i++) {
      const wanted = scene.only === null || scene.labels[i] === scene.only;
      const goal = +(wanted && free(places[3 * i], places[3 * i + 1]));
      this.faded[i] = scene.calm ? goal : this.faded[i] + clamp(-0.12, goal - this.faded[i], 0.12);
      fading ||= this.faded[i] !== goal;
    }
    for (let i = count - 1; i >= 0; i--) {
      if (!this.faded[i]) continue;
      const size = STAMP * (deep ? 0.85 + 0.2 * places[3 * i + 2] : 1), half = size / 2;
      pen.globalAlpha = this.faded[i] * (deep ? clamp(0.35, 0.7 + 0.4 * places[3 * i + 2], 1) : 1);
      scene.atlas.draw(pen, i, places[3 * i] - half, places[3 * i + 1] - half, size);
    }
    pen.globalAlpha = 1;
    return fading;
  }

  // Takes places one by one if no picture stands there yet: a cell knows the one that began in it.
  #room() {
    const columns = Math.ceil(this.width / STAMP) + 2, rows = Math.ceil(this.height / STAMP) + 2;
    const taken = new Array(columns * rows);
    return (x, y) => {
      const half = STAMP / 2;
      if (x < half || y < half || x > this.width - half || y > this.height - half) return false;
      const at = Math.floor(x / STAMP) + 1 + (Math.floor(y / STAMP) + 1) * columns;
      for (const row of [-columns, 0, columns]) {
        for (let cell = at + row - 1; cell <= at + row + 1; cell++) {
          const other = taken[cell];
          if (other && Math.max(Math.abs(other[0] - x), Math.abs(other[1] - y)) < 0.86 * STAMP) return false;
        }
      }
      taken[at] = [x, y];
      return true;
    };
  }

  // over -----------------------------------------------------------------------------------------

  // A clean sheet above the dots.
  sheet() {
    const pen = this.over.getContext("2d");
    pen.clearRect(0, 0, this.width, this.height);
    pen.lineJoin = pen.lineCap = "round";
    return pen;
  }

  // Strokes twice, so that it stands out from dots and paper alike.
  #inked(pen, scene, width, trace) {
    for (const [colour, extra] of [[scene.paper, 3.5], [scene.ink, 0]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width + extra;
      pen.beginPath();
      trace();
      pen.stroke();
    }
  }

  cross(pen, scene, [x, y]) {
    const inside = x >= 0 && y >= 0 && x <= this.width && y <= this.height;
    if (inside) {
      const [cx, cy] = [clamp(9, x, this.width - 9), clamp(9, y, this.height - 9)];
      return this.#inked(pen, scene, 2.5, () => {
        pen.arc(cx, cy, 8, 0, 2 * Math.PI);
        for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]])
          pen.moveTo(cx + 8 * dx, cy + 8 * dy), pen.lineTo(cx + 17 * dx, cy + 17 * dy);
      });
    }
    // Beyond the edge: an arrow that points to where it would be.
    const turn = Math.atan2(y - this.height / 2, x - this.width / 2);
    pen.save();
    pen.translate(clamp(16, x, this.width - 16), clamp(16, y, this.height - 16));
    pen.rotate(turn);
    this.#inked(pen, scene, 3, () => (pen.moveTo(-4, -9), pen.lineTo(9, 0), pen.lineTo(-4, 9)));
    pen.restore();
  }

  route(pen, scene, stops, walker) {
    this.#inked(pen, scene, 2.5, () => stops.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y))));
    stops.forEach(([x, y, colour]) => this.#disc(pen, scene, x, y, 7, colour ?? scene.ink, scene.ink));
    if (walker) this.#disc(pen, scene, ...walker, 10, scene.primary);
  }

  ring(pen, scene, [x, y], strong) {
    const inside = [clamp(7, x, this.width - 7), clamp(7, y, this.height - 7)];
    if (strong) return this.#disc(pen, scene, ...inside, 9, scene.primary);
    this.#inked(pen, scene, 2, () => pen.arc(...inside, 5, 0, 2 * Math.PI));
  }

  #disc(pen, scene, x, y, radius, colour, rim = scene.paper) {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.fillStyle = colour;
    pen.fill();
    pen.lineWidth = 2.5;
    pen.strokeStyle = rim;
    pen.stroke();
  }
}

function nice(step) {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * NICE.find((n) => n * power >= step);
}
