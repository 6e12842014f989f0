// Buttons that copy: data-copy is the selector of what they copy, data-copy-text the text itself.
// Where the browser does not let a page copy, the text is selected, for the reader to copy.

const said = document.createElement("p");
said.className = "unseen";
said.setAttribute("role", "status");
document.body.append(said);

function select(element) {
  getSelection().selectAllChildren(element);
}

async function copy(button) {
  const element = document.querySelector(button.dataset.copy || null);
  const text = button.dataset.copyText ?? element?.textContent.trim();
  if (!text) return;
  try {
    await navigator.clipboard.writeText(text);
    say(button, "Copied");
  } catch {
    if (element) select(element);
    say(button, element ? "Selected" : "Not copied");
  }
}

function say(button, words) {
  said.textContent = words;
  const before = button.dataset.before ?? button.innerHTML;
  button.dataset.before = before;
  button.textContent = words;
  setTimeout(() => {
    button.innerHTML = before;
    said.textContent = "";
  }, 2000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copy], button[data-copy-text]");
  if (button) copy(button);
});
