/** Empty the outbox, hear what changed. Safe to run at any time, to break off anywhere, in a page or a worker. */

import { call, Offline, Refused } from "./api.ts";
import { APP, inTurn } from "./capture.ts";
import { iso } from "./clock.ts";
import { sendFiles } from "./files.ts";
import { db, fact, files, keep, outbox, wipeDay, wipeOutbox, type Facts } from "./store.ts";
import type { Change, Entry, Held } from "./types.ts";

const BATCH = 50;

interface Contact {
  server_at: string;
  wipe: "" | "day" | "all";
  lease_until: string | null;
  changes: Change[];
  held: Held[];
}

/** done, offline, stranger (this phone is not known any more) or wiped. */
export type Result = "done" | "offline" | "stranger" | "wiped";

export function syncOnce(): Promise<Result> {
  return inTurn("zoufang-sync", async () => {
    const device = await fact("device");
    if (!device) return "done";
    try {
      const first = await contact(device);
      if (first.wipe && (await fact("parcel"))) await wipeDay("bank");
      await empty(device, first.wipe === "all");
      if (first.wipe === "all") await wipeOutbox();
      await contact(device);
      return first.wipe ? "wiped" : "done";
    } catch (error) {
      await keep("contact", { at: (await fact("contact"))?.at ?? 0, ok: false });
      if (error instanceof Offline) return "offline";
      if (error instanceof Refused && error.status === 403) return "stranger";
      throw error;
    }
  });
}

async function contact(device: Facts["device"]): Promise<Contact> {
  const waiting = await outbox(), wiped = await fact("wiped"), day = await fact("parcel");
  const told = {
    device_at: iso(Date.now()), unsent: waiting.length + (await files()), unsent_since: waiting[0] ? iso(waiting[0].made) : null,
    app: APP, persistent: (await fact("persistent")) ?? null, day_wiped: wiped?.day ?? false,
    outbox_wiped: wiped?.outbox ?? null, day: !!day, visits: day ? ((await fact("bases")) ?? {}) : {},
  };
  const sent = Date.now();
  const said = await call<Contact>("contact/", told, { device });
  await heard(said, (sent + Date.now()) / 2 - Date.parse(said.server_at));
  return said;
}

async function heard(said: Contact, skew: number): Promise<void> {
  const tx = (await db()).transaction("facts", "readwrite");
  const bases = ((await tx.store.get("bases")) ?? {}) as Facts["bases"];
  const changes = ((await tx.store.get("changes")) ?? {}) as Facts["changes"];
  for (const one of said.changes) {
    changes[one.visit] = one;
    if (one.kind !== "new" && one.kind !== "gone") bases[one.visit] = one.base;
  }
  if (await tx.store.get("parcel")) {
    void tx.store.put(bases, "bases");
    void tx.store.put(changes, "changes");
  }
  const until = said.lease_until ? Date.parse(said.lease_until) : 0;
  void tx.store.put({ until, skew, seen: Date.now() }, "lease");
  void tx.store.put(said.held, "held");
  void tx.store.put({ at: Date.now(), ok: true }, "contact");
  const wiped = (await tx.store.get("wiped")) as Facts["wiped"] | undefined;
  if (wiped?.outbox != null) void tx.store.put({ ...wiped, outbox: null }, "wiped");
  await tx.done;
}

/** Before an order deletes the rest, whatever the bank still takes is delivered. */
async function empty(device: Facts["device"], ordered: boolean): Promise<void> {
  try {
    await deliver(device);
    await sendFiles(device);
  } catch (error) {
    if (!(ordered && error instanceof Refused)) throw error;
  }
}

interface Answer {
  id: string;
  answer: string;
  state: string;
}

async function deliver(device: Facts["device"]): Promise<void> {
  for (;;) {
    const batch = (await outbox()).slice(0, BATCH);
    if (!batch.length) return;
    const entries = batch.map(({ made: _made, ...entry }) => entry);
    const { answers } = await call<{ answers: Answer[] }>("outbox/", { entries }, { device });
    if (!(await forget(batch, answers))) return;
  }
}

/** Only what the server has answered for is deleted here; how many were. */
async function forget(batch: Entry[], answers: Answer[]): Promise<number> {
  const told = new Set(answers.map((one) => one.id));
  const tx = (await db()).transaction("outbox", "readwrite", { durability: "strict" });
  const gone = batch.filter((entry) => told.has(entry.id));
  for (const entry of gone) void tx.store.delete(entry.seq);
  await tx.done;
  return gone.length;
}

const FIRST_MS = 5_000, LONGEST_MS = 5 * 60_000, CALM_MS = 60_000;

/** Keep in touch while the page is open: soon after each entry, and slower after each failure. */
export function keepInTouch(after: (result: Result) => void): () => void {
  let wait = FIRST_MS, timer = 0, running = false;
  const plan = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void run(), ms) as unknown as number;
  };
  const run = async () => {
    if (running) return plan(1_000);
    running = true;
    const result = await syncOnce().catch((): Result => "offline").finally(() => (running = false));
    wait = result === "offline" ? Math.min(wait * 2, LONGEST_MS) : FIRST_MS;
    plan(result === "offline" ? wait * (0.75 + Math.random() / 2) : CALM_MS);
    after(result);
  };
  addEventListener("online", () => plan(0));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && plan(0));
  plan(0);
  return () => {
    if (navigator.onLine) plan(300);
    void askWorker();
  };
}

/** Where the browser can: go on when the page is closed. iOS cannot; the app says so. */
async function askWorker(): Promise<void> {
  const worker = (await navigator.serviceWorker?.ready.catch(() => null)) as unknown as
    | { sync?: { register(tag: string): Promise<void> } } | null;
  await worker?.sync?.register("outbox").catch(() => undefined);
}
