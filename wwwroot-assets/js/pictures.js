// A picture under review, as large as it is: over the page, until it is closed. Esc closes, and the focus goes back to where it was pressed.

function enlarge(button) {
  const small = button.querySelector("img");
  const large = document.createElement("dialog");
  large.className = "large-picture";
  large.setAttribute("aria-label", small.alt);
  const picture = Object.assign(document.createElement("img"), { src: small.src, alt: small.alt });
  const around = Object.assign(document.createElement("div"), { className: "scroll", tabIndex: 0 });
  around.setAttribute("role", "region");
  around.setAttribute("aria-label", small.alt);
  around.append(picture);
  const bar = Object.assign(document.createElement("div"), { className: "bar" });
  const size = Object.assign(document.createElement("button"), { type: "button", className: "button" });
  const close = Object.assign(document.createElement("button"), {
    type: "button",
    className: "button",
    textContent: "Close",
  });
  const isWhole = () => large.classList.contains("whole");
  const say = () => (size.textContent = isWhole() ? "As large as it is" : "All of it");
  size.addEventListener("click", () => {
    large.classList.toggle("whole");
    say();
  });
  close.addEventListener("click", () => large.close());
  // Beside the picture is out of it.
  around.addEventListener("click", event => event.target === around && large.close());
  large.addEventListener("close", () => {
    large.remove();
    button.focus();
  });
  large.classList.add("whole");
  say();
  bar.append(size, close);
  large.append(bar, around);
  document.body.append(large);
  large.showModal();
  close.focus();
}

export function startPictures() {
  document.addEventListener("click", event => {
    const button = event.target.closest?.("[data-do='enlarge']");
    if (button) enlarge(button);
  });
}
