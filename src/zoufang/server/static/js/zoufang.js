// What every page does: send a form once, ask before what cannot be undone, submit a filter on change.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm || form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (form.hasAttribute("data-once")) {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  }
});

// Going back shows the page as it was left: let the form be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto-submit]");
  if (form) form.requestSubmit();
});

// The content policy forbids style attributes: a bar's width comes as data-percent.
const fillBars = (root) => {
  for (const bar of root.querySelectorAll("[data-percent]")) bar.style.width = `${bar.dataset.percent}%`;
};
fillBars(document);
document.addEventListener("htmx:afterSwap", (event) => fillBars(event.target));
