// Lets tsc read assembly/abi.ts, whose constants carry AssemblyScript's number types.
declare type u32 = number;
declare type i32 = number;
