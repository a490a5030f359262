// The next guest call of a position on the device as it stands: every way in which it can go, by the memo or executed; or
// executed once with something going wrong in it. Moves the device back to where it was, always.
import { DefectError } from "../../core/errors.js";
import { WORLD_MODELS, type WorldModel } from "../plan/fault-models.js";
import * as abi from "../../../assembly/abi.js";
import type { Device } from "../../device/device.js";
import { IN_BOOT, executeCall } from "../play/call.js";
import { Dialogue, type Exchange } from "../world/dialogue.js";
import { type Context, Contexts } from "./memo/contexts.js";
import { type Made, Memo } from "./memo/memo.js";
import { type Outcome, Outcomes, type Way } from "./memo/outcomes.js";
import { Talk, isAnswer, scriptOf } from "./memo/talk.js";
import type { Position } from "../play/position.js";
import type { Player } from "../play/player.js";

const NO_EXCHANGES: readonly Exchange[] = [];

/** A memo's answer that executing the call did not confirm. */
export class AuditError extends DefectError {
  override readonly name = "AuditError";
}

/** A call in which something went wrong, and what it has asked of what surrounds the device. */
export interface Struck extends Pick<Made, "said"> {
  readonly outcome: Outcome;
}

/** Guest calls on one device in one scene. */
export class Calls {
  readonly outcomes: Outcomes;
  readonly #device: Device;
  readonly #player: Player;
  readonly #memo: Memo;
  readonly #contexts: Contexts;
  readonly #models: ReadonlySet<string>;
  readonly #met = new Set<WorldModel>();
  #bootsExecuted = 0;
  #audited = 0;

  /** @param waysMax ways to read that one call may have; @param models names of the fault models */
  constructor(device: Device, player: Player, waysMax: number, models: readonly string[] = []) {
    this.#models = new Set(models);
    this.#device = device;
    this.#player = player;
    this.outcomes = new Outcomes(device);
    this.#contexts = new Contexts(device);
    this.#memo = new Memo(device, this.outcomes, waysMax);
  }

  get bootsExecuted(): number {
    return this.#bootsExecuted;
  }

  get audited(): number {
    return this.#audited;
  }

  /** Some call had more ways than were followed. */
  get truncated(): boolean {
    return this.#memo.truncated;
  }

  /** Models of what surrounds the device that could answer a question otherwise. */
  get met(): readonly WorldModel[] {
    return WORLD_MODELS.filter((model) => this.#met.has(model));
  }

  /** Why not every answer was tried that there is; null where it was. */
  get lacking(): string | null {
    return this.#player.rules.lackingSeconds(this.#models.has("clock"));
  }

  /** Every way in which the call can go. */
  ways(position: Position): readonly Way[] {
    return this.#memo.ways(
      this.#context(position),
      (choices) => this.#made(position, choices),
      this.#talkAt(position),
    );
  }

  /** What can be asked of what surrounds the device there, before anything was; null where nothing can. */
  #talkAt({ history: { world } }: Position): Talk | null {
    return world === null
      ? null
      : new Talk(this.#player.rules, { models: this.#models, met: this.#met }, world);
  }

  /** The way in which the call goes where nobody chooses: the one that struck() is made in. */
  plainWay(position: Position): Way {
    return this.#memo.plainWay(
      this.#context(position),
      (choices) => this.#made(position, choices),
      this.#talkAt(position),
    );
  }

  /**
   * The call, executed once with something going wrong in it: `arm` lays that down when it has begun, `look` looks at
   * the guests and the device right after it.
   */
  struck(position: Position, arm: () => void, look?: () => void): Struck {
    const mark = this.#device.exports.undoMark();
    const { result, said } = this.#execute(position, [], false, arm);
    look?.();
    const outcome = this.outcomes.ofLastCall(result);
    this.#device.exports.undoTo(mark);
    return { outcome, said };
  }

  /**
   * Adds to `words` the words of a sector that decide how the call goes; false where the whole sector does, or where there
   * is more than one way. Asked right after ways().
   */
  asksOf(position: Position, sector: number, words: Set<number>): boolean {
    return this.#memo.asksOf(this.#context(position), sector, words);
  }

  /** Index of the sector that holds a byte offset. */
  sectorAt(offset: number): number {
    return this.#memo.sectorAt(offset);
  }

  /**
   * Executes the call in a way that the memo gave.
   * @throws {AuditError} when it does otherwise.
   */
  audit({ outcome, choices, landings, talk }: Way, position: Position): void {
    const { exports, openSets } = this.#device;
    const mark = exports.undoMark();
    for (const { offset, set } of landings) {
      const masks = openSets.masks(set);
      exports.land(offset, masks[masks.length >> 1] as number);
    }
    const { result, said } = this.#made(position, choices);
    const isSame = this.outcomes.isLastCall(outcome, result) && hasHeard(talk, said);
    this.#device.exports.undoTo(mark);
    this.#audited++;
    if (!isSame) throw new AuditError("an executed call did not do what the memo said");
  }

  #made(position: Position, choices: readonly number[]): Made {
    return this.#execute(position, choices, true);
  }

  #execute(position: Position, choices: readonly number[], logReads: boolean, arm?: () => void): Made {
    const { world } = position.history;
    const dialogue = world === null ? undefined : new Dialogue(this.#player.rules, world, scriptOf(choices));
    if (position.bootedOffset === IN_BOOT) this.#bootsExecuted++;
    this.#device.setChoices(world === null ? choices : choices.filter((choice) => !isAnswer(choice)));
    const result = executeCall(this.#device, position.bootedOffset, this.#player.inputAt(position), {
      ...{ logReads, dialogue },
      ...(arm === undefined ? {} : { arm, disturbed: true }),
    });
    this.#device.setChoices([]);
    return { result, exchanges: dialogue?.exchanges ?? NO_EXCHANGES, said: dialogue ?? null };
  }

  /** What a call can ask for and that is neither flash nor, like a retained word, asked for singly. */
  #context(position: Position): Context {
    return this.#contexts.here(
      position.bootedOffset,
      this.#player.inputAt(position),
      this.#player.offerIndex,
    );
  }

  /** Whether the state at which the device stands is among the audited ones: by its content, the same in every share. */
  isAudited(share: number): boolean {
    const { words } = this.#device;
    const at = this.#device.table(abi.TABLE_REGION_DIGESTS);
    let mixed = 0;
    for (let i = 0; i < 16; i += 4) mixed = Math.imul(mixed ^ (words[at + i] as number), 0x9e3779b1);
    return (mixed >>> 0) / 2 ** 32 < share;
  }
}

/** Whether a call that was executed has left what surrounds the device as the memo says. */
function hasHeard(talk: Talk | null, said: Made["said"]): boolean {
  if (talk === null || said === null) return talk === said;
  const isFault = talk.faults > 0 === said.faults > 0;
  return isFault && talk.world === said.world && talk.violations === said.violations;
}
