/** One stop: the step that comes next on top, what must be known below. */

import type { App } from "./app.ts";
import { record } from "./capture.ts";
import { eventsOf } from "./day.ts";
import { openDebts } from "./debts.ts";
import { action, card, clock, h, list, yuan } from "./dom.ts";
import { both, t } from "./messages.ts";
import { keepFile, MOST_BYTES, smaller } from "./files.ts";
import { here } from "./place.ts";
import { allowedNext, fold, missing, unlocked, type VisitRecord } from "./rules.ts";
import { safetyBar } from "./safety.ts";
import { talk } from "./talk.ts";
import { fact } from "./store.ts";
import type { Day, Debts, Stop } from "./types.ts";

interface At {
  app: App;
  day: Day;
  stop: Stop;
  record: VisitRecord;
  may: string[];
}

/** Figures that were opened at this door; gone when the page is left. */
const seen = new Map<string, Debts>();

export async function stopPage(app: App, day: Day, id: string): Promise<Node[]> {
  const stop = day.visits.find((one) => one.id === id);
  if (!stop?.name) return [h("h1", {}, t("This stop is not on the phone."))];
  const record = fold(await eventsOf(id, day));
  const at: At = { app, day, stop, record, may: allowedNext(record, stop.role!, day.rules) };
  const change = ((await fact("changes")) ?? {})[id];
  if (record.state === "closed" || record.state === "called_off") seen.delete(id);
  return [
    h("h1", { class: "data" }, stop.name),
    h("p", { class: "sub" }, `${both(day.words.purpose?.[stop.purpose!])} · ${both(day.words.role?.[stop.role!])} · ${stop.arrive !== null ? clock(stop.arrive) : ""}`),
    change && h("p", { class: "warn", role: "status" }, both(change.reason)),
    stop.held && h("p", { class: "danger-note", role: "alert" }, t("All collection is on hold after a sign of self-harm. Nobody speaks of money.")),
    mustStop(record),
    now(at),
    debts(at),
    ...during(at),
    photo(at),
    way(stop),
    ...brief(at),
    safetyBar(app, id, at.may.includes("left_for_safety") && !record.left_for_safety, day.duty_phone),
  ].filter((node): node is HTMLElement => !!node);
}

/** As the core says it (must_stop): why to leave now. */
function mustStop(r: VisitRecord): HTMLElement | null {
  const text = r.vulnerabilities?.includes("self_harm_risk")
    ? t("A sign of self-harm: stop collecting, stay calm, get help by 120, 110 or 12356.")
    : r.who_met === "minor"
      ? t("A minor is at home alone: leave without mentioning the debt.")
      : r.vulnerabilities?.length
        ? t("The customer is vulnerable: stop collecting, offer help, leave.")
        : "";
  return text && r.state !== "closed" ? h("p", { class: "danger-note", role: "alert" }, text) : null;
}

/** Between check-in and the end of the talk; after a sign of self-harm nobody speaks of money. */
function during(at: At): HTMLElement[] {
  const { record: r, stop, day } = at;
  if (stop.held || r.vulnerabilities?.includes("self_harm_risk") || !["arrived", "identified"].includes(r.state)) return [];
  return talk(at.may, day, day.day, (kind, said) => step(at, kind, said), (text) => at.app.say(text, "bad"));
}

/** Of the building or the door only: no person, nothing inside. */
function photo(at: At): HTMLElement | null {
  if (!at.may.includes("evidence_added") || at.record.state === "closed") return null;
  const input = h("input", { type: "file", id: "photo", accept: "image/*", capture: "environment" }) as HTMLInputElement;
  const taken = at.record.evidence.filter((kind) => kind === "door_photo").length;
  input.addEventListener("change", () => void take());
  const take = async () => {
    const file = input.files?.[0];
    if (!file) return;
    try {
      const content = await smaller(file);
      if (!content.byteLength || content.byteLength > MOST_BYTES) return at.app.say(t("The photo is too large. Take another."), "bad");
      await keepFile(at.stop.id, "door_photo", content);
      at.app.say(t("The photo is recorded."), "good");
      at.app.touched();
    } catch (error) {
      at.app.say(t("Nothing was recorded: {why}", { why: (error as Error).message }), "bad");
    }
    await at.app.draw();
  };
  return h("details", { class: "card" }, h("summary", {}, taken ? t("Photo of the building ({n})", { n: taken }) : t("Photo of the building")),
    h("p", {}, t("The building or the door only: no person, nothing inside.")), h("label", { for: "photo" }, t("Take a photo")), input);
}

async function step(at: At, kind: string, said: Record<string, unknown> = {}): Promise<void> {
  try {
    await record(at.stop.id, kind, said);
    at.app.say("");
    at.app.touched();
    scrollTo(0, 0);
  } catch (error) {
    const full = (error as Error).name === "QuotaExceededError";
    at.app.say(full ? t("The phone's storage is full: nothing was recorded. Delete something, then try again.") : t("Nothing was recorded: {why}", { why: (error as Error).message }), "bad");
  }
  await at.app.draw();
}

async function placed(at: At, kind: string): Promise<void> {
  at.app.say(t("Finding the position"));
  await step(at, kind, { ...(await here()) });
}

