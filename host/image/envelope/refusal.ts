// Why an envelope is refused: names and numbers of images/ENVELOPE.md, which the core has too (assembly/approve/reasons.ts). Decides
// nothing.

/** Numbers of the reasons; append-only. Those from FORMAT on are 20 and the field's label. */
export const ENVELOPE_REASONS = {
  SIZE_LIMIT: 1,
  HEAD: 2,
  TRUNCATED: 3,
  NOT_SHORTEST: 4,
  TAG: 5,
  STRUCTURE: 6,
  UNPROTECTED: 7,
  TRAILING: 8,
  SIGNATURE_SIZE: 9,
  LABEL_UNKNOWN: 10,
  LABEL_TWICE: 11,
  LABEL_ORDER: 12,
  LABEL_MISSING: 13,
  ALGORITHM: 14,
  KEY_ID: 15,
  TYPE: 16,
  KEY_TABLE: 17,
  SIGNER_UNKNOWN: 18,
  SIGNATURE: 19,
  FORMAT: 20,
  DIGEST: 21,
  SIZE: 22,
  VERSION: 23,
  COUNTER: 24,
  VENDOR: 25,
  CLASS: 26,
  KIND: 27,
  BLOCK_SIZE: 28,
  ROOT: 29,
  TRANSFER_SIZE: 30,
  BASE: 31,
  ENCRYPTION: 32,
  BILL: 33,
  TRANSFER_NEEDED: 34,
} as const;
export type EnvelopeReason = keyof typeof ENVELOPE_REASONS;

/** A refused envelope: `offset` is the byte in it where that was found. */
export interface EnvelopeRefusal {
  readonly ok: false;
  readonly reason: EnvelopeReason;
  readonly message: string;
  readonly offset: number;
}

/** Thrown from within the reading of an envelope to its end; never leaves this folder. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(
    readonly reason: EnvelopeReason,
    readonly offset: number,
    message: string,
  ) {
    super(message);
  }
}

/** What a reading comes to: its result, or the refusal that ended it. */
export function refusalOr<Result extends { readonly ok: true }>(
  read: () => Result,
): Result | EnvelopeRefusal {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ok: false, reason: error.reason, message: error.message, offset: error.offset };
  }
}
