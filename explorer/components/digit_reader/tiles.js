// The hidden neurons as tiles: what each looks for, how loud it is now, and its vote.
import { paint } from "./boards.js";

const FAINTEST = 0.3; // how much is left to be seen of a neuron that is silent

// Which neurons are seen: the `count` with the loudest votes, and the one that is `held` whatever its
// vote. They sit by number; when the votes change, who stays keeps the seat, so that little moves.
export function seats(votes, count, before = [], held = null) {
  const loud = [...votes.keys()].sort((a, b) => (b === held) - (a === held) || Math.abs(votes[b]) - Math.abs(votes[a]) || a - b);
  const seen = loud.slice(0, count).sort((a, b) => a - b);
  if (before.length !== seen.length || before.some((j) => j >= votes.length)) return seen;
  const fresh = seen.filter((j) => !before.includes(j));
  return before.map((j) => (seen.includes(j) ? j : fresh.shift()));
}

const make = (tag, css) => Object.assign(document.createElement(tag), { className: css });

export class Tiles {
  // `press` is told the neuron whose tile is pressed.
  constructor(place, press) {
    Object.assign(this, { place, press, seated: [] });
  }

  build(count) {
    this.place.replaceChildren(...Array.from({ length: count }, (_, seat) => {
      const tile = make("button", "tile"), look = make("span", "look"), vote = make("span", "vote");
      tile.type = "button";
      look.append(make("canvas", ""));
      vote.append(make("i", ""));
      tile.append(look, vote);
      tile.onclick = () => this.press(this.seated[seat]);
      return tile;
    }));
  }

  // The neurons of a net with their `votes`, of which `most` fills a bar; `count` of them are seen.
  draw(net, votes, most, { count, held, width, sides, label }) {
    const seated = seats(votes, count, this.seated, held);
    if (this.place.childElementCount !== seated.length) this.build(seated.length);
    const tiles = [...this.place.children], loud = net.h.reduce((a, h) => Math.max(a, Math.abs(h)), 1e-9);
    // Weights are painted when they are others; white is a weight of 0, full colour the largest of all.
    const scale = this.net === net ? this.scale : net.weight.reduce((a, w) => Math.max(a, Math.abs(w)), 1e-9);
    tiles.forEach((tile, seat) => {
      const j = seated[seat], canvas = tile.firstChild.firstChild, bar = tile.lastChild.firstChild, share = votes[j] / most;
      const painted = this.net === net && tile.neuron === j;
      if (!painted) paint(canvas, net.weightsOf(j).map((weight) => weight / scale), width, sides);
      tile.neuron = j;
      canvas.style.opacity = FAINTEST + ((1 - FAINTEST) * Math.abs(net.h[j])) / loud;
      Object.assign(bar.style, { left: `${50 + 50 * Math.min(0, share)}%`, width: `${50 * Math.abs(share)}%` });
      bar.classList.toggle("against", share < 0);
      tile.setAttribute("aria-pressed", j === held);
      tile.setAttribute("aria-label", label(j));
    });
    Object.assign(this, { net, scale, seated });
  }
}
