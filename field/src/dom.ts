/** Elements from data: text is only ever text, never markup. */

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | boolean | ((event: Event) => void) | undefined>;

export function h(tag: string, given: Attributes = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (typeof value === "string") element.setAttribute(name, value);
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return element;
}

/** A button that works once at a time, so that two touches are one act. */
export function action(label: string, on: () => Promise<unknown> | void, style = "main"): HTMLElement {
  const button = h("button", { type: "button", class: `act ${style}` }, label) as HTMLButtonElement;
  button.addEventListener("click", () => {
    if (button.disabled) return;
    button.disabled = true;
    void Promise.resolve(on()).finally(() => (button.disabled = false));
  });
  return button;
}

export function card(title: string, ...children: Child[]): HTMLElement {
  return h("section", { class: "card" }, h("h2", {}, title), ...children);
}

export function list(texts: string[]): HTMLElement {
  return h("ul", {}, ...texts.map((text) => h("li", {}, text)));
}

export function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

export function time(ms: number): string {
  return new Date(ms).toTimeString().slice(0, 5);
}

export function yuan(fen: number): string {
  const whole = Math.trunc(fen / 100), rest = String(Math.abs(fen % 100)).padStart(2, "0");
  return `¥${String(whole).replace(/\B(?=(\d{3})+$)/g, ",")}.${rest}`;
}
