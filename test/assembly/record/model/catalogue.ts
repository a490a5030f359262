// Which designs are asked what: those that must close, with their assumption; and each rule of a design left out, which
// must fail. The names of the latter are the names of their traces in test/vectors/record.
import { copies, decidedCounter, decidedErase, decidedSeal } from "./designs/once.js";
import { refreshEveryBoot, refreshWithMark } from "./designs/refresh.js";
import { selector } from "./designs/zero.js";
import type { Question } from "./explore.js";
import type { Physics } from "./flash.js";

/** A design that closes: its states, and the erases and programs of a clean boot, of any boot, of an update. */
export interface Closing extends Question {
  readonly name: string;
  readonly states: number;
  /** Erases and programs, at most. */
  readonly clean: string;
  readonly boot: string;
  readonly update: string;
}

const AND: Physics = { rule: "and" };
const ZERO: Physics = { rule: "zero-again" };
/** As the prototype had it: only the selector may be programmed again. */
const ZERO_SELECTOR: Physics = { ...ZERO, zeroRole: "selector" };
const ONCE: Physics = { rule: "once" };
const SEAL_DECIDED: Physics = { rule: "once", decidedRole: "seal" };
const SEAL_TOUCHED: Physics = { rule: "once", touchedRole: "seal" };
/** A part whose erased flash is unreadable, one program unit to a page that is erased alone. */
const PAGES: Physics = { ...SEAL_DECIDED, blankUnreadable: true };

function closing(
  name: string,
  question: Question,
  states: number,
  costs: readonly [string, string, string],
): Closing {
  const [clean, boot, update] = costs;
  return { name, ...question, states, clean, boot, update };
}

export const CLOSING: readonly Closing[] = [
  closing("A", { design: decidedSeal({ units: 1 }), physics: SEAL_DECIDED }, 120, ["0/0", "0/0", "1/2"]),
  closing("A, body of 2 units", { design: decidedSeal({ units: 2 }), physics: SEAL_DECIDED }, 168, [
    "0/0",
    "0/0",
    "1/3",
  ]),
  closing("A, body of 4 units", { design: decidedSeal({ units: 4 }), physics: SEAL_DECIDED }, 264, [
    "0/0",
    "0/0",
    "1/5",
  ]),
  closing(
    "A, any touch is a seal, a touched seal never reads erased",
    { design: decidedSeal({ units: 4, anyTouch: true }), physics: SEAL_TOUCHED },
    528,
    ["0/0", "0/0", "1/5"],
  ),
  closing(
    "A, erased flash unreadable, the seal in a page of its own",
    { design: decidedSeal({ units: 1, apart: true }), physics: PAGES },
    192,
    ["0/0", "0/0", "2/2"],
  ),
  closing("B", { design: decidedErase(), physics: { ...ONCE, decidedErase: true } }, 72, [
    "0/0",
    "0/0",
    "2/1",
  ]),
  closing("C", { design: decidedCounter(), physics: { ...ONCE, decidedCounter: true } }, 22, [
    "0/0",
    "0/0",
    "1/2",
  ]),
  closing(
    "D, marks programmed once",
    { design: selector({ units: 1, wipe: true }), physics: ZERO_SELECTOR },
    59,
    ["0/0", "2/2", "3/3"],
  ),
  ...[
    [1, 65],
    [2, 117],
    [4, 201],
  ].map(([units, states]) =>
    closing(`D, body of ${units} units`, { design: selector({ units: units! }), physics: ZERO }, states!, [
      "0/0",
      "1/2",
      `2/${units! + 2}`,
    ]),
  ),
  ...[22, 114, 542, 2483].map((states, index) => {
    const k = index + 2;
    return closing(`E, ${k} copies`, { design: copies(k), physics: { ...ONCE, cutsInARow: k - 1 } }, states, [
      "0/0",
      `${k}/${k + 1}`,
      `${k}/${k + 1}`,
    ]);
  }),
  closing("R, no mark", { design: refreshEveryBoot({ units: 1 }), physics: AND }, 66, ["1/1", "1/1", "1/1"]),
  ...[
    [1, 282],
    [2, 330],
    [4, 426],
  ].map(([units, states]) =>
    closing(
      `R, body of ${units} units`,
      { design: refreshWithMark({ units: units! }), physics: AND },
      states!,
      ["0/0", `1/${units! + 1}`, `1/${units! + 1}`],
    ),
  ),
];

/** A question that must end in a violation. */
export interface Failing extends Question {
  readonly trace: string;
  readonly leftOut: string;
}

