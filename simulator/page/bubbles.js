// One message becomes one element: text, media, buttons, time and ticks.

import { fileAddress } from "./api.js";
import { dayOf, el, icon, iconButton, sizeOf, timeOf } from "./dom.js";
import { formatted } from "./entities.js";
import { voicePlayer } from "./voice.js";

const SPECIAL = {
  location: "📍 Locatie",
  contact: "👤 Contact",
  dice: "🎲 Dobbelsteen",
  poll: "📊 Peiling",
  new_chat_members: "De bot is toegevoegd aan de groep",
};

export function bubbleOf(message, phone) {
  const mine = message.from !== "bot";
  const node = el("div", { class: `message ${mine ? "mine" : "theirs"}`, "data-id": message.id });
  if (message.special === "sticker") node.append(el("div", { class: "sticker", role: "img", "aria-label": "Sticker", text: "👍" }));
  else node.append(bubble(message, phone, mine));
  if (message.keyboard.length) {
    node.classList.add("with-keyboard");
    node.append(keyboardOf(message, phone));
  }
  return node;
}

function bubble(message, phone, mine) {
  const box = el("div", { class: "bubble" }, el("span", { class: "sr", text: mine ? "Jij:" : `${phone.botName}:` }));
  if (message.forwarded_from) box.append(el("p", { class: "forwarded", text: `Doorgestuurd van ${message.forwarded_from}` }));
  if (message.reply_to) box.append(quoteOf(message.reply_to, phone));
  if (message.media) box.append(mediaOf(message.media));
  const text = message.start_payload ? "/start" : message.text || SPECIAL[message.special] || "";
  const entities = message.entities.filter((entity) => entity.offset + entity.length <= text.length);
  if (text) box.append(formatted(text, entities, (command) => phone.sendText(command)));
  if (message.media) box.classList.add(`has-${message.media.kind}`, text ? "with-text" : "bare");
  if (message.protect_content) box.classList.add("protected");
  box.append(metaOf(message, mine));
  box.append(iconButton("more", "Opties bij dit bericht", (event) => phone.openMessageMenu(message, event.currentTarget), "options"));
  return box;
}

function metaOf(message, mine) {
  const meta = el("span", { class: "meta" });
  if (message.edits && (mine || !message.keyboard.length)) meta.append(el("span", { text: "bewerkt " }));
  const date = new Date(message.date * 1000);
  meta.append(el("time", { datetime: date.toISOString(), text: timeOf(date) }));
  if (mine) meta.append(icon("check", "gelezen"));
  return meta;
}

function quoteOf(original, phone) {
  const jump = () => phone.scrollTo(original.id);
  return el(
    "button",
    { type: "button", class: "quote", onclick: jump, "aria-label": `Antwoord op: ${original.text || "bijlage"}` },
    el("strong", { text: original.name }),
    el("span", { text: original.text || "Bijlage" }),
  );
}

function mediaOf(media) {
  const address = fileAddress(media.file_id);
  if (media.kind === "photo") return photoOf(media, address);
  if (media.kind === "voice" || media.kind === "audio") return voicePlayer(media, address);
  const ending = (media.name ?? "").split(".").pop().slice(0, 4).toLowerCase();
  const name = media.name ?? "bestand";
  return el(
    "a",
    { class: "document", href: `${address}?download=1`, download: name, "aria-label": `${name} downloaden, ${sizeOf(media.size)}` },
    el("span", { class: `file-icon type-${/^(pdf|docx|xlsx|ics|png|jpg|zip)$/.test(ending) ? ending : "other"}`, text: ending }),
    el("span", { class: "file-text" }, el("span", { class: "file-name", text: name }), el("span", { class: "file-size", text: sizeOf(media.size) })),
  );
}

function photoOf(media, address) {
  const size = { width: media.width || 320, height: media.height || 240 };
  const picture = el("img", { src: address, alt: media.name ? `Foto: ${media.name}` : "Foto", ...size });
  return el("a", { class: "photo", href: address, target: "_blank", rel: "noopener", "aria-label": "Foto groot bekijken" }, picture);
}

function keyboardOf(message, phone) {
  const box = el("div", { class: "keyboard", role: "group", "aria-label": "Knoppen bij dit bericht" });
  message.keyboard.forEach((row, y) => {
    const line = el("div", { class: "keyboard-row" });
    row.forEach((button, x) => line.append(buttonOf(message, button, x, y, phone)));
    box.append(line);
  });
  box.addEventListener("keydown", moveByArrows);
  return box;
}

function buttonOf(message, button, x, y, phone) {
  const node = el("button", { type: "button", class: "key", "data-x": x, "data-y": y, title: button.label });
  node.append(el("span", { class: "key-label", text: button.label }));
  if (button.url) node.append(icon("out"));
  node.addEventListener("click", () => phone.press(message, button, node));
  return node;
}

// Arrow keys walk over the buttons as the eye does; Tab still works as always.
function moveByArrows(event) {
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const step = steps[event.key];
  const from = event.target.closest(".key");
  if (!step || !from) return;
  event.preventDefault();
  focusKey(event.currentTarget, Number(from.dataset.x) + step[0], Number(from.dataset.y) + step[1]);
}

export function focusKey(keyboard, x, y) {
  const rows = [...keyboard.querySelectorAll(".keyboard-row")];
  const row = rows[Math.max(0, Math.min(y, rows.length - 1))];
  const keys = row ? [...row.children] : [];
  keys[Math.max(0, Math.min(x, keys.length - 1))]?.focus({ preventScroll: true });
}

export function daySeparator(date, now) {
  return el("div", { class: "day", "data-day": dayKey(date) }, el("span", { text: dayOf(date, now) }));
}

export const dayKey = (date) => date.toLocaleDateString("sv-SE", { timeZone: "Europe/Amsterdam" });
