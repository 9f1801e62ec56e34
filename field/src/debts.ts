/** The figures of a debt open with the last four digits that the person tells (server/field/debts.py). */

import { from64, openLog, utf8 } from "./sealing.ts";
import type { Debts, Lock } from "./types.ts";

export interface Opened {
  debts: Debts;
  method: string;
}

/** null: the digits are not those of the ID or of a registered phone. */
export async function openDebts(visit: string, lock: Lock, digits: string): Promise<Opened | null> {
  const key = await fromDigits(digits.trim().toUpperCase(), lock);
  for (const slot of lock.slots) {
    const inner = await unwrapped(key, from64(slot.sealed), `${visit} slot`);
    if (inner) return { debts: await openLog<Debts>(inner, from64(lock.sealed), `${visit} debts`), method: slot.method };
  }
  return null;
}

async function fromDigits(digits: string, lock: Lock): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", utf8(digits), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: from64(lock.salt), iterations: lock.rounds };
  return crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
}

async function unwrapped(key: CryptoKey, slot: Uint8Array<ArrayBuffer>, bound: string): Promise<CryptoKey | null> {
  try {
    const how = { name: "AES-GCM", iv: slot.slice(0, 12), additionalData: utf8(bound) };
    const raw = await crypto.subtle.decrypt(how, key, slot.slice(12));
    return await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
  } catch {
    return null;
  }
}
