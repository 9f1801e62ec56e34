/** Before the day is on the phone: sign in, and take it along with one tap. */

import { Offline, Refused } from "./api.ts";
import type { App } from "./app.ts";
import { takeDay } from "./day.ts";
import { action, card, h } from "./dom.ts";
import { both, t } from "./messages.ts";
import { fact, keep } from "./store.ts";

export async function home(app: App, state: "none" | "over" | "turned"): Promise<Node[]> {
  const why = (await fact("wiped"))?.why;
  return [
    h("h1", {}, t("Visits")),
    why === "bank" && h("p", { class: "warn", role: "status" }, t("The bank has ended this phone: the day is deleted.")),
    (state === "over" || why === "over") && h("p", { class: "warn", role: "status" }, t("The day on this phone has ended: its data is deleted. What is unsent is kept and will be sent.")),
    state === "turned" && h("p", { class: "warn", role: "status" }, t("The clock of this phone was turned back. Get in contact once to open the day again.")),
    app.me ? ready(app) : signIn(app),
    abilities(),
  ].filter((node): node is HTMLElement => !!node);
}

function ready(app: App): HTMLElement {
  const name = app.me!.user.name;
  return card(
    name,
    h("p", {}, t("One tap takes today's stops along, for work without signal. It is deleted at log-out or when the day ends.")),
    action(t("Take the day along"), () => take(app)),
  );
}

export async function take(app: App): Promise<void> {
  try {
    await takeDay(app.me!);
    app.say(t("The day is on this phone."), "good");
    app.go("#/");
  } catch (error) {
    if (error instanceof Refused) app.say(both(error.said) || t("The server refused."), "bad");
    else if (error instanceof Offline) app.say(t("No signal. Try again."), "bad");
    else if ((error as Error).message === "other-user") app.say(t("Somebody else's work is still unsent on this phone. Let it be sent first."), "bad");
    else app.say(t("The phone could not store the day: {why}", { why: (error as Error).message }), "bad");
  }
  await app.draw();
}

function signIn(app: App): HTMLElement {
  return card(
    t("Sign in"),
    h("p", {}, app.online ? t("Sign in as visitor to take the day along.") : t("No signal: signing in needs contact with the bank.")),
    h("a", { class: "act main", href: "/login/?next=/field/", onclick: () => void keep("leaving", false) }, t("Sign in")),
  );
}

/** What this browser cannot do is said before anybody relies on it. */
function abilities(): HTMLElement | null {
  const lacks = [
    !("serviceWorker" in navigator) && t("This browser cannot open the app without signal: keep this page open."),
    !("SyncManager" in window) && t("This browser sends only while the app is open: open it when you have signal again."),
    !("locks" in navigator) && t("Use the app in one tab only."),
  ].filter((text): text is string => !!text);
  return lacks.length ? h("div", { class: "note" }, ...lacks.map((text) => h("p", {}, text))) : null;
}
