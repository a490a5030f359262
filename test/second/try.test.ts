import { it } from "vitest";
import { RandomGuests, plainRandomCase, twiceOf } from "./random.js";
import { comparable, saidBySecond } from "./bridge.js";

it("random", async () => {
  const guests = await RandomGuests.make();
  let n = 0, skipped = 0, gave = 0, states = 0, same = 0, ta = 0, tb = 0;
  for (let number = 0; n < 60; number++) {
    const one = plainRandomCase(number);
    if (one === undefined) continue;
    n++;
    let depth = [Infinity, 2, 1, 1, 2][n % 5]!;
    let t = performance.now();
    let first = guests.saidByFirst(one, depth);
    if (first === null) first = guests.saidByFirst(one, depth = 1);
    ta += performance.now() - t;
    if (first === null) { skipped++; continue; }
    t = performance.now();
    let second;
    try { second = saidBySecond(twiceOf(one, depth), guests.worldOf(one)); } catch (e) { console.log(number, one.words, String(e)); continue; }
    tb += performance.now() - t;
    states += second.states;
    if (first.gaveUp || second.gaveUp) { gave++; if (first.gaveUp !== second.gaveUp) console.log("GAVE", number); continue; }
    const { gaveUp, ...f } = first;
    const c = comparable(second, first);
    if (JSON.stringify(f) !== JSON.stringify(c)) console.log("DIFF", number, depth, one.words, JSON.stringify(f), JSON.stringify(c));
    else same++;
  }
  console.log({ n, skipped, gave, states, same, ta, tb });
}, 600000);
