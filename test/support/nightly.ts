// What takes minutes runs in `npm run test:nightly`, which sets EVERBOOT_CASES (vitest.config.ts).

export const isNightly = process.env["EVERBOOT_CASES"] !== undefined;
