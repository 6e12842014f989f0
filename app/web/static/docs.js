// Swagger UI in our dress, and what it leaves to be desired of accessibility.
const place = document.querySelector("#viewer");
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
});

const mends = [
  // The page has a title of its own: this one is of the second level.
  [".info .title:not([aria-level])", (title) => label(title, { role: "heading", "aria-level": 2 })],
  // A link inside a button cannot be reached; a click on the button leads to the same place.
  ["button a[href]", (link) => link.removeAttribute("href")],
  ["#servers:not([aria-label])", (field) => label(field, { "aria-label": "Server" })],
  [
    "tr[data-param-name] :is(select, textarea):not([aria-label])",
    (field) => label(field, { "aria-label": field.closest("tr").dataset.paramName }),
  ],
  ["pre.microlight:not([tabindex])", (pre) => label(pre, { tabindex: 0 })],
];

function label(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function mend() {
  for (const [selector, change] of mends) place.querySelectorAll(selector).forEach(change);
}

new MutationObserver(mend).observe(place, { childList: true, subtree: true });
