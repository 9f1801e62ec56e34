// At the door: the device's time and, for checking in and out, its position. Works without permission, too.
"use strict";

const door = document.querySelector("[data-clock-shift]");
// A demo bank lives on its own calendar; a real one shifts nothing.
const deviceTime = () => new Date(Date.now() + 1000 * Number(door?.dataset.clockShift || 0)).toISOString();
const WAIT_MS = 8000;

const fill = (form, position) => {
  form.elements.lat.value = position.coords.latitude;
  form.elements.lon.value = position.coords.longitude;
  form.elements.accuracy_m.value = position.coords.accuracy;
};

const locate = (form, button) => {
  const state = form.querySelector("[data-position-state]");
  state.textContent = state.dataset.looking;
  form.dataset.located = "looking";
  const send = () => {
    form.dataset.located = "yes";
    form.requestSubmit(button);
  };
  const found = (position) => {
    fill(form, position);
    send();
  };
  const unknown = () => {
    state.textContent = state.dataset.none;
    send();
  };
  if (!navigator.geolocation) unknown();
  else navigator.geolocation.getCurrentPosition(found, unknown, { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 30000 });
};

// Before the page's own guard against sending twice: a form that is still looking for its place is not sent yet.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-step")) return;
    // Once set it stays: the same event sent again must be the same.
    if (!form.elements.device_at.value) form.elements.device_at.value = deviceTime();
    if (!form.hasAttribute("data-position") || form.dataset.located === "yes") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.located !== "looking") locate(form, event.submitter);
  },
  true,
);

// Only one panel of the safety bar is open.
for (const part of document.querySelectorAll(".safety-part")) {
  part.addEventListener("toggle", () => {
    if (part.open) for (const other of document.querySelectorAll(".safety-part")) if (other !== part) other.open = false;
  });
}

// SOS takes the place along if the device knows it by then, and never waits for it.
document.querySelectorAll("[data-sos]").forEach((form) => {
  form.closest("details").addEventListener("toggle", () => {
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => {
        form.elements.lat.value = coords.latitude;
        form.elements.lon.value = coords.longitude;
      },
      () => {},
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 30000 },
    );
  });
});
