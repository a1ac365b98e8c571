// A panel that switches trouble on: a slow network, a busy or broken Telegram, answers that get lost.

import { get, post, remove } from "./api.js";
import { el, openDialog } from "./dom.js";

const KINDS = [
  ["Traag netwerk", "Elke aanroep van de bot duurt twee seconden langer.", { kind: "latency", ms: 2000 }],
  ["Te druk", "De volgende vijf aanroepen krijgen 429: probeer over drie seconden opnieuw.", { kind: "too_many_requests", next: 5, retry_after: 3 }],
  ["Telegram stuk", "De volgende vijf aanroepen krijgen 502.", { kind: "bad_gateway", next: 5 }],
  ["Antwoord raakt zoek", "De volgende drie berichten komen aan, maar de bot hoort dat niet.", { kind: "drop_after", next: 3 }],
  ["Dubbele updates", "De volgende drie berichten en tikken krijgt de bot twee keer.", { kind: "duplicate_update", next: 3 }],
];

export async function openFaults() {
  const { faults } = await get("faults");
  const active = new Set(faults.filter((fault) => fault.next !== 0).map((fault) => fault.kind));
  openDialog("Storing nabootsen", "faults", (dialog) => {
    dialog.append(el("p", { class: "hint", text: "Zo zie je hoe de bot zich houdt als het tegenzit." }));
    for (const [title, hint, fault] of KINDS) dialog.append(switchOf(title, hint, fault, active.has(fault.kind)));
    const close = el("button", { type: "button", class: "tool strong", text: "Klaar", onclick: () => dialog.close() });
    dialog.append(el("p", { class: "actions" }, close));
  });
}

function switchOf(title, hint, fault, on) {
  const box = el("input", { type: "checkbox", id: `fault-${fault.kind}`, role: "switch" });
  box.checked = on;
  box.addEventListener("change", () => (box.checked ? post("faults", fault) : remove(`faults?kind=${fault.kind}`)));
  return el("label", { class: "fault", for: box.id }, box, el("span", {}, el("strong", { text: title }), el("span", { text: hint })));
}
