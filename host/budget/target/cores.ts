// The cores that a guest can be built for, and the tools and machines that this takes. Data only.
import type { CpuCore } from "../../device/profile.js";

export const TARGET_CORES = [
  "cortex-m4",
  "cortex-m0plus",
  "cortex-m33",
  "rv32imc",
] as const satisfies readonly CpuCore[];
export type TargetCore = (typeof TARGET_CORES)[number];

/** A compiler, a machine that QEMU has, and where things lie there. */
export interface TargetPlan {
  /** Prefix of the compiler's tools. */
  readonly prefix: string;
  readonly compilerFlags: readonly string[];
  readonly linkerFlags: readonly string[];
  readonly entryPoint: "begin" | "start";
  readonly qemu: string;
  readonly machine: readonly string[];
  /** Addresses of code, data, and of the memory that stands for the part's flash; device and result lie behind that. */
  readonly codeAt: number;
  readonly dataAt: number;
  readonly flashAt: number;
}

const ARM = {
  prefix: "arm-none-eabi-",
  linkerFlags: ["-nostartfiles"],
  entryPoint: "begin",
  qemu: "qemu-system-arm",
} as const;

/** By core. The Cortex-M boards are Arm's MPS2 FPGA images, the RISC-V one is QEMU's own. */
export const TARGET_PLANS: Readonly<Record<TargetCore, TargetPlan>> = {
  "cortex-m4": {
    ...ARM,
    compilerFlags: ["-mcpu=cortex-m4", "-mthumb"],
    machine: ["-M", "mps2-an386"],
    ...{ codeAt: 0, dataAt: 0x2000_0000, flashAt: 0x2100_0000 },
  },
  // QEMU has no MPS2 board with an M0+; the M3 executes its code, of which it has all instructions.
  "cortex-m0plus": {
    ...ARM,
    compilerFlags: ["-mcpu=cortex-m0plus", "-mthumb"],
    machine: ["-M", "mps2-an385"],
    ...{ codeAt: 0, dataAt: 0x2000_0000, flashAt: 0x2100_0000 },
  },
  "cortex-m33": {
    ...ARM,
    compilerFlags: ["-mcpu=cortex-m33+nodsp+nofp", "-mthumb", "-mfloat-abi=soft"],
    machine: ["-M", "mps2-an505"],
    ...{ codeAt: 0x1000_0000, dataAt: 0x3800_0000, flashAt: 0x8000_0000 },
  },
  rv32imc: {
    prefix: "riscv64-unknown-elf-",
    compilerFlags: ["-march=rv32imc", "-mabi=ilp32", "-mcmodel=medany", "--specs=picolibc.specs"],
    linkerFlags: ["-nostartfiles"],
    entryPoint: "start",
    qemu: "qemu-system-riscv32",
    machine: ["-M", "virt", "-bios", "none", "-m", "256M"],
    ...{ codeAt: 0x8000_0000, dataAt: 0x8040_0000, flashAt: 0x8800_0000 },
  },
};

/** Debian's packages by tool. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  wasm2c: ["wabt"],
  gcc: ["gcc"],
  "arm-none-eabi-gcc": ["gcc-arm-none-eabi", "libnewlib-arm-none-eabi"],
  "qemu-system-arm": ["qemu-system-arm"],
  "riscv64-unknown-elf-gcc": ["gcc-riscv64-unknown-elf", "picolibc-riscv64-unknown-elf"],
  "qemu-system-riscv32": ["qemu-system-misc"],
};
