/** Wiring: one page, a few screens, contact in the background. */

import type { App } from "./app.ts";
import { forget, today, whoIsSignedIn } from "./day.ts";
import { h } from "./dom.ts";
import { home } from "./home.ts";
import { readLanguage, t } from "./messages.ts";
import { phone } from "./phone.ts";
import { stopPage } from "./stop.ts";
import { stops } from "./stops.ts";
import { fact, files, outbox } from "./store.ts";
import { keepInTouch, type Result } from "./sync.ts";

const root = document.getElementById("app")!;
const heading = h("header", { class: "top" });
const notice = h("p", { class: "notice", role: "status", "aria-live": "polite" });
const main = h("main", { id: "main" });

const app: App = {
  me: null,
  online: navigator.onLine,
  go: (path) => void (location.hash = path),
  draw,
  say(text, tone) {
    notice.textContent = text;
    notice.className = `notice ${tone ?? ""}`;
  },
  touched: () => touched(),
};
let touched = () => {};
let drawing = Promise.resolve();

function draw(): Promise<void> {
  drawing = drawing.then(drawNow, drawNow);
  return drawing;
}

async function drawNow(): Promise<void> {
  document.title = t("Visits");
  const path = location.hash.slice(1) || "/";
  const nodes = await screen(path);
  main.replaceChildren(...nodes);
  heading.replaceChildren(...(await bar(path)));
}

async function screen(path: string): Promise<Node[]> {
  if (path === "/phone") return phone(app);
  const state = await today();
  if (state.state !== "open") return home(app, state.state);
  return path.startsWith("/stop/") ? stopPage(app, state.day, path.slice(6)) : stops(app, state.day);
}

async function bar(path: string): Promise<Node[]> {
  const waiting = (await outbox()).length + (await files()), contact = await fact("contact"), held = ((await fact("held")) ?? []).length;
  const sent = waiting ? t("{n} not sent", { n: waiting }) : t("all sent");
  const signal = contact?.ok === false ? t("no contact") : "";
  return [
    path === "/" ? h("span", { class: "brand" }, t("Visits")) : h("a", { class: "back", href: "#/" }, t("Stops")),
    h("a", { class: `status ${waiting || held ? "some" : ""}`, href: "#/phone" }, [sent, signal, held ? t("{n} held back", { n: held }) : ""].filter(Boolean).join(" · ")),
  ];
}

async function whoAmI(): Promise<void> {
  app.me = await whoIsSignedIn();
}

async function after(result: Result): Promise<void> {
  app.online = result !== "offline";
  if (result === "wiped") {
    forget();
  }
  if (result === "stranger") app.say(t("The bank does not know this phone. Sign in and take the day along again."), "bad");
  if (result !== "offline" && !app.me) await whoAmI();
  if (!main.contains(document.activeElement) || document.activeElement?.tagName !== "INPUT") await draw();
}

async function start(): Promise<void> {
  await readLanguage();
  root.replaceChildren(heading, notice, main);
  addEventListener("hashchange", () => {
    app.say("");
    void draw().then(() => scrollTo(0, 0));
  });
  addEventListener("beforeunload", (event) => {
    if (unsafe) event.preventDefault();
  });
  setInterval(() => void watch(), 15_000);
  if ("serviceWorker" in navigator) await navigator.serviceWorker.register("/field/sw.js", { scope: "/field/" }).catch(() => null);
  await draw();
  await whoAmI();
  await draw();
  touched = keepInTouch((result) => void after(result));
}

/** Unsent work in a store that the browser may empty: leaving is asked about. */
let unsafe = false;
async function watch(): Promise<void> {
  unsafe = (await fact("persistent")) === false && (await outbox()).length + (await files()) > 0;
  const state = await today();
  if (state.state === "over" && location.hash !== "#/phone") await draw();
}

void start();
