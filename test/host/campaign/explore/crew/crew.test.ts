// Several threads that explore together, with nothing to explore: they meet, take from one another, call off, and count. The threads are
// real ones and run the class as it is built.
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { Crew, type Seat, newBoard } from "../../../../../host/campaign/explore/crew/crew.js";

const BUILT = new URL("../../../../../dist/host/campaign/explore/crew/crew.js", import.meta.url).href;
/** No crew here looks at states. */
const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });

function seats(size: number): Seat[] {
  const board = newBoard(size);
  return Array.from({ length: size }, (_, explorer) => ({ memory, board, size, explorer }));
}

function crewOf(size: number): [Crew, ...Crew[]] {
  return seats(size).map((seat) => new Crew(seat)) as [Crew, ...Crew[]];
}

/** Lets each seat's thread do this, plain text that answers something; and what each answers. */
function inThreads<T>(all: readonly Seat[], text: string, shared?: SharedArrayBuffer): Promise<T[]> {
  const code = `
    const { parentPort, workerData } = require("node:worker_threads");
    import(workerData.built).then(({ Crew }) => {
      const crew = new Crew(workerData.seat);
      const { explorer, size } = workerData.seat;
      const seen = new Int32Array(workerData.shared ?? new SharedArrayBuffer(4));
      parentPort.postMessage((() => { ${text} })());
    });`;
  return Promise.all(
    all.map((seat) => {
      const worker = new Worker(code, { eval: true, workerData: { built: BUILT, seat, shared } });
      return new Promise<T>((resolve, reject) => {
        worker.on("message", resolve);
        worker.on("error", reject);
      });
    }),
  );
}

describe("a crew", () => {
  it("goes on when all have met, and not before, however often", async () => {
    const MEETINGS = 300;
    const told = await inThreads<{ readonly early: number; readonly met: number }>(
      seats(3),
      `let early = 0, met = 0;
       for (let meeting = 1; meeting <= ${MEETINGS}; meeting++) {
         // One after the other is the last.
         if (meeting % size === explorer) for (let wait = 0; wait < 20000; wait++) Atomics.load(seen, explorer);
         Atomics.add(seen, explorer, 1);
         if (crew.meet()) met++;
         for (let other = 0; other < size; other++) if (Atomics.load(seen, other) < meeting) early++;
       }
       return { early, met };`,
      new SharedArrayBuffer(12),
    );
    expect(told).toEqual([0, 1, 2].map(() => ({ early: 0, met: MEETINGS })));
  });

  it("lets those go who wait, when it is called off", async () => {
    const all = seats(3);
    const [first, ...others] = all as [Seat, ...Seat[]];
    const waiting = inThreads(others, `return [crew.meet(), crew.incomplete];`);
    const crew = new Crew(first);
    expect([crew.isCalledOff, crew.hasFound, crew.incomplete]).toEqual([false, false, null]);
    crew.callOff("no more time");
    expect(await waiting).toEqual([
      [false, "no more time"],
      [false, "no more time"],
    ]);
    expect([crew.isCalledOff, crew.hasFound, crew.meet()]).toEqual([true, false, false]);
  });

  it("is called off for the first reason that is given, by as many as give one at once", async () => {
    const told = await inThreads<string>(
      seats(4),
      `crew.meet();
       crew.callOff("reason of " + explorer);
       return crew.incomplete;`,
    );
    expect(new Set(told).size).toBe(1);
    expect(told[0]).toMatch(/^reason of [0-3]$/);
  });

  it("is called off by the first reason why it cannot be complete; what was found counts besides", () => {
    const [one, other] = crewOf(2) as [Crew, Crew];
    one.tellFound();
    other.callOff("more states than there may be");
    expect([other.hasFound, other.isCalledOff, other.incomplete]).toEqual([
      ...[true, true],
      "more states than there may be",
    ]);

    const [third, fourth] = crewOf(2) as [Crew, Crew];
    third.callOff("first");
    fourth.callOff("second");
    fourth.tellFound();
    expect([third.hasFound, third.incomplete]).toEqual([true, "first"]);
  });

  it("tells a reason as far as there is room for it", () => {
    for (const size of [1, 2, 3, 64]) {
      const [crew] = crewOf(size);
      crew.callOff("é".repeat(600));
      expect(crew.incomplete).toBe("é".repeat(512));
      const [other] = crewOf(size);
      other.callOff("");
      expect([other.isCalledOff, other.incomplete]).toEqual([true, ""]);
    }
  });

  it("counts together what each has counted, when all have left", async () => {
    const all = seats(3);
    const left = inThreads(
      all.slice(1),
      `const many = 2 ** 40 * explorer;
       crew.leave({ judged: many + 1, planned: many + 2, bootsExecuted: explorer, callsAudited: 10 ** explorer });
       return crew.whole();`,
    );
    const crew = new Crew(all[0] as Seat);
    crew.leave({ judged: 5, planned: 6, bootsExecuted: 7, callsAudited: 8 });
    const whole = {
      judged: 3 * 2 ** 40 + 7,
      planned: 3 * 2 ** 40 + 10,
      bootsExecuted: 10,
      callsAudited: 118,
    };
    expect(crew.whole()).toEqual(whole);
    expect(await left).toEqual([whole, whole]);
  });

  it("hands out each state of each explorer once, and all of them again after the next meeting", async () => {
    const COUNT = 200_000;
    const DEPTHS = 2;
    const taken = new SharedArrayBuffer(3 * COUNT * 4);
    const told = await inThreads<number>(
      seats(3),
      `crew.meet();
       for (let depth = 0; depth < ${DEPTHS}; depth++) {
         // All of them from the same at the same time.
         for (let from = 0; from < size; from++) {
           for (let at = crew.take(from, 2); at < ${COUNT}; at = crew.take(from, 2)) {
             Atomics.add(seen, from * ${COUNT} + at, 1);
             Atomics.add(seen, from * ${COUNT} + at + 1, 1);
           }
         }
         crew.meet();
         if (explorer === 0) crew.takeNone();
         crew.meet();
       }
       return crew.take(explorer, 1);`,
      taken,
    );
    expect(told).toEqual([0, 0, 0]);
    expect(new Int32Array(taken).every((times) => times === DEPTHS)).toBe(true);
  });
});
