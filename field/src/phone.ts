/** Honest: what is on this phone, what is not yet sent, what was refused and why, when it was last in contact. */

import type { App } from "./app.ts";
import { bankNow } from "./clock.ts";
import { logOut, today } from "./day.ts";
import { action, card, h, time } from "./dom.ts";
import { take } from "./home.ts";
import { both, switchLanguage, t } from "./messages.ts";
import { fact, files, outbox } from "./store.ts";
import type { Day, Entry, Held } from "./types.ts";

export async function phone(app: App): Promise<Node[]> {
  const state = await today(), waiting = await outbox(), photos = await files(), held = (await fact("held")) ?? [];
  const day = state.state === "open" ? state.day : null;
  return [
    h("h1", {}, t("This phone")),
    await contacts(app),
    unsent(waiting, photos, day),
    refused(held, day),
    await stored(day),
    leave(app, waiting.length + photos),
  ];
}

async function contacts(app: App): Promise<HTMLElement> {
  const contact = await fact("contact"), lease = await fact("lease");
  const off = Math.round((lease?.skew ?? 0) / 60_000);
  return card(
    t("Contact"),
    h("p", {}, contact?.at ? t("Last in contact at {at}.", { at: time(contact.at) }) : t("Not yet in contact.")),
    contact && !contact.ok && h("p", { class: "warn" }, t("The last attempt failed. It goes on by itself.")),
    Math.abs(off) >= 2 && h("p", { class: "warn" }, t("The clock of this phone is {off} minutes off the bank's; entries carry the bank's time.", { off })),
    action(t("Send now"), async () => app.touched(), "quiet"),
  );
}

function unsent(waiting: Entry[], photos: number, day: Day | null): HTMLElement {
  const rows = waiting.map((entry) => h("li", {}, t("{stop}, recorded at {at}", { stop: stopName(entry.visit, day), at: time(entry.made) })));
  return card(
    t("Not yet sent: {n}", { n: waiting.length + photos }),
    waiting.length + photos ? h("ul", { class: "data-list" }, ...rows, photos > 0 && h("li", {}, t("{n} files", { n: photos }))) : h("p", {}, t("Everything is sent.")),
    waiting.length + photos > 0 && h("p", { class: "note" }, t("Sealed to the bank: nobody can read it on this phone. Don't delete the app or its data.")),
  );
}

function refused(held: Held[], day: Day | null): HTMLElement {
  const rows = held.map((one) =>
    h("li", {},
      h("strong", {}, `${stopName(one.visit, day)}: ${both(day?.words.event?.[one.kind]) || t("Entry")}`),
      h("span", {}, ` ${one.state === "set_aside" ? t("set aside") : t("held back")}. ${both(one.reason)} ${one.decided ?? ""}`)));
  return card(
    t("Held back by the bank: {n}", { n: held.length }),
    held.length ? h("ul", {}, ...rows) : h("p", {}, t("Nothing was refused.")),
    held.length > 0 && h("p", { class: "note" }, t("Nothing is lost: your supervisor sees it with its reason and decides.")),
  );
}

async function stored(day: Day | null): Promise<HTMLElement> {
  const lease = await fact("lease"), persistent = await fact("persistent");
  const left = lease ? Math.max(0, Math.round((lease.until - bankNow(lease)) / 60_000)) : 0;
  return card(
    t("On this phone"),
    h("p", {}, day ? t("{n} stops of {day}, readable for {h} h {m} min without contact.", { n: day.visits.length, day: day.day, h: Math.floor(left / 60), m: left % 60 }) : t("No day: names and addresses are deleted.")),
    persistent === false && day && h("p", { class: "warn" }, t("This browser may delete stored data when space runs short. Send before you leave an area with signal.")),
  );
}

function leave(app: App, waiting: number): HTMLElement {
  return card(
    t("Day and log-in"),
    app.me && action(t("Take the day along again"), () => take(app), "quiet"),
    action(t("Log out and delete the day"), async () => {
      const out = await logOut(app.me?.csrf ?? null);
      app.say(out ? t("The day is deleted.") : t("{n} entries are not sent yet: get in contact first, then log out.", { n: waiting }), out ? "good" : "bad");
      if (out) {
        app.me = null;
        app.go("#/");
      }
      await app.draw();
    }, "quiet"),
    action("中文 / English", async () => {
      await switchLanguage();
      await app.draw();
    }, "quiet"),
  );
}

function stopName(visit: string, day: Day | null): string {
  const stop = day?.visits.find((one) => one.id === visit);
  return stop ? t("Stop {n}", { n: stop.number ?? "" }) : t("A stop");
}
