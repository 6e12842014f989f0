// In a page that stands in a page of others: tells that page how high this one is, and is light or
// dark as that page says. Alone in its window it does nothing.

const host = window.parent;
const page = document.documentElement;
const themes = ["light", "dark", "auto"];

// Hosts that look for an id, and not for the window that speaks, find it in the frame's address:
// what stands there after "#", else its path and query.
function ownId() {
  return decodeURIComponent(location.hash.slice(1)) || location.pathname + location.search;
}

function report() {
  const height = Math.ceil(page.getBoundingClientRect().height);
  const id = ownId();
  host.postMessage({ type: "lunar-embed:height", id, height }, "*");
  host.postMessage({ "datawrapper-height": { [id]: height } }, "*");
}

function listen({ source, data }) {
  if (source !== host) return;
  if (data?.type === "lunar-embed:ask") report();
  if (data?.type === "lunar-embed:theme" && themes.includes(data.theme)) {
    page.dataset.theme = data.theme;
  }
}

if (host !== window) {
  addEventListener("message", listen);
  addEventListener("load", report);
  new ResizeObserver(report).observe(page);
}
