// Builds elements. Text always goes in as text, never as markup: what people type cannot become code.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function icon(name, label = "") {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  svg.classList.add("icon", `icon-${name}`);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  return svg;
}

export function iconButton(name, label, onclick, className = "") {
  return el("button", { type: "button", class: `icon-button ${className}`, "aria-label": label, title: label, onclick }, icon(name));
}

// A modal dialog that is gone when it closes; focus returns to where it was by itself.
export function openDialog(title, className, fill) {
  const heading = el("h2", { text: title, id: "dialog-title" });
  const dialog = el("dialog", { class: `dialog ${className}`, "aria-labelledby": "dialog-title" }, heading);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  fill(dialog);
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

const ZONE = { timeZone: "Europe/Amsterdam" };
const TIME = new Intl.DateTimeFormat("nl-NL", { hour: "2-digit", minute: "2-digit", ...ZONE });
const DAY = new Intl.DateTimeFormat("nl-NL", { weekday: "short", day: "numeric", month: "long", ...ZONE });
const DAY_AND_YEAR = new Intl.DateTimeFormat("nl-NL", { day: "numeric", month: "long", year: "numeric", ...ZONE });
const LONG = new Intl.DateTimeFormat("nl-NL", { weekday: "short", day: "numeric", month: "short", year: "numeric", ...ZONE });

export const timeOf = (date) => TIME.format(date);
export const longDateOf = (date) => LONG.format(date);

export function dayOf(date, now) {
  return date.getFullYear() === now.getFullYear() ? DAY.format(date) : DAY_AND_YEAR.format(date);
}

export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1e6 ? [bytes / 1000, "kB"] : [bytes / 1e6, "MB"];
  return `${value.toLocaleString("nl-NL", { maximumFractionDigits: value < 10 ? 1 : 0 })} ${unit}`;
}

export const initialsOf = (name) => Array.from(name.trim())[0]?.toUpperCase() ?? "?";

// A steady colour per person, as an index of the palette in the style sheet.
export const toneOf = (number) => Math.abs(Number(number)) % 7;
