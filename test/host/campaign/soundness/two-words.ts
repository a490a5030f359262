// Its Record is two words in one program. Boot asks for the first one alone where that says nothing yet; the firmware of slot A asks for
// the second one first. Right as it stands.
import { STEP_IDLE } from "../../../../assembly/abi";
import { erase, latch32, program, read32 } from "../../../../assembly/hal/hal";
import { READY, confirm, hasNothingToInstall, install, record, run, running } from "./kit";

export { abiVersion } from "./kit";

const SEAL: u32 = 0x70be_fa5e;

export function boot(): void {
  run(read32(record()) == READY && read32(record() + 4) == SEAL ? 1 : 0);
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  const seal = read32(record() + 4);
  const ready = read32(record());
  if (seal == SEAL && ready == READY) return STEP_IDLE;
  if (hasNothingToInstall()) return confirm();
  erase(record());
  install();
  latch32(record(), READY);
  latch32(record() + 4, SEAL);
  program(record(), 8);
  return STEP_IDLE;
}
