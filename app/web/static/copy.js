// Buttons that copy: data-copy is the selector of what they copy, data-copy-text the text itself.
// What was done is said to those who do not see the button, too.

const said = document.createElement("p");
said.className = "unseen";
said.setAttribute("role", "status");
document.body.append(said);

function textOf(button) {
  if (button.dataset.copyText !== undefined) return button.dataset.copyText;
  const element = document.querySelector(button.dataset.copy);
  return (element?.value ?? element?.textContent ?? "").trim();
}

// Pages that are not served over https have no clipboard of their own.
function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

// Who cannot copy with a click can with the keyboard.
function selectFor(button) {
  const element = document.querySelector(button.dataset.copy || null);
  if (element) getSelection().selectAllChildren(element);
  return element ? "Selected" : "Not copied";
}

const labels = new WeakMap();

function say(button, words) {
  if (!labels.has(button)) labels.set(button, [...button.childNodes]);
  button.replaceChildren(words);
  said.textContent = words;
  setTimeout(() => {
    button.replaceChildren(...labels.get(button));
    said.textContent = "";
  }, 2000);
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("button[data-copy], button[data-copy-text]");
  if (!button) return;
  const done = await copied(textOf(button));
  button.focus();
  say(button, done ? "Copied" : selectFor(button));
});
