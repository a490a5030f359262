// A scenario's offers: which one stands in the receive window, and when the next step's turn comes. Remembers nothing: where a
// scenario stands is part of the history.
import { type Device } from "../../device/device.js";
import { windowPlaces } from "../../device/window.js";
import { type OfferedImage } from "../../device/device-options.js";
import * as memory from "./history.js";
import type { History } from "./history.js";
import type { Judge } from "./judge.js";
import { type OfferStep, type Scene, generationOf, isOffer } from "../plan/scenario.js";

/** One of a scenario's offers, and where its images stand in the receive window. */
interface Offer {
  readonly index: number;
  readonly generation: number;
  readonly until: OfferStep["until"];
  readonly images: readonly OfferedImage[];
}

const NO_IMAGES: readonly OfferedImage[] = [];

/** The offers of one scene on one device. */
export class Offers {
  readonly #device: Device;
  readonly #judge: Judge;
  /** By the step; undefined where that is an incident. */
  readonly #steps: readonly (Offer | undefined)[];
  #current: Offer | undefined;

  constructor(device: Device, scene: Scene, judge: Judge) {
    this.#device = device;
    this.#judge = judge;
    const places = windowPlaces(scene.images.map(({ bytes }) => bytes));
    this.#steps = scene.scenario.steps.map((step, index) => {
      if (!isOffer(step)) return undefined;
      const generation = generationOf(scene.scenario, step.offer);
      const images = scene.images.flatMap((image, at) =>
        image.generation === generation ? [{ offset: places[at] as number, size: image.bytes.length }] : [],
      );
      return { index, generation, until: step.until, images };
    });
  }

  /** What the agent finds offered: the index of a step, -1 for nothing. */
  get current(): number {
    return this.#current?.index ?? -1;
  }

  /** Generation of the offer whose turn it is; -1: none. */
  generationAt({ step }: History): number {
    return this.#steps[step]?.generation ?? -1;
  }

  /** Makes the offer stand or fall as the scenario says. */
  set(history: History): void {
    const offer = this.#steps[history.step];
    this.#current = offer === undefined || this.#isSettled(offer, history) ? undefined : offer;
    this.#device.offer(this.#current?.images ?? NO_IMAGES);
  }

  /** On to the next step where the current offer is settled and another step follows. */
  advanced(history: History): History {
    let now = history;
    for (let offer = this.#steps[now.step]; offer !== undefined; offer = this.#steps[now.step]) {
      if (offer.index === this.#steps.length - 1 || !this.#isSettled(offer, now)) return now;
      now = memory.afterStep(now, this.#wasOffered(this.#judge.restsWith, now.step));
    }
    return now;
  }

  /** The current offer, where it stands until `until`, is settled: by this generation's image, where one is given. */
  settled(history: History, until: OfferStep["until"], generation?: number): History {
    const offer = this.#steps[history.step];
    if (offer?.until !== until || (generation !== undefined && offer.generation !== generation))
      return history;
    return memory.afterDone(history);
  }

  #isSettled({ until, generation }: Offer, history: History): boolean {
    if (until === "confirmed") return this.#judge.isOfferConfirmed(history, generation);
    return history.isDone;
  }

  /** Whether an image of this generation was offered, up to this step. */
  #wasOffered(generation: number, step: number): boolean {
    return this.#steps.slice(0, step + 1).some((offer) => offer?.generation === generation);
  }
}
