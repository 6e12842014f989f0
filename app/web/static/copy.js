// Copies with one click: every <pre> gets a button, and a button with data-copy="id" copies what
// the element of that id holds. What was done is said to those who do not see it.

const status = document.createElement("p");
status.className = "unseen";
status.setAttribute("role", "status");
document.body.append(status);

// Pages that are not served over https have no clipboard of their own.
function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  field.setAttribute("aria-hidden", "true");
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

async function copy(button, text) {
  const done = await copied(text);
  button.focus();
  status.textContent = "";
  const word = done ? "Copied" : "Not copied: select the text and copy it";
  // Said again, it is only heard again if it was gone in between.
  requestAnimationFrame(() => { status.textContent = word; });
  button.textContent = done ? "Copied" : "Select and copy";
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

function textOf(element) {
  return ("value" in element ? element.value : element.textContent).trim();
}

function buttonFor(pre) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  const name = pre.getAttribute("aria-label");
  if (name) button.setAttribute("aria-description", name);
  button.addEventListener("click", () => copy(button, textOf(pre)));
  return button;
}

// For what comes into the page later as well.
export function offerCopies(root = document) {
  for (const pre of root.querySelectorAll("pre:not([data-copied])")) {
    pre.dataset.copied = "";
    const box = document.createElement("div");
    box.className = "copied";
    pre.replaceWith(box);
    box.append(pre, buttonFor(pre));
  }
  for (const button of root.querySelectorAll("button[data-copy]:not([data-copied])")) {
    button.dataset.copied = "";
    button.hidden = false;
    button.addEventListener("click", () => {
      copy(button, textOf(document.getElementById(button.dataset.copy)));
    });
  }
}

offerCopies();
