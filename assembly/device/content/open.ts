// Words that a cut program left open: which of the bits that it was clearing have landed is decided only when the word is first asked
// for, and then for good, so that what nobody reads makes no states. FLASH and WEAK have the word as it was before the program; OPEN has
// the number of a set of masks, one of which has landed. The sets themselves are kept by the host.

import { OPEN_FADED } from "../../abi";
import { beginChange, setOpen, setWord } from "./content";
import { openErased } from "../host";
import { FLASH, OPEN, WEAK } from "../map";
import { sectorAt } from "./sectors";

/** The number of the set of what may have landed in the word at `offset`; 0 where the word is not open. */
export function openAt(offset: u32): u32 {
  return load<u32>(OPEN + offset);
}

/** It is known that what landed in the open word at `offset` is among the masks of `set`. */
export function narrow(offset: u32, set: u32): void {
  const sector = sectorAt(offset);
  beginChange(sector, offset, 4);
  setOpen(sector, offset, set);
}

/** `mask` is what landed in the open word at `offset`: it is open no more. */
export function land(offset: u32, mask: u32): void {
  const sector = sectorAt(offset);
  beginChange(sector, offset, 4);
  const word = load<u32>(FLASH + offset) & ~mask;
  const faded = (openAt(offset) & OPEN_FADED) != 0;
  setOpen(sector, offset, 0);
  setWord(sector, offset, word, faded ? ~word : load<u32>(WEAK + offset) & ~mask);
}

/** An erase that is cut raises these bits of a word for certain, or (`fades`) all of them weakly: what landed may show no more. */
export function raiseOpen(sector: u32, offset: u32, raised: u32, fades: bool): void {
  const set = openAt(offset);
  if (set == 0) return;
  setOpen(sector, offset, raised == 0xffffffff ? 0 : openErased(set, raised, fades ? 1 : 0));
}
