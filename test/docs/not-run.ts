// Commands of documents that the tests of documents do not run, each with the reason and with what runs it instead. A command that is
// neither run nor named here fails the test, and so does an entry that no document has any longer.

export interface NotRun {
  /** The whole line, lines that end with a backslash joined. */
  readonly command: string;
  readonly reason: string;
}

export const NOT_RUN: readonly NotRun[] = [
  {
    command: "npm ci && npm start",
    reason: "installs and takes a minute: test/host/cli/demo.test.ts runs the demo",
  },
  { command: "npm ci && npm test", reason: "it is what runs this test" },
  {
    command: "cd my-boot && npm install",
    reason: "needs a registry: test/host/cli/init.test.ts installs from one of its own",
  },
  {
    command: "npm test",
    reason: "of a project that is not installed here: test/host/cli/init.test.ts runs it",
  },
  {
    command: "npx everboot budget update --device nrf52840 --target cortex-m4",
    reason: "needs a compiler and an emulator: test/host/budget/target runs it where they are installed",
  },
  {
    command: "clang --target=wasm32 -O2 -g -nostdlib -Wl,--no-entry -Wl,--strip-debug -o boot.wasm boot.c",
    reason: "needs clang: test/host/cli/init.c.test.ts compiles so where it is installed",
  },
  {
    command:
      "npx asc mine.ts --outFile mine.wasm --runtime stub -O2 --noAssert --use abort= --use WITH_ED25519=i32 --use WITH_SHA512=i32",
    reason:
      "needs the package installed: test/assembly/kit/policy.test.ts compiles so, and puts it through the sweep",
  },
  {
    command: "npx everboot sweep --guest mine.wasm --agent mine.wasm",
    reason: "a minute, over the file of the line above: test/assembly/kit/policy.test.ts",
  },
  {
    command: "npx everboot campaign --resume .everboot/partial.json",
    reason:
      "needs a campaign that was ended early: test/host/cli/campaign.interrupt.test.ts ends and resumes one",
  },
  { command: "npx everboot sweep --guest mine", reason: "a minute: test/host/cli/sweep.test.ts" },
  {
    command: "npx everboot sweep --guest boot.wasm --agent agent.wasm",
    reason: "a minute: test/host/cli/sweep.test.ts",
  },
];
