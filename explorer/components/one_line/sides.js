// A line (x − ½)·cos(turn) + (y − ½)·sin(turn) = shift; on its positive side it says 1.
export function says({ turn, shift }, [x, y]) {
  return (x - 0.5) * Math.cos(turn) + (y - 0.5) * Math.sin(turn) > shift ? 1 : 0;
}

// Which of the cases lie on their right side.
export function rightOnes(line, cases, truths) {
  return cases.map((point, i) => says(line, point) === truths[i]);
}

// The two points of the line by which it is held, `reach` to either side of the foot.
export function ends({ turn, shift }, reach) {
  const [across, up] = [Math.cos(turn), Math.sin(turn)];
  return [1, -1].map((way) => [0.5 + shift * across - way * reach * up, 0.5 + shift * up + way * reach * across]);
}

// The line through two points, with the sides as `ends` deals them.
export function through([one, other]) {
  const turn = Math.atan2(-(one[0] - other[0]), one[1] - other[1]);
  return { turn, shift: (one[0] - 0.5) * Math.cos(turn) + (one[1] - 0.5) * Math.sin(turn) };
}
