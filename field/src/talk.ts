/** What may come up during the talk: a promise, hardship, a dispute, a note. Each is one entry. */

import { action, h } from "./dom.ts";
import { both, t } from "./messages.ts";
import type { Day } from "./types.ts";

type Step = (kind: string, said: Record<string, unknown>) => Promise<void>;
type Say = (text: string) => void;

export function talk(may: string[], day: Day, today: string, step: Step, wrong: Say): HTMLElement[] {
  const forms: [string, string, () => HTMLElement[]][] = [
    ["promise_given", t("Promise to pay"), () => promise(day, today, step, wrong)],
    ["hardship_reported", t("Hardship"), () => hardship(day, step, wrong)],
    ["dispute_raised", t("The debt is disputed"), () => text("dispute", t("What is disputed"), (said) => step("dispute_raised", { text: said }), wrong)],
    ["note_added", t("Note"), () => text("note", t("Note"), (said) => step("note_added", { text: said }), wrong)],
  ];
  return forms.filter(([kind]) => may.includes(kind)).map(([, title, form]) => h("details", { class: "card" }, h("summary", {}, title), ...form()));
}

function promise(day: Day, today: string, step: Step, wrong: Say): HTMLElement[] {
  const amount = h("input", { id: "amount", inputmode: "decimal", autocomplete: "off" }) as HTMLInputElement;
  const due = h("input", { id: "due", type: "date", min: today }) as HTMLInputElement;
  const channels = Object.entries(day.words.pay_channel ?? {}).map(([code, said]) => choice("channel", code, both(said)));
  return [
    h("label", { for: "amount" }, t("Amount in yuan")), amount,
    h("label", { for: "due" }, t("By what day")), due,
    h("fieldset", {}, h("legend", {}, t("How will it be paid?")), ...channels.map(({ row }) => row)),
    action(t("Record the promise"), async () => {
      const fen = fenOf(amount.value), channel = channels.find(({ box }) => box.checked)?.box.value;
      if (!fen) return wrong(t("Write the amount in yuan, with at most two decimals: 1200 or 1200.50."));
      if (!due.value || due.value < today || !channel) return wrong(t("Choose a day from today on, and how it will be paid."));
      await step("promise_given", { amount_fen: fen, due: due.value, channel });
    }),
  ];
}

function hardship(day: Day, step: Step, wrong: Say): HTMLElement[] {
  const kinds = day.rules.hardships.map((code) => choice("hardship", code, both(day.words.reason?.[code]), "checkbox"));
  return [
    ...kinds.map(({ row }) => row),
    action(t("Record the hardship"), async () => {
      const chosen = kinds.filter(({ box }) => box.checked).map(({ box }) => box.value);
      if (!chosen.length) return wrong(t("Choose at least one."));
      await step("hardship_reported", { hardships: chosen, note: "" });
    }),
  ];
}

function text(id: string, label: string, done: (said: string) => Promise<void>, wrong: Say): HTMLElement[] {
  const area = h("textarea", { id, rows: "3", maxlength: "1000" }) as HTMLTextAreaElement;
  return [
    h("label", { for: id }, label), area,
    action(t("Record"), async () => {
      if (!area.value.trim()) return wrong(t("Write something first."));
      await done(area.value.trim());
    }),
  ];
}

function choice(name: string, code: string, label: string, type = "radio") {
  const box = h("input", { type, name, value: code, id: `${name}-${code}` }) as HTMLInputElement;
  return { box, row: h("label", { class: "tick", for: `${name}-${code}` }, box, label) };
}

/** Whole fen, or 0 where it is no amount: never through a fraction. */
export function fenOf(given: string): number {
  const found = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(given.trim().replace(/[,，]/g, ""));
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : 0;
}
