// Dependency directions of host/DESIGN.md and assembly/DESIGN.md, as rules that a test run enforces.
const only = (name, from, allowed) => ({
  name,
  severity: "error",
  from: { path: from },
  to: { path: "^(assembly|host)/", pathNot: allowed },
});

module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    only("crypto-is-a-leaf", "^assembly/crypto/", "^assembly/crypto/"),
    only("hal-knows-abi", "^assembly/hal/", "^assembly/(hal/|abi\\.ts)"),
    only("image-knows-hal-crypto", "^assembly/image/", "^assembly/(image/|hal/|crypto/|abi\\.ts)"),
    only("record-knows-hal-crypto", "^assembly/record/", "^assembly/(record/|hal/|crypto/|abi\\.ts)"),
    only("boot-reaches-down", "^assembly/boot/", "^assembly/(boot/|record/|image/|hal/|crypto/|abi\\.ts)"),
    only("agent-reaches-down", "^assembly/agent/", "^assembly/(agent/|record/|image/|hal/|crypto/|abi\\.ts)"),
    only("cbor-is-a-leaf", "^assembly/cbor/", "^assembly/cbor/"),
    only(
      "approve-reaches-down",
      "^assembly/approve/",
      "^assembly/(approve/|image/|cbor/|hal/|crypto/|abi\\.ts)",
    ),
    only(
      "kit-reaches-down",
      "^assembly/kit/",
      "^assembly/(kit/|agent/|boot/|record/|image/|hal/|crypto/|abi\\.ts)",
    ),
    only("link-knows-hal", "^assembly/link/", "^assembly/(link/|hal/|abi\\.ts)"),
    only("states-is-a-leaf", "^assembly/states/", "^assembly/states/"),
    only("device-knows-abi", "^assembly/device/", "^assembly/(device/|abi\\.ts)"),
    only(
      "wrong-guests-reach-down",
      "^assembly/(canary|mcuboot)/",
      "^assembly/(canary/|mcuboot/|agent/|boot/|record/|image/|link/|hal/|crypto/|abi\\.ts)",
    ),
    only("new-projects-know-nothing", "^host/init/", "^host/init/"),
    only("abi-is-a-leaf", "^assembly/abi\\.ts$", "^$"),
    only("host-data-is-a-leaf", "^host/core/data/", "^host/core/data/"),
    only("host-core-down", "^host/core/", "^(host/core/|assembly/abi\\.ts)"),
    only("host-crypto-down", "^host/crypto/", "^(host/(crypto|core)/|assembly/abi\\.ts)"),
    only("host-device-down", "^host/device/", "^(host/(device|core)/|assembly/abi\\.ts)"),
    only("host-lms-down", "^host/image/lms/", "^host/(image|core)/"),
    only(
      "host-envelope-down",
      "^host/image/envelope/",
      "^(host/image/(?!lms/)|host/core/|assembly/abi\\.ts)",
    ),
    only("host-image-down", "^host/image/", "^(host/(image|core|device)/|assembly/abi\\.ts)"),
    only("host-link-alone", "^host/link/", "^host/link/"),
    only(
      "host-plan-down",
      "^host/campaign/plan/",
      "^(host/(campaign/plan|link|core|device)/|assembly/abi\\.ts)",
    ),
    only(
      "host-world-down",
      "^host/campaign/world/",
      "^(host/campaign/(world|plan)/|host/(link|core|device)/|assembly/abi\\.ts)",
    ),
    only(
      "host-play-down",
      "^host/campaign/play/",
      "^(host/campaign/(play|world|plan)/|host/(link|core|device)/|assembly/abi\\.ts)",
    ),
    only(
      "host-explore-down",
      "^host/campaign/explore/",
      "^(host/campaign/(explore|play|world|plan)/|host/(core|device)/|assembly/abi\\.ts)",
    ),
    only(
      "host-own-down",
      "^host/campaign/own/",
      "^(host/campaign/(own|explore|play|plan)/|host/(core|device)/|assembly/abi\\.ts)",
    ),
    only("host-campaign-down", "^host/campaign/", "^(host/(campaign|link|core|device)/|assembly/abi\\.ts)"),
    only("host-scene-down", "^host/scene/", "^(host/(scene|campaign|image|device|core)/|assembly/abi\\.ts)"),
    only("host-gallery-down", "^host/gallery/", "^(host/(gallery|campaign|device|core)/|assembly/abi\\.ts)"),
    only("host-config-down", "^host/config/", "^(host/(config|campaign|core|device)/|assembly/abi\\.ts)"),
    {
      name: "host-config-knows-only-zod",
      severity: "error",
      from: { path: "^host/config/" },
      to: { pathNot: "^(assembly|host)/|^node_modules/zod/" },
    },
    only(
      "host-budget-down",
      "^host/budget/(?!target/)",
      "^(host/budget/(?!target/)|host/(campaign|config|core|device)/|assembly/abi\\.ts)",
    ),
    only(
      "host-target-down",
      "^host/budget/target/",
      "^(host/budget/target/|host/(core|device)/|assembly/abi\\.ts)",
    ),
    only(
      "host-report-down",
      "^host/report/",
      "^(host/(report|budget|gallery|campaign|core|device)/|assembly/abi\\.ts)",
    ),
    {
      name: "host-app-knows-no-command",
      comment: "Services return values and throw; commands print, and end the process.",
      severity: "error",
      from: { path: "^host/(?!cli/)" },
      to: { path: "^host/cli/" },
    },
    {
      name: "terminal-is-for-commands",
      comment: "Who does the work returns what came of it; commands print it and set the exit code.",
      severity: "error",
      from: { path: "^host/(?!cli/|app/terminal/)" },
      to: { path: "^host/app/terminal/" },
    },
    {
      name: "host-build-is-apart",
      comment:
        "What makes the wasm modules runs before there is a package: nothing of the product but the bench's sizes needs it.",
      severity: "error",
      from: { path: "^host/(?!(build|bench)/)" },
      to: { path: "^host/build/", pathNot: "^host/build/(names|objects)\\.ts$" },
    },
    only(
      "host-build-alone",
      "^host/build/",
      "^(host/(build|core)/|host/gallery/entries\\.ts|assembly/abi\\.ts)",
    ),
    only(
      "host-app-down",
      "^host/app/",
      "^(host/(app|report|budget|gallery|scene|config|campaign|image|device|core)/|host/package-data\\.ts|assembly/abi\\.ts)",
    ),
    only(
      "host-workspace-is-low",
      "^host/app/workspace/",
      "^(host/app/workspace/|host/(scene|config|campaign|image|device|core)/|host/package-data\\.ts|assembly/abi\\.ts)",
    ),
    only(
      "host-bench-down",
      "^host/bench/",
      "^(host/(bench|campaign|crypto|image|device|core)/|host/build/compile\\.ts|assembly/abi\\.ts)",
    ),
    {
      name: "simulation-has-no-node-api",
      severity: "error",
      from: {
        path: "^host/(core|crypto|device|campaign|scene|config|gallery|budget(?!/target))/|^host/[^/]+\\.ts$",
      },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "host-crypto-computes-in-the-core",
      comment:
        "Its answers must be those of the code that boot links: no node:crypto, @noble or other package.",
      severity: "error",
      from: { path: "^host/crypto/|^host/[^/]+\\.ts$", pathNot: "^host/vitest\\.ts$" },
      to: { pathNot: "^(assembly|host)/" },
    },
    {
      name: "host-reads-assembly-through-abi",
      severity: "error",
      from: { path: "^host/" },
      to: { path: "^assembly/", pathNot: "^assembly/abi\\.ts$" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules|^dist/" },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".json"] },
  },
};
