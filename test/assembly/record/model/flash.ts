// The abstract flash of the Record's model: units that are programmed and erased, cut, and then flicker. It knows what a
// part allows and what an assumption rules out; it never knows what a design does with it.
//
// A unit that a cut left behind is *weak*: the adversary chooses at every single read whether it reads as programmed or
// as erased, until an erase completes. Nothing is kept of a choice, so a unit that settles down for one power-up is
// included. What a unit holds is a symbol, not bits: which bits of a body are torn is the business of its check, and
// the model takes the check's promise (a mixture of two contents is never valid) as given.
import type { Oracle } from "./oracle.js";

export const ERASED = 0;
/** Seal, mark, selector: the one content of a unit that says yes. On parts that allow zero over anything, all zero. */
export const SEAL = 1;
/** The ECC of the unit cannot be corrected. */
export const UNREADABLE = 2;
/** Neither erased nor anything that was ever programmed there: an erase begins by programming to zero. */
export const GARBAGE = 3;
const BODIES = 4;
const CYCLES = 3;

/** The body of record `id` with its cycle. */
export function body(id: number, cycle = 0): number {
  return BODIES + id * CYCLES + cycle;
}
export function isBody(symbol: number): boolean {
  return symbol >= BODIES;
}
export function idOf(symbol: number): number {
  return Math.floor((symbol - BODIES) / CYCLES);
}
export function cycleOf(symbol: number): number {
  return (symbol - BODIES) % CYCLES;
}

/** What a part allows to be programmed between two erases. */
export type Rule = "and" | "once" | "zero-again" | "twice";

/** What the adversary may do. The full adversary has none of the optional ones. */
export interface Physics {
  readonly rule: Rule;
  /** Under "zero-again": only units of this role may, not every one. */
  readonly zeroRole?: string;
  /** Assumption A: a torn program of a unit with this role reads alike for ever. */
  readonly decidedRole?: string;
  /** Assumption B: a torn erase reads alike for ever. */
  readonly decidedErase?: boolean;
  /** Assumption C: a torn advance of the counter is one of the two values for ever. */
  readonly decidedCounter?: boolean;
  /** Assumption E: this many boots and updates in a row, and no more, are cut. */
  readonly cutsInARow?: number;
  /** A weak unit may also be unreadable at any read. */
  readonly ecc?: boolean;
  /** Erased is unreadable too (LPC55). */
  readonly blankUnreadable?: boolean;
  /**
   * A cut erase may be in its first phase, where it programs towards zero: an erased unit may read as programmed, any
   * unit as garbage, and programming the same bits again does not mend the ones among them.
   */
  readonly zeroing?: boolean;
  /** A cut erase may be in a first phase that has programmed some units to zero for good and left the others alone. */
  readonly zeroed?: boolean;
  /** Assumption A, other form: a unit with this role that a program touched never again reads as erased. */
  readonly touchedRole?: string;
  /** Cuts strike only within operations: fewer states, the same violations. */
  readonly cutsWithin?: boolean;
}

/** FRESH: erased whole, never touched. TOUCHED: reads erased for certain, yet used. TORN: weak by an erase's zeroing. */
export const FRESH = 0;
export const STRONG = 1;
export const TOUCHED = 2;
export const WEAK = 3;
export const TORN = 4;
/** Weak between the programmed content and garbage, never erased. */
export const NEVER_ERASED = 5;

export interface Unit {
  readonly kind: number;
  readonly symbol: number;
  /** Programs since the last whole erase; kept only where the part counts them. */
  readonly writes: number;
}
export const FRESH_UNIT: Unit = { kind: FRESH, symbol: ERASED, writes: 0 };

/** The power went. */
export class PowerCut extends Error {}
/** A used unit was programmed where the part forbids it. */
export class RuleBreak extends Error {}

export class Flash {
  readonly sectors: Unit[][];
  /** The parity of a one-way counter; `counterWeak`: a cut advance, either value at each read. */
  counter: number;
  counterWeak: boolean;
  /** Erases, programs and advances so far. */
  operations = 0;
  readonly steps: string[] = [];
  /** Who operates, for the steps. */
  actor = "";

  constructor(
    sectors: readonly (readonly Unit[])[],
    counter: { readonly parity: number; readonly weak: boolean },
    private readonly roles: readonly (readonly string[])[],
    private readonly physics: Physics,
    private readonly oracle: Oracle,
    private readonly mayCut: boolean,
  ) {
    this.sectors = sectors.map((units) => units.slice());
    this.counter = counter.parity;
    this.counterWeak = counter.weak;
  }

  read(sector: number, unit: number): number {
    const { kind, symbol } = this.unit(sector, unit);
    const blank = this.physics.blankUnreadable === true ? UNREADABLE : ERASED;
    if (kind === FRESH || kind === TOUCHED) return blank;
    if (kind === STRONG) return symbol;
    const readings = kind === NEVER_ERASED ? [symbol, GARBAGE] : [symbol, blank];
    if (kind === TORN && symbol !== this.zero) readings.push(this.zero);
    if (this.physics.ecc === true && blank === ERASED) readings.push(UNREADABLE);
    const reading = readings[this.oracle.choose(readings.length)]!;
    this.say(`reads ${this.name(sector, unit)} as ${this.content(reading)}, by chance`);
    return reading;
  }

