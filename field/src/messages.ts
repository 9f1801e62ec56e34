/** Texts of the app: English in the code, Chinese in one file; what the server says comes in both. */

import chinese from "../messages.json";
import { fact, keep } from "./store.ts";
import type { Both } from "./types.ts";

let language: "zh" | "en" = "zh";

export async function readLanguage(): Promise<void> {
  language = (await fact("lang")) ?? (/(?:^|; )django_language=en/.test(document.cookie) ? "en" : "zh");
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
}

export async function switchLanguage(): Promise<void> {
  await keep("lang", language === "zh" ? "en" : "zh");
  await readLanguage();
}

/** `{name}` stands for a value. */
export function t(text: string, values: Record<string, string | number> = {}): string {
  const said = language === "zh" ? ((chinese as Record<string, string>)[text] ?? text) : text;
  return said.replace(/\{(\w+)\}/g, (_all, name: string) => String(values[name] ?? ""));
}

export function both(said: Both | null | undefined): string {
  return said ? said[language] : "";
}
