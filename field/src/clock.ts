/** The bank's time on a phone whose clock may be wrong, or be turned. */

import { fact, keep, type Facts } from "./store.ts";

export const TURNED_MS = 2 * 60_000;
type Lease = Facts["lease"];

export function bankNow(lease: Lease | undefined): number {
  return Date.now() - (lease?.skew ?? 0);
}

/** ISO time with the phone's own offset, so that a reader sees the local hour. */
export function iso(ms: number): string {
  const offset = -new Date(ms).getTimezoneOffset();
  const local = new Date(ms + offset * 60_000).toISOString().slice(0, 23);
  const two = (n: number) => String(Math.floor(Math.abs(n))).padStart(2, "0");
  return `${local}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(Math.abs(offset) % 60)}`;
}

/** open, over (the lease has ended), or turned (the clock went back: locked until the next contact). */
export async function leaseState(): Promise<"open" | "over" | "turned"> {
  const lease = await fact("lease");
  const now = Date.now();
  if (!lease || bankNow(lease) >= lease.until) return "over";
  if (now < lease.seen - TURNED_MS) return "turned";
  if (now > lease.seen) await keep("lease", { ...lease, seen: now });
  return "open";
}
