// Links in messages. A deep link of the bot asks which of the people opens it; others open outside.

import { el, initialsOf, openDialog, toneOf } from "./dom.js";

let botName = "";
let people = () => [];
let open = () => {};

// Tells the links who the bot is, who can open them, and how to start the bot as somebody.
export function setUpLinks(username, listPeople, start) {
  [botName, people, open] = [username.toLowerCase(), listPeople, start];
}

// Returns the payload of a deep link of this bot, or null when it is another link.
export function payloadOf(address) {
  const match =
    /^(?:https?:\/\/)?t(?:elegram)?\.me\/([^/?#]+)\/?(\?[^#]*)?$/i.exec(address) ??
    /^tg:\/\/resolve\?(?:.*&)?domain=([^&]+)(.*)$/i.exec(address);
  if (!match || (botName && match[1].toLowerCase() !== botName)) return null;
  return new URLSearchParams((match[2] ?? "").replace(/^&/, "?")).get("start") ?? "";
}

export function linkTo(address, children) {
  const payload = payloadOf(address);
  if (payload !== null)
    return el("button", { type: "button", class: "link", title: address, onclick: () => choosePerson(payload) }, ...children);
  const target = safeAddress(address);
  if (!target) return el("span", {}, ...children);
  return el("a", { href: target, target: "_blank", rel: "noopener noreferrer", title: target }, ...children);
}

export function openAddress(address) {
  const payload = payloadOf(address);
  if (payload !== null) return choosePerson(payload);
  const target = safeAddress(address);
  if (target) window.open(target, "_blank", "noopener,noreferrer");
}

// Only schemes that cannot run code in this page.
function safeAddress(address) {
  const full = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
  try {
    return ["http:", "https:", "mailto:", "tel:"].includes(new URL(full).protocol) ? full : null;
  } catch {
    return null;
  }
}

export function choosePerson(payload) {
  openDialog("Wie opent deze link?", "chooser", (dialog) => {
    const list = el("ul", { class: "choices" });
    for (const person of people()) {
      const choose = () => {
        dialog.close();
        open(person.id, payload);
      };
      const face = el("span", { class: `avatar tone-${toneOf(person.id)}`, "aria-hidden": "true", text: initialsOf(person.first_name) });
      list.append(el("li", {}, el("button", { type: "button", onclick: choose }, face, el("span", { text: person.first_name }))));
    }
    const close = el("button", { type: "button", class: "quiet", text: "Annuleren", onclick: () => dialog.close() });
    dialog.append(list, el("p", { class: "actions" }, close));
  });
}
