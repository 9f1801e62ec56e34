// A demo log-in fills in the form; the person still signs in by hand.
"use strict";

document.addEventListener("click", (event) => {
  const person = event.target.closest(".demo-person");
  if (!person) return;
  document.getElementById("id_username").value = person.dataset.username;
  document.getElementById("id_password").value = person.dataset.password;
  document.querySelector("form[data-login] button[type=submit]").focus();
});
