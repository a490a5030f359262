// Exit codes and error lines: whose an error is decides the code; only a defect of ours has more than one line.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AuditError } from "../../../../host/campaign/explore/calls.js";
import { NotAFunctionError } from "../../../../host/campaign/explore/memo/steps.js";
import {
  EXIT_DEFECT,
  EXIT_FINE,
  EXIT_INCOMPLETE,
  EXIT_MISUSE,
  EXIT_REFUSED,
  reportError,
  setExit,
} from "../../../../host/app/terminal/exit.js";
import { CapacityError, InvalidKeyError, MisuseError } from "../../../../host/core/errors.js";
import { errorData, errorOf } from "../../../../host/app/campaign/thread-errors.js";
import { ImageRefusedError } from "../../../../host/scene/accept.js";
import { oneLine } from "../../../../host/core/one-line.js";

describe("exit codes", () => {
  let lines: string[] = [];
  beforeEach(() => {
    lines = [];
    process.exitCode = undefined;
    vi.spyOn(process.stderr, "write").mockImplementation((text) => lines.push(String(text)) > 0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  it.each([new MisuseError("no such part"), new InvalidKeyError("bad\nkey")])(
    "are 2 for the named error %s",
    (error) => {
      reportError(error);
      expect(process.exitCode).toBe(EXIT_MISUSE);
      expect(lines).toEqual([`everboot: ${oneLine(error.message)}\n`]);
    },
  );

  it.each([
    new TypeError("x is not\na function"),
    new Error("plain"),
    new AuditError("a call did otherwise"),
    new NotAFunctionError("it went elsewhere"),
    "thrown text",
  ])("are 70 for the defect %s", (error) => {
    reportError(error);
    expect(process.exitCode).toBe(EXIT_DEFECT);
    expect(lines.join("")).toMatch(
      /^everboot: a defect of this program, please report it[^\n]*\n(  at [^\n]*\n)+$/,
    );
  });

  it("are 1 for an image that was read and is refused, here or in another thread", () => {
    reportError(new ImageRefusedError("no signature"));
    expect(process.exitCode).toBe(EXIT_REFUSED);
    process.exitCode = undefined;
    reportError(errorOf(errorData(new ImageRefusedError("no signature"))));
    expect(process.exitCode).toBe(EXIT_REFUSED);
    expect(lines).toEqual(["everboot: no signature\n", "everboot: no signature\n"]);
  });

  it("are 70 for an error of a library, whatever its name", () => {
    reportError(Object.assign(new Error("x"), { name: "LibraryError" }));
    expect(process.exitCode).toBe(EXIT_DEFECT);
  });

  it("are 3 where a table of the simulation is full: the work could not be completed", () => {
    reportError(new CapacityError("no room for more"));
    expect(process.exitCode).toBe(EXIT_INCOMPLETE);
    expect(lines).toEqual(["everboot: no room for more\n"]);
  });

  it("keep a defect over everything else that happens", () => {
    setExit(EXIT_REFUSED);
    setExit(EXIT_DEFECT);
    for (const code of [EXIT_REFUSED, EXIT_MISUSE, EXIT_INCOMPLETE, EXIT_FINE] as const) setExit(code);
    expect(process.exitCode).toBe(EXIT_DEFECT);
  });

  it("keep a violation over everything else that happens", () => {
    setExit(EXIT_INCOMPLETE);
    expect(process.exitCode).toBe(EXIT_INCOMPLETE);
    setExit(EXIT_REFUSED);
    setExit(EXIT_INCOMPLETE);
    setExit(EXIT_FINE);
    expect(process.exitCode).toBe(EXIT_REFUSED);
  });

  it("come with text that cannot leave its line or steer a terminal", () => {
    expect(oneLine(" a\r\n\tb\u001b[31m c\u0000 ")).toBe("a b [31m c");
  });
});
