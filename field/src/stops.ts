/** The day's stops: the next on top, then what follows, then what is over or withdrawn and why. */

import type { Screen } from "./app.ts";
import { eventsOf } from "./day.ts";
import { clock, h } from "./dom.ts";
import { both, t } from "./messages.ts";
import { fold } from "./rules.ts";
import { mateTells } from "./stop.ts";
import { safetyBar } from "./safety.ts";
import { fact } from "./store.ts";
import type { Change, Day, Stop } from "./types.ts";

const OVER = ["closed", "called_off"];

export const stops: Screen = async (app, day) => {
  const changes = (await fact("changes")) ?? {};
  const lines = await Promise.all(day.visits.map(async (stop) => ({ stop, state: await stateOf(stop, day, changes[stop.id]) })));
  const rank = (state: string) => (state === "running" ? 0 : state === "planned" ? 1 : 2);
  lines.sort((a, b) => rank(a.state) - rank(b.state));
  const fresh = Object.values(changes).some((one) => one.kind === "new");
  const left = lines.filter(({ state }) => rank(state) < 2).length;
  return [
    h("h1", {}, t("{left} of {all} stops left", { left, all: lines.length })),
    fresh && h("p", { class: "warn", role: "status" }, t("There are new stops: take the day along again under This phone.")),
    h("ol", { class: "stops" }, ...lines.map(({ stop, state }) => line(stop, state, day, changes[stop.id]))),
    lines[0] && safetyBar(app, lines[0].stop.id, false, day.duty_phone),
  ].filter((node): node is HTMLElement => !!node);
};

async function stateOf(stop: Stop, day: Day, change?: Change): Promise<string> {
  const record = fold(await eventsOf(stop.id, day));
  if (OVER.includes(record.state) || OVER.includes(stop.state) || mateTells(record, day.officer)) return "over";
  if (record.state !== "planned") return "running";
  return stop.withdrawn !== null || change?.kind === "withdrawn" || change?.kind === "gone" ? "withdrawn" : "planned";
}

function line(stop: Stop, state: string, day: Day, change?: Change): HTMLElement {
  const when = stop.arrive !== null ? clock(stop.arrive) : "";
  const what = stop.purpose ? both(day.words.purpose?.[stop.purpose]) : "";
  const why = change ? both(change.reason) : stop.withdrawn !== null ? both(day.texts[stop.withdrawn]) : "";
  const body = [
    h("span", { class: "when" }, when),
    h("span", { class: "what" }, h("strong", { class: "data" }, stop.name ?? t("Stop {n}", { n: stop.number ?? "" })), h("small", {}, what || said(state))),
    h("span", { class: `state ${state}` }, said(state)),
    why && h("span", { class: "why" }, why),
  ];
  const open = stop.name !== undefined;
  return h("li", {}, open ? h("a", { class: "stop", href: `#/stop/${stop.id}` }, ...body) : h("div", { class: "stop" }, ...body));
}

function said(state: string): string {
  const words: Record<string, string> = { planned: t("To do"), running: t("Running"), over: t("Done"), withdrawn: t("Do not go") };
  return words[state] ?? state;
}
