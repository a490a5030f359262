// Where nothing was seen of what surrounds a device, nothing was shown: each reason in its line. Never runs a campaign.
import { expect, it } from "vitest";
import { unseenIn } from "../../../host/campaign/unseen.js";

const SEEN = { clientStates: 3, losses: 9 };
const LINK = ["power", "link"] as const;

it.each([
  [LINK, ["link"], SEEN, null],
  [["power"], [], { clientStates: 0, losses: 0 }, null],
  [LINK, [], SEEN, "no guest asked for anything that the model link could answer otherwise"],
  [
    ["clock", "inputs"],
    ["clock"],
    SEEN,
    "no guest asked for anything that the model inputs could answer otherwise",
  ],
  [["power", "application"], [], SEEN, "under the model application no application ran beside the firmware"],
  [LINK, ["link"], { ...SEEN, clientStates: 0 }, "under the model link no client was seen in any state"],
  [LINK, ["link"], { ...SEEN, losses: 0 }, "under the model link no packet and no reply was lost"],
] as const)("under %j, where %j could answer and %j was seen: %s", (faults, met, link, reason) => {
  expect(unseenIn(faults, met, link)).toBe(reason);
});
