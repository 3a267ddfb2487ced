// Where each word of the answer looks; a click, a tap or Enter turns a look to another word.
const STRONG = 0.45, SHOWN = 0.095;
const KEYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

// The cells that the arrow keys stand on, by key: Streamlit may put a new table in place of one.
const places = new Map();

export default ({ data, parentElement, setTriggerValue }) => {
  const table = parentElement.querySelector("table");
  const shape = `${data.answer.length}×${data.source.length}`;
  const focused = table.contains(table.getRootNode().activeElement);
  if (table.dataset.shape !== shape) build(table, shape, data);
  table.ariaLabel = data.words.map;
  table.style.setProperty("--hue", data.hue);
  table.style.setProperty("--columns", data.source.length);
  fill(table, data);
  fit(table);

  const stand = (row, column) => {
    const [old, cell] = [table.querySelector("[tabindex='0']"), at(table, row, column)];
    if (!cell) return false;
    if (old) old.tabIndex = -1;
    cell.tabIndex = 0;
    places.set(data.key, [row, column]);
    return cell;
  };
  const standing = stand(...(places.get(data.key) ?? [0, 0])) || stand(0, 0);
  if (focused) standing.focus({ preventScroll: true });

  const turn = (cell) => {
    if (!cell) return;
    const place = [cell.parentNode.rowIndex - 1, cell.cellIndex - 1];
    stand(...place);
    setTriggerValue("picked", place);
  };
  table.onclick = (event) => turn(event.target.closest("td"));
  table.onkeydown = (event) => {
    const cell = event.target.closest("td");
    if (!cell) return;
    if (event.key === "Enter" || event.key === " ") turn(cell);
    else if (KEYS[event.key]) {
      const [down, right] = KEYS[event.key];
      const next = stand(cell.parentNode.rowIndex - 1 + down, cell.cellIndex - 1 + right);
      if (next) next.focus();
    } else return;
    event.preventDefault();
  };
};

const at = (table, row, column) => {
  const cell = row >= 0 && column >= 0 && table.rows[row + 1]?.cells[column + 1];
  return cell || null;
};

function build(table, shape, { answer, source }) {
  const make = (tag, scope) => Object.assign(document.createElement(tag), scope ? { scope } : {});
  const head = make("thead"), body = make("tbody");
  head.append(make("tr"));
  head.rows[0].append(make("th"), ...source.map(() => make("th", "col")));
  for (const _ of answer) {
    const row = make("tr");
    row.append(make("th", "row"), ...source.map(() => make("td")));
    for (const cell of row.querySelectorAll("td")) cell.tabIndex = -1;
    body.append(row);
  }
  table.replaceChildren(head, body);
  table.dataset.shape = shape;
}

// Where columns with numbers have no room, narrow ones without; if these have none, they scroll.
function fit(table) {
  const box = table.parentNode;
  const tell = () => box.classList.toggle("more", box.scrollWidth - box.clientWidth - box.scrollLeft > 4);
  const measure = () => {
    table.classList.remove("tight");
    table.classList.toggle("tight", box.scrollWidth > box.clientWidth);
    tell();
  };
  measure();
  if (box.onscroll) return;
  box.onscroll = tell;
  new ResizeObserver(measure).observe(box);
}

function fill(table, { answer, source, weights, turned, changed, words }) {
  table.rows[0].cells[0].textContent = words.corner;
  source.forEach((word, column) => (table.rows[0].cells[column + 1].textContent = word));
  answer.forEach((word, row) => {
    const [head, ...cells] = table.rows[row + 1].cells;
    head.textContent = word;
    head.className = changed[row] ? "changed" : "";
    cells.forEach((cell, column) => {
      const weight = weights[row][column];
      const percent = Math.round(100 * weight);
      cell.textContent = weight >= SHOWN ? percent : "";
      cell.style.setProperty("--weight", weight);
      cell.className = weight > STRONG ? "strong" : "";
      cell.classList.toggle("turned", turned[row] === column);
      const whose = `${row + 1}. ${word} → ${column + 1}. ${source[column]}: ${percent} %`;
      cell.ariaLabel = turned[row] === column ? `${whose}, ${words.turned}` : whose;
      cell.title = cell.ariaLabel;
    });
  });
}
