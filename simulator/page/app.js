// The page: a clock bar, a phone for everyone, and a way to add somebody.
// ?people=1001,1002 shows only them; ?clean=1 hides the bar, for pictures.

import { get, listen, post } from "./api.js";
import { Clock } from "./clock.js";
import { el, openDialog } from "./dom.js";
import { openFaults } from "./faults.js";
import { setUpLinks } from "./links.js";
import { Phone } from "./phone.js";

const wanted = new URLSearchParams(location.search);
const only = (wanted.get("people") ?? "").split(",").filter(Boolean).map(Number);
const place = document.getElementById("phones");
const switcher = document.getElementById("switcher");
const connection = document.getElementById("connection");
const phones = new Map();
const bot = { name: "Handvat", username: "", texts: {} };
let clock;
let shown = null;

const isWanted = (id) => !only.length || only.includes(id);

function addPhone(person) {
  if (phones.has(person.id) || !isWanted(person.id)) return phones.get(person.id);
  const phone = new Phone(person, bot, clock, showUnread);
  phones.set(person.id, phone);
  place.append(phone.node);
  phone.tab = el("button", { type: "button", onclick: () => showPhone(person.id) }, el("span", { text: person.first_name }));
  phone.tabBadge = el("span", { class: "badge", hidden: true });
  phone.tab.append(phone.tabBadge);
  switcher.append(phone.tab);
  switcher.hidden = phones.size < 2;
  document.querySelector(".empty")?.remove();
  if (shown === null) showPhone(person.id);
  return phone;
}

// On a narrow screen one phone at a time; the style sheet shows them all on a wide one.
function showPhone(id) {
  shown = id;
  for (const [number, phone] of phones) {
    phone.node.classList.toggle("shown", number === id);
    phone.tab.setAttribute("aria-current", String(number === id));
  }
  phones.get(id)?.markRead();
  phones.get(id)?.toBottom();
}

function showUnread(phone) {
  phone.tabBadge.hidden = !phone.unread;
  phone.tabBadge.textContent = String(phone.unread);
  const total = [...phones.values()].reduce((sum, one) => sum + one.unread, 0);
  document.title = `${total ? `(${total}) ` : ""}${bot.name} – proefgesprekken`;
}

function showBot(current) {
  Object.assign(bot, current);
  document.getElementById("bot-name").textContent = bot.name;
  for (const phone of phones.values()) {
    phone.botName = phone.title.textContent = bot.name;
  }
  setUpLinks(bot.username, () => [...phones.values()].map((phone) => phone.person), openAs);
}

async function openAs(id, payload) {
  showPhone(id);
  phones.get(id).node.scrollIntoView({ inline: "center", block: "nearest" });
  await phones.get(id).start(payload);
}

// Chats of people this page has not met mean that somebody was added elsewhere.
async function follow(event) {
  clock.set(event.clock);
  const numbers = Object.keys(event.chats).map(Number);
  if (numbers.some((id) => id > 0 && isWanted(id) && !phones.has(id))) await loadPeople();
  showBot(event.bot);
  for (const id of numbers) {
    const phone = phones.get(id);
    if (phone && event.version < phone.version) phone.forget();
    if (phone && phone.version < event.chats[id]) phone.refresh();
  }
}

async function loadPeople() {
  for (const person of await get("people")) addPhone(person);
  if (!phones.size) showEmpty();
}

function showEmpty() {
  if (document.querySelector(".empty")) return;
  place.append(
    el(
      "div",
      { class: "empty" },
      el("img", { src: "/page/icon.svg", alt: "", width: 88, height: 88 }),
      el("h2", { text: "Nog niemand aan de telefoon" }),
      el("p", { text: "Voeg een persoon toe en begin een gesprek met de bot. Iedereen krijgt een eigen telefoon." }),
      el("button", { type: "button", class: "tool strong", text: "Persoon erbij", onclick: askPerson }),
    ),
  );
}

function askPerson() {
  openDialog("Persoon erbij", "add-person", (dialog) => {
    const name = el("input", { id: "person-name", name: "name", required: true, maxlength: "64", autocomplete: "off", placeholder: "bijvoorbeeld Samira" });
    const form = el("form", {}, el("label", { for: "person-name", text: "Voornaam" }), name);
    form.append(
      el(
        "p",
        { class: "actions" },
        el("button", { type: "button", class: "quiet", text: "Annuleren", onclick: () => dialog.close() }),
        el("button", { type: "submit", class: "tool strong", text: "Toevoegen" }),
      ),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      dialog.close();
      await addPerson(name.value.trim());
    });
    dialog.append(form);
  });
}

async function addPerson(name) {
  if (!name) return;
  const person = await post("people", { first_name: name });
  if (only.length) only.push(person.id);
  const phone = addPhone(person);
  await phone.refresh();
  showPhone(person.id);
  phone.node.scrollIntoView({ inline: "center", block: "nearest" });
  phone.composer.start.focus({ preventScroll: true });
}

function showConnection(connected) {
  connection.hidden = connected;
}

async function begin() {
  document.body.classList.toggle("clean", wanted.get("clean") === "1");
  clock = new Clock(document.getElementById("clock"));
  document.getElementById("add-person").addEventListener("click", askPerson);
  document.getElementById("faults").addEventListener("click", openFaults);
  showBot(await get("bot"));
  await loadPeople();
  await Promise.all([...phones.values()].map((phone) => phone.refresh()));
  listen(follow, showConnection);
  document.body.dataset.ready = "true";
}

begin();
