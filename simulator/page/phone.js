// One phone: a person, the chat with the bot, and everything the person can do there.

import { get, post, upload } from "./api.js";
import { bubbleOf, daySeparator, dayKey, focusKey } from "./bubbles.js";
import { Composer } from "./composer.js";
import { el, icon, iconButton, initialsOf, timeOf, toneOf } from "./dom.js";
import { openAddress } from "./links.js";

const ACTIONS = {
  typing: "typt…",
  upload_document: "stuurt een bestand…",
  upload_photo: "stuurt een foto…",
  upload_voice: "stuurt een spraakbericht…",
  record_voice: "neemt een spraakbericht op…",
};
const TOAST_SHOWN = 3200;
const ACTION_SHOWN = 5000;
const NEAR_BOTTOM = 90;

export class Phone {
  constructor(person, bot, clock, onUnread) {
    this.person = person;
    this.bot = bot;
    this.botName = bot.name;
    this.clock = clock;
    this.onUnread = onUnread;
    this.version = 0;
    this.unread = 0;
    this.pinned = true;
    this.messages = new Map();
    this.nodes = new Map();
    this.pressed = new Map();
    this.build();
  }

  build() {
    const id = this.person.id;
    this.badge = el("span", { class: "badge", hidden: true });
    const face = el("span", { class: `avatar tone-${toneOf(id)}`, "aria-hidden": "true", text: initialsOf(this.person.first_name) });
    this.heading = el("h2", { class: "phone-name", id: `phone-${id}` }, face, el("span", { text: this.fullName() }), this.badge);
    this.subtitle = el("span", { class: "subtitle", text: "bot" });
    this.log = el("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0", "aria-label": `Gesprek van ${this.person.first_name} met ${this.botName}` });
    this.toDown = iconButton("down", "Naar het nieuwste bericht", () => this.toBottom(true), "to-bottom");
    this.toDown.hidden = true;
    this.toastBox = el("div", { class: "toast", role: "status", "aria-live": "polite" });
    this.composer = new Composer(this);
    const wrap = el("div", { class: "log-wrap" }, this.log, this.toDown, this.toastBox);
    this.frame = el("div", { class: "frame" }, this.statusBar(), this.chatHeader(), wrap, this.composer.node);
    this.node = el("section", { class: "phone", "aria-labelledby": `phone-${id}`, "data-person": id }, this.heading, this.frame);
    this.log.addEventListener("scroll", () => this.scrolled());
    // A picture that arrives late must not push the last message out of sight.
    this.log.addEventListener("load", () => this.pinned && this.toBottom(), true);
    for (const kind of ["pointerdown", "focusin"]) this.node.addEventListener(kind, () => this.markRead());
  }

  fullName() {
    return [this.person.first_name, this.person.last_name].filter(Boolean).join(" ");
  }

  statusBar() {
    const time = el("span", { class: "status-time", text: timeOf(this.clock.now()) });
    document.addEventListener("clock", (event) => (time.textContent = event.detail));
    return el("div", { class: "status-bar", "aria-hidden": "true" }, time, icon("status"));
  }

  chatHeader() {
    const picture = el("img", { class: "bot-picture", src: "/page/icon.svg", alt: "", width: 40, height: 40 });
    this.title = el("span", { class: "title", text: this.botName });
    this.more = iconButton("more", "Meer", () => this.openChatMenu());
    this.more.setAttribute("aria-haspopup", "menu");
    return el("header", { class: "chat-header" }, picture, el("span", { class: "names" }, this.title, this.subtitle), this.more);
  }

  // Fetches what changed and shows it; calls that come meanwhile wait for one more round.
  async refresh() {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    try {
      do {
        this.again = false;
        this.show(await get(`chats/${this.person.id}?since=${this.version}`));
      } while (this.again);
    } finally {
      this.busy = false;
    }
  }

  // Begins anew, for a simulator that was started without its memory.
  forget() {
    this.version = 0;
    this.messages.clear();
    this.nodes.clear();
    this.log.replaceChildren();
  }

  show(chat) {
    const first = this.version === 0;
    const atBottom = this.isAtBottom();
    this.version = chat.version;
    this.person = chat.person ?? this.person;
    const fresh = chat.messages.filter((message) => this.place(message)).length;
    if (chat.messages.length) this.arrange();
    this.showAction(chat.action);
    this.releaseKeys(chat.open_taps);
    if (!first) chat.toasts.forEach((toast) => this.flash(toast));
    this.composer.update(chat, this.person);
    this.frame.classList.toggle("not-started", !this.person.started);
    if (first || atBottom) this.toBottom(!first);
    if (!first && fresh) this.countUnread(fresh, atBottom);
  }

  // Puts one message on the screen; returns whether it is a new one of the bot.
  place(message) {
    const known = this.nodes.get(message.id);
    this.messages.set(message.id, message);
    if (message.deleted) {
      known?.remove();
      this.nodes.delete(message.id);
      return false;
    }
    const node = bubbleOf(message, this);
    this.nodes.set(message.id, node);
    if (!known) {
      node.classList.add("arriving");
      this.log.append(node);
      return message.from === "bot";
    }
    const focused = known.contains(document.activeElement) ? document.activeElement.closest(".key") : null;
    known.replaceWith(node);
    const keyboard = node.querySelector(".keyboard");
    if (focused && keyboard) focusKey(keyboard, Number(focused.dataset.x), Number(focused.dataset.y));
    else if (focused) this.log.focus({ preventScroll: true });
    return false;
  }

  // Dates between the days, and a tail on the last bubble of a row of one sender.
  arrange() {
    let before = null;
    let day = "";
    for (const node of [...this.log.querySelectorAll(".message")]) {
      const message = this.messages.get(Number(node.dataset.id));
      const date = new Date(message.date * 1000);
      const present = node.previousElementSibling?.matches(".day") ? node.previousElementSibling : null;
      if (dayKey(date) === day) present?.remove();
      else if (present?.dataset.day !== dayKey(date)) {
        present?.remove();
        node.before(daySeparator(date, this.clock.now()));
      }
      const joined = before && dayKey(date) === day && before.from === message.from;
      if (joined) this.nodes.get(before.id).classList.remove("last");
      node.classList.toggle("first", !joined);
      node.classList.add("last");
      [before, day] = [message, dayKey(date)];
    }
    for (const line of this.log.querySelectorAll(".day")) if (!line.nextElementSibling?.matches(".message")) line.remove();
  }

  showAction(action) {
    clearTimeout(this.actionTimer);
    this.subtitle.textContent = action ? (ACTIONS[action] ?? "is bezig…") : "bot";
    this.subtitle.classList.toggle("acting", Boolean(action));
    if (action) this.actionTimer = setTimeout(() => this.showAction(""), ACTION_SHOWN);
  }

  flash(toast) {
    if (toast.alert) return this.alert(toast.text);
    if (!toast.text) return;
    this.toastBox.replaceChildren(el("p", { text: toast.text }));
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => this.toastBox.replaceChildren(), TOAST_SHOWN);
  }

  alert(text) {
    const before = document.activeElement;
    const id = `alert-${this.person.id}`;
    const close = () => {
      cover.remove();
      before?.focus?.();
    };
    const button = el("button", { type: "button", text: "OK", onclick: close });
    const box = el("div", { class: "alert", role: "alertdialog", "aria-modal": "true", "aria-labelledby": id }, el("h3", { text: this.botName }), el("p", { id, text }), button);
    const cover = el("div", { class: "cover", onkeydown: (event) => event.key === "Escape" && close() }, box);
    this.frame.append(cover);
    button.focus();
  }

  async press(message, button, node) {
    if (button.url) return openAddress(button.url);
    if (button.copy_text) return this.copy(button.copy_text.text);
    if (!button.data) return this.notice("Deze knop werkt alleen in de echte app.");
    if (node.getAttribute("aria-busy")) return;
    node.setAttribute("aria-busy", "true");
    const done = await this.act("tap", { message_id: message.id, data: button.data });
    if (!done) return node.removeAttribute("aria-busy");
    this.pressed.set(done.query_id, node);
    setTimeout(() => this.release(done.query_id), 15_000);
    if (this.openTaps && !this.openTaps.includes(done.query_id) && this.version >= done.version) this.release(done.query_id);
  }

  releaseKeys(open) {
    this.openTaps = open;
    for (const query of this.pressed.keys()) if (!open.includes(query)) this.release(query);
  }

  release(query) {
    this.pressed.get(query)?.removeAttribute("aria-busy");
    this.pressed.delete(query);
  }

  // Does something as this person; a refusal is shown and answers null.
  async act(name, body) {
    try {
      return await post(`people/${this.person.id}/${name}`, body);
    } catch (error) {
      this.notice(error.message);
      return null;
    }
  }

  sendText(text, replyTo = null) {
    this.toBottom();
    return this.act("text", { text, ...(replyTo ? { reply_to: replyTo } : {}) });
  }

  async sendFiles(kind, files, details) {
    try {
      await upload(this.person.id, kind, files, details);
      this.toBottom();
    } catch (error) {
      this.notice(error.message);
    }
  }

  start(payload = "") {
    return this.sendText(payload ? `/start ${payload}` : "/start");
  }

  notice(text) {
    this.flash({ text, alert: false });
  }

  copy(text) {
    navigator.clipboard?.writeText(text).then(
      () => this.notice("Gekopieerd"),
      () => this.notice("Kopiëren lukt hier niet"),
    );
  }

  openMessageMenu(message, anchor) {
    const mine = message.from === this.person.id;
    const entries = [["Beantwoorden", () => this.composer.replyTo(message)]];
    if (mine && message.text && !message.forwarded_from) entries.push(["Bewerken", () => this.composer.edit(message)]);
    if (message.text && !message.protect_content) entries.push(["Kopiëren", () => this.copy(message.text)]);
    if (mine) entries.push(["Verwijderen", () => this.act("delete", { message_id: message.id })]);
    this.openMenu(entries, anchor);
  }

  openChatMenu() {
    const blocked = this.person.blocked;
    const entries = [
      [blocked ? "Bot deblokkeren" : "Bot blokkeren", () => this.act(blocked ? "unblock" : "block", {})],
      ["Locatie sturen", () => this.act("special", { kind: "location" })],
      ["Sticker sturen", () => this.act("special", { kind: "sticker" })],
      ["Bericht doorsturen", () => this.act("forward", { text: "Dit kwam ik tegen, is dat iets voor ons?", from_name: "Een collega" })],
    ];
    this.openMenu(entries, this.more);
  }

  // A small menu next to the button that opened it; Escape and Tab close it, arrows walk.
  openMenu(entries, anchor) {
    this.closeMenu?.();
    // Removing the menu moves the focus, which would close it a second time.
    let closed = false;
    const close = (refocus = true) => {
      if (closed) return;
      closed = true;
      menu.remove();
      if (refocus && anchor.isConnected) anchor.focus({ preventScroll: true });
    };
    const items = entries.map(([text, action]) =>
      el("button", { type: "button", role: "menuitem", text, onclick: () => (close(), action()) }),
    );
    const menu = el("div", { class: "menu", role: "menu", "aria-label": "Opties" }, ...items);
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape" || event.key === "Tab") close();
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    });
    menu.addEventListener("focusout", (event) => menu.contains(event.relatedTarget) || close(false));
    this.closeMenu = () => close(false);
    this.frame.append(menu);
    placeBy(menu, anchor, this.frame);
    items[0].focus();
  }

  isAtBottom() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_BOTTOM;
  }

  toBottom(smooth = false) {
    this.pinned = true;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    requestAnimationFrame(() => this.log.scrollTo({ top: this.log.scrollHeight, behavior: smooth && !calm ? "smooth" : "auto" }));
  }

  scrollTo(id) {
    this.nodes.get(id)?.scrollIntoView({ block: "center" });
  }

  scrolled() {
    this.pinned = this.isAtBottom();
    this.toDown.hidden = this.pinned;
  }

  countUnread(fresh, atBottom) {
    const watching = atBottom && this.node.contains(document.activeElement);
    if (watching) return;
    this.setUnread(this.unread + fresh);
  }

  markRead() {
    if (this.unread) this.setUnread(0);
  }

  setUnread(count) {
    this.unread = count;
    this.badge.hidden = !count;
    this.badge.textContent = String(count);
    this.badge.setAttribute("aria-label", `${count} nieuw`);
    this.onUnread(this);
  }
}

function placeBy(menu, anchor, frame) {
  const [box, at] = [frame.getBoundingClientRect(), anchor.getBoundingClientRect()];
  const left = Math.min(Math.max(at.right - box.left - menu.offsetWidth, 8), box.width - menu.offsetWidth - 8);
  const below = at.bottom - box.top + 4;
  const top = below + menu.offsetHeight > box.height - 8 ? at.top - box.top - menu.offsetHeight - 4 : below;
  menu.style.left = `${left}px`;
  menu.style.top = `${Math.max(8, top)}px`;
}
