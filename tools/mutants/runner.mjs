// A test runner for Stryker that keeps all modules loaded from one mutant to the next: worker.mjs does the running.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { declareFactoryPlugin, PluginKind, commonTokens, tokens } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  TestStatus,
  determineHitLimitReached,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';

class WarmRunner {
  #options;
  #vitest;
  #channel;
  #running;
  /** Milliseconds by test file. */
  #durations = new Map();

  constructor(options) {
    this.#options = options;
  }

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init() {
    // The checkout's own vitest, not one next to this file.
    const from = createRequire(`${process.cwd()}/package.json`);
    const { createVitest } = await import(pathToFileURL(from.resolve('vitest/node')).href);
    this.#channel = new BroadcastChannel('mutants');
    const ready = this.#answer();
    this.#vitest = await createVitest('test', {
      config: this.#options.warm.configFile,
      watch: false,
      reporters: [{}],
      onConsoleLog: () => false,
    });
    this.#running = this.#vitest.start();
    await ready;
  }

  #answer() {
    return new Promise((resolve, reject) => {
      this.#channel.onmessage = ({ data }) => {
        if (data.kind === 'broken') reject(new Error(data.error));
        else resolve(data);
      };
    });
  }

  #ask(asked) {
    const answer = this.#answer();
    this.#channel.postMessage(asked);
    return answer;
  }

  async dryRun() {
    const { tried, failure, coverage, atLoad } = await this.#ask({ kind: 'dry-run', timeout: 600_000 });
    if (failure !== undefined)
      return { status: DryRunStatus.Error, errorMessage: `${failure.test}: ${failure.message}` };
    for (const { file, ms } of tried) this.#durations.set(file, (this.#durations.get(file) ?? 0) + ms);
    const perTest = { ...coverage.perTest };
    for (const [around, covered] of Object.entries(coverage.perTest)) {
      if (!around.endsWith('#')) continue;
      delete perTest[around];
      // What a hook reaches, each test of the file may notice.
      for (const test of tried.filter((each) => `${each.file}#` === around)) {
        perTest[test.id] = { ...covered, ...perTest[test.id] };
      }
    }
    const reached = new Set(Object.values(perTest).flatMap((each) => Object.keys(each)));
    return {
      status: DryRunStatus.Complete,
      tests: tried.map((each) => toResult(each, undefined)),
      mutantCoverage: {
        perTest,
        static: Object.fromEntries(Object.entries(atLoad).filter(([mutant]) => !reached.has(mutant))),
      },
    };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, timeout }) {
    // Most mutants are killed by many tests: the quick ones are asked first.
    const took = (file) => this.#durations.get(file) ?? 0;
    const files = [...new Set(testFilter?.map((each) => each.slice(0, each.indexOf('#'))) ?? [])];
    files.sort((left, right) => took(left) - took(right));
    const told = await this.#ask({
      kind: 'mutant-run',
      mutant: activeMutant.id,
      files: testFilter === undefined ? undefined : files,
      tests: testFilter,
      hitLimit,
      timeout,
    });
    const tests = told.tried.map((each) => toResult(each, told.failure));
    const { failure } = told;
    // A hook or a file that fails is told as its file's.
    if (failure !== undefined && !tests.some((each) => each.status === TestStatus.Failed)) {
      tests.push({ ...toResult({ id: failure.test, name: failure.test, file: failure.test, ms: 0 }, failure) });
    }
    return toMutantRunResult(determineHitLimitReached(told.hits, hitLimit) ?? { status: DryRunStatus.Complete, tests });
  }

  async dispose() {
    this.#channel?.postMessage({ kind: 'end' });
    await this.#running?.catch(() => undefined);
    await this.#vitest?.close();
    this.#channel?.close();
  }
}

function toResult({ id, name, file, ms }, failure) {
  const result = { id, name, fileName: file, timeSpentMs: ms, status: TestStatus.Success };
  return failure?.test === id ? { ...result, status: TestStatus.Failed, failureMessage: failure.message } : result;
}

function createWarmRunner(options) {
  return new WarmRunner(options);
}
createWarmRunner.inject = tokens(commonTokens.options);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'warm', createWarmRunner)];
