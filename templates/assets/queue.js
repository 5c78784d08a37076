// The queue by keyboard, and what is new while it is looked at. Without this everything works by links and forms.

const help = document.getElementById("help");
const search = document.getElementById("q");
const assignTo = document.getElementById("assign-to");
const links = [...document.querySelectorAll(".who a")];

// Single keys can be switched off (WCAG 2.1.4), for this browser.
const OFF = "telltale.single-keys-off";
const singleKeys = document.getElementById("single-keys");
const stored = {
  get off() { try { return localStorage.getItem(OFF) !== null; } catch { return false; } },
  set off(off) { try { off ? localStorage.setItem(OFF, "") : localStorage.removeItem(OFF); } catch { /* for this page only */ } },
};
singleKeys.checked = !stored.off;
singleKeys.addEventListener("change", () => { stored.off = !singleKeys.checked; });

const showHelp = document.getElementById("keys");
showHelp.hidden = false;
showHelp.addEventListener("click", () => help.showModal());

// The candidate that has the focus, or nobody.
const row = () => document.activeElement.closest("tbody tr");
const here = () => links.findIndex((link) => row()?.contains(link));
const go = (at) => {
  const link = links[Math.min(Math.max(at, 0), links.length - 1)];
  link?.focus();
  link?.scrollIntoView({ block: "nearest" });
};
const box = (of) => of?.querySelector("input[name=candidate]");

const keys = {
  j: () => go(here() + 1),
  k: () => go(here() - 1),
  x: () => box(row())?.click(),
  d: () => {
    const link = row()?.querySelector(".who a");
    if (link) location.assign(`${link.href}#decide`);
  },
  a: () => assignTo?.focus(),
  "/": () => search.focus(),
  "?": () => help.showModal(),
};

const typing = (at) => at.isContentEditable || at.matches("select, textarea, input:not([type=checkbox])");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (help.open || !singleKeys.checked || typing(event.target) || !Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});

// One box for all of a page.
const all = document.getElementById("tick-all");
if (all) {
  all.hidden = false;
  all.firstElementChild.addEventListener("change", (event) => {
    for (const link of links) box(link.closest("tr")).checked = event.target.checked;
  });
}

// Browsers open few connections to one host: only the page that is looked at holds one.
const news = document.getElementById("news");
let stream = null;
const listen = () => {
  if (document.hidden || stream) return;
  stream = new EventSource(news.dataset.events);
  stream.addEventListener("message", ({ data }) => tell(Number(data)));
};
const rest = () => {
  stream?.close();
  stream = null;
};
const tell = (count) => {
  news.replaceChildren();
  if (!count) return;
  const link = document.createElement("a");
  link.href = news.dataset.show;
  link.textContent = `${count >= 100 ? "Over 99" : count} new or changed: show`;
  news.append(link);
};
document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
addEventListener("pagehide", rest);
addEventListener("pageshow", listen);
listen();
