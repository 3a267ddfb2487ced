// Boards of squares, one a pixel of the picture, on white paper in either theme.
const PAPER = [255, 255, 255], INK = [0, 0, 0];

// Values −1…1 as colours between paper and one of two sides; what lies beyond is full.
export function paint(canvas, values, width, [above, below] = [INK, INK]) {
  const height = values.length / width;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d"), image = pen.createImageData(width, height);
  for (let i = 0; i < values.length; i++) {
    const share = Math.min(1, Math.abs(values[i])), side = values[i] > 0 ? above : below;
    for (let k = 0; k < 3; k++) image.data[4 * i + k] = PAPER[k] + (side[k] - PAPER[k]) * share;
    image.data[4 * i + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
}

// The squares that a stroke from one place to another goes over, each once; places are [row, column].
export function along([row, column], [toRow, toColumn]) {
  const steps = Math.max(1, Math.ceil(2 * Math.hypot(toRow - row, toColumn - column)));
  const places = Array.from({ length: steps + 1 }, (_, i) => [
    Math.round(row + ((toRow - row) * i) / steps), Math.round(column + ((toColumn - column) * i) / steps)]);
  return [...new Map(places.map((place) => [`${place}`, place])).values()];
}

// Ink or paper on a square. In a picture of many pixels the tip is as wide as there the strokes
// are: it reaches the squares around, and ink fades there.
export function touch(picture, width, [row, column], rubs) {
  const height = picture.length / width, reach = width > 16 ? 1 : 0;
  for (let r = row - reach; r <= row + reach; r++) {
    for (let c = column - reach; c <= column + reach; c++) {
      if (r < 0 || c < 0 || r >= height || c >= width) continue;
      const i = r * width + c, ink = 1 - 0.45 * Math.hypot(r - row, c - column);
      picture[i] = rubs ? 0 : Math.max(picture[i], ink);
    }
  }
}

// Pointer and keys on a board: tells the squares that are touched, and where the keyboard stands.
export function listen(board, size, { touched, moved, key }) {
  let last = null;
  const place = (event) => {
    const box = board.getBoundingClientRect(), { height, width } = size();
    const within = (share, count) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    return [within((event.clientY - box.y) / box.height, height), within((event.clientX - box.x) / box.width, width)];
  };
  board.onpointerdown = (event) => {
    if (event.button) return;
    board.setPointerCapture(event.pointerId);
    last = place(event);
    moved(last);
    touched([last], true);
  };
  board.onpointermove = (event) => {
    if (last === null || !board.hasPointerCapture(event.pointerId)) return;
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const move of moves.length ? moves : [event]) {
      const next = place(move);
      if (`${next}` !== `${last}`) touched(along(last, next), false);
      last = next;
    }
    moved(last);
  };
  board.onpointerup = board.onpointercancel = () => (last = null);
  board.onkeydown = (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step && ![" ", "Enter", "Delete", "Backspace"].includes(event.key)) return;
    event.preventDefault();
    key(step, event.key);
  };
}
