// The bottom of a phone: commands, attachments, the text field, sending and speaking.

import { el, icon, iconButton } from "./dom.js";
import { startRecording } from "./voice.js";

export class Composer {
  constructor(phone) {
    this.phone = phone;
    this.reply = null;
    this.editing = null;
    const name = phone.person.first_name;
    this.field = el("textarea", { rows: "1", placeholder: "Bericht", "aria-label": `Bericht van ${name}`, maxlength: "4096", enterkeyhint: "send" });
    this.menuButton = el("button", { type: "button", class: "menu-button", "aria-expanded": "false", onclick: () => this.toggleCommands() }, icon("menu"), el("span", { text: "Menu" }));
    this.attach = iconButton("attach", "Bijlage toevoegen", () => this.openAttach(), "attach");
    this.send = iconButton("send", "Versturen", () => this.submit(), "send");
    this.mic = iconButton("mic", "Spraakbericht opnemen", () => this.record(), "mic");
    this.row = el("form", { class: "composer-row" }, this.menuButton, el("div", { class: "field" }, this.field, this.attach), this.send, this.mic);
    this.row.addEventListener("submit", (event) => (event.preventDefault(), this.submit()));
    this.context = el("div", { class: "context", hidden: true });
    this.commands = el("div", { class: "commands", role: "menu", "aria-label": "Opdrachten", hidden: true });
    this.replyKeys = el("div", { class: "reply-keys", hidden: true });
    this.start = el("button", { type: "button", class: "big", text: "Start", onclick: () => this.begin() });
    this.description = el("div", { class: "about", hidden: true });
    this.inputs = { photo: this.picker("photo", "image/*", true), document: this.picker("document", "", false), voice: this.picker("voice", "audio/*", false) };
    this.node = el("footer", { class: "composer" }, this.context, this.commands, this.row, this.replyKeys, this.start, ...Object.values(this.inputs));
    phone.log.append(this.description);
    this.listen();
  }

