// A part of a picture on a canvas; close enough, each pixel is a square with its numbers in it.
import { clamp } from "./view.js";

const SHARP = 3; // points of the screen a pixel from which on it is drawn as a square
const GRID = 14;
export const THREE = 49, ONE = 26; // from which on three numbers, or one, can be read in a square
const NAMED = 64; // and three with their letters

// Black or white, whichever stands off more from a colour (WCAG's relative luminance).
export function ink(red, green, blue) {
  const [r, g, b] = [red, green, blue].map((level) => (level / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}

// `plane` is null for the picture itself, else 0, 1 or 2.
export function paint(canvas, { source, image }, view, plane, selected) {
  const context = canvas.getContext("2d"), ratio = canvas.width / (canvas.clientWidth || 1);
  const size = canvas.width / view.span, seen = size / ratio;
  const left = view.x - view.span / 2, top = view.y - canvas.height / size / 2;
  const [x0, x1] = cells(left, canvas.width / size, image.width);
  const [y0, y1] = cells(top, canvas.height / size, image.height);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = seen < SHARP;
  context.imageSmoothingQuality = "high";
  const at = (x, y) => [(x - left) * size, (y - top) * size];
  context.drawImage(source, x0, y0, x1 - x0, y1 - y0, ...at(x0, y0), (x1 - x0) * size, (y1 - y0) * size);
  if (seen >= GRID) grid(context, at, ratio, x0, x1, y0, y1);
  if (seen >= (plane === null ? THREE : ONE)) {
    const family = getComputedStyle(canvas).fontFamily;
    for (let y = y0; y < y1; y++)
      for (let x = x0; x < x1; x++) {
        const start = 4 * (y * image.width + x), rgb = image.data.subarray(start, start + 3);
        const [middle, height] = at(x + 0.5, y + 0.5);
        context.fillStyle = ink(...rgb);
        write(context, plane === null ? rgb : [rgb[plane]], middle, height, size, ratio, family);
      }
  }
  frame(context, ...about(at(...selected), size, ratio), ratio);
}

const cells = (start, count, all) => [clamp(Math.floor(start), 0, all), clamp(Math.ceil(start + count), 0, all)];

function write(context, levels, x, y, size, ratio, family) {
  const three = levels.length > 1, named = three && size / ratio >= NAMED;
  const height = Math.min(size * (three ? 0.29 : 0.54), (three ? 22 : 26) * ratio);
  context.font = `600 ${height}px ${family}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  levels.forEach((level, i) => {
    const line = (i - (levels.length - 1) / 2) * height * 1.06;
    context.fillText(named ? `${"RGB"[i]} ${level}` : level, x, y + line);
  });
}

function grid(context, at, ratio, x0, x1, y0, y1) {
  context.beginPath();
  for (let x = x0; x <= x1; x++) context.moveTo(...at(x, y0)), context.lineTo(...at(x, y1));
  for (let y = y0; y <= y1; y++) context.moveTo(...at(x0, y)), context.lineTo(...at(x1, y));
  context.strokeStyle = "#80808088";
  context.lineWidth = ratio;
  context.stroke();
}

// A square about a pixel: larger than the pixel where that would be too small to be seen.
function about([x, y], size, ratio) {
  const side = Math.max(size, 11 * ratio), shift = (size - side) / 2;
  return [x + shift, y + shift, side, side];
}

function frame(context, x, y, width, height, ratio) {
  for (const [colour, thickness] of [["#000", 5], ["#fff", 2.5]]) {
    context.strokeStyle = colour;
    context.lineWidth = thickness * ratio;
    context.strokeRect(x, y, width, height);
  }
}

// The whole picture, small, and a frame about the part that is seen.
export function paintMap(canvas, { source }, view) {
  const context = canvas.getContext("2d"), ratio = canvas.width / (canvas.clientWidth || 1);
  const size = canvas.width / view.width, tall = view.span / view.aspect;
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const box = [view.x - view.span / 2, view.y - tall / 2, view.span, tall];
  frame(context, ...box.map((length) => length * size), ratio);
}
