/** The day on this phone: taken along with one tap, readable while its lease lasts, gone with its key. */

import { call, Refused } from "./api.ts";
import { iso, leaseState } from "./clock.ts";
import { uuid7 } from "./ids.ts";
import { from64, newLogKey, newPair, openLog, openWith, publicPoint, to64 } from "./sealing.ts";
import { db, fact, files, keep, outbox, wipeDay, type Facts } from "./store.ts";
import type { Day, Parcel, VisitEvent } from "./types.ts";

export interface Me {
  user: { id: string; name: string; no: string };
  csrf: string;
  bank: string;
}

let open: Day | null = null;

/** Register this phone, fetch the parcel, and keep it. A new day has a new key; taking the same day again keeps the
 * key, for what was recorded since is read with it. Fails without signal. */
export async function takeDay(me: Me): Promise<void> {
  const known = await fact("device"), mine = known?.user === me.user.id;
  if (known && !mine && (await outbox()).length + (await files())) throw new Error("other-user");
  const before = (await today()).state === "open" && mine ? await (await db()).get("keys", "day") : undefined;
  const pair = before?.pair ?? (await newPair()), log = before?.log ?? (await newLogKey());
  const device = await registered(me, mine ? known!.id : uuid7(), pair);
  await keep("device", device);
  const sent = Date.now();
  const parcel = await call<Parcel>("day/", {}, { csrf: me.csrf, device });
  const skew = (sent + Date.now()) / 2 - Date.parse(parcel.server_at);
  const day = await opened(pair, device.id, parcel);
  const tx = (await db()).transaction(["keys", "facts", "log"], "readwrite", { durability: "strict" });
  void tx.objectStore("keys").put({ pair, log }, "day");
  if (!before) void tx.objectStore("log").clear();
  const facts = tx.objectStore("facts");
  void facts.put(parcel, "parcel");
  void facts.put(Object.fromEntries(day.visits.map((v) => [v.id, v.base])), "bases");
  void facts.put({ until: Date.parse(parcel.lease_until), skew, seen: Date.now() }, "lease");
  void facts.put({}, "changes");
  void facts.put({ day: false, why: "", outbox: null }, "wiped");
  void facts.put({ at: Date.now(), ok: true }, "contact");
  await tx.done;
  await keep("persistent", (await navigator.storage?.persist?.()) ?? false);
  open = day;
}

/** A phone that the desk has ended begins anew under another name, once nothing waits under the old one. */
async function registered(me: Me, id: string, pair: CryptoKeyPair): Promise<Facts["device"]> {
  const given = { id, public: to64(await publicPoint(pair.publicKey)), name: navigator.userAgent.slice(0, 120) };
  try {
    const { token } = await call<{ token: string }>("register/", given, { csrf: me.csrf });
    return { id, token, user: me.user.id, name: me.user.name };
  } catch (error) {
    if (error instanceof Refused && error.status === 409 && !((await outbox()).length + (await files()))) return registered(me, uuid7(), pair);
    throw error;
  }
}

async function opened(pair: CryptoKeyPair, device: string, parcel: Parcel): Promise<Day> {
  const text = await openWith(pair, from64(parcel.sealed), "day", `${device} ${parcel.id}`);
  return JSON.parse(new TextDecoder().decode(text)) as Day;
}

export type DayState = { state: "none" | "over" | "turned" } | { state: "open"; day: Day };

/** The day if it may be read now. One whose lease is over is deleted here, with or without signal. */
export async function today(): Promise<DayState> {
  const parcel = await fact("parcel");
  const keys = await (await db()).get("keys", "day");
  const device = await fact("device");
  if (!parcel || !keys || !device) {
    open = null;
    return { state: "none" };
  }
  const state = await leaseState();
  if (state !== "open") {
    open = null;
    if (state === "over") await wipeDay("over");
    return { state };
  }
  open ??= await opened(keys.pair, device.id, parcel);
  return { state: "open", day: open };
}

export function forget(): void {
  open = null;
}

/** What is known of a visit: what came with the day, and what was recorded here since. */
export async function eventsOf(visit: string, day: Day): Promise<VisitEvent[]> {
  const keys = await (await db()).get("keys", "day");
  const came = day.visits.find((one) => one.id === visit)?.events ?? [];
  if (!keys) return came;
  const rows = await (await db()).getAllFromIndex("log", "visit", visit);
  const own = await Promise.all(rows.map((row) => openLog<VisitEvent>(keys.log, row.sealed, row.id)));
  return [...came, ...own];
}

/** The day ends on this phone. Refused while something is unsent: it could not be seen any more. */
export async function logOut(csrf: string | null): Promise<boolean> {
  if ((await outbox()).length + (await files())) return false;
  await wipeDay("out");
  forget();
  if (!(csrf && (await endSession(csrf)))) await keep("leaving", true);
  return true;
}

/** Who is signed in; a log-out that had no signal is made up for first. */
export async function whoIsSignedIn(): Promise<Me | null> {
  const me = await call<Me>("me/", undefined).catch(() => null);
  if (!me || !(await fact("leaving"))) return me;
  if (await endSession(me.csrf)) await keep("leaving", false);
  return null;
}

function endSession(csrf: string): Promise<boolean> {
  const given: RequestInit = { method: "POST", headers: { "X-CSRFToken": csrf }, redirect: "manual" };
  return fetch("/logout/", given).then(() => true, () => false);
}

export const deviceTime = () => iso(Date.now());
