// A slider through time: the page as it was known on other days, without leaving it. On the page
// of a record it goes from version to version; on that of a chart over the ends of quarters and
// years. Without this script, the lists of days lead to the same pages.

import { fetched } from "./swap.js";

const PAUSE = 180; // milliseconds without a move until a page is asked for
const MANY = 100; // claims that became known in a year which is gone through by quarters
const QUARTERS = ["03-31", "06-30", "09-30", "12-31"];

/** The versions of the record, the earliest first, as the page lists them. */
function versions() {
  const items = [...document.querySelectorAll(".versions li")].reverse();
  return items.map((item, place) => {
    const link = item.querySelector("a");
    const isLast = place === items.length - 1;
    return {
      day: isLast ? "" : new URL(link.href).searchParams.get("as_of"),
      label: isLast ? `today, as since ${link.textContent}` : link.textContent,
      what: item.querySelector(".quiet")?.textContent ?? "",
      isShown: link.hasAttribute("aria-current"),
    };
  });
}

/** The ends of years and quarters by which something had become known, and today. */
async function periods(api, today) {
  const answer = await fetch(`${api}/claims?group_by=known_from_year`);
  const { groups } = await answer.json();
  const days = groups
    .sort((one, other) => one.known_from_year - other.known_from_year)
    .flatMap(({ known_from_year: year, count }) =>
      (count < MANY ? ["12-31"] : QUARTERS).map((end) => `${year}-${end}`),
    )
    .filter((day) => day < today);
  return [...days.map((day) => ({ day, label: inWords(day) })), { day: "", label: "today" }];
}

function inWords(day) {
  const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  return new Date(day).toLocaleDateString("en-GB", options);
}

/** Where a slider stands for the address of the page. */
function placeOf(steps) {
  const day = new URL(location.href).searchParams.get("as_of");
  if (!day || day === "today") return steps.length - 1;
  const shown = steps.findIndex((step) => step.isShown);
  if (shown >= 0) return shown;
  const after = steps.findIndex((step) => !step.day || step.day > day);
  return Math.max(0, steps[after]?.day === day ? after : after - 1);
}

function addressOf(step) {
  const address = new URL(location.href);
  address.hash = "";
  if (step.day) address.searchParams.set("as_of", step.day);
  else address.searchParams.delete("as_of");
  return address.href;
}

function built(place, steps) {
  place.innerHTML = `
    <label for="walk-day">As known on</label>
    <output for="walk-day"></output>
    <input id="walk-day" type="range" min="0" step="1">
    <p class="quiet"></p>
    <p class="unseen" role="status"></p>`;
  const slider = place.querySelector("input");
  slider.max = steps.length - 1;
  return {
    slider,
    output: place.querySelector("output"),
    note: place.querySelector("p.quiet"),
    status: place.querySelector("[role=status]"),
  };
}

/** Mark the facts that changed on the day of a version, in words. */
function mark(step) {
  const names = new Set((step.what ?? "").split(", "));
  for (const row of document.querySelectorAll(".facts > div[id]")) {
    if (!names.has(row.id.replaceAll("_", " "))) continue;
    const tag = document.createElement("span");
    tag.className = "tag changed";
    tag.textContent = "changed then";
    row.querySelector("dt").append(" ", tag);
    row.classList.add("changed");
  }
}

/** Put another day's page in the place of this one, around the slider, which stays. */
function replace(place, page) {
  const here = place.parentElement;
  const there = page.querySelector(".walker")?.parentElement;
  if (!there) return false;
  for (const node of [...here.children]) if (node !== place) node.remove();
  here.append(...[...there.children].filter((node) => !node.matches(".walker")));
  document.title = page.title;
  const banner = document.querySelector(".banner");
  const its = page.querySelector(".banner");
  banner?.classList.toggle("past", !its);
  if (banner && its) banner.replaceChildren(...its.childNodes);
  return true;
}

async function start(place) {
  const isChart = place.dataset.walk === "chart";
  const steps = isChart ? await periods(place.dataset.api, place.dataset.today) : versions();
  if (steps.length < 2) return place.remove();
  const { slider, output, note, status } = built(place, steps);
  let waiting;
  let hasWalked = false;

  function tell(step) {
    output.textContent = step.label;
    slider.setAttribute("aria-valuetext", step.label);
    note.textContent = step.what ? `Changed then: ${step.what}` : "";
  }

  async function go(step, { remember = true } = {}) {
    const address = addressOf(step);
    place.setAttribute("aria-busy", "true");
    try {
      const found = await fetched(address);
      if (!found || !replace(place, found.page)) return;
      if (remember) history[hasWalked ? "replaceState" : "pushState"]({ walk: true }, "", address);
      hasWalked ||= remember;
      if (step.day) mark(step);
      status.textContent = `Shown as known on ${step.label}. ${note.textContent}`;
    } catch {
      location.assign(address);
    } finally {
      place.removeAttribute("aria-busy");
    }
  }

  slider.value = placeOf(steps);
  tell(steps[slider.value]);
  slider.addEventListener("input", () => {
    tell(steps[slider.value]);
    clearTimeout(waiting);
    waiting = setTimeout(() => go(steps[slider.value]), PAUSE);
  });
  addEventListener("popstate", () => {
    hasWalked = false;
    for (const step of steps) delete step.isShown;
    slider.value = placeOf(steps);
    tell(steps[slider.value]);
    fetched(location.href).then((found) => found && replace(place, found.page));
  });
}

const place = document.querySelector(".walker");
if (place) start(place).catch(() => place.remove());
