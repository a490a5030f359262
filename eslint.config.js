import jsdoc from "eslint-plugin-jsdoc";
import tseslint from "typescript-eslint";

// What a linter can see of the house rules. How long files and functions may be is asked by test/house.test.ts alone, which knows the
// exceptions and their reasons.
export default tseslint.config(
  { ignores: ["dist/", "node_modules/", ".everboot/"] },
  ...tseslint.configs.recommended,
  {
    rules: {
      "no-var": "error",
      "prefer-const": "error",
      eqeqeq: "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["host/**/*.ts"],
    ignores: ["host/init/**"],
    plugins: { jsdoc },
    rules: {
      "jsdoc/require-jsdoc": [
        "error",
        { publicOnly: true, require: { FunctionDeclaration: true, ClassDeclaration: true } },
      ],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "pass a seed in" },
        { object: "Date", property: "now", message: "pass a clock in" },
      ],
    },
  },
  {
    // Services return values and throw: commands alone print, set exit codes and end the process.
    files: ["host/**/*.ts"],
    ignores: ["host/cli/**", "host/app/terminal/**", "host/init/**", "host/build/**"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "pass a seed in" },
        { object: "Date", property: "now", message: "pass a clock in" },
        ...["exit", "exitCode", "stdout", "stderr"].map((property) => ({
          object: "process",
          property,
          message: "return what came of it: commands print, set exit codes and end the process",
        })),
      ],
    },
  },
  {
    // What the dependency check cannot see: it must run in a browser, and compute nothing but in the core.
    files: ["host/crypto/**/*.ts"],
    rules: { "no-restricted-globals": ["error", "crypto", "process", "Buffer"] },
  },
  {
    // AssemblyScript: == compares values, its types are numbers, and unreachable code is marked so.
    files: [
      "assembly/**/*.ts",
      "test/gallery/**/*.ts",
      "test/host/campaign/soundness/**/*.ts",
      "test/random/guest/*.ts",
      "host/init/assemblyscript/**/*.ts",
    ],
    rules: {
      eqeqeq: "off",
      "@typescript-eslint/no-explicit-any": "error",
    },
  },
);
