// Bytes to base64 and back with what browsers and Node share. Traces carry images and guests so.

const CHUNK = 0x8000;

/** Encodes bytes. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

/**
 * Decodes base64.
 * @throws {DOMException} when the text is no base64.
 */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
