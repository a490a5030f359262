// What a campaign takes where it is told nothing: the one place for each of these numbers. Programs, the command line, the matrix and the
// gallery all look here.

/** Boots that an unconfirmed image gets. */
export const DEFAULT_ATTEMPTS = 3;
/** Share of the memo's answers that are executed and compared, 0 to 1. */
export const DEFAULT_AUDIT = 0.01;
/** Strikes that a sample has, for each state and kind. */
export const DEFAULT_SAMPLES = 256;
/** Power-ups of the run in which nothing goes wrong that are struck, spread evenly, at the most. */
export const DEFAULT_POWER_UPS = 8;
/** What samples are drawn with. */
export const DEFAULT_SEED = 1;
/** States after which a campaign ends as incomplete: about a gigabyte. */
export const DEFAULT_STATES_MAX = 5_000_000;
/** Fault models, joined by commas. */
export const DEFAULT_FAULTS = "power";
/** Most faults in one run. */
export const DEFAULT_DEPTH = 1;
export const DEFAULT_SCENARIO = "update";
/** Part id. */
export const DEFAULT_DEVICE = "nrf52840";
