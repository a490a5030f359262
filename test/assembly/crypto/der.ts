// DER encodings (X.690, 10) for tests, right or wrong as asked for. Tests nothing itself.

/** The minimal content octets of a nonnegative INTEGER. */
export function unsignedContent(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  return bytes[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
}

/** An element of up to 65535 bytes. */
export function tlv(tag: number, bytes: Uint8Array): Buffer {
  const { length } = bytes;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), bytes]);
}

export const sequence = (...parts: Uint8Array[]): Buffer => tlv(0x30, Buffer.concat(parts));
export const integer = (value: bigint): Buffer => tlv(2, unsignedContent(value));

/** ECDSA-Sig-Value (RFC 3279, 2.2.3). */
export const encodeSignature = (r: bigint, s: bigint): Buffer => sequence(integer(r), integer(s));
