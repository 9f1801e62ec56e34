/** Record: seal to the bank and to the day's key, write both in one transaction, then and only then say so. */

import { bankNow, iso } from "./clock.ts";
import { uuid7 } from "./ids.ts";
import { from64, sealLog, sealTo, to64, utf8 } from "./sealing.ts";
import { db, fact, type FileRow, type LogRow } from "./store.ts";
import type { Entry, VisitEvent } from "./types.ts";

export const APP = "1";

/** One at a time, over all tabs, so that numbers follow each other. */
export function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  return navigator.locks ? (navigator.locks.request(name, work) as Promise<T>) : work();
}

/** The event as recorded. An error means that nothing was. */
export function record(
  visit: string, kind: string, said: Record<string, unknown> = {}, file?: FileRow,
): Promise<VisitEvent> {
  return inTurn("zoufang-capture", async () => {
    const [device, parcel, lease, bases] = [await fact("device"), await fact("parcel"), await fact("lease"), await fact("bases")];
    const keys = await (await db()).get("keys", "day");
    if (!device || !parcel || !keys) throw new Error("no-day");
    const at = iso(bankNow(lease));
    const event: VisitEvent = { id: file?.id ?? uuid7(), visit_id: visit, kind, at, by: device.user, corrects: "", ...said };
    const seq = ((await fact("seq")) ?? 0) + 1;
    const head = { id: event.id, visit, seq, base: bases?.[visit] ?? "", key: parcel.key.id };
    const bound = ["1", head.id, visit, device.id, seq, head.base, head.key].join("\n");
    const body = { event, device_at: iso(Date.now()), skew_ms: Math.round(lease?.skew ?? 0), app: APP };
    const sealed = to64(await sealTo(from64(parcel.key.public), utf8(JSON.stringify(body)), "outbox", bound));
    const copy = await sealLog(keys.log, event, event.id);
    await write({ ...head, sealed, made: Date.now() }, { id: event.id, visit, sealed: copy }, file);
    return event;
  });
}

async function write(entry: Entry, row: LogRow, file?: FileRow): Promise<void> {
  const tx = (await db()).transaction(["outbox", "log", "facts", "files"], "readwrite", { durability: "strict" });
  void tx.objectStore("outbox").add(entry);
  void tx.objectStore("log").add(row);
  if (file) void tx.objectStore("files").add(file);
  void tx.objectStore("facts").put(entry.seq, "seq");
  await tx.done;
}
