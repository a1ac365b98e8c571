// The control API of the simulator.

async function request(path, options) {
  const response = await fetch(`/control/${path}`, options);
  const value = await response.json();
  if (!response.ok) throw new Error(value.error ?? `Fout ${response.status}`);
  return value;
}

export const get = (path) => request(path);

export const post = (path, body = {}) =>
  request(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const remove = (path) => request(path, { method: "DELETE" });

export function upload(person, kind, files, { caption = "", replyTo = null, duration = 0 } = {}) {
  const form = new FormData();
  form.append("kind", kind);
  form.append("caption", caption);
  form.append("duration", String(duration));
  if (replyTo) form.append("reply_to", String(replyTo));
  for (const file of files) form.append("file", file, file.name);
  return request(`people/${person}/files`, { method: "POST", body: form });
}

export const fileAddress = (id) => `/control/files/${encodeURIComponent(id)}`;

// Calls back with every change, and with whether there is a connection. The browser reconnects by
// itself; the first event after that names every chat, so nothing is missed.
export function listen(onChange, onConnection) {
  const source = new EventSource("/control/events");
  source.onopen = () => onConnection(true);
  source.onerror = () => onConnection(false);
  source.onmessage = (event) => onChange(JSON.parse(event.data));
}