  listen() {
    this.field.addEventListener("input", () => this.grow());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.submit();
      }
      if (event.key === "Escape") this.dropContext();
    });
    this.field.addEventListener("paste", (event) => {
      const pictures = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
      if (!pictures.length) return;
      event.preventDefault();
      this.phone.sendFiles("photo", pictures);
    });
    this.commands.addEventListener("keydown", (event) => this.walkCommands(event));
    this.grow();
  }

  picker(kind, accept, multiple) {
    const input = el("input", { type: "file", accept, multiple, hidden: true, "aria-hidden": "true", tabindex: "-1", "data-kind": kind });
    input.addEventListener("change", () => {
      if (input.files.length) this.phone.sendFiles(kind, [...input.files], { caption: this.takeText(), replyTo: this.takeReply() });
      input.value = "";
    });
    return input;
  }

  // Shows what fits the person's situation: start, unblock, or write.
  update(chat, person) {
    const silent = person.blocked || !person.started;
    this.start.hidden = !silent;
    this.row.hidden = silent;
    this.start.textContent = person.blocked ? "Deblokkeren" : "Start";
    this.showDescription(!person.started);
    this.showCommands(chat.commands);
    this.showReplyKeys(chat.reply_keyboard);
  }

  begin() {
    return this.phone.person.blocked ? this.phone.act("unblock", {}) : this.phone.start();
  }

  showDescription(wanted) {
    const texts = this.phone.bot.texts ?? {};
    const about = texts["description/nl"] ?? texts["description/"] ?? "";
    this.description.hidden = !wanted;
    if (!this.description.isConnected) this.phone.log.prepend(this.description);
    this.description.replaceChildren(
      el("img", { src: "/page/icon.svg", alt: "", width: 72, height: 72 }),
      el("h3", { text: about ? "Wat kan deze bot?" : this.phone.botName }),
      el("p", { text: about || "Nog geen berichten. Tik op Start om te beginnen." }),
    );
  }

  showCommands(commands) {
    this.menuButton.hidden = !commands.length;
    this.commands.replaceChildren(
      ...commands.map(({ command, description }) =>
        el(
          "button",
          { type: "button", role: "menuitem", onclick: () => (this.toggleCommands(false), this.phone.sendText(`/${command}`), this.field.focus()) },
          el("span", { text: description }),
          el("span", { class: "command-name", text: `/${command}` }),
        ),
      ),
    );
  }

  toggleCommands(open = this.commands.hidden) {
    this.commands.hidden = !open;
    this.menuButton.setAttribute("aria-expanded", String(open));
    this.menuButton.classList.toggle("open", open);
    if (open) this.commands.firstElementChild?.focus();
  }

  walkCommands(event) {
    const items = [...this.commands.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      this.toggleCommands(false);
      this.menuButton.focus();
    }
    if (!step) return;
    event.preventDefault();
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  }

  showReplyKeys(keyboard) {
    this.replyKeys.hidden = !keyboard;
    this.replyKeys.replaceChildren(
      ...(keyboard?.keyboard ?? []).map((row) =>
        el("div", { class: "keyboard-row" }, ...row.map((key) => this.replyKey(typeof key === "string" ? key : key.text))),
      ),
    );
  }

  replyKey(text) {
    return el("button", { type: "button", class: "reply-key", text, onclick: () => this.phone.sendText(text) });
  }

  openAttach() {
    const entries = [
      ["Foto of album", () => this.inputs.photo.click()],
      ["Bestand", () => this.inputs.document.click()],
      ["Geluidsbestand als spraakbericht", () => this.inputs.voice.click()],
    ];
    this.phone.openMenu(entries, this.attach);
  }

  async submit() {
    const text = this.field.value.trim();
    if (!text) return;
    const editing = this.editing;
    if (editing) await this.phone.act("edit", { message_id: editing.id, text: this.takeText() });
    else await this.phone.sendText(this.takeText(), this.takeReply());
    this.dropContext();
  }

  takeText() {
    const text = this.field.value.trim();
    this.field.value = "";
    this.grow();
    return text;
  }

  takeReply() {
    const number = this.reply?.id ?? null;
    this.dropContext();
    return number;
  }

  replyTo(message) {
    this.dropContext();
    this.reply = message;
    this.showContext(message.from === "bot" ? this.phone.botName : this.phone.person.first_name, message.text || "Bijlage");
  }

  edit(message) {
    this.dropContext();
    this.editing = message;
    this.field.value = message.text;
    this.showContext("Bericht bewerken", message.text);
    this.grow();
  }

  showContext(title, text) {
    const close = iconButton("close", "Annuleren", () => this.dropContext());
    this.context.replaceChildren(el("span", { class: "quote" }, el("strong", { text: title }), el("span", { text })), close);
    this.context.hidden = false;
    this.field.focus();
  }

  dropContext() {
    if (this.editing) this.field.value = "";
    this.reply = this.editing = null;
    this.context.hidden = true;
    this.grow();
  }

  async record() {
    if (this.recording) return this.finishRecording(true);
    const length = el("span", { class: "recording-time", text: "0:00" });
    this.recording = await startRecording((text) => (length.textContent = text));
    if (!this.recording) return this.inputs.voice.click();
    const cancel = el("button", { type: "button", class: "link", text: "Annuleren", onclick: () => this.finishRecording(false) });
    this.context.replaceChildren(el("span", { class: "recording" }, el("span", { class: "dot", "aria-hidden": "true" }), el("span", { text: "Opname " }), length), cancel);
    this.context.hidden = false;
    this.mic.classList.add("busy");
    this.mic.setAttribute("aria-label", "Opname versturen");
  }

  async finishRecording(send) {
    const { file, duration } = await this.recording.finish();
    this.recording = null;
    this.mic.classList.remove("busy");
    this.mic.setAttribute("aria-label", "Spraakbericht opnemen");
    const replyTo = this.takeReply();
    if (send) await this.phone.sendFiles("voice", [file], { duration, replyTo });
  }

  grow() {
    const text = Boolean(this.field.value.trim());
    this.send.hidden = !text;
    this.mic.hidden = text;
    this.field.style.height = "auto";
    // Before the page shows it there is nothing to measure.
    if (this.field.scrollHeight) this.field.style.height = `${Math.min(this.field.scrollHeight, 132)}px`;
  }
}
