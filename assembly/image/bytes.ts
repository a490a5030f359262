// Byte comparison in RAM. Only public data passes here, so time may depend on it.

/** Whether `sizeBytes` bytes are the same in both places. */
export function equalBytes(left: usize, right: usize, sizeBytes: u32): bool {
  let difference: u32 = 0;
  for (let i: u32 = 0; i < sizeBytes; i++) difference |= u32(load<u8>(left + i)) ^ u32(load<u8>(right + i));
  return difference == 0;
}
