// An application that takes every packet for its own: it lets go of the one that stands, and of the next one as soon as that comes.

import { linkRelease, linkSize } from "../../hal/hal";

export { abiVersion } from "./kit";

export function run(): void {
  if (linkSize() != 0) linkRelease();
  linkSize();
}
