// One picture over another, cut off at a line; the hidden range input speaks to keys and readers.
// Where the lines stand, by key: Streamlit may take a drawing away and put a new one there.
const places = new Map();
const write = (node, name, value) => node[name] === value || (node[name] = value);

export default ({ data, parentElement }) => {
  const one = (selector) => parentElement.querySelector(selector);
  const figure = one("figure"), range = one("input");
  for (const side of ["before", "after"]) {
    const picture = one("." + side);
    // The same source is not set again, and a new one shows when it is decoded: nothing flickers.
    write(picture, "src", data[side]);
    write(picture, "alt", data.words[side + "_alt"]);
    write(picture, "width", data.width);
    write(picture, "height", data.height);
    write(one(`[data-tag=${side}]`), "textContent", data.words[side]);
  }
  write(range, "ariaLabel", data.words.handle);

  const move = (percent) => {
    range.value = percent;
    places.set(data.key, range.value);
    range.ariaValueText = range.value + " %";
    figure.style.setProperty("--at", range.value + "%");
  };
  const follow = (event) => {
    const box = figure.getBoundingClientRect();
    move(((event.clientX - box.left) / box.width) * 100);
  };
  figure.onpointerdown = (event) => {
    figure.setPointerCapture(event.pointerId);
    range.focus({ preventScroll: true });
    event.preventDefault();
    follow(event);
  };
  figure.onpointermove = (event) => figure.hasPointerCapture(event.pointerId) && follow(event);
  range.oninput = () => move(range.value);
  move(places.get(data.key) ?? 35);
};
