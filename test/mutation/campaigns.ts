// Short campaigns in which a core is compared with the one that it is a mutant of: what the oracles say, what is survived and
// which states there are.
import { type CampaignOptions, WHOLE } from "../../host/campaign/options.js";
import { runShare } from "../../host/campaign/campaign.js";
import type { FaultName } from "../../host/campaign/plan/fault-models.js";
import { mergeShares } from "../../host/campaign/share-result.js";
import { partById } from "../../host/device/parts.js";
import type { PartProfile } from "../../host/device/profile.js";
import { sceneOn, tinyWith } from "../support/guests.js";
import { deviceModule, pairOf, wasm } from "../support/scenes.js";

type Design = PartProfile["record"];

interface Wanted {
  readonly part: PartProfile;
  readonly scenario: string;
  readonly faults: readonly FaultName[];
}

const FUEL = 1n << 24n;
const PAYLOAD = 400;
const SAMPLES = 16;

const WEAK = ["power", "weak"] as const;
const ECC = ["power", "ecc"] as const;
const sealedTiny = tinyWith({ rule: "once", record: "sealed", assumes: true });

const CAMPAIGNS: Readonly<Record<Design, readonly Wanted[]>> = {
  sealed: [
    { part: sealedTiny, scenario: "revert", faults: WEAK },
    { part: sealedTiny, scenario: "confirm-late", faults: ["power"] },
    { part: partById("stm32l476"), scenario: "update", faults: ECC },
    { part: partById("lpc55s69"), scenario: "revert", faults: ECC },
    { part: sealedTiny, scenario: "update", faults: ["write", "double-fetch"] },
    { part: sealedTiny, scenario: "update", faults: ["reset"] },
  ],
  refreshed: [
    { part: partById("tiny"), scenario: "revert", faults: WEAK },
    { part: partById("tiny"), scenario: "confirm-late", faults: ["power"] },
    { part: partById("tiny"), scenario: "update", faults: ["write", "double-fetch"] },
    { part: partById("tiny"), scenario: "update", faults: ["reset"] },
  ],
};

/** The campaigns of a design, and what they come to with the core as it is. */
export class Campaigns {
  readonly #design: Design;
  readonly #original: Uint8Array;
  readonly #outcomes: string[] = [];

  constructor(design: Design, original: Uint8Array) {
    this.#design = design;
    this.#original = original;
  }

  /** The first campaign that comes to something else with this core. */
  differs(binary: Uint8Array): string | undefined {
    const wanted = CAMPAIGNS[this.#design].find((campaign, at) => {
      this.#outcomes[at] ??= this.#outcome(campaign, this.#original);
      return this.#outcome(campaign, binary) !== this.#outcomes[at];
    });
    return wanted && `campaign: ${wanted.scenario} on ${wanted.part.id}, ${wanted.faults.join(",")}`;
  }

  #outcome({ part, scenario, faults }: Wanted, boot: Uint8Array): string {
    const agent = wasm(this.#design === "sealed" ? "agent-ed25519" : "agent-ed25519-refreshed");
    const options: CampaignOptions = {
      deviceModule,
      part,
      layout: part.layout,
      guest: pairOf("core", boot, agent),
      scene: sceneOn(part, scenario, PAYLOAD),
      attempts: 3,
      faults,
      assume: true,
      depth: 1,
      audit: 0,
      samples: SAMPLES,
      struckPowerUps: 4,
      canaries: [],
      fuel: FUEL,
      clock: () => ({ cpu: 0, wall: 0 }),
    };
    const { digest, judged, findings, survival, incomplete } = mergeShares([runShare(options, WHOLE)]);
    return JSON.stringify({ digest, judged, findings, survival, incomplete });
  }
}
