/** SOS and "leave now": always in reach, never behind a queue. */

import { call } from "./api.ts";
import type { App } from "./app.ts";
import { record } from "./capture.ts";
import { action, h } from "./dom.ts";
import { t } from "./messages.ts";
import { here } from "./place.ts";
import { fact } from "./store.ts";

const AGAIN_MS = 5_000, TRIES = 60;

export function safetyBar(app: App, visit: string, mayFlee: boolean, duty: string): HTMLElement {
  return h(
    "div", { class: "safety" },
    mayFlee && action(t("Leave now"), () => flee(app, visit), "warnact"),
    h("details", { class: "sos" }, h("summary", {}, "SOS"),
      h("div", { class: "sosbox" },
        h("a", { class: "act danger", href: "tel:110" }, t("Ring 110")),
        duty && h("a", { class: "act danger", href: `tel:${duty}` }, t("Ring the duty phone")),
        action(t("Call the bank for help"), () => help(app, visit), "danger"))),
  );
}

async function flee(app: App, visit: string): Promise<void> {
  await record(visit, "left_for_safety", { note: "" });
  app.say(t("Recorded. Leave now; nobody holds it against you."), "good");
  app.touched();
  await app.draw();
}

/** Said as it is: told only when the server has answered. Meanwhile it is tried again and again. */
async function help(app: App, visit: string): Promise<void> {
  const device = await fact("device");
  app.say(t("Calling for help. If it matters, ring 110."), "bad");
  const place = await Promise.race([here(), new Promise<null>((go) => setTimeout(() => go(null), 1_500))]);
  const body = { visit, lat: place?.position.lat, lon: place?.position.lon };
  for (let n = 0; n < TRIES; n++) {
    try {
      await call("sos/", body, { device });
      return app.say(t("SOS is out: mate, supervisor and manager are told."), "good");
    } catch {
      app.say(t("No signal: the bank does not know yet. Ring 110. Trying again."), "bad");
      await new Promise((go) => setTimeout(go, AGAIN_MS));
    }
  }
}
