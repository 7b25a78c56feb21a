import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Four lanes: `fast` opens no sockets, `sandbox` runs the real SDK clients against the embedded AWS,
// `crash` kills recoveries at every instant, `cli` spawns the built binary.
export default defineConfig({
  test: {
    // By default one core stays idle; CI has two.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'fast',
          include: [
            'test/unit/**/*.test.ts',
            'test/engine/**/*.test.ts',
            'test/property/**/*.test.ts',
            'test/*.test.ts',
          ],
          // The slowest takes two seconds on a quiet machine; a busy one is no reason to fail.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'sandbox',
          include: [
            'test/sandbox/**/*.test.ts',
            'test/components/**/*.test.ts',
            'test/recovery/**/*.test.ts',
            'test/rehearse/**/*.test.ts',
            'test/prove/**/*.test.ts',
            'test/safety/**/*.test.ts',
          ],
          testTimeout: 30_000,
        },
      },
      { test: { name: 'crash', include: ['test/crash/**/*.test.ts'], testTimeout: 300_000 } },
      { test: { name: 'cli', include: ['test/cli/**/*.test.ts'], testTimeout: 180_000 } },
    ],
  },
});
