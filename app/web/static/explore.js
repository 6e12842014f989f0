// The explorer without reloads: each change of a control changes address, table, plot and the
// address of the API at once. Without this script, the form and the links do the same.

import { fetched, swap } from "./swap.js";

const TYPING = 400; // milliseconds after the last letter
const SUGGESTED = 20;
const announce = document.querySelector("#announce");
const suggestions = document.querySelector("#suggestions");
const explorer = () => document.querySelector("#explorer");
let waiting;
let asking = location.href; // what was asked for last
let spell = Date.now(); // letters typed in a row, however slowly: one step back undoes them

// --- Changing ------------------------------------------------------------------------------------

/** The address that the form asks for: several values with commas, nothing that is empty. */
function asked() {
  const values = new Map();
  for (const [name, value] of new FormData(document.querySelector("#explore-form"))) {
    if (value.trim()) values.set(name, [...(values.get(name) ?? []), value.trim()]);
  }
  const pairs = [...values].map(([name, parts]) => `${name}=${readable([...new Set(parts)].join(","))}`);
  const usual = document.querySelector("#explore-form").dataset.plot;
  const kept = pairs.filter((pair) => pair !== `plot=${readable(usual)}`);
  return kept.length ? `${explorer().dataset.path}?${kept.join("&")}` : explorer().dataset.path;
}

function readable(text) {
  return encodeURIComponent(text).replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%3A", ":");
}

async function show(address, { push = true, typing = false, letters = false } = {}) {
  const wanted = new URL(address, location.href).href;
  if (push && wanted === asking) return;
  if (!letters) spell += 1;
  asking = wanted;
  explorer().setAttribute("aria-busy", "true");
  try {
    const found = await fetched(address);
    if (!found) return;
    const goesOn = letters && history.state?.spell === spell;
    const state = letters ? { spell } : null;
    if (push) history[goesOn ? "replaceState" : "pushState"](state, "", found.address);
    swap("#explorer", found.page, { typing });
    announce.textContent = told();
  } catch {
    location.assign(address); // the browser says what is wrong
  }
}

/** What a listener is told of the new page: what is wrong, or how many there are. */
function told() {
  const wrong = [...document.querySelectorAll(".faults li")].map((item) => item.textContent);
  return wrong.length ? wrong.join(" ") : (document.querySelector("#count")?.textContent ?? "");
}

document.addEventListener("change", (event) => {
  if (event.target.form?.id !== "explore-form") return;
  clearTimeout(waiting);
  tick(event.target);
  show(asked(), { typing: true });
});

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.form?.id !== "explore-form" || !field.matches("input:not([type=checkbox])")) return;
  suggest(field);
  if (field.name !== "q") return;
  clearTimeout(waiting);
  waiting = setTimeout(() => show(asked(), { typing: true, letters: true }), TYPING);
});

document.addEventListener("submit", (event) => {
  if (event.target.id !== "explore-form") return;
  event.preventDefault();
  clearTimeout(waiting);
  show(asked(), { typing: true });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("#explorer a[href]");
  const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  if (!link || !isPlain || link.pathname !== explorer().dataset.path) return;
  if (link.hash && link.search === location.search) return;
  event.preventDefault();
  show(link.href).then(() => {
    if (link.closest(".pages")) document.querySelector("#rows")?.scrollIntoView();
  });
});

addEventListener("popstate", () => show(location.href, { push: false }));

/** The first column that is ticked stands beside those that were shown without being chosen. */
function tick(box) {
  if (box.name !== "fields") return;
  for (const usual of document.querySelectorAll("[name=fields][data-usual]")) {
    if (usual !== box) usual.checked = true;
    else usual.checked = false;
    delete usual.dataset.usual;
  }
}

// --- Suggestions ---------------------------------------------------------------------------------

let countries;

/** Fill the list of suggestions for what is being typed; of several values, for the last. */
async function suggest(field) {
  const from = field.dataset.suggest;
  if (!from) return;
  field.setAttribute("list", "suggestions");
  const before = field.value.slice(0, field.value.lastIndexOf(",") + 1);
  const typed = field.value.slice(before.length).trim();
  if (!typed) return;
  const found = from === "countries" ? await countriesLike(typed) : await recordsLike(from, typed);
  const options = found.slice(0, SUGGESTED).map(({ value, label }) => {
    const option = document.createElement("option");
    option.value = `${before}${value}`;
    option.label = label;
    return option;
  });
  suggestions.replaceChildren(...options);
}

async function recordsLike(kinds, typed) {
  const api = explorer().dataset.api;
  const one = !kinds.includes(",");
  const query = new URLSearchParams({ q: typed, limit: SUGGESTED });
  if (!one) query.set("kind", kinds);
  const answer = await fetch(`${api}/${one ? kinds : "search"}?${query}`);
  if (!answer.ok) return [];
  const { results } = await answer.json();
  return results.map((item) => ({ value: one ? item.id : item.ref, label: item.name ?? item.title }));
}

async function countriesLike(typed) {
  countries ??= fetch(`${explorer().dataset.api}/agencies?group_by=country`)
    .then((answer) => answer.json())
    .then(({ groups }) => groups.filter((group) => group.country));
  const begin = typed.toLowerCase();
  return (await countries)
    .filter((item) => `${item.country} ${item.country_name}`.toLowerCase().includes(begin))
    .map((item) => ({ value: item.country, label: item.country_name }));
}
