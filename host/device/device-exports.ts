// What the device module exports to the host, function by function; their arguments are described where they are implemented, in
// assembly/device.

/** Four words that stand for what the host remembers beside a device's content. */
export type Digest = readonly [number, number, number, number];

/** What the device module exports to the host. */
export interface DeviceExports {
  readonly memory: WebAssembly.Memory;
  setPart(
    size: number,
    polarity: number,
    min: number,
    max: number,
    rule: number,
    typical: number,
    most: number,
  ): void;
  setCounterMax(most: number): void;
  setLinkFrame(most: number): void;
  addSector(size: number, typicalMicros: number, maxMicros: number): void;
  setRegion(region: number, offset: number, size: number): void;
  grantSlots(roles: number): void;
  setOffer(index: number, offset: number, size: number): void;
  setOfferCount(count: number, windowSize: number): void;
  setAttempts(attempts: number): void;
  setEcc(unitSize: number, erasedFaults: number): void;
  keepErases(shapes: number): void;
  setScript(size: number): void;
  land(offset: number, mask: number): void;
  narrow(offset: number, set: number): void;
  flagsAt(offset: number): number;
  undoMark(): number;
  undoTo(mark: number): void;
  addressOf(table: number): number;
  setCut(at: number, shape: number): void;
  setResetAt(at: number): void;
  setAskedCut(at: number): void;
  reset(cause: number): void;
  provisionWord(offset: number, word: number): void;
  markProvisioned(): void;
  markProgrammed(offset: number, size: number): void;
  wipe(): void;
  beginCall(bootedOffset: number, logReads: number): void;
  beginApplication(bootedOffset: number, logReads: number): void;
  applicationRuns(): number;
  flipRead(reads: number, mask: number): void;
  refetch(offset: number, mask: number): void;
  tellRead(reads: number): void;
  failWrite(at: number, effect: number, bit: number): void;
  trackClear(): void;
  trackCall(): void;
  checkpoint(): void;
  rollback(): void;
  logDigest(): void;
  keepLog(): number;
  twinKeys(first: number, count: number, state: number): number;
  keepChecks(count: number): number;
  firstDifferent(place: number, count: number): number;
  keepOperation(kind: number, offset: number, value: number): number;
  replay(entry: number, shape: number): number;
  replayAll(entry: number, count: number): number;
  stateKey(place: number, ...history: Digest): void;
  powerOnKey(cause: number, ...history: Digest): void;
  findState(): number;
  cutKeys(
    entry: number,
    shapes0: number,
    shapes1: number,
    count: number,
    cause: number,
    ...history: Digest
  ): void;
}

/** Answers a question (an ASK_ number and its arguments) with a word. */
export type Asked = (kind: number, first: number, second: number, third: number) => number;
