/** Files from the door: hashed and sealed to the bank at capture, kept until the server has the whole, sent in chunks. */

import { call, put } from "./api.ts";
import { record } from "./capture.ts";
import { uuid7 } from "./ids.ts";
import { from64, sealTo } from "./sealing.ts";
import { db, fact, type Facts, type FileRow } from "./store.ts";

const CHUNK = 64 * 1024;
export const MOST_BYTES = 20 * 1024 * 1024;

/** The file and the entry that tells its hash are written in one transaction: neither is there without the other. */
export async function keepFile(visit: string, evidence: string, content: ArrayBuffer): Promise<void> {
  const device = await fact("device"), parcel = await fact("parcel");
  if (!device || !parcel) throw new Error("no-day");
  const id = uuid7();
  const digest = await sha256(content);
  const bound = ["1", id, visit, device.id, parcel.key.id].join("\n");
  const sealed = await sealTo(from64(parcel.key.public), new Uint8Array(content), "file", bound);
  const row: FileRow = { id, visit, key: parcel.key.id, sealed, sha256: await sha256(sealed.buffer) };
  await record(visit, "evidence_added", { evidence, digest, algorithm: "SHA-256" }, row);
}

/** Go on where the server says that chunks lack; the file goes only when nothing does. */
export async function sendFiles(device: Facts["device"]): Promise<void> {
  for (const key of await (await db()).getAllKeys("files")) {
    const row = await (await db()).get("files", key);
    if (row) await sendOne(device, row);
  }
}

async function sendOne(device: Facts["device"], row: FileRow): Promise<void> {
  const told = { id: row.id, visit: row.visit, key: row.key, size: row.sealed.length, chunk_size: CHUNK, sha256: row.sha256 };
  let { missing } = await call<{ missing: number[] }>("files/", told, { device });
  while (missing.length) {
    const number = missing[0]!, chunk = row.sealed.slice(number * CHUNK, (number + 1) * CHUNK);
    ({ missing } = await put<{ missing: number[] }>(`files/${row.id}/${number}/`, chunk, await sha256(chunk.buffer), device));
  }
  await (await db()).delete("files", row.id);
}

async function sha256(content: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Small enough for a slow line: at most 1600 pixels a side, as JPEG. What cannot be drawn goes as it is. */
export async function smaller(photo: File): Promise<ArrayBuffer> {
  try {
    const image = await createImageBitmap(photo);
    const scale = Math.min(1, 1600 / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.8));
    return await (made ?? photo).arrayBuffer();
  } catch {
    return photo.arrayBuffer();
  }
}
