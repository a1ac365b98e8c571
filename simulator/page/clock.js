// The clock bar: what time it is in the simulation, and buttons to move it.

import { post } from "./api.js";
import { el, longDateOf, timeOf } from "./dom.js";

const STEPS = [
  ["+1 uur", "Een uur vooruit", (date) => date.setHours(date.getHours() + 1)],
  ["+1 dag", "Een dag vooruit", (date) => date.setDate(date.getDate() + 1)],
  ["+1 week", "Een week vooruit", (date) => date.setDate(date.getDate() + 7)],
  ["+1 maand", "Een maand vooruit", (date) => date.setMonth(date.getMonth() + 1)],
];

export class Clock {
  constructor(bar) {
    this.offset = 0;
    this.face = el("time", { class: "now" });
    this.shift = el("span", { class: "shift", role: "status" });
    const buttons = STEPS.map(([text, label, step]) =>
      el("button", { type: "button", class: "step", "aria-label": label, text, onclick: () => this.move(step) }),
    );
    this.back = el("button", { type: "button", class: "step", text: "Terug naar nu", onclick: () => this.reset() });
    bar.append(el("span", { class: "reading" }, this.face, this.shift), el("span", { class: "steps" }, ...buttons, this.back));
    this.show();
    setInterval(() => this.show(), 1000);
  }

  now() {
    return new Date(Date.now() + this.offset * 1000);
  }

  set(reading) {
    this.offset = reading.offset_seconds;
    this.show();
  }

  async move(step) {
    const date = this.now();
    const before = date.getTime();
    step(date);
    this.set(await post("clock", { advance_seconds: (date.getTime() - before) / 1000 }));
  }

  async reset() {
    this.set(await post("clock", { reset: true }));
  }

  show() {
    const now = this.now();
    this.face.textContent = `${longDateOf(now)}, ${timeOf(now)}`;
    this.face.dateTime = now.toISOString();
    const text = shiftText(this.offset);
    if (this.shift.textContent !== text) this.shift.textContent = text;
    this.back.disabled = !text;
    document.dispatchEvent(new CustomEvent("clock", { detail: timeOf(now) }));
  }
}

function shiftText(seconds) {
  const [size, one, more] =
    Math.abs(seconds) >= 86400 ? [86400, "dag", "dagen"] : Math.abs(seconds) >= 3600 ? [3600, "uur", "uur"] : [60, "minuut", "minuten"];
  const count = Math.round(Math.abs(seconds) / size);
  if (!count) return "";
  return `${count} ${count === 1 ? one : more} ${seconds > 0 ? "vooruit" : "terug"}`;
}
