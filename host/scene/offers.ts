// Whether what someone offers can be installed at all over what they start with: what cannot is told by name before anything runs, so
// that no guest is blamed for it. Judges no signature.
import { type Scenario, type SceneImage, isOffer } from "../campaign/plan/scenario.js";
import { MisuseError } from "../core/errors.js";
import { decodeHeader } from "../image/header.js";
import { equalBytes } from "../image/digest.js";
import { hexNumber } from "../image/reason.js";
import { type ImageVersion, compareVersions, formatVersion } from "../image/version.js";
import type { Target } from "./accept.js";

/** An accepted image, and what to call it in an error. */
export interface NamedImage {
  readonly name: string;
  readonly image: SceneImage;
}

/** What stands in slot A and what is offered: none, one, or a pair. */
export interface Offered {
  readonly from: NamedImage;
  readonly to: readonly NamedImage[];
  /** The guest is known to go by security counters alone: an older version is an update like another. */
  readonly olderToo: boolean;
}

const PAIR = 2;

/**
 * Checks that two images are a pair: one version, linked for slots A and B.
 * @throws {MisuseError} naming what they are instead, or that there are more than two.
 */
export function checkPair(to: readonly NamedImage[], { layout }: Target): void {
  if (to.length > PAIR) throw new MisuseError(`expected one image to offer or a pair, found ${to.length}`);
  const [first, second] = to;
  if (first === undefined || second === undefined) return;
  const names = `${first.name} and ${second.name}`;
  const { slotA, slotB } = layout;
  const places = to.map(({ image }) => image.linkedFor);
  if (!places.includes(slotA.offset) || !places.includes(slotB.offset)) {
    const wanted = `one linked for slot A (${hexNumber(slotA.offset)}) and one for slot B (${hexNumber(slotB.offset)})`;
    throw new MisuseError(
      `${names}: expected a pair, ${wanted}, found ${places.map(placeWords).join(" and ")}`,
    );
  }
  const [one, other] = to.map(({ image }) => formatVersion(versionOf(image)));
  if (one !== other)
    throw new MisuseError(`${names}: expected a pair of one version, found ${one} and ${other}`);
}

/**
 * Checks that each offer that a scenario expects to be taken can be: linked for the slot that it goes to, of another version than what
 * runs, and not below its security counter.
 * @throws {MisuseError} naming the image and what about it cannot be taken.
 */
export function checkOffers(
  { start, steps, images }: Scenario,
  { from, to, olderToo }: Offered,
  { layout }: Target,
): void {
  let running = start.slotA;
  for (const { offer, until } of steps.filter(isOffer)) {
    if (until === "refused" || offer === running) continue;
    const isUpdate = offer !== images[0]?.name;
    const offers = isUpdate ? to : [from];
    const [installed] = isUpdate ? [from] : to;
    if (installed === undefined) continue;
    for (const one of offers) checkOffer(one, installed, olderToo);
    const [single, second] = offers;
    const { offset } = layout.slotB;
    if (running === start.slotA && second === undefined && single !== undefined) checkLinked(single, offset);
    if (until === "confirmed") running = offer;
  }
}

/** An image alone is installed into the slot that does not run. */
function checkLinked({ name, image: { linkedFor } }: NamedImage, offset: number): void {
  if (linkedFor === null || linkedFor === offset) return;
  throw new MisuseError(
    `${name}: expected an image for slot B (${hexNumber(offset)}), where it goes, or a pair, found one linked for ${hexNumber(linkedFor)}`,
  );
}

function checkOffer(offer: NamedImage, installed: NamedImage, olderToo: boolean): void {
  const [own, other] = [offer, installed].map(({ image }) => versionOf(image)) as [
    ImageVersion,
    ImageVersion,
  ];
  const [found, there] = [formatVersion(own), formatVersion(other)];
  if (equalBytes(offer.image.bytes, installed.image.bytes))
    throw new MisuseError(
      `${offer.name}: expected an update, found the image that is installed already, version ${there} in ${installed.name}`,
    );
  if (found === there)
    throw new MisuseError(
      `${offer.name}: expected another version than the installed one in ${installed.name}, found ${found} in both`,
    );
  const [counter, floor] = [offer.image.securityCounter, installed.image.securityCounter];
  if (counter < floor)
    throw new MisuseError(
      `${offer.name}: expected a security counter of ${floor} or more, as in ${installed.name}, found ${counter}: a rollback`,
    );
  if (compareVersions(own, other) < 0 && !olderToo)
    throw new MisuseError(
      `${offer.name}: expected a newer version than ${there} in ${installed.name}, found ${found}; --even-so offers it to a guest that takes older ones`,
    );
}

function versionOf({ bytes }: SceneImage): ImageVersion {
  const head = decodeHeader(bytes);
  if (!head.ok) throw new Error(`an accepted image: ${head.message}`);
  return head.header.version;
}

function placeWords(linkedFor: number | null): string {
  return linkedFor === null ? "one that runs anywhere" : `one linked for ${hexNumber(linkedFor)}`;
}
