// Strips of cells, the path of the state, and small pieces of the page.
const NEGATIVE = [0, 114, 178], POSITIVE = [213, 94, 0];
const LONGEST = 14; // letters of a word on the map

export const make = (tag, css = "", text = "") => {
  const node = document.createElement(tag);
  if (css) node.className = css;
  if (text) node.textContent = text;
  return node;
};

// A word of the reader's may be long: what does not fit is in its title.
export const named = (word, css = "") => Object.assign(make("bdi", css, word), { title: word });
const short = (word) => ([...word].length > LONGEST ? [...word].slice(0, LONGEST - 1).join("") + "…" : word);

// One pixel a number; nothing is clear, full colour is 1 and beyond. It reads on any background.
export function paint(canvas, values) {
  if (canvas.width !== values.length) canvas.width = values.length;
  canvas.height = 1;
  const pen = canvas.getContext("2d"), picture = pen.createImageData(values.length, 1);
  values.forEach((x, i) => picture.data.set([...(x < 0 ? NEGATIVE : POSITIVE), 255 * Math.min(1, Math.abs(x))], 4 * i));
  pen.putImageData(picture, 0, 0);
}

export function strip(values, css = "") {
  const canvas = make("canvas", "strip " + css);
  paint(canvas, values);
  canvas.ariaHidden = true;
  return canvas;
}

const SVG = "http://www.w3.org/2000/svg", WIDE = 360, TALL = 300, MARGIN = 30;

// The map of the encoder's states: all of them in grey, the way of this sentence through them.
export function drawPath(svg, walk, now) {
  const { cloud, path, reads } = walk, points = [...cloud, ...path];
  const span = (axis) => {
    const values = points.filter((_, i) => i % 2 === axis), low = Math.min(...values), high = Math.max(...values);
    return [low, Math.max(high - low, 1e-6)];
  };
  const [[left, width], [bottom, height]] = [span(0), span(1)];
  const at = (values, i) => [MARGIN + (WIDE - 2 * MARGIN) * (values[2 * i] - left) / width,
    TALL - MARGIN - (TALL - 2 * MARGIN) * (values[2 * i + 1] - bottom) / height].map((x) => +x.toFixed(1));
  const add = (tag, attributes, text = "") => {
    const node = document.createElementNS(SVG, tag);
    for (const name in attributes) node.setAttribute(name, attributes[name]);
    node.textContent = text;
    svg.append(node);
  };
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${WIDE} ${TALL}`);
  add("path", { class: "cloud", d: Array.from({ length: cloud.length / 2 }, (_, i) => `M${at(cloud, i)}h0`).join("") });
  const stops = Array.from({ length: reads.length + 1 }, (_, i) => at(path, i));
  add("path", { class: "way ahead", d: `M${stops.join("L")}` });
  if (now > 0) add("path", { class: "way", d: `M${stops.slice(0, now + 1).join("L")}` });
  stops.forEach(([cx, cy], i) => add("circle", { cx, cy, r: i === now ? 8 : 4.5, class: i === now ? "now" : i < now ? "gone" : "ahead" }));
  // A word gives way to a later one in the same place.
  const apart = ([x, y], i) => stops.every(([other, high], j) => j <= i || j > now || Math.hypot(x - other, y - high) > 26);
  stops.forEach(([x, y], i) => {
    if (i > now || !apart([x, y], i)) return;
    const anchor = x < 70 ? "start" : x > WIDE - 70 ? "end" : "middle";
    add("text", { x, y: y + (y < TALL / 2 ? -12 : 22), "text-anchor": anchor, class: i === now ? "now" : "" }, i ? short(reads[i - 1].word) : walk.words.nothing);
  });
}
