// The losses over the steps, on a logarithmic scale.
const LOWEST = 1e-8, HIGHEST = 1e4; // a line ends where it leaves these
const NOTHING = 1e-300; // instead of 0, which has no logarithm
const TOLD = 1e-12; // a smaller loss is none, for all that a float can tell
const ROOM = { left: 56, right: 10, top: 10, bottom: 24 };
const SMALL = "14px";
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

export const power = (exponent) => "10" + (exponent < 0 ? "⁻" : "") + [...String(Math.abs(exponent))].map((digit) => RAISED[digit]).join("");

// A loss as it is written beside the map.
export function written(loss) {
  if (loss < TOLD) return `< ${power(Math.log10(TOLD))}`;
  if (loss >= 0.001 && loss < 10000) return String(+loss.toPrecision(3));
  const [mantissa, exponent] = loss.toExponential(1).split("e");
  return `${mantissa}·${power(+exponent)}`;
}

// Whole powers of ten around all losses, as far as they are drawn, and whether some lie beyond them.
export function decades(racers) {
  let low = Infinity, high = 0;
  for (const { losses, last } of racers) {
    for (let step = 0; step <= last; step++) {
      if (losses[step] < low) low = losses[step];
      if (losses[step] > high) high = losses[step];
    }
  }
  const bounded = (loss) => Math.min(HIGHEST, Math.max(LOWEST, loss));
  const bottom = Math.floor(Math.log10(bounded(low))), top = Math.ceil(Math.log10(bounded(high)));
  return [Math.min(bottom, top - 1), top, low < LOWEST, high > HIGHEST];
}

export function drawLosses(pen, { width, height }, racers, step, steps, { hues, ink, quiet, line, font }) {
  const [bottom, top, below, above] = decades(racers.length ? racers : [{ losses: [1], last: 0 }]);
  const across = (at) => ROOM.left + (at / steps) * (width - ROOM.left - ROOM.right);
  const share = (loss) => (Math.log10(Math.max(loss, NOTHING)) - bottom) / (top - bottom);
  const up = (loss) => height - ROOM.bottom - share(loss) * (height - ROOM.top - ROOM.bottom);
  pen.clearRect(0, 0, width, height);
  pen.font = `${SMALL} ${font}`;
  pen.fillStyle = quiet;
  pen.strokeStyle = line;
  pen.lineWidth = 1;
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  const stride = Math.ceil((top - bottom) / 5);
  // What is cut off says so: from that end the powers are counted.
  for (let exponent = below ? bottom : top; exponent >= bottom && exponent <= top; exponent += below ? stride : -stride) {
    const y = up(10 ** exponent), sign = below && exponent === bottom ? "≤ " : above && exponent === top ? "≥ " : "";
    pen.fillText(sign + power(exponent), ROOM.left - 7, y);
    pen.beginPath();
    pen.moveTo(ROOM.left, y);
    pen.lineTo(width - ROOM.right, y);
    pen.stroke();
  }
  pen.textBaseline = "alphabetic";
  for (const [at, align] of [[0, "left"], [steps / 2, "center"], [steps, "right"]]) {
    pen.textAlign = align;
    pen.fillText(String(at), across(at), height - 6);
  }
  pen.save();
  pen.beginPath();
  pen.rect(ROOM.left - 2, ROOM.top - 2, width, height - ROOM.top - ROOM.bottom + 4);
  pen.clip();
  pen.lineJoin = "round";
  pen.lineWidth = 2.5;
  for (const { name, losses, last } of racers) {
    pen.strokeStyle = hues[name];
    pen.beginPath();
    for (let i = 0; i <= Math.min(last, step); i++) pen.lineTo(across(i), up(losses[i]));
    pen.stroke();
  }
  pen.restore();
  pen.strokeStyle = ink;
  pen.lineWidth = 1;
  pen.setLineDash([3, 4]);
  pen.beginPath();
  pen.moveTo(across(step), ROOM.top);
  pen.lineTo(across(step), height - ROOM.bottom);
  pen.stroke();
  pen.setLineDash([]);
}