/** The next step by the script of the door; the first that applies. */
function now(at: At): HTMLElement {
  const { record: r, day, stop } = at, me = day.officer;
  if (r.state === "closed") return card(t("Done"), h("p", {}, t("This visit is closed on this phone.")), back());
  if (r.state === "called_off") return card(t("Called off"), back());
  if (!r.officers.includes(me)) return arrival(at);
  if (mateTells(r, me)) return card(t("Done"), h("p", {}, t("Your mate's phone tells the rest.")), back());
  if (r.who_met === null && !r.left_for_safety && at.may.includes("person_met")) return whoOpened(at);
  const talk = r.who_met !== "nobody" && r.who_met !== null && !r.left_for_safety && r.state !== "left";
  if (talk && r.identification === null) return identify(at);
  if (unlocked(r, stop.role!, day.rules) && !r.disclosed && !stop.held && r.state !== "left") return disclose(at);
  if (talk && r.vulnerabilities === null) return signs(at);
  if (r.outcome === null) return outcome(at);
  if (!r.gone.includes(me)) return card(t("Leave"), result(at), action(t("Check out"), () => placed(at, "checked_out")));
  return closing(at);
}

/** Left without a word of the result: one phone of the crew is enough for that. */
export function mateTells(r: VisitRecord, me: string): boolean {
  return r.gone.includes(me) && r.who_met === null && r.outcome === null;
}

function arrival(at: At): HTMLElement {
  const reasons = Object.entries(at.day.words.called_off ?? {});
  return card(
    t("At the door"),
    h("p", {}, t("Your mate checks in on the own phone.")),
    action(t("Check in"), () => placed(at, "checked_in")),
    h("details", {}, h("summary", {}, t("This visit is not made")),
      h("div", { class: "choices" }, ...reasons.map(([code, said]) => action(both(said), () => step(at, "called_off", { reason: code, note: "" }), "choice")))),
  );
}

function whoOpened(at: At): HTMLElement {
  const words = at.day.words.role ?? {};
  const hears = at.day.rules.hears[at.stop.role!] ?? [];
  const likely = ["nobody", ...hears.filter((code) => code === at.stop.role)];
  const others = ["spouse", "adult_relative", "neighbour", "property_staff", "committee", "employer", "minor", "stranger", ...hears];
  const name = (code: string) => (code === "nobody" ? t("Nobody opened") : both(words[code]));
  const one = (code: string, style: string) => action(name(code), () => step(at, "person_met", { who: code, words_used: "" }), style);
  return card(
    t("Who opened?"),
    ...likely.map((code) => one(code, "main")),
    h("details", {}, h("summary", {}, t("Somebody else")), h("div", { class: "choices" }, ...others.filter((code) => words[code] && !likely.includes(code)).map((code) => one(code, "choice")))),
    action(t("My mate records: check me out"), () => placed(at, "checked_out"), "quiet"),
  );
}

/** The digits open the figures: what the person tells is compared without the phone knowing the answer. */
function identify(at: At): HTMLElement {
  const { stop, day, record: r } = at;
  const may = (day.rules.hears[stop.role!] ?? []).includes(r.who_met!);
  const failed = () => step(at, "person_identified", { who: r.who_met, method: "name_and_id_tail", passed: false });
  if (!may) return card(t("Identify"), h("p", {}, t("This person hears nothing of the debt. Say that you look for the person on a personal matter.")), action(t("Understood"), failed));
  const input = h("input", { id: "digits", inputmode: "text", maxlength: "4", autocomplete: "off", "aria-describedby": "digits-help" }) as HTMLInputElement;
  const check = async () => {
    const opened = stop.lock ? await openDebts(stop.id, stop.lock, input.value) : null;
    if (!opened) return at.app.say(t("These digits are not those of this person. Ask again, or record that the check failed."), "bad");
    seen.set(stop.id, opened.debts);
    await step(at, "person_identified", { who: r.who_met, method: opened.method, passed: true });
  };
  return card(
    t("Identify"),
    h("p", { id: "digits-help" }, t("Full name, and the last four digits of the ID or of the registered phone, as the person tells them. They are not on this phone.")),
    stop.lock && h("label", { for: "digits" }, t("Last four digits")),
    stop.lock && input,
    stop.lock && action(t("Check"), check),
    !stop.lock && h("p", { class: "warn" }, t("The figures of this stop open only on the page with signal.")),
    action(t("The check failed, or is not certain"), failed, "quiet"),
  );
}

function disclose(at: At): HTMLElement {
  return card(
    t("Say aloud"),
    list((at.stop.steps ?? []).slice(2, 4).map((n) => both(at.day.texts[n]))),
    action(t("Said"), () => step(at, "disclosure_made")),
  );
}

