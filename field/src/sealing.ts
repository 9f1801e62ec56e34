/** ECIES from WebCrypto: ECDH on P-256, HKDF-SHA-256, AES-256-GCM (decision 0012; server/field/sealing.py). */

const POINT = 65, NONCE = 12;
const CURVE = { name: "ECDH", namedCurve: "P-256" };
export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;

export function to64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

export function from64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

/** The private half never leaves the browser: it cannot be exported. */
export async function newPair(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
}

export async function publicPoint(key: CryptoKey): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.exportKey("raw", key));
}

export async function sealTo(point: Uint8Array<ArrayBuffer>, text: Uint8Array<ArrayBuffer>, purpose: string, bound: string) {
  const recipient = await crypto.subtle.importKey("raw", point, CURVE, false, []);
  const ephemeral = await newPair();
  const own = await publicPoint(ephemeral.publicKey);
  const key = await derived(ephemeral.privateKey, recipient, own, point, purpose, "encrypt");
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: utf8(bound) }, key, text);
  return joined(own, nonce, new Uint8Array(sealed));
}

export async function openWith(pair: CryptoKeyPair, sealed: Uint8Array<ArrayBuffer>, purpose: string, bound: string) {
  const point = sealed.slice(0, POINT), nonce = sealed.slice(POINT, POINT + NONCE), rest = sealed.slice(POINT + NONCE);
  const sender = await crypto.subtle.importKey("raw", point, CURVE, false, []);
  const own = await publicPoint(pair.publicKey);
  const key = await derived(pair.privateKey, sender, point, own, purpose, "decrypt");
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce, additionalData: utf8(bound) }, key, rest));
}

async function derived(
  mine: CryptoKey, theirs: CryptoKey, ephemeral: Uint8Array, recipient: Uint8Array, purpose: string, use: KeyUsage,
) {
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, mine, 256);
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: joined(ephemeral, recipient), info: utf8(`zoufang ${purpose} 1`) };
  return crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, [use]);
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** For what is read again on this phone within the day. */
export async function newLogKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

export async function sealLog(key: CryptoKey, value: unknown, bound: string): Promise<Uint8Array<ArrayBuffer>> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  const how = { name: "AES-GCM", iv: nonce, additionalData: utf8(bound) };
  return joined(nonce, new Uint8Array(await crypto.subtle.encrypt(how, key, utf8(JSON.stringify(value)))));
}

export async function openLog<T>(key: CryptoKey, sealed: Uint8Array<ArrayBuffer>, bound: string): Promise<T> {
  const how = { name: "AES-GCM", iv: sealed.slice(0, NONCE), additionalData: utf8(bound) };
  const text = await crypto.subtle.decrypt(how, key, sealed.slice(NONCE));
  return JSON.parse(new TextDecoder().decode(text)) as T;
}
