// Bars are layers, bands are weights; the fold turns the decoder half about the code.
const TALL = 180, MIDDLE = 152, FLOW = 31, UNITS = 261, MARGIN = 28, MILLISECONDS = 900;
const mix = (a, b, t) => a + (b - a) * t;
const clamp = (low, value, high) => Math.min(high, Math.max(low, value));
const matrix = (i) => "W" + String.fromCharCode(...[...`${i}`].map((digit) => 8320 + +digit));
// Writing the same words again would make a screen reader say them again.
const write = (node, text) => node.textContent === text || (node.textContent = text);

// Which drawings are folded, by key: Streamlit may take a drawing away and put a new one there.
const folds = new Map();

// Streamlit calls this with every update: one drawing lives on, nothing is built or folded anew.
export default ({ data, parentElement }) => {
  const drawing = (parentElement.drawing ??= mount(parentElement, data.key));
  drawing.update(data);
  return drawing.dispose;
};

function mount(host, name) {
  const all = (selector) => host.querySelectorAll(selector);
  const [figure, svg, button] = all("figure, svg, button");
  const nodes = new Map();
  let data, width, folded = folds.get(name) ?? false, progress = +folded, frame, drawn;

  const put = (group, key, tag, attributes, text = "") => {
    let node = nodes.get(key);
    if (!node) {
      node = document.createElementNS(svg.namespaceURI, tag);
      svg.querySelector("." + group)[attributes.class === "band" ? "prepend" : "append"](node);
      nodes.set(key, node);
    }
    drawn.add(key);
    for (const attribute in attributes) node.setAttribute(attribute, attributes[attribute]);
    write(node, text);
  };
  const say = (key, x, y, css, text, opacity = 1) =>
    put("words", key, "text", { x, y, class: css, opacity }, text);

  const draw = () => {
    if (!width) return;
    drawn = new Set();
    const { widths, dots, tied, activity, words } = data;
    const n = widths.length - 1, half = width / 2 - MARGIN;
    const e = progress ** 2 * (3 - 2 * progress), swing = Math.PI * e, lift = 13 * e;
    const full = clamp(half, 860, 2 * half), reach = mix(half, full, e * e);
    const x = mix(MARGIN, (width - full) / 2, e * e), codeX = x + reach;
    const pitch = reach / n, thick = clamp(9, pitch * 0.3, 20), most = Math.max(...widths);
    const tall = widths.map((units) => TALL * Math.cbrt(units / most));
    const crowded = pitch < 8 * `${most}`.length + 6;

    // The point at distance d from the code; the decoder's swings towards the viewer and over.
    const at = (side, d, y) => {
      if (side === "enc") return [codeX - d, MIDDLE + y];
      const near = 1 / (1 - (d * Math.sin(swing)) / (2.2 * width));
      return [codeX + d * Math.cos(swing) * near, MIDDLE + y * near];
    };
    const quad = (side, i, group, css, d0, h0, d1, h1) => put(group, css + side + i, "path", { class: css,
      d: `M${[[d0, -h0], [d1, -h1], [d1, h1], [d0, h0]].map(([d, h]) => at(side, d, h / 2)).join("L")}Z` });

    const layer = (side, i, opacity, group = side) => {
      const code = i === n, units = widths[i], dotted = units <= dots, h = tall[i], d = (n - i) * pitch;
      const b = thick * (code || dotted ? 0.75 : 0.5);
      // Folded, each half keeps one half of a bar.
      const inner = d - b * (code || side === "dec" ? 1 : 1 - e), outer = d + b * (side === "dec" ? 1 - e : 1);
      if (code) quad(side, i, group, "halo", inner, h, outer, h);
      quad(side, i, group, dotted ? "box" : "bar", inner, h, outer, h);
      const columns = units > 8 ? 2 : 1, cell = (outer - inner) / columns, row = h / Math.ceil(units / columns);
      for (let u = 0; dotted && u < units; u++) {
        const [cx, cy] = at(side, outer - cell * (u % columns + 0.5), row * (Math.floor(u / columns) + 0.5) - h / 2);
        put(group, `${side}${i}.${u}`, "circle", { cx, cy, r: Math.min(8, cell * 0.36, row * 0.38),
          "fill-opacity": activity?.[side === "enc" ? i : 2 * n - i][u] ?? 1 });
      }
      say(`units${side}${i}`, at(side, d, 0)[0], UNITS + (crowded && i % 2) * 17, "bold " + group, `${units}`, opacity);
    };

    // As many lines as the band has room for.
    const weights = (side, i, opacity) => {
      const enc = side === "enc", [from, to] = enc ? [i, i + 1] : [i + 1, i];
      const name = matrix(enc || tied ? i + 1 : 2 * n - i), size = `${widths[from]}×${widths[to]}`;
      const total = (widths[from] * widths[to]).toLocaleString("en");
      const lines = tied && !enc ? [name + "ᵀ", size] : [e > 0.5 ? `${name} ⇄ ${name}ᵀ` : name, size, total];
      const fit = (some) => {
        const wide = (width < 480 ? 6.8 : 7.6) * Math.max(...some.map((line) => line.length));
        const room = (tall[from] + tall[to] - Math.abs(tall[from] - tall[to]) * wide / pitch) / 2;
        return wide < pitch - thick * 2 - 12 && some.length * 19 < room;
      };
      const shown = [lines, lines.slice(1), [size], lines.slice(0, 1)].find(fit) ?? [];
      shown.forEach((line, k) => say(`${side}${i}.${k}w`, at(side, (n - i - 0.5) * pitch, 0)[0],
        MIDDLE + 16 + 20 * (k - shown.length / 2), line === total ? "bold" : "", line, opacity));
    };

    // Words make way while the halves move.
    const still = Math.max(0, 1 - 4 * e, 4 * e - 3), apart = Math.max(0, 1 - 3 * e), folding = e > 0.5;
    const [hat] = at("dec", reach, 0);
    for (const [side, symbol, end, from, to, y, word, alone] of [
      ["enc", "x", x, x, codeX, FLOW - lift, folding ? words.forwards : words.encode, 1],
      ["dec", "x̂", hat, codeX, hat, FLOW + lift, folding ? words.backwards : words.decode, apart],
    ]) {
      for (let i = 0; i < n; i++) {
        quad(side, i, side, "band", (n - i) * pitch, tall[i], (n - i - 1) * pitch, tall[i + 1]);
        layer(side, i, alone);
        weights(side, i, Math.min(still, alone));
      }
      const sign = Math.sign(to - from);
      put(side, "flow" + side, "path", { class: "flow", opacity: still,
        d: `M${from + 22 * sign} ${y - 6}H${to - 22 * sign}m${-7 * sign} -6l${7 * sign} 6l${-7 * sign} 6` });
      say("word" + side, (from + to) / 2, y, "flow word " + side, word, still);
      say(symbol, end, y, "math " + side, symbol);
      if (!crowded) say("input" + side, end, UNITS + 18, "", words.input, alone);
    }
    layer("enc", n, 1, "code");
    say("z", codeX, FLOW, "math code", "z");
    if (!crowded) say("code", codeX, MIDDLE - 15 - tall[n] / 2, "word code", words.code);
    svg.style.setProperty("--folded", e);
    for (const [key, node] of nodes) if (!drawn.has(key)) nodes.delete(key), node.remove();
  };

  const label = () => {
    const { words, tied, shares } = data;
    const on = [tied ? "tied" : "untied", folded ? "folded_note" : tied ? "tied_note" : "untied_note"];
    for (const node of all("[data-say]")) {
      write(node, words[node.dataset.say]);
      node.classList.toggle("on", on.includes(node.dataset.say));
    }
    all("b").forEach((bar, i) => (bar.style.width = shares[i] + "%"));
    svg.ariaLabel = words.description;
    button.disabled = !tied;
    button.ariaPressed = folded;
  };

  const turn = (to) => {
    folds.set(name, (folded = to));
    label();
    cancelAnimationFrame(frame);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) progress = +folded;
    let last = performance.now();
    const tick = (now) => {
      const step = Math.max(0, now - last) / MILLISECONDS;
      last = now;
      progress = clamp(0, progress + (folded ? step : -step), 1);
      draw();
      if (progress !== +folded) frame = requestAnimationFrame(tick);
    };
    tick(last);
  };

  button.onclick = () => turn(!folded);
  const resizing = new ResizeObserver(() => ((width = figure.clientWidth), draw()));
  return {
    update(next) {
      if (!data) resizing.observe(figure);
      data = next;
      if (folded && !data.tied) return turn(false);
      label();
      draw();
    },
    dispose() {
      resizing.disconnect();
      cancelAnimationFrame(frame);
      delete host.drawing;
    },
  };
}
