// The imports of the device module. The file's name is the import's module name.

/** Throws a value that was made beforehand: unwinds guest and device, the cheapest way to cut the power. */
export declare function stop(): void;
/** A table (FULL_ number) has no room left: never returns, and the simulation is over. */
export declare function full(table: u32): void;
/**
 * The number of the set of what may have landed of a cut program that clears `cleared` in its word `index` of `count`; `scattered`: half
 * of the bits.
 */
export declare function openSet(cleared: u32, scattered: u32, index: u32, count: u32): u32;
/** The number of the set that is left of `set` where an erase that is cut raised these bits; `fades`: or all, weakly. */
export declare function openErased(set: u32, raised: u32, fades: u32): u32;
/** Tells the host that the read happens now that it asked to be told of (tellRead). */
export declare function strike(): void;
/** What surrounds the device is asked something: an ASK_ number and its arguments. Answers a word. */
export declare function ask(kind: u32, first: u32, second: u32, third: u32): u32;
