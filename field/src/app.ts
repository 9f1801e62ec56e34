/** What the screens share. */

import type { Me } from "./day.ts";
import type { Day } from "./types.ts";

export interface App {
  /** null: nobody is signed in, or there is no signal to know it. */
  me: Me | null;
  online: boolean;
  go(path: string): void;
  draw(): Promise<void>;
  say(text: string, tone?: "good" | "bad"): void;
  touched(): void;
}

export type Screen = (app: App, day: Day) => Promise<Node[]>;
