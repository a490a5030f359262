// Wrong inputs of the command line, with the exit code and the message of each. Runs nothing.
import { partById } from "../../../host/device/parts.js";

const { slotA, slotB } = partById("nrf52840").layout;

const GUESTS =
  "boot-full, boot-ed25519, boot-p256, boot-ed25519-fast, boot-p256-fast, mcuboot-revert, single-flag, short-checksum, late-attempts, trusting, peeking, skittish, believing, rereading, hasty, by-sequence, challenge-constant, clock-asked-twice, checks-then-resets, checked-earlier";
const SIGN = "image sign --key @key.pem --header-size 0x200 --pad-header --slot-size 0x20000 --version 1.0.0";
const RUN = "run --key @pub.pem";
const CAMPAIGN = "campaign --key @pub.pem";
const HELP = "(see everboot campaign --help)";
const PAIR = `one linked for slot A (0x${slotA.offset.toString(16)}) and one for slot B (0x${slotB.offset.toString(16)})`;
const TIME = "Expected a time from 1 to 2147483 seconds, such as 90, 90s, 10m or 1h.";

/** Words of a command ("@name" is a file of the test's folder), its exit code, its one line on standard error. */
export const WRONG_INPUTS: readonly (readonly [line: string, code: number, message: string])[] = [
  // Files that are no binaries.
  [
    `${SIGN} @t.elf @out.bin`,
    2,
    "@t.elf: expected a raw binary, found an ELF file (objcopy -O binary makes one of it)",
  ],
  [
    `${SIGN} @t.hex @out.bin`,
    2,
    "@t.hex: expected a raw binary, found an Intel HEX file (objcopy -I ihex -O binary makes one of it)",
  ],
  [
    `${SIGN} @t.srec @out.bin`,
    2,
    "@t.srec: expected a raw binary, found a Motorola S-record file (objcopy -I srec -O binary makes one of it)",
  ],
  [`${SIGN} @t.a @out.bin`, 2, "@t.a: expected a raw binary, found an ar archive (link it first)"],
  [
    `${SIGN} @t.wasm @out.bin`,
    2,
    "@t.wasm: expected a raw binary, found a wasm module (a guest is given with --guest)",
  ],
  [
    `${SIGN} @key.pem @out.bin`,
    2,
    "@key.pem: expected a raw binary, found a PEM file (a key is given with --key)",
  ],
  [`${SIGN} @empty.bin @out.bin`, 2, "payload: expected at least one byte, found none"],
  [`${SIGN} @nothing.bin @out.bin`, 2, "@nothing.bin: expected a raw binary, found no such file"],
  [`${SIGN} @raw.bin @no/out.bin`, 2, "@no/out.bin: expected a place to write, found no such folder"],
  [
    "image verify --key @pub.pem @t.elf",
    2,
    "@t.elf: expected an image, found an ELF file (objcopy -O binary makes one of it)",
  ],
  [
    "image info @t.hex",
    2,
    "@t.hex: expected an image, found an Intel HEX file (objcopy -I ihex -O binary makes one of it)",
  ],
  [
    `${RUN} @t.srec`,
    2,
    "@t.srec: expected an image, found a Motorola S-record file (objcopy -I srec -O binary makes one of it)",
  ],
  [
    `${CAMPAIGN} --from @v1.bin --to @t.elf`,
    2,
    "@t.elf: expected an image, found an ELF file (objcopy -O binary makes one of it)",
  ],
  [`${RUN} @colon.bin`, 1, "@colon.bin: MAGIC at 0x0: expected magic 0x96f3b83d, found 0x3032303a"],
  // Offers that cannot be taken.
  [
    `${RUN} @v1.bin @v1.bin`,
    2,
    "@v1.bin: expected an update, found the image that is installed already, version 1.0.0+0 in @v1.bin",
  ],
  [
    `${CAMPAIGN} --from @v1.bin --to @v1.bin`,
    2,
    "@v1.bin: expected an update, found the image that is installed already, version 1.0.0+0 in @v1.bin",
  ],
  [
    `${RUN} @v1.bin @v1-again.bin`,
    2,
    "@v1-again.bin: expected another version than the installed one in @v1.bin, found 1.0.0+0 in both",
  ],
  [
    `${RUN} @v1.bin @low.bin`,
    2,
    "@low.bin: expected a security counter of 5 or more, as in @v1.bin, found 4: a rollback",
  ],
  [
    `${CAMPAIGN} --guest mcuboot-revert --from @v1.bin --to @v0.bin`,
    2,
    "@v0.bin: expected a newer version than 1.0.0+0 in @v1.bin, found 0.9.0+0; --even-so offers it to a guest that takes older ones",
  ],
  [
    `${RUN} @v1.bin @v2.bin @v3.bin`,
    2,
    `@v2.bin and @v3.bin: expected a pair, ${PAIR}, found one that runs anywhere and one that runs anywhere`,
  ],
  [
    `${CAMPAIGN} --from @v1.bin --to @for-a.bin --to @for-b.bin`,
    2,
    "@for-a.bin and @for-b.bin: expected a pair of one version, found 2.0.0+0 and 3.0.0+0",
  ],
  [`${RUN} @v1.bin @v1.bin @v2.bin @v3.bin`, 2, "expected one image to offer or a pair, found 3"],
  [
    `${RUN} @v1.bin @for-a.bin`,
    2,
    `@for-a.bin: expected an image for slot B (0x${slotB.offset.toString(16)}), where it goes, or a pair, found one linked for 0x${slotA.offset.toString(16)}`,
  ],
  [
    `${RUN} @for-b.bin`,
    2,
    `@for-b.bin: expected an image for slot A (0x${slotA.offset.toString(16)}), found one linked for 0x${slotB.offset.toString(16)}`,
  ],
  [
    `${RUN} @needs.bin`,
    1,
    "@needs.bin: DEPENDENCY at 0x24c: expected image 1 with version 1.0.0+0 or newer, found none",
  ],
  [`${CAMPAIGN} --from @v1.bin`, 2, "expected --from, --to and --key together"],
  [
    `${CAMPAIGN} first-boot --from @v1.bin --to @v2.bin`,
    2,
    "scenario first-boot: expected nothing to offer, found @v2.bin",
  ],
  [
    "campaign --faults flip --flips ram --where slotA",
    2,
    "--where: expected --flips with rest or pair, found ram",
  ],
  [
    "campaign --faults write --tears dense",
    2,
    "--tears dense: expected --faults with power or reset, found write",
  ],
  ["campaign first-boot --from @v1.bin", 2, "expected --from and --key together"],
  [
    `${CAMPAIGN} --from @v1.bin --to @v2.bin --image-size 16KiB`,
    2,
    "--image-size: expected images made on the spot, found --from; it has its own",
  ],
  ["run --key @two.pem @v1.bin", 2, "@two.pem: expected one key, found 2: a file holds one"],
  // What says how faults happen that do not.
  ["campaign --flips rest", 2, "--flips: expected --faults with flip, found power"],
  [
    "campaign --faults power,write --where record",
    2,
    "--where: expected --faults with flip, found power,write",
  ],
  [
    "campaign --samples 8",
    2,
    "--samples: expected --faults with flip, write, misdirected or double-fetch, found power",
  ],
  // Figures in another unit.
  [
    "campaign --config @ram.config.json",
    2,
    "@ram.config.json: devices.mine.ramBytes: expected an integer 1024..4294967295, found 144",
  ],
  // Images that must be refused, and would not be or cannot be offered.
  [
    `${CAMPAIGN} --from @v1.bin --to @v2.bin --bad @v3.bin`,
    2,
    "@v3.bin: expected an image that must be refused, found a valid one: version 3.0.0+0 verifies with the keys at hand (an old genuine one is what the scenario downgrade offers)",
  ],
  [
    `${RUN} --bad @v3.bin @v1.bin`,
    2,
    "@v3.bin: expected an image that must be refused, found a valid one: version 3.0.0+0 verifies with the keys at hand (an old genuine one is what the scenario downgrade offers)",
  ],
  [
    `${CAMPAIGN} --from @v1.bin --to @v2.bin --bad @v1.bin`,
    2,
    "@v1.bin: expected an image that must be refused, found the one that is to run: @v1.bin",
  ],
  [
    `${RUN} @v1.bin @v2.bin --bad @v2.bin`,
    2,
    "@v2.bin: expected an image that must be refused, found the one that is to run: @v2.bin",
  ],
  [
    "campaign --bad @raw.bin --bad @raw.bin",
    2,
    "@raw.bin: expected an image that is given once, found it given before as @raw.bin",
  ],
  ["campaign --device tiny --bad @big.bin", 2, "@big.bin: expected at most 7680 bytes (a slot), found 7681"],
  ["campaign --bad @nothing.bin", 2, "@nothing.bin: expected an image, found no such file"],
  ["campaign --bad @empty.bin", 2, "@empty.bin: expected an image, found an empty file"],
  [
    "campaign both-bad --bad @raw.bin",
    2,
    "--bad: expected a scenario in which firmware runs and can refuse an image, found both-bad, in which boot halts",
  ],
  // Where results go.
  ["campaign --json @no/r.json", 2, "--json @no/r.json: expected a place to write, found no such folder"],
  ["campaign --junit @", 2, "--junit @: expected a file to write, found a folder"],
  [
    "campaign --markdown @raw.bin/r.md",
    2,
    "--markdown @raw.bin/r.md: expected a file to write, found a file where a folder should be",
  ],
  ["campaign --json @r --markdown @r", 2, "--json and --markdown: expected two files, found @r twice"],
  [
    "merge @raw.bin --json @no/r.json",
    2,
    "--json @no/r.json: expected a place to write, found no such folder",
  ],
  ["matrix --json @no/r.json", 2, "--json @no/r.json: expected a place to write, found no such folder"],
  ["budget --html @no/r.html", 2, "--html @no/r.html: expected a place to write, found no such folder"],
  ["bench crypto --json @no/r.json", 2, "--json @no/r.json: expected a place to write, found no such folder"],
  // What the bench is to be measured against, and what of that is kept.
  [
    "bench campaign --against @no",
    2,
    "--against @no: expected the dist folder of a build of everboot, found no such folder",
  ],
  [
    "bench campaign --against @raw.bin",
    2,
    "--against @raw.bin: expected the dist folder of a build of everboot, found a file",
  ],
  [
    "bench campaign --against @",
    2,
    "--against @: expected the dist folder of a build of everboot, found none with host/cli/main.js",
  ],
  [
    "bench campaign --update @raw.bin --note new",
    2,
    "--note, --history, --update: expected --against, found none",
  ],
  ["bench campaign --against dist --history @h.json", 2, "--history, --update: expected --note, found none"],
  ["bench campaign --against dist --note new", 2, "--note: expected --history or --update, found none"],
  [
    "bench campaign --against dist --note new --update @raw.bin",
    2,
    "@raw.bin: expected the marks <!-- everboot bench campaign --> and <!-- /everboot bench campaign -->",
  ],
  [
    "bench campaign --against dist --note new --history @raw.bin",
    2,
    "@raw.bin: expected a history of the bench, found no JSON",
  ],
  // Words that are none of the known ones.
  [
    "campaign --layout foo",
    2,
    "--layout foo: expected the name of a layout (there is no configuration with any) or a JSON file, found neither",
  ],
  [
    "campaign --config @layouts.config.json --layout small-slot",
    2,
    '--layout small-slot: expected the name of a layout (small-slots) or a JSON file, found neither, did you mean "small-slots"?',
  ],
  [
    "campaign --guest boot-ful",
    2,
    `--guest boot-ful: expected the name of a guest (${GUESTS}) or a wasm file, found neither, did you mean "boot-full"?`,
  ],
  ["campaign --guest @one.wasm", 2, '@one.wasm: expected an exported function "abiVersion", found none'],
  [
    "campaign --faults powr",
    2,
    'unknown fault model "powr", expected some of power, reset, weak, ecc, flip, write, misdirected, double-fetch, link, clock, inputs, application, did you mean "power"?',
  ],
  [
    "campaign --where recrd",
    2,
    `option '--where <places>' argument 'recrd' is invalid. Expected some of slotA,slotB,record,keys,counters, did you mean "record"? ${HELP}`,
  ],
  [
    "campaign --assume all",
    2,
    `option '--assume <what>' argument 'all' is invalid. Expected "none". ${HELP}`,
  ],
  [
    "campaign --tears dens",
    2,
    `option '--tears <how>' argument 'dens' is invalid. Expected one of "dense", "shapes", did you mean "dense"? ${HELP}`,
  ],
  ...["0", "-1", "1.5"].map(
    (depth) =>
      [
        `campaign --depth ${depth}`,
        2,
        `option '--depth <count|fixpoint>' argument '${depth}' is invalid. Expected a number of faults from 1 on, or fixpoint. ${HELP}`,
      ] as const,
  ),
  [
    "campaign --depth fixpont",
    2,
    `option '--depth <count|fixpoint>' argument 'fixpont' is invalid. Expected a number of faults from 1 on, or fixpoint, did you mean "fixpoint"? ${HELP}`,
  ],
  ...["0", "1d", "-5"].map(
    (time) =>
      [
        `campaign --time-limit ${time}`,
        2,
        `option '--time-limit <time>' argument '${time}' is invalid. ${TIME} ${HELP}`,
      ] as const,
  ),
  [
    "campaign --image-size 16kb",
    2,
    `option '--image-size <bytes>' argument '16kb' is invalid. Expected bytes 0..4294967295, such as 512, 0x200, 16KiB or 1MiB. ${HELP}`,
  ],
  ["campaign --config @none.config.mjs", 2, "@none.config.mjs: expected a default export, found none"],
  ["campaign --config @named.config.mjs", 2, "@named.config.mjs: expected a default export, found config"],
  [
    "campaign --config @part.config.json",
    2,
    "@part.config.json: devices.mine: expected sectors, programTypicalMicros, programMaxMicros, endurance, rule, record, erasedByte, layout, found none of them",
  ],
  [
    "campaign --config @counter.config.json",
    2,
    "@counter.config.json: scenarios[0].steps[1].to: expected at most 5, what a counter of mine can hold, found 6",
  ],
  [
    "campaign mine-counts --device mine --config @other-counter.config.json",
    2,
    "scenario mine-counts, counter 1: expected at most 5, what a counter of mine can hold, found 6",
  ],
  [
    "campaign --config @no-counter.config.json",
    2,
    "@no-counter.config.json: devices.mine.counterMax: expected an integer 1..4294967295, found 0",
  ],
  [
    "campaign --config @wear.config.json",
    2,
    "@wear.config.json: scenarios[0].wearMax.slots: expected an integer 0..4294967295, found -1",
  ],
  [
    "campaign --config @worn.config.json",
    2,
    '@worn.config.json: scenarios[0].wearMax.slot: unknown key "slot", did you mean "slots"?',
  ],
  [
    "campaign --config @throws.config.mjs",
    2,
    "@throws.config.mjs:1:7: expected a configuration, found an exception: Error: no",
  ],
  [
    "campaign updat",
    2,
    'unknown scenario "updat", expected one of update, revert, downgrade, tampered, overlong, wrong-slot, first-boot, double-update, both-bad, confirm-late, fallback-lost, fails-later, long-life, did you mean "update"?',
  ],
  [
    "campaign --device tinny",
    2,
    'unknown device "tinny", expected one of nrf52840, stm32l476, stm32f407, stm32h743, rp2040-w25q, lpc55s69, tiny, did you mean "tiny"?',
  ],
  [
    `${RUN} --require ed2519 @v1.bin`,
    2,
    `option '--require <types>' argument 'ed2519' is invalid. Expected some of ed25519,ecdsa-p256,rsa-2048,rsa-3072,lms, did you mean "ed25519"? (see everboot run --help)`,
  ],
  ["run @v1.bin", 2, "required option '--key <file>' not specified (see everboot run --help)"],
  ["capaign", 2, "unknown command 'capaign' (Did you mean campaign?) (see everboot --help)"],
  ["campaign --devise tiny", 2, `unknown option '--devise' (Did you mean --device?) ${HELP}`],
];