  erase(sector: number): void {
    const units = this.sectors[sector]!;
    this.cutBefore();
    this.say(`erase sector ${sector}`);
    if (this.mayCut && this.oracle.choose(2) === 1) {
      const early = this.physics.zeroed === true && this.oracle.choose(2) === 1;
      this.sectors[sector] = units.map((unit) => (early ? this.zeroedOrLeft(unit) : this.tornErase(unit)));
      throw this.cut();
    }
    this.sectors[sector] = units.map(() => FRESH_UNIT);
  }

  program(sector: number, unit: number, symbol: number): void {
    const old = this.unit(sector, unit);
    const doing = `program ${this.name(sector, unit)}${isBody(symbol) ? ` with record ${idOf(symbol)}` : ""}`;
    this.cutBefore();
    this.say(doing);
    if (old.kind !== FRESH) this.checkRule(this.roles[sector]![unit]!, old, symbol);
    const writes = this.physics.rule === "twice" ? old.writes + 1 : 0;
    // Where zeroing has begun, only a content without ones comes out whole.
    const mends = old.kind !== TORN || symbol === this.zero;
    const isGarbage = old.symbol === GARBAGE && old.kind === STRONG;
    const whole: Unit = isGarbage ? old : { kind: mends ? STRONG : NEVER_ERASED, symbol, writes };
    if (this.mayCut && this.oracle.choose(2) === 1) {
      this.sectors[sector]![unit] = this.tornProgram(this.roles[sector]![unit]!, old, whole);
      throw this.cut();
    }
    this.sectors[sector]![unit] = whole;
  }

  readCounter(): number {
    return this.counterWeak && this.oracle.choose(2) === 1 ? 1 - this.counter : this.counter;
  }

  /** Makes the counter's parity `parity`. */
  advanceCounter(parity: number): void {
    this.cutBefore();
    this.say("advance the counter");
    if (this.mayCut && this.oracle.choose(2) === 1) {
      const decided = this.physics.decidedCounter === true;
      if (decided) this.counter = this.oracle.choose(2) === 0 ? this.counter : parity;
      else this.counterWeak = true;
      throw this.cut();
    }
    this.counter = parity;
    this.counterWeak = false;
  }

  say(step: string): void {
    this.steps.push(`${this.actor}: ${step}`);
  }

  /** What a unit programmed to zero reads as: the seal, where the seal is all zero. */
  private get zero(): number {
    return this.physics.rule === "zero-again" ? SEAL : GARBAGE;
  }

  private unit(sector: number, unit: number): Unit {
    return this.sectors[sector]![unit]!;
  }

  /** Between two operations the flash of the one before is whole, and the caller has not gone on. */
  private cutBefore(): void {
    this.operations++;
    if (this.mayCut && this.physics.cutsWithin !== true && this.oracle.choose(2) === 1) {
      this.say("cut before the next operation");
      throw new PowerCut();
    }
  }

  private cut(): PowerCut {
    this.steps.push(`${this.steps.pop()!}, cut`);
    return new PowerCut();
  }

  private tornProgram(role: string, old: Unit, whole: Unit): Unit {
    // What is strong already only gains charge by the same bits once more.
    if (old.kind === STRONG && old.symbol === whole.symbol) return whole;
    if (role === this.physics.decidedRole) return this.decide(whole);
    if (role === this.physics.touchedRole) return { ...whole, kind: NEVER_ERASED };
    return { ...whole, kind: old.kind === TORN ? TORN : WEAK };
  }

  private decide(whole: Unit): Unit {
    return this.oracle.choose(2) === 0 ? whole : { kind: TOUCHED, symbol: ERASED, writes: whole.writes };
  }

  private zeroedOrLeft(unit: Unit): Unit {
    if (this.oracle.choose(2) === 1) return { kind: STRONG, symbol: this.zero, writes: unit.writes };
    return unit.kind === FRESH ? { ...unit, kind: TOUCHED } : unit;
  }

  private tornErase({ kind, symbol, writes }: Unit): Unit {
    const isBlank = kind === FRESH || kind === TOUCHED;
    const blank: Unit = { kind: TOUCHED, symbol: ERASED, writes };
    if (this.physics.zeroing === true) return { kind: TORN, symbol: isBlank ? this.zero : symbol, writes };
    if (isBlank) return blank;
    return this.physics.decidedErase === true
      ? this.decide({ kind: STRONG, symbol, writes })
      : { kind: WEAK, symbol, writes };
  }

  private checkRule(role: string, old: Unit, symbol: number): void {
    const { rule, zeroRole = role } = this.physics;
    if (rule === "zero-again" && symbol === SEAL && role === zeroRole) return;
    const sameBits = old.symbol === symbol || old.symbol === ERASED || old.symbol === GARBAGE;
    if (rule === "and" && sameBits) return;
    if (rule === "twice" && sameBits && old.writes < 2) return;
    throw new RuleBreak();
  }

  private name(sector: number, unit: number): string {
    return `${this.roles[sector]![unit]!} in sector ${sector}`;
  }

  private content(symbol: number): string {
    if (isBody(symbol)) return `record ${idOf(symbol)}`;
    return ["erased", "programmed", "unreadable", "garbage"][symbol]!;
  }
}
