import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { failuresAtOnce } from './test/helpers/failures.ts';

// Four lanes: `fast` opens no sockets, `crash` kills recoveries at every instant, `cli` spawns the built binary, and
// `sandbox` runs the real SDK clients against the embedded AWS. Folders that no other lane has are in that one.
const others = { fast: ['unit', 'engine', 'property'], crash: ['crash'], cli: ['cli'] } as const;
const taken: readonly string[] = [...Object.values(others).flat(), 'golden', 'helpers'];
const folders = readdirSync(new URL('test', import.meta.url), { withFileTypes: true })
  .filter((each) => each.isDirectory() && !taken.includes(each.name))
  .map((each) => each.name);
const lanes = Object.entries({ ...others, sandbox: folders });

export default defineConfig(({ mode }): ViteUserConfig => {
  // `--mode long` tries all of what has sizes, and nothing else: the rest has no more to give.
  const long = mode === 'long';
  const files = long ? '*.sized.test.ts' : '*.test.ts';
  // Time-outs end what hangs. None of them is a measure of speed: the machine may be slow, or busy.
  const patience = long ? 7_200_000 : 600_000;
  const results = process.env['RELIGHT_TEST_RESULTS'];
  const common = {
    testTimeout: patience,
    hookTimeout: patience,
    env: {
      RELIGHT_TEST_SIZE: long ? 'long' : 'quick',
      // Nobody who runs the tests can do something about it.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
  };
  const alone = '**/*.alone.test.ts';
  return {
    test: {
      // One more than cores: those of the `cli` lane wait for processes half of their time.
      maxWorkers: availableParallelism() + 1,
      reporters: ['default', failuresAtOnce(), ...(results === undefined ? [] : ['json'])],
      ...(results === undefined ? {} : { outputFile: { json: results } }),
      projects: [
        ...lanes.map(([name, inside]) => ({
          test: {
            ...common,
            name,
            include: [
              ...inside.map((folder) => `test/${folder}/**/${files}`),
              ...(name === 'fast' ? [`test/${files}`] : []),
            ],
            exclude: [alone],
            // Files of a lane follow each other in one process, which loads the SDK once.
            isolate: false,
          },
        })),
        { test: { ...common, name: 'alone', include: [long ? 'test/**/*.sized.alone.test.ts' : `test/${alone}`] } },
      ],
    },
  };
});
