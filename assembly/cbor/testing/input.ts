// For tests only: the area of a module's memory that belongs to the host. Touches nothing in it.

/** Address of the area that belongs to the host, behind all constants; 16-byte aligned. */
export function inputPointer(): usize {
  return (__heap_base + 15) & ~15;
}

/** Size of that area in bytes, as of now: the host may grow the memory. */
export function inputSize(): u32 {
  return u32(usize(memory.size()) << 16) - u32(inputPointer());
}