function signs(at: At): HTMLElement {
  const words = Object.entries(at.day.words.vulnerability ?? {});
  const boxes = words.map(([code, said]) => {
    const box = h("input", { type: "checkbox", value: code, id: `sign-${code}` }) as HTMLInputElement;
    return { box, row: h("label", { class: "tick", for: `sign-${code}` }, box, both(said)) };
  });
  const chosen = () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
  return card(
    t("Signs of vulnerability"),
    action(t("None seen"), () => step(at, "vulnerability_checked", { signs: [] })),
    h("details", {}, h("summary", {}, t("Signs that I saw")), ...boxes.map(({ row }) => row), action(t("Record these signs"), () => step(at, "vulnerability_checked", { signs: chosen() }), "warnact")),
  );
}

function outcome(at: At): HTMLElement {
  const words = at.day.words.outcome ?? {}, r = at.record;
  const likely = r.left_for_safety ? "left_for_safety" : unlocked(r, at.stop.role!, at.day.rules) ? "met" : r.who_met === "nobody" ? "not_home" : "third_party";
  const one = (code: string, style: string) => action(both(words[code]), () => step(at, "outcome_recorded", { outcome: code }), style);
  return card(
    t("How did it end?"),
    one(likely, "main"),
    h("details", {}, h("summary", {}, t("Something else")), h("div", { class: "choices" }, ...Object.keys(words).filter((code) => code !== likely).map((code) => one(code, "choice")))),
  );
}

function closing(at: At): HTMLElement {
  const open = missing(at.record, (at.stop.duties ?? []).map(([code]) => code), at.stop.role!, at.day.rules);
  const own = open.filter((code) => code !== "check_in_of_two" && code !== "check_out");
  const texts = (at.stop.duties ?? []).filter(([code]) => own.includes(code)).map(([, n]) => both(at.day.texts[n]));
  if (own.length) return card(t("Still to be recorded"), list(texts), h("p", {}, t("Complete it on the page My stops when you have signal.")), back());
  return card(
    t("Close the visit"), result(at),
    open.length > 0 && h("p", { class: "note" }, t("The bank closes it when your mate's phone has told its part.")),
    action(t("Close"), () => step(at, "closed")),
  );
}

function result(at: At): HTMLElement {
  return h("p", {}, t("Result: {what}", { what: both(at.day.words.outcome?.[at.record.outcome ?? ""]) }));
}

function back(): HTMLElement {
  return h("a", { class: "act main", href: "#/" }, t("To the stops"));
}

function debts(at: At): HTMLElement | null {
  const { stop, day, record: r } = at;
  if (stop.held || r.vulnerabilities?.includes("self_harm_risk") || r.state === "planned" || r.state === "closed" || r.state === "called_off") return null;
  const figures = unlocked(r, stop.role!, day.rules) ? seen.get(stop.id) : undefined;
  if (!figures) return h("p", { class: "locked" }, t("The debt is locked until the person is identified."));
  return card(t("The debt"), ...figures.loans.map((loan) =>
    h("dl", {},
      ...pair(both(day.words.product?.[loan.product]), loan.account),
      ...pair(t("Overdue"), loan.arrears_fen === null ? t("Not given by the bank: name no overdue amount") : yuan(loan.arrears_fen)),
      ...pair(t("Balance"), yuan(loan.balance_fen)),
      ...pair(t("Days past due"), String(loan.dpd)),
      ...pair(t("As of"), loan.as_of))));
}

function pair(name: string, value: string): HTMLElement[] {
  return [h("dt", {}, name), h("dd", { class: "data" }, value)];
}

/** AMap wants GCJ-02, `geo:` is WGS-84; no name goes along. */
function way(stop: Stop): HTMLElement {
  const address = stop.address!, [lat, lon] = address.gcj02 ?? [0, 0], wgs = address.wgs84;
  const amap = `https://uri.amap.com/navigation?to=${lon},${lat},${stop.number ?? 1}&mode=car&coordinate=gaode&callnative=1`;
  return card(
    t("Way"),
    h("p", { class: "data" }, address.text),
    address.gcj02 && h("a", { class: "act quiet", href: amap, rel: "noreferrer" }, t("Navigate with AMap")),
    wgs && h("a", { class: "act quiet", href: `geo:${wgs[0]},${wgs[1]}` }, t("Another map app")),
    address.gcj02 && !address.exact && h("p", { class: "warn" }, t("The point is not exact: ask on the spot, without a word of the debt.")),
  );
}

function brief(at: At): HTMLElement[] {
  const { stop, day } = at, texts = (numbers: number[] = []) => numbers.map((n) => both(day.texts[n]));
  const folded = (title: string, lines: string[], open = false) => lines.length > 0 && h("details", { class: "card", open }, h("summary", {}, title), list(lines));
  const before = (stop.before ?? []).map((one) => `${one.at.slice(0, 10)} · ${both(day.words.channel?.[one.channel])} · ${both(day.words.outcome?.[one.result] ?? day.words.contact_result?.[one.result])}`);
  return [
    folded(t("Script of the door"), texts(stop.steps)),
    folded(t("Say"), texts(stop.say)),
    folded(t("Never say"), texts(stop.not_say)),
    folded(t("When to stop"), texts(stop.stops)),
    folded(`${t("Risk")}: ${both(day.words.risk?.[stop.risk ?? ""])}`, texts(stop.risk_reasons)),
    folded(t("What went before"), before),
  ].filter((node): node is HTMLElement => !!node);
}
