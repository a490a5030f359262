// Why an envelope is refused: numbers of images/ENVELOPE.md, append-only, the host's in host/image/envelope/refusal.ts. Numbers only.

export const ENVELOPE_OK: u32 = 0;
export const ENVELOPE_SIZE_LIMIT: u32 = 1;
export const ENVELOPE_HEAD: u32 = 2;
export const ENVELOPE_TRUNCATED: u32 = 3;
export const ENVELOPE_NOT_SHORTEST: u32 = 4;
export const ENVELOPE_TAG: u32 = 5;
export const ENVELOPE_STRUCTURE: u32 = 6;
export const ENVELOPE_UNPROTECTED: u32 = 7;
export const ENVELOPE_TRAILING: u32 = 8;
export const ENVELOPE_SIGNATURE_SIZE: u32 = 9;
export const ENVELOPE_LABEL_UNKNOWN: u32 = 10;
export const ENVELOPE_LABEL_TWICE: u32 = 11;
export const ENVELOPE_LABEL_ORDER: u32 = 12;
export const ENVELOPE_LABEL_MISSING: u32 = 13;
export const ENVELOPE_ALGORITHM: u32 = 14;
export const ENVELOPE_KEY_ID: u32 = 15;
export const ENVELOPE_TYPE: u32 = 16;
export const ENVELOPE_KEY_TABLE: u32 = 17;
export const ENVELOPE_SIGNER_UNKNOWN: u32 = 18;
export const ENVELOPE_SIGNATURE: u32 = 19;
/** The value of the payload's label n is not as it must be: this and n. */
export const ENVELOPE_FORMAT: u32 = 20;
export const ENVELOPE_TRANSFER_NEEDED: u32 = 34;
