import { defineConfig } from 'vitest/config';

// What tells much in little time; MUTANTS_TESTS names others, separated by blanks.
const quick = ['test/unit/{assess,plan,guard,run,observe,undo,settings,util}/**/*.test.ts', 'test/engine/**/*.test.ts'];
// Slow, and about texts, secrets and single bits.
const slow = ['test/unit/util/redact.test.ts', 'test/unit/run/journal-bits.sized.test.ts'];

export default defineConfig({
  test: {
    root: process.cwd(),
    runner: 'tools/mutants/worker.mjs',
    env: { RELIGHT_TEST_SIZE: 'quick', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    include: process.env['MUTANTS_TESTS']?.split(' ') ?? quick,
    exclude: ['**/*.alone.test.ts', ...(process.env['MUTANTS_TESTS'] === undefined ? slow : [])],
    // All files in one process, which worker.mjs keeps.
    pool: 'threads',
    maxWorkers: 1,
    isolate: false,
  },
});
