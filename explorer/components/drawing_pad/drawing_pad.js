// Ink on paper; what is drawn is sent when the pen is lifted.
const PEN = 24;

// The sheets by key: Streamlit may take a pad away and put a new one there.
const sheets = new Map();

// Streamlit calls this with every update: one pad lives on and keeps its ink.
export default ({ data, parentElement, setStateValue }) => {
  const pad = (parentElement.pad ??= mount(parentElement, data));
  pad.update(data, setStateValue);
  return () => delete parentElement.pad;
};

function mount(host, { key, side }) {
  const canvas = host.querySelector("canvas"), button = host.querySelector("button");
  const ink = canvas.getContext("2d", { willReadFrequently: true });
  const small = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const sample = small.getContext("2d", { willReadFrequently: true });
  const last = sheets.get(key), kept = last !== canvas && last;
  let tell, pen = null, from;
  sheets.set(key, canvas);
  sample.imageSmoothingQuality = "high";
  Object.assign(ink, { lineWidth: PEN, lineCap: "round", lineJoin: "round" });
  if (kept) ink.drawImage(kept, 0, 0);

  // One byte of ink a pixel, as base64; nothing at all for a blank sheet.
  const send = () => {
    sample.clearRect(0, 0, side, side);
    sample.drawImage(canvas, 0, 0, side, side);
    const bytes = sample.getImageData(0, 0, side, side).data.filter((_, i) => i % 4 === 3);
    button.disabled = !bytes.some(Boolean);
    tell("ink", button.disabled ? "" : btoa(String.fromCharCode(...bytes)));
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect(), scale = canvas.width / box.width;
    return [(event.clientX - box.x) * scale, (event.clientY - box.y) * scale];
  };
  const line = (event) => {
    const to = place(event);
    ink.beginPath();
    ink.moveTo(...from);
    // A line that goes nowhere would leave no dot.
    ink.lineTo(to[0] + 0.1, to[1]);
    ink.stroke();
    from = to;
  };

  canvas.onpointerdown = (event) => {
    if (pen !== null || event.button) return;
    pen = event.pointerId;
    canvas.setPointerCapture(pen);
    from = place(event);
    line(event);
  };
  canvas.onpointermove = (event) => {
    if (event.pointerId !== pen) return;
    const moves = event.getCoalescedEvents?.() ?? [];
    (moves.length ? moves : [event]).forEach(line);
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    if (event.pointerId !== pen) return;
    pen = null;
    send();
  };
  button.onclick = () => (ink.clearRect(0, 0, canvas.width, canvas.height), send());

  button.disabled = true;
  return {
    update({ words }, setStateValue) {
      const fresh = !tell;
      tell = setStateValue;
      button.textContent = words.clear;
      canvas.ariaLabel = words.pad;
      if (fresh && kept) send();
    },
  };
}
