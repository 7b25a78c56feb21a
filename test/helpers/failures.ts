// Tells why a test failed as soon as it has failed. The reporter of vitest tells causes at the end of all tests, which
// may be minutes away, and never comes to it when the run is stopped.
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';

/** Beside the reporter that is in use; what it prints on top is repeated at the end, with all others. */
export function failuresAtOnce(): Reporter {
  let vitest: Vitest | undefined;
  const tell = (where: TestCase | TestModule, name: string, errors: readonly unknown[]): void => {
    for (const error of errors) {
      vitest?.logger.error(`\nFAILED ${where.project.name}: ${name}`);
      vitest?.logger.printError(error, { project: where.project });
    }
  };
  return {
    onInit: (context) => {
      vitest = context;
    },
    onTestCaseResult: (test) => {
      tell(test, `${test.module.relativeModuleId} > ${test.fullName}`, test.result().errors ?? []);
    },
    // What fails outside of tests: a file that cannot be loaded, a hook.
    onTestSuiteResult: (suite) => {
      tell(suite.module, `${suite.module.relativeModuleId} > ${suite.fullName}`, suite.errors());
    },
    onTestModuleEnd: (module) => {
      tell(module, module.relativeModuleId, module.errors());
    },
  };
}
