// Text with entities becomes elements. Offsets count UTF-16 units, as JavaScript strings do.

import { el } from "./dom.js";
import { linkTo } from "./links.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

// Returns nodes for text[start, end); `entities` all lie within it, outer ones first.
function nodesOf(text, start, end, entities, onCommand) {
  const nodes = [];
  let at = start;
  for (let i = 0; i < entities.length; ) {
    const entity = entities[i];
    const stop = Math.min(entity.offset + entity.length, end);
    let next = i + 1;
    while (next < entities.length && entities[next].offset < stop) next += 1;
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const inner = nodesOf(text, entity.offset, stop, entities.slice(i + 1, next), onCommand);
    nodes.push(wrap(entity, text.slice(entity.offset, stop), inner, onCommand));
    at = stop;
    i = next;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

function wrap(entity, text, inner, onCommand) {
  if (entity.type === "text_link") return linkTo(entity.url, inner);
  if (entity.type === "url") return linkTo(text, inner);
  if (entity.type === "email") return linkTo(`mailto:${text}`, inner);
  if (entity.type === "spoiler") return spoiler(inner);
  if (entity.type === "bot_command")
    return el("button", { type: "button", class: "link command", onclick: () => onCommand(text) }, ...inner);
  return el(TAGS[entity.type] ?? "span", {}, ...inner);
}

function spoiler(inner) {
  const node = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Verborgen tekst, tik om te tonen" });
  const content = el("span", { class: "spoiler-text", "aria-hidden": "true" }, ...inner);
  const reveal = () => {
    node.classList.add("shown");
    node.removeAttribute("role");
    node.removeAttribute("tabindex");
    node.removeAttribute("aria-label");
    content.removeAttribute("aria-hidden");
  };
  node.addEventListener("click", reveal);
  node.addEventListener("keydown", (event) => ["Enter", " "].includes(event.key) && reveal());
  node.append(content);
  return node;
}

export function formatted(text, entities, onCommand) {
  return el("div", { class: "text", dir: "auto" }, ...nodesOf(text, 0, text.length, entities, onCommand));
}