function failing(trace: string, leftOut: string, design: Question["design"], physics: Physics): Failing {
  return { trace, leftOut, design, physics };
}

const ONE = { units: 1 } as const;

export const FAILING: readonly Failing[] = [
  failing(
    "two-sectors",
    "everything: two sectors in turn, no assumption",
    decidedSeal({ ...ONE, sealed: false }),
    ONCE,
  ),
  failing("r-no-mark-without-refresh", "refresh", refreshEveryBoot({ ...ONE, refresh: false }), AND),
  failing(
    "r-no-mark-without-erase",
    "erasing the other sector at boot",
    refreshEveryBoot({ ...ONE, eraseOther: false }),
    AND,
  ),
  failing("r-without-refresh", "refresh", refreshWithMark({ ...ONE, refresh: false }), AND),
  failing(
    "r-without-erase-at-boot",
    "erasing the other sector before it is marked",
    refreshWithMark({ ...ONE, eraseOther: false }),
    AND,
  ),
  failing(
    "r-erase-before-refresh",
    "refresh before the other sector is erased",
    refreshWithMark({ ...ONE, refreshFirst: false }),
    AND,
  ),
  failing(
    "r-without-erase-of-target",
    "erasing the target unconditionally",
    refreshWithMark({ ...ONE, eraseTarget: false }),
    AND,
  ),
  failing("r-mark-before-body", "the mark after the body", refreshWithMark({ ...ONE, markLast: false }), AND),
  failing("r-without-cycle", "the cycle", refreshWithMark({ ...ONE, cycle: false }), AND),
  failing(
    "r-on-twice",
    "a part that may be programmed again at will: two writes per unit",
    refreshWithMark(ONE),
    { rule: "twice" },
  ),
  failing("r-on-once", "a part that may be programmed again", refreshWithMark(ONE), ONCE),
  failing("r-zeroing", "erases that never leave an erased bit weak", refreshWithMark(ONE), {
    ...AND,
    zeroing: true,
  }),
  failing("a-without-assumption", "the assumption", decidedSeal(ONE), ONCE),
  failing(
    "a-without-erase-of-target",
    "erasing the target unconditionally",
    decidedSeal({ ...ONE, eraseTarget: false }),
    SEAL_DECIDED,
  ),
  failing(
    "a-seal-before-body",
    "the seal after the body",
    decidedSeal({ ...ONE, sealLast: false }),
    SEAL_DECIDED,
  ),
  failing(
    "a-any-touch-zeroed",
    "reading only the seal itself as a seal, where an erase programs to zero first",
    decidedSeal({ ...ONE, anyTouch: true }),
    { ...SEAL_DECIDED, zeroed: true },
  ),
  failing(
    "a-exact-touched",
    "reading any touch as a seal, where a torn seal flickers but never reads erased",
    decidedSeal(ONE),
    SEAL_TOUCHED,
  ),
  failing("b-without-assumption", "the assumption", decidedErase(), ONCE),
  failing("b-newest-wins", "the older record counts", decidedErase({ newestWins: true }), {
    ...ONCE,
    decidedErase: true,
  }),
  failing("c-without-assumption", "the assumption", decidedCounter(), ONCE),
  failing("c-counter-first", "the counter after the body", decidedCounter({ counterFirst: true }), {
    ...ONCE,
    decidedCounter: true,
  }),
  failing(
    "c-without-erase-of-target",
    "erasing the target unconditionally",
    decidedCounter({ eraseTarget: false }),
    { ...ONCE, decidedCounter: true },
  ),
  failing("d-on-once", "a selector that may be programmed again", selector(ONE), ONCE),
  failing(
    "d-without-resolving",
    "making the selector's reading true",
    selector({ ...ONE, resolve: false }),
    ZERO,
  ),
  failing(
    "d-without-wiping",
    "erasing the sector that does not count, where a mark is programmed once",
    selector(ONE),
    ZERO_SELECTOR,
  ),
  failing("d-without-erase-of-target", "erasing the target", selector({ ...ONE, eraseTarget: false }), ZERO),
  failing("d-zeroed", "erases that never program an erased unit", selector(ONE), { ...ZERO, zeroed: true }),
  ...[2, 3, 4, 5].map((k) =>
    failing(`e${k}-one-more-cut`, `an end to the cuts after ${k - 1} in a row`, copies(k), {
      ...ONCE,
      cutsInARow: k,
    }),
  ),
];
