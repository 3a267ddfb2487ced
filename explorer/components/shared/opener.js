// Streamlit sends this anew with every update, so it only unpacks: the program of a component, and
// what else is heavy, travel when they are asked for, and stay for as long as the document.
const programs = (globalThis.explorerPrograms ??= new Map());
const IMPATIENCE = 2500; // milliseconds until a wish that was not fulfilled is told again

// The program is a module whose default export mounts it in a place, and returns how it is updated
// with a message and disposed of.
export async function opened({ data, parentElement: host, setStateValue }) {
  const message = unpacked(data);
  const wish = (names) => {
    const now = performance.now(), told = host.told ?? { names: [], at: -Infinity };
    const news = `${names}` !== `${told.names}` || now - told.at > IMPATIENCE;
    if (!news || (!names.length && !host.known.length)) return;
    host.told = { names, at: now };
    setStateValue("wish", names);
  };
  host.known = message.wish;
  const program = message.blobs.program;
  if (program) start(message.parcels.program, JSON.parse(new TextDecoder().decode(program)));
  const started = await programs.get(message.parcels.program);
  if (!started) return wish(Object.keys(message.parcels).filter((name) => message.parcels[name]));
  if (host.pad?.program !== started) {
    host.pad?.dispose();
    host.pad = Object.assign(started.open(host, message.key), { program: started });
  }
  host.pad.update(message, wish);
  return () => (host.pad?.dispose(), delete host.pad);
}

// A message is the length of its header, the header in JSON, then the blobs that the header names.
function unpacked(data) {
  const buffer = data.slice().buffer;
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const blobs = {};
  for (const name in header.blobs) blobs[name] = new Uint8Array(buffer, ...header.blobs[name]);
  return { ...header, blobs };
}

function start(fingerprint, { html, css, js }) {
  if (programs.has(fingerprint)) return;
  const url = URL.createObjectURL(new Blob([js], { type: "text/javascript" }));
  programs.set(fingerprint, import(url).then(({ default: mount }) => ({
    open(host, key) {
      const place = document.createElement("div");
      place.innerHTML = `<style>${css}</style>${html}`;
      host.append(place);
      const pad = mount(place, key);
      return { ...pad, dispose: () => (pad.dispose(), place.remove()) };
    },
  })));
}
