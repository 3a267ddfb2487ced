import { disc, keptFitting, paper } from "../shared/paper.js";
import { ends, rightOnes, through } from "./sides.js";
// Four cases and one straight line that the reader moves: can it part them?
const REACH = 0.62, GRAB = 44, FURTHEST = 0.8;

// The gate, the line and the best score of each, by key: a drawing may be taken away and come back.
const games = new Map();

export default ({ data, parentElement }) => {
  const one = (selector) => parentElement.querySelector(selector);
  const canvas = one("canvas"), tabs = one("nav"), { words, gates, cases } = data;
  const names = Object.keys(gates), [low, high] = data.span;
  const game = games.get(data.key) ?? {
    gate: names[0],
    lines: Object.fromEntries(names.map((name) => [name, { turn: 0.35, shift: 0 }])),
    best: {},
  };
  games.set(data.key, game);
  const line = () => game.lines[game.gate];

  one("[data-tag=turn]").textContent = words.turn;
  one("[data-tag=shift]").textContent = words.shift;
  one("[data-tag=flip]").textContent = words.flip;
  tabs.ariaLabel = words.gate;
  if (tabs.children.length !== names.length) {
    tabs.replaceChildren(...names.map(() => Object.assign(document.createElement("button"), { type: "button" })));
  }
  const turn = one("[name=turn]"), shift = one("[name=shift]");

  const show = () => {
    const right = rightOnes(line(), cases, gates[game.gate]);
    const score = right.filter(Boolean).length;
    game.best[game.gate] = Math.max(score, game.best[game.gate] ?? 0);
    names.forEach((name, i) => {
      tabs.children[i].textContent = words[name] + (game.best[name] === cases.length ? " ✓" : "");
      tabs.children[i].ariaPressed = name === game.gate;
    });
    const filled = (text) => text.replace("{score}", score).replace("{gate}", words[game.gate]);
    one("[data-tag=rule]").textContent = words[game.gate + "_rule"];
    one("strong").textContent = filled(words.right);
    one("[data-tag=most]").textContent =
      score === cases.length ? words.done : words.most.replace("{score}", game.best[game.gate]);
    turn.value = ((line().turn * 180) / Math.PI + 360) % 360;
    shift.value = 100 * line().shift;
    canvas.ariaLabel = filled(words.alt);
    keptFitting(canvas, () => draw(canvas, line(), right, gates[game.gate], data));
  };
  const set = (changed) => {
    Object.assign(line(), changed);
    line().shift = Math.max(-FURTHEST, Math.min(FURTHEST, line().shift));
    show();
  };

  names.forEach((name, i) => (tabs.children[i].onclick = () => {
    game.gate = name;
    show();
  }));
  turn.oninput = () => set({ turn: (turn.value * Math.PI) / 180 });
  shift.oninput = () => set({ shift: shift.value / 100 });
  one("[data-tag=flip]").onclick = () => set({ turn: line().turn + Math.PI, shift: -line().shift });

  const pointed = (event) => {
    const box = canvas.getBoundingClientRect();
    const inside = [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
    return inside.map((share) => low + share * (high - low));
  };
  const near = (event) => {
    const point = pointed(event), reach = (GRAB / canvas.clientWidth) * (high - low);
    const away = ends(line(), REACH).map((end) => Math.hypot(end[0] - point[0], end[1] - point[1]));
    const least = away[0] < away[1] ? 0 : 1;
    return away[least] < reach ? least : -1;
  };
  canvas.onpointerdown = (event) => {
    canvas.held = near(event);
    if (canvas.held < 0) return;
    canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
  };
  canvas.onpointermove = (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) {
      canvas.style.cursor = near(event) < 0 ? "" : "grab";
      return;
    }
    const held = ends(line(), REACH);
    held[canvas.held] = pointed(event);
    if (Math.hypot(held[0][0] - held[1][0], held[0][1] - held[1][1]) > 0.1) set(through(held));
  };
  // A finger that holds an end must not scroll the page with it.
  canvas.ontouchstart = (event) => near(event.touches[0]) >= 0 && event.preventDefault();
  show();
};

function draw(canvas, line, right, truths, { cases, span: [low, high], colours, hue }) {
  const context = paper(canvas);
  if (!context) return;
  const side = canvas.clientWidth;
  const at = ([x, y]) => [((x - low) / (high - low)) * side, (1 - (y - low) / (high - low)) * side];
  // Either side in the colour of what the line says there: far along it, and far to one side.
  const [one, other] = ends(line, 3), away = [Math.cos(line.turn), Math.sin(line.turn)];
  for (const [way, colour] of [[6, colours[1]], [-6, colours[0]]]) {
    const beyond = ([x, y]) => [x + way * away[0], y + way * away[1]];
    context.beginPath();
    for (const corner of [one, other, beyond(other), beyond(one)]) context.lineTo(...at(corner));
    context.fillStyle = `rgba(${colour},.45)`;
    context.fill();
  }
  context.beginPath();
  for (const end of [one, other]) context.lineTo(...at(end));
  context.strokeStyle = hue;
  context.lineWidth = 5;
  context.stroke();
  for (const end of ends(line, REACH)) {
    context.beginPath();
    context.arc(...at(end), 13, 0, 2 * Math.PI);
    context.fillStyle = "#fff";
    context.fill();
    context.lineWidth = 5;
    context.stroke();
  }
  cases.forEach((point, i) =>
    disc(context, at(point), { colour: `rgb(${colours[truths[i]]})`, word: truths[i], sign: right[i] ? "" : "✗" }));
}
