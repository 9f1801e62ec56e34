/** Keeps the app itself for use without signal, and empties the outbox in the background where the browser can. */

import { syncOnce } from "./sync.ts";

declare const FILES: string[];
declare const VERSION: string;
interface Waiting extends Event { waitUntil(work: Promise<unknown>): void }
interface Fetching extends Waiting { request: Request; respondWith(answer: Promise<Response>): void }
interface Syncing extends Waiting { tag: string }

const worker = self as unknown as {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(name: string, on: (event: never) => void): void;
};
const CACHE = `zoufang-field-${VERSION}`;
const PATHS = ["/field/", ...FILES.filter((name) => name !== "index.html").map((name) => `/field/${name}`)];

worker.addEventListener("install", (event: Waiting) => {
  const fresh = PATHS.map((path) => new Request(path, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)).then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event: Waiting) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((n) => n !== CACHE).map((n) => caches.delete(n))));
  event.waitUntil(old.then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event: Fetching) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || !PATHS.includes(url.pathname)) return;
  const kept = caches.open(CACHE).then((cache) => cache.match(url.pathname));
  event.respondWith(kept.then((found) => found ?? fetch(event.request)));
});

worker.addEventListener("sync", (event: Syncing) => {
  if (event.tag === "outbox") event.waitUntil(syncOnce().then((result) => {
    if (result === "offline") throw new Error("again");
  }));
});
