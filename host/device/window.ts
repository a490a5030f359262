// The receive window, in which offered images stand. Offers none.
import { MisuseError } from "../core/errors.js";

/** Where images stand in the receive window: one behind the other, each at a multiple of 4. */
export function windowPlaces(images: readonly { readonly length: number }[]): number[] {
  let at = 0;
  return images.map(({ length }) => {
    const start = at;
    at = (at + length + 3) & ~3;
    return start;
  });
}

/**
 * Puts images into the window, where windowPlaces() says, each filled up to a multiple of 4.
 * @throws {MisuseError} when they do not fit
 */
export function fillWindow(window: Uint8Array, images: readonly Uint8Array[], erasedByte: number): void {
  const places = windowPlaces(images);
  images.forEach((image, index) => {
    const start = places[index] as number;
    const end = (start + image.length + 3) & ~3;
    if (end > window.length)
      throw new MisuseError(`images: expected at most ${window.length} bytes in all, found more`);
    window.fill(erasedByte, start, end);
    window.set(image, start);
  });
}
