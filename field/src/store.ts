/** The phone's stores. What an entry says lies sealed in `outbox` (to the bank) and in `log` (to the day's key). */

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Change, Entry, Held, Parcel } from "./types.ts";

export interface DayKeys {
  pair: CryptoKeyPair;
  log: CryptoKey;
}

export interface LogRow {
  id: string;
  visit: string;
  sealed: Uint8Array<ArrayBuffer>;
}

/** A sealed file on its way; `id` is that of the entry that tells its hash. */
export interface FileRow {
  id: string;
  visit: string;
  key: string;
  sealed: Uint8Array<ArrayBuffer>;
  sha256: string;
}

export interface Facts {
  device: { id: string; token: string; user: string; name: string };
  parcel: Parcel;
  bases: Record<string, string>;
  /** `until`: by the bank's clock; `skew`: this clock minus the bank's; `seen`: the latest moment of this clock. */
  lease: { until: number; skew: number; seen: number };
  contact: { at: number; ok: boolean };
  changes: Record<string, Change>;
  held: Held[];
  seq: number;
  lang: "zh" | "en";
  persistent: boolean;
  /** Logged out without signal: the session at the bank is still to be ended. */
  leaving: boolean;
  /** `why` the day was deleted, for the next screen; `outbox`: entries deleted by order, until the server has heard. */
  wiped: { day: boolean; why: Why | ""; outbox: number | null };
}

export type Why = "over" | "out" | "bank";

interface Stores extends DBSchema {
  keys: { key: string; value: DayKeys };
  facts: { key: string; value: unknown };
  outbox: { key: number; value: Entry; indexes: { visit: string } };
  log: { key: string; value: LogRow; indexes: { visit: string } };
  files: { key: string; value: FileRow };
}

let opened: Promise<IDBPDatabase<Stores>> | undefined;

export function db(): Promise<IDBPDatabase<Stores>> {
  opened ??= openDB<Stores>("zoufang-field", 2, {
    // What an earlier version has queued stays where it is: stores are added, never emptied.
    upgrade(base, old) {
      if (old < 1) {
        base.createObjectStore("keys");
        base.createObjectStore("facts");
        base.createObjectStore("outbox", { keyPath: "seq" }).createIndex("visit", "visit");
        base.createObjectStore("log", { keyPath: "id" }).createIndex("visit", "visit");
      }
      if (old < 2) base.createObjectStore("files", { keyPath: "id" });
    },
    blocking: (_old, _new, event) => (event.target as IDBDatabase).close(),
  });
  return opened;
}

export async function fact<K extends keyof Facts>(name: K): Promise<Facts[K] | undefined> {
  return (await (await db()).get("facts", name)) as Facts[K] | undefined;
}

export async function keep<K extends keyof Facts>(name: K, value: Facts[K]): Promise<void> {
  await (await db()).put("facts", value, name);
}

export async function outbox(): Promise<Entry[]> {
  return (await db()).getAll("outbox");
}

/** Files that the server has not whole yet. */
export async function files(): Promise<number> {
  return (await db()).count("files");
}

/** The day dies: its key first, so that whatever is left cannot be read. The outbox stays. */
export async function wipeDay(why: Why): Promise<void> {
  const base = await db();
  const tx = base.transaction(["keys", "facts", "log"], "readwrite", { durability: "strict" });
  void tx.objectStore("keys").clear();
  for (const name of ["parcel", "bases", "changes"]) void tx.objectStore("facts").delete(name);
  void tx.objectStore("log").clear();
  const wiped = (await tx.objectStore("facts").get("wiped")) as Facts["wiped"] | undefined;
  void tx.objectStore("facts").put({ day: true, why, outbox: wiped?.outbox ?? null }, "wiped");
  await tx.done;
}

/** By order of two people: what was not delivered is counted, then deleted. */
export async function wipeOutbox(): Promise<void> {
  const tx = (await db()).transaction(["facts", "outbox", "files"], "readwrite", { durability: "strict" });
  const lost = (await tx.objectStore("outbox").count()) + (await tx.objectStore("files").count());
  void tx.objectStore("outbox").clear();
  void tx.objectStore("files").clear();
  void tx.objectStore("facts").put({ day: true, why: "bank", outbox: lost }, "wiped");
  await tx.done;
}
