import { availableParallelism } from 'node:os';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { builtFiles, builtSources } from './test/helpers/built.ts';
import { failuresAtOnce } from './test/helpers/failures.ts';

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
  const built = builtSources();
  return {
    test: {
      // More than cores: files that ask a served sandbox wait for its clock most of their time.
      maxWorkers: availableParallelism() + (long ? 1 : 2),
      reporters: ['default', failuresAtOnce(), ...(results === undefined ? [] : ['json'])],
      ...(results === undefined ? {} : { outputFile: { json: results } }),
      projects: [
        {
          ...(built === undefined ? {} : { plugins: [built] }),
          test: {
            ...common,
            ...(built === undefined ? {} : { server: { deps: { external: [builtFiles] } } }),
            name: 'together',
            include: [`test/**/${files}`],
            exclude: [alone],
            // Files follow each other in one process, which loads relight and the SDK once.
            isolate: false,
          },
        },
        { test: { ...common, name: 'alone', include: [long ? 'test/**/*.sized.alone.test.ts' : `test/${alone}`] } },
      ],
    },
  };
});
