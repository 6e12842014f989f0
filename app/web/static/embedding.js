// The page on which one chooses an embed: preview and snippets follow the form at once, and the
// address bar says what was chosen. The server draws all of it; without this there is a button.

const form = document.querySelector("form.embedding");
const problem = document.getElementById("problem");
const parts = ["result", "shows"];
let latest = 0;

function address() {
  const given = [...new FormData(form)].filter(([, value]) => value !== "");
  const query = new URLSearchParams(given);
  if (query.get("when") === "live") query.delete("as_of");
  return `${form.action}?${query}`;
}

function takeOver(page) {
  for (const id of parts) {
    document.getElementById(id).replaceWith(page.getElementById(id));
  }
  document.title = page.title;
}

async function show() {
  if (!form.checkValidity()) return;
  const asked = address();
  const turn = ++latest;
  const answer = await fetch(asked, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (turn !== latest) return;
  problem.textContent = answer.ok ? "" : page.querySelector(".detail")?.textContent;
  if (answer.ok) {
    takeOver(page);
    history.replaceState(null, "", asked);
  }
}

form.addEventListener("change", ({ target }) => {
  if (target.name === "as_of") form.elements.when.value = "frozen";
  if (target.name === "url") {
    for (const name of ["width", "height"]) form.elements[name].value = "";
  }
  show();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
