/** The order of the door on the phone: the same table and the same cases as the core (tests/…/rule_cases.json).
 * The server judges again; here it only decides which buttons there are. */

import type { RuleTable, VisitEvent } from "./types.ts";

export interface VisitRecord {
  state: string;
  officers: string[];
  gone: string[];
  who_met: string | null;
  identification: { who: string; passed: boolean } | null;
  disclosed: boolean;
  recording: boolean;
  no_recording: boolean;
  evidence: string[];
  vulnerabilities: string[] | null;
  deliveries: number;
  outcome: string | null;
  left_for_safety: boolean;
}

const NEW: VisitRecord = {
  state: "planned", officers: [], gone: [], who_met: null, identification: null, disclosed: false, recording: false,
  no_recording: false, evidence: [], vulnerabilities: null, deliveries: 0, outcome: null, left_for_safety: false,
};

type Apply = (r: VisitRecord, e: VisitEvent) => void;
const once = (list: string[], ...more: string[]) => [...new Set([...list, ...more])];

const APPLY: Record<string, Apply> = {
  checked_in(r, e) {
    r.officers = once(r.officers, e.by);
    if (r.state === "planned") r.state = "arrived";
  },
  checked_out(r, e) {
    r.gone = once(r.gone, e.by, ...((e.left_with as string[] | undefined) ?? []));
    if (r.state !== "closed" && r.state !== "called_off") r.state = "left";
  },
  person_met(r, e) { r.who_met = e.who as string; },
  person_identified(r, e) {
    if (r.state === "arrived" || r.state === "identified") r.state = e.passed ? "identified" : "arrived";
    r.identification = { who: e.who as string, passed: e.passed as boolean };
    r.who_met = e.who as string;
  },
  disclosure_made(r) { r.disclosed = true; },
  recording_started(r) { r.recording = true; },
  recording_refused(r) { r.no_recording = true; },
  evidence_added(r, e) { r.evidence = [...r.evidence, e.evidence as string]; },
  vulnerability_checked(r, e) { r.vulnerabilities = e.signs as string[]; },
  demand_delivered(r) { r.deliveries += 1; },
  left_for_safety(r) {
    r.left_for_safety = true;
    r.outcome ??= "left_for_safety";
  },
  outcome_recorded(r, e) { r.outcome = e.outcome as string; },
  called_off(r) { r.state = "called_off"; },
  closed(r) { r.state = "closed"; },
};

/** By device time, then id, as the core folds. */
export function fold(events: VisitEvent[]): VisitRecord {
  const known = new Map(events.map((e) => [e.id, e]));
  const ordered = [...known.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.id < b.id ? -1 : 1));
  const record = structuredClone(NEW);
  for (const event of ordered) APPLY[event.kind]?.(record, event);
  return record;
}

export function unlocked(r: VisitRecord, role: string, rules: RuleTable): boolean {
  return !!r.identification?.passed && (rules.hears[role] ?? []).includes(r.identification.who);
}

/** Kinds of event that may come now, sorted. */
export function allowedNext(r: VisitRecord, role: string, rules: RuleTable): string[] {
  const steps = new Set(rules.next[r.state] ?? []);
  if (r.state === "identified" && unlocked(r, role, rules))
    for (const kind of rules.speaks_of_the_debt)
      if (kind !== "promise_given" || rules.may_promise.includes(role)) steps.add(kind);
  return [...steps].sort();
}

const met = (r: VisitRecord) => r.who_met !== null && r.who_met !== "nobody";
const recorded = (r: VisitRecord) => r.recording && r.evidence.some((kind) => kind === "audio" || kind === "video");
const everybodyLeft = (r: VisitRecord) => r.gone.length > 0 && r.officers.every((who) => r.gone.includes(who));

const DONE: Record<string, (r: VisitRecord, open: boolean) => boolean> = {
  check_in_of_two: (r) => r.officers.length >= 2,
  check_out: (r) => everybodyLeft(r),
  who_was_met: (r) => r.who_met !== null,
  identity_check: (r) => r.identification !== null || !met(r),
  disclosure: (r, open) => r.disclosed || !open,
  recording_state: (r) => recorded(r) || r.no_recording || !met(r),
  outcome: (r) => r.outcome !== null,
  delivery: (r) => r.deliveries > 0 || !r.identification?.passed,
  vulnerability: (r) => r.vulnerabilities !== null || !met(r),
};

/** Duties (codes) that are still open; what the mate's phone tells is not known here. */
export function missing(r: VisitRecord, duties: string[], role: string, rules: RuleTable): string[] {
  const unsafe = r.left_for_safety || r.outcome === "unsafe" || !!r.vulnerabilities?.includes("self_harm_risk");
  const owed = unsafe ? duties.filter((code) => rules.owed_even_when_unsafe.includes(code)) : duties;
  const open = unlocked(r, role, rules);
  return owed.filter((code) => !(DONE[code]?.(r, open) ?? true));
}
