// The board: blocks are dragged with mouse, pen or finger; the server says what a move would do before it is let go.
// The form holds the move, so dragging, the lists and the keyboard all go one way. Without this file the form does it.
"use strict";

(() => {
  const board = document.getElementById("board");
  if (!board) return;
  const data = JSON.parse(document.getElementById("board-data").textContent);
  const [form, svg, tray, bubble, panel, bar] = ["form", "drawing", "out", "bubble", "answer", "bar"].map((name) => document.getElementById(`board-${name}`));
  const field = (name) => form.elements[name];
  const blocks = new Map([...svg.querySelectorAll("[data-stop]")].map((block) => [block.dataset.stop, block]));
  const rows = new Map([...svg.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));
  const atHour = document.getElementById("board-at-hour");
  const FIRST = "first";
  const STILL = 6; // pixels: less is a tap
  const PAUSE = 90; // milliseconds without a new place before the server is asked
  let drag = null;
  let asking = null;
  let timer = 0;

  const x = (minute) => data.edge + (minute - data.first) * data.minute;
  const minuteAt = (left) => data.first + (left - data.edge) / data.minute;
  const clock = (minute) => [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
  const crewOf = (id) => data.rows.find((row) => row.stops.some((stop) => stop[0] === id));

  // --- what is shown of an answer ---
  const put = (block, left, top, number) => {
    block.setAttribute("transform", `translate(${left} ${top})`);
    block.querySelector(".tl-number").textContent = number;
  };

  const drive = (row, leave, back) => {
    const way = row.querySelector(".tl-way");
    way.setAttribute("x", leave.toFixed(1));
    way.setAttribute("width", Math.max(0, back - leave).toFixed(1));
  };

  // A visit that stands in no row yet gets a block for as long as the answer is looked at.
  const newcomer = () => {
    const block = blocks.values().next().value?.cloneNode(true);
    if (!block) return null;
    for (const name of ["data-stop", "tabindex", "role", "aria-label"]) block.removeAttribute(name);
    block.setAttribute("class", "board-stop board-new board-shown");
    svg.append(block);
    return block;
  };

  const asDrawn = () => {
    for (const block of blocks.values()) {
      put(block, block.dataset.x, block.dataset.y, block.dataset.number);
      block.classList.remove("board-shown");
    }
    for (const row of rows.values()) drive(row, Number(row.dataset.leave), Number(row.dataset.back));
    for (const row of [...rows.values(), tray]) row.classList.remove("board-target", "board-refused");
    svg.querySelector(".board-new")?.remove();
  };

  const show = (answer, target, moved) => {
    asDrawn();
    target?.classList.add(answer.feasible ? "board-target" : "board-refused");
    for (const day of answer.days) {
      const y = data.head + data.lane * data.rows.findIndex((row) => row.code === day.crew);
      drive(rows.get(day.crew), x(day.leave), x(day.back));
      for (const [id, start, number] of day.stops) {
        const block = blocks.get(id) || newcomer();
        if (!block) continue;
        put(block, x(start).toFixed(1), y, number);
        if (id === moved) block.classList.add("board-shown");
      }
    }
  };

  const reveal = (id) => {
    const block = svg.querySelector(".board-new") || blocks.get(id);
    if (!block) return;
    const [frame, box] = [board.getBoundingClientRect(), block.getBoundingClientRect()];
    if (box.left < frame.left + 140 || box.right > frame.right) board.scrollLeft += box.left - frame.left - frame.width / 2;
  };

  const say = (text, tone, at) => {
    bubble.hidden = !text;
    bubble.className = `board-bubble ${tone}`;
    bubble.textContent = text;
    if (!at) return;
    const box = bubble.getBoundingClientRect();
    bubble.style.left = `${Math.max(8, Math.min(at.x - box.width / 2, window.innerWidth - box.width - 8))}px`;
    bubble.style.top = `${at.y - box.height - 34 > 8 ? at.y - box.height - 34 : at.y + 34}px`;
  };

  // --- asking ---
  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const answer = await fetch(board.dataset.url, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, signal });
      if (!answer.ok) throw new Error(String(answer.status));
      return await answer.json();
    } catch (error) {
      if (signal.aborted) return null;
      return { feasible: false, brief: board.dataset.failed, days: [], panel: null };
    }
  };

  const settle = (answer, focus) => {
    if (answer.panel === null) {
      panel.replaceChildren(Object.assign(document.createElement("p"), { className: "alert alert-danger", textContent: answer.brief }));
    } else {
      panel.innerHTML = answer.panel; // our own template, escaped on the server
    }
    panel.querySelector("[data-cancel]")?.removeAttribute("hidden");
    if (focus) (panel.querySelector("button[type=submit]") || panel).focus({ preventScroll: false });
  };

  // The last word stands at the foot of the window: the panel with all hours may be far below a long drawing.
  const offer = (answer) => {
    bar.hidden = false;
    bar.className = `board-bar ${answer.feasible ? "good" : "bad"}`;
    bar.querySelector("[data-said]").textContent = answer.brief;
    bar.querySelector("[data-apply]").hidden = !answer.feasible;
    bar.querySelector(answer.feasible ? "[data-apply]" : "[data-cancel]").focus({ preventScroll: true });
  };

  const fill = (move) => {
    for (const [name, value] of Object.entries(move)) field(name).value = value;
    fit();
  };

  // --- where the pointer is ---
  const placeAt = (event) => {
    const under = document.elementFromPoint(event.clientX, event.clientY);
    if (under && tray.contains(under)) return blocks.has(drag.id) ? { key: "out", target: tray, move: { do: "out" } } : null;
    const frame = svg.getBoundingClientRect();
    const index = Math.floor((event.clientY - frame.top - data.head) / data.lane);
    const row = data.rows[index];
    const visible = board.getBoundingClientRect();
    if (!row || event.clientX < visible.left || event.clientX > visible.right) return null;
    const begin = minuteAt(event.clientX - frame.left - drag.grip);
    if (atHour.checked) {
      const arrive = clock(Math.round(begin / 5) * 5);
      return { key: `${row.code} ${arrive}`, target: rows.get(row.code), move: { do: "put", crew: row.code, after: "", arrive } };
    }
    const middle = begin + drag.minutes / 2;
    const before = row.stops.filter((stop) => stop[0] !== drag.id && stop[1] + stop[2] / 2 <= middle);
    const after = before.length ? before[before.length - 1][0] : FIRST;
    if (crewOf(drag.id) === row && after === drag.stands) return { key: "", target: rows.get(row.code), move: null };
    return { key: `${row.code} ${after}`, target: rows.get(row.code), move: { do: "put", crew: row.code, after, arrive: "" } };
  };

  const look = (event) => {
    const place = placeAt(event);
    drag.at = { x: event.clientX, y: event.clientY };
    if ((place?.key || "") === drag.key) {
      if (drag.answer) say(drag.answer.brief, drag.answer.feasible ? "good" : "bad", drag.at);
      return;
    }
    Object.assign(drag, { key: place?.key || "", place, answer: null });
    asking?.abort();
    clearTimeout(timer);
    asDrawn();
    if (!place?.move) return say("", "");
    say(board.dataset.asking, "", drag.at);
    fill({ customer: drag.id, ...place.move });
    const mine = drag;
    mine.waiting = new Promise((done) => {
      timer = setTimeout(async () => {
        const answer = await ask();
        if (answer && drag === mine && mine.place === place) {
          mine.answer = answer;
          show(answer, place.target, mine.id);
          say(answer.brief, answer.feasible ? "good" : "bad", mine.at);
        }
        done(answer);
      }, PAUSE);
    });
  };

  // --- dragging ---
  const lift = (event) => {
    drag.moving = true;
    drag.source.classList.add("board-lifted");
    const ghost = document.createElement("div");
    ghost.className = "board-ghost";
    ghost.textContent = drag.source.querySelector(".tl-number")?.textContent || drag.source.textContent.trim();
    if (blocks.has(drag.id)) ghost.style.width = `${Math.max(24, drag.minutes * data.minute)}px`;
    document.body.append(ghost);
    drag.ghost = ghost;
    choose(drag.id);
    follow(event);
  };

  const follow = (event) => {
    drag.ghost.style.left = `${event.clientX - drag.grip}px`;
    drag.ghost.style.top = `${event.clientY - 16}px`;
    const frame = board.getBoundingClientRect();
    if (event.clientX > frame.right - 36) board.scrollLeft += 12;
    else if (event.clientX < frame.left + 110) board.scrollLeft -= 12;
  };

  const drop = () => {
    const done = drag;
    drag = null;
    done.source.classList.remove("board-lifted");
    done.ghost?.remove();
    say("", "");
    return done;
  };

  const start = (event) => {
    const source = event.target.closest("[data-stop], [data-left]");
    if (!source || event.button > 0 || drag) return;
    const id = source.dataset.stop || source.dataset.left;
    const row = crewOf(id);
    const place = row ? row.stops.findIndex((stop) => stop[0] === id) : -1;
    const width = row ? source.getBoundingClientRect().width : 30;
    bar.hidden = true;
    drag = {
      id, source, key: "", place: null, answer: null, moving: false, pointer: event.pointerId,
      from: { x: event.clientX, y: event.clientY },
      grip: row ? Math.min(width, event.clientX - source.getBoundingClientRect().left) : width / 2,
      minutes: row ? row.stops[place][2] : 20,
      stands: place > 0 ? row.stops[place - 1][0] : FIRST,
    };
    source.setPointerCapture(event.pointerId);
  };

  const move = (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    if (!drag.moving && Math.hypot(event.clientX - drag.from.x, event.clientY - drag.from.y) < STILL) return;
    event.preventDefault();
    if (!drag.moving) lift(event);
    follow(event);
    look(event);
  };

  const end = async (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    const done = drop();
    if (!done.moving) return choose(done.id);
    if (!done.place?.move) return cancel();
    const answer = done.answer || (await ask());
    if (!answer) return;
    show(answer, done.place.target, done.id);
    reveal(done.id);
    settle(answer, false);
    offer(answer);
  };

  const abandon = (event) => {
    if (!drag || (event.pointerId !== undefined && event.pointerId !== drag.pointer)) return;
    drop();
    cancel();
  };

  const cancel = () => {
    asking?.abort();
    clearTimeout(timer);
    asDrawn();
    panel.replaceChildren();
    bar.hidden = true;
  };

  // --- choosing a visit or a crew ---
  const light = (crew) => {
    for (const button of board.querySelectorAll("[data-crew]")) button.setAttribute("aria-pressed", String(button.dataset.crew === crew));
    document.dispatchEvent(new CustomEvent("zoufang:crew", { detail: crew }));
  };

  const choose = (id) => {
    for (const one of document.querySelectorAll(".board-chosen")) one.classList.remove("board-chosen");
    document.querySelector(`[data-stop="${id}"], [data-left="${id}"]`)?.classList.add("board-chosen");
    field("customer").value = id;
    light(crewOf(id)?.name || "");
  };

  const fit = () => {
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(field("do").value);
  };

  for (const surface of [svg, tray]) {
    surface.addEventListener("pointerdown", start);
    surface.addEventListener("pointermove", move);
    surface.addEventListener("pointerup", end);
    surface.addEventListener("pointercancel", abandon);
  }
  // One block can be reached by Tab, the others from it by the arrows: hundreds of stops before the form would be too many.
  const walk = (block, key) => {
    const id = block.dataset.stop;
    const row = crewOf(id);
    const place = row.stops.findIndex((stop) => stop[0] === id);
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[key];
    let next = row.stops[place + step];
    if (key === "ArrowUp" || key === "ArrowDown") {
      const filled = data.rows.filter((one) => one.stops.length);
      const other = filled[filled.indexOf(row) + step];
      const away = (stop) => Math.abs(stop[1] - row.stops[place][1]);
      next = other && [...other.stops].sort((one, two) => away(one) - away(two))[0];
    }
    if (!next) return;
    block.setAttribute("tabindex", "-1");
    blocks.get(next[0]).setAttribute("tabindex", "0");
    blocks.get(next[0]).focus();
  };

  [...blocks.values()].forEach((block, place) => {
    block.setAttribute("role", "button");
    block.setAttribute("tabindex", place ? "-1" : "0");
  });
  document.addEventListener("keydown", (event) => {
    const source = event.target.closest?.("[data-stop], [data-left]");
    if (event.key === "Escape") abandon(event);
    else if (source?.dataset.stop && event.key.startsWith("Arrow")) {
      event.preventDefault();
      walk(source, event.key);
    } else if (source && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      choose(source.dataset.stop || source.dataset.left);
      field("do").focus();
    }
  });
  board.addEventListener("click", (event) => {
    const button = event.target.closest("[data-crew]");
    if (button) light(button.getAttribute("aria-pressed") === "true" ? "" : button.dataset.crew);
  });
  for (const place of [panel, bar]) {
    place.addEventListener("click", (event) => {
      if (event.target.closest("[data-cancel]")) cancel();
      else if (event.target.closest("[data-apply]")) panel.querySelector("button[type=submit]").click();
      else if (event.target.closest("[data-details]")) panel.scrollIntoView({ block: "center" });
    });
  }
  form.addEventListener("change", (event) => {
    if (event.target.name === "hold") return;
    fit();
    cancel();
    if (event.target.name === "customer") choose(event.target.value);
  });
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.hasAttribute("formaction")) return; // to be applied: the page is loaded anew
    event.preventDefault();
    const answer = await ask();
    if (!answer) return;
    show(answer, rows.get(field("crew").value), field("customer").value);
    reveal(field("customer").value);
    settle(answer, true);
  });
  fit();
  atHour.closest("label").hidden = false;
  const leaves = [...rows.values()].map((row) => Number(row.dataset.leave)).filter(Boolean);
  const begins = leaves.length ? Math.min(...leaves) : 0;
  if (begins > board.clientWidth - 220) board.scrollLeft = begins - 12; // on a narrow page show where the day begins
})();
