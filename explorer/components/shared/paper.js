// A square sheet of white paper on a canvas, sharp on every screen, and the discs that lie on it.

// The context in CSS pixels of a canvas that is as high as it is wide; null while it has no room.
export function paper(canvas) {
  const side = canvas.clientWidth, sharp = Math.min(3, devicePixelRatio || 1);
  if (!side) return null;
  if (canvas.width !== Math.round(side * sharp)) canvas.width = canvas.height = Math.round(side * sharp);
  const context = canvas.getContext("2d");
  context.setTransform(sharp, 0, 0, sharp, 0, 0);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, side, side);
  return context;
}

// Draws anew when the canvas gets another size; `draw` is asked for then, it may have changed.
export function keptFitting(canvas, draw) {
  const watched = canvas.draw;
  canvas.draw = draw;
  if (!watched) new ResizeObserver(() => canvas.draw()).observe(canvas);
  draw();
}

// A case with its right answer, and beside it a sign of what was said instead.
export function disc(context, [x, y], { colour, word, sign = "" }) {
  context.beginPath();
  context.arc(x, y, 15, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = 3;
  context.strokeStyle = "#fff";
  context.stroke();
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = "700 17px sans-serif";
  context.fillStyle = "#fff";
  context.fillText(word, x, y + 1);
  context.fillStyle = "#000";
  context.font = "700 20px sans-serif";
  context.strokeText(sign, x + 23, y - 13);
  context.fillText(sign, x + 23, y - 13);
}
