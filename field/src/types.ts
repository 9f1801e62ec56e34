/** What crosses the wire and lies in the stores. The server's contract: docs/field-app.md. */

export type Both = { zh: string; en: string };
export type Sealed = string; // base64

export interface VisitEvent {
  id: string;
  visit_id: string;
  kind: string;
  at: string;
  by: string;
  corrects: string;
  [name: string]: unknown;
}

export interface Stop {
  id: string;
  base: string;
  number: number | null;
  arrive: number | null;
  window: [number, number] | null;
  service_min: number;
  state: string;
  withdrawn: number | null;
  purpose?: string;
  role?: string;
  name?: string;
  address?: { text: string; kind: string; wgs84?: [number, number]; gcj02?: [number, number]; exact?: boolean };
  crew?: string[];
  risk?: string;
  risk_reasons?: number[];
  steps?: number[];
  say?: number[];
  not_say?: number[];
  stops?: number[];
  before?: { at: string; channel: string; result: string; reached: boolean }[];
  held?: boolean;
  duties?: [string, number][];
  lock?: Lock | null;
  events?: VisitEvent[];
}

export interface Lock {
  salt: Sealed;
  rounds: number;
  slots: { method: string; sealed: Sealed }[];
  sealed: Sealed;
}

export interface Debts {
  loans: {
    id: string;
    product: string;
    account: string;
    arrears_fen: number | null;
    overdue_principal_fen: number;
    interest_fen: number;
    fees_fen: number;
    balance_fen: number;
    dpd: number;
    as_of: string;
  }[];
  promises: { made_on: string; due: string; status: string; amount_fen: number }[];
}

export interface Day {
  v: number;
  day: string;
  officer: string;
  crew: { id: string; name: string; no: string }[];
  bank: string;
  hotline: string;
  duty_phone: string;
  rules: RuleTable;
  words: Record<string, Record<string, Both>>;
  texts: Both[];
  visits: Stop[];
}

export interface RuleTable {
  next: Record<string, string[]>;
  speaks_of_the_debt: string[];
  hears: Record<string, string[]>;
  may_promise: string[];
  hardships: string[];
  owed_even_when_unsafe: string[];
}

export interface Parcel {
  id: string;
  day: string;
  server_at: string;
  lease_until: string;
  key: { id: string; public: Sealed };
  sealed: Sealed;
}

/** One entry of the outbox: sealed to the bank at capture; nobody reads it on the phone. */
export interface Entry {
  seq: number;
  id: string;
  visit: string;
  base: string;
  key: string;
  sealed: Sealed;
  made: number;
}

export interface Change {
  visit: string;
  kind: string;
  base: string;
  reason: Both;
}

export interface Held {
  id: string;
  visit: string;
  kind: string;
  state: string;
  reason: Both | null;
  decided?: string;
}
