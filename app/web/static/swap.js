// Pages that change in place: another version of the same page is fetched and put in its stead.

let latest;

/**
 * The page at an address, as a document; null, if another has been asked for meanwhile.
 * A page that says what is wrong with a request is a page too.
 */
export async function fetched(address) {
  latest?.abort();
  const mine = (latest = new AbortController());
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: mine.signal });
    const text = await answer.text();
    const page = new DOMParser().parseFromString(text, "text/html");
    return mine.signal.aborted ? null : { page, address: answer.url };
  } catch (error) {
    if (error.name === "AbortError") return null;
    throw error;
  }
}

/**
 * Put the element of another page in the place of the one with the same selector here. What has
 * the focus keeps it; if it is being typed in, what was typed meanwhile stays.
 */
export function swap(selector, page, { typing = false } = {}) {
  const here = document.querySelector(selector);
  const there = page.querySelector(selector);
  if (!here || !there) return null;
  const focused = remembered(here, typing);
  for (const details of here.querySelectorAll("details[id][open]")) {
    there.querySelector(`#${CSS.escape(details.id)}`)?.setAttribute("open", "");
  }
  here.replaceWith(there);
  document.title = page.title;
  focused(there);
  return there;
}

/** What has the focus inside an element; gives what restores it in another one like it. */
function remembered(here, typing) {
  const active = document.activeElement;
  if (!active?.id || !here.contains(active)) return () => {};
  const { id, value } = active;
  const isText = active.matches("input:not([type]), input[type=text], input[type=search]");
  const place = isText ? [active.selectionStart, active.selectionEnd] : null;
  return (there) => {
    const same = there.querySelector(`#${CSS.escape(id)}`);
    if (!same) return;
    if (isText && typing) same.value = value;
    same.focus({ preventScroll: true });
    if (place && typing) same.setSelectionRange(...place);
  };
}
