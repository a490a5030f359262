// The imports of the device module. The file's name is the import's module name.

/** Throws a value that was made beforehand: unwinds guest and device, the cheapest way to cut the power. */
export declare function stop(): void;
/** A table (FULL_ number) has no room left: never returns, and the simulation is over. */
export declare function full(table: u32): void;
/** Tells the host that the read it asked about happens now. */
export declare function strike(): void;
