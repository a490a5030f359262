// Annotations for GitHub, over sample reports: one line each, in the order of their weight, whatever the texts hold. Never asks
// GitHub.
import { describe, expect, it } from "vitest";
import { githubAnnotations } from "../../../host/report/github.js";
import { REPORTS, SAMPLES, hostileReport } from "./samples.js";

/** Reads a workflow command as the runner does (actions/runner, src/Runner.Common/ActionCommand.cs). */
function parsed(line: string) {
  const [, command, properties, message] = /^::(\w+) ?(.*?)::(.*)$/s.exec(line) ?? [];
  const unescaped = (text: string, codes: Readonly<Record<string, string>>) =>
    text.replace(/%(25|0D|0A|3A|2C)/g, (code) => codes[code] ?? code);
  const ofData = { "%25": "%", "%0D": "\r", "%0A": "\n" };
  const entries = (properties ?? "").split(",").map((property): [string, string] => {
    const at = property.indexOf("=");
    return [property.slice(0, at), unescaped(property.slice(at + 1), { ...ofData, "%3A": ":", "%2C": "," })];
  });
  return { command, ...Object.fromEntries(entries), message: unescaped(message ?? "", ofData) };
}

describe("GitHub annotations", () => {
  it("are an error per violation", () => {
    expect(githubAnnotations([SAMPLES.violated])).toEqual([
      "::error title=update on nrf52840%3A no-brick violated::update on nrf52840, guest boot (0123456789ab), faults: power%0Ano-brick (last fault: firmware, program)%0Aeverboot replay .everboot/traces/update.json%0Aupdate nrf52840 boot 0:3:half",
      "::error title=update on nrf52840%3A no-brick violated::update on nrf52840, guest boot (0123456789ab), faults: power%0Ano-brick (last fault: boot, erase)%0Aeverboot replay .everboot/traces/update.json",
      "::error title=update on nrf52840%3A update-completes violated::update on nrf52840, guest boot (0123456789ab), faults: power%0Aupdate-completes (last fault: firmware, program)",
    ]);
  });

  it.each([
    ["incomplete", "::warning title=update on nrf52840%3A incomplete::time limit of 5 s reached"],
    ["canary free", "::warning title=update on nrf52840%3A incomplete::canaries not caught: no-digest"],
    ["clean", "::notice title=update on nrf52840::clean for up to 2 faults in a run under power"],
  ] as const)("are one line for a report that is %s", (name, line) => {
    expect(githubAnnotations([SAMPLES[name]])).toEqual([line]);
  });

  it("come with errors first, then warnings, then notices", () => {
    const levels = githubAnnotations(REPORTS).map((line) => parsed(line).command);
    expect(levels).toEqual([
      ...Array<string>(4).fill("error"),
      ...Array<string>(3).fill("warning"),
      ...Array<string>(5).fill("notice"),
    ]);
  });

  it("are one line each and read back whatever texts contain", () => {
    const text = "a,b:c::d%0A%25\r\n::error::e";
    const lines = githubAnnotations([hostileReport(text)]);
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).not.toMatch(/[\r\n]/);
    expect(parsed(lines[0] ?? "")).toEqual({
      command: "error",
      title: `${text} on ${text}: no-brick violated`,
      message: expect.stringContaining(`no-brick (last fault: ${text})\n${text}\n${text}`) as string,
    });
    expect(parsed(lines[1] ?? "")).toEqual({
      command: "warning",
      title: `${text} on ${text}: incomplete`,
      message: text,
    });
  });
});
