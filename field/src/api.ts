/** Calls to the server. An `Offline` is no signal or a gateway in between; a `Refused` is the server's own answer. */

import type { Both } from "./types.ts";

export class Offline extends Error {}
export class Refused extends Error {
  constructor(readonly status: number, readonly said: Both | null) {
    super(`refused: ${status}`);
  }
}

interface How {
  csrf?: string;
  device?: { id: string; token: string };
  method?: string;
}

const PATIENCE_MS = 30_000;

export async function call<T>(path: string, body: unknown, how: How = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (how.csrf) headers["X-CSRFToken"] = how.csrf;
  if (how.device) headers.Authorization = `Device ${how.device.id}:${how.device.token}`;
  const method = how.method ?? (body === undefined ? "GET" : "POST");
  const send = body === undefined ? undefined : JSON.stringify(body);
  return answered<T>(path, { method, headers, body: send });
}

async function answered<T>(path: string, given: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/field/api/${path}`, { ...given, cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new Offline();
  }
  // A gateway's log-in page or error is not our server's word: only its own JSON is.
  const said = await response.json().catch(() => null);
  if (said === null || response.status >= 500) throw new Offline();
  if (!response.ok) throw new Refused(response.status, said.error?.message ?? null);
  return said as T;
}

/** One chunk of a file with its hash. */
export async function put<T>(path: string, chunk: Uint8Array<ArrayBuffer>, sha256: string, device: { id: string; token: string }) {
  const headers = { Accept: "application/json", Authorization: `Device ${device.id}:${device.token}`, "X-Chunk-SHA256": sha256 };
  return answered<T>(path, { method: "PUT", headers: { ...headers, "Content-Type": "application/octet-stream" }, body: chunk });
}
