// In vitest's worker: loads all test files once, and then runs them again and again, each time with another mutant. The
// product's modules are not loaded again, which is what takes the time. It talks to runner.mjs; it leans on members of
// vitest that are not promised, so the version of vitest is the checkout's own, which is pinned.
import { startTests } from '@vitest/runner';
import { VitestTestRunner } from 'vitest/runners';

/** What Stryker's instrumented code reads and writes: the mutant in force, and what was reached by which test. */
const instrumented = (globalThis.__stryker__ ??= {});

/** Runs what it is told to, and tells vitest nothing of it. */
class Again extends VitestTestRunner {
  tried = [];
  failure;
  #wanted;

  /** @param wanted ids of tests; undefined: all */
  constructor(first, wanted, timeout) {
    super({ ...first.config, testTimeout: timeout, hookTimeout: timeout, bail: 0 });
    this.#wanted = wanted;
    Object.assign(this, { moduleRunner: first.moduleRunner, _otel: first._otel });
  }

  importFile(path, source) {
    const { evaluatedModules } = this.workerState;
    const known = evaluatedModules.getModuleById(path);
    if (known !== undefined) evaluatedModules.invalidateModule(known);
    // By this `expect` tells tests which file they are in.
    this.workerState.filepath = path;
    instrumented.currentTestId = aroundTests(path);
    return super.importFile(path, source);
  }

  async onBeforeRunTask(test) {
    if (this.failure !== undefined || this.#wanted?.has(idOf(test)) === false) test.mode = 'skip';
    else instrumented.currentTestId = idOf(test);
    await super.onBeforeRunTask(test);
  }

  onAfterRunTask(test) {
    super.onAfterRunTask(test);
    instrumented.currentTestId = aroundTests(test.file.filepath);
    const { state, duration = 0 } = test.result ?? {};
    if (state === 'fail') this.#fail(idOf(test), test);
    if (state !== 'pass' && state !== 'fail') return;
    this.tried.push({ id: idOf(test), name: nameOf(test), file: test.file.filepath, ms: duration });
  }

  async onAfterRunSuite(suite) {
    await super.onAfterRunSuite(suite);
    if (suite.result?.state === 'fail') this.#fail(aroundTests(suite.file.filepath), suite);
  }

  #fail(test, { result }) {
    this.failure ??= { test, message: result?.errors?.[0]?.message ?? 'failed' };
  }
}

function nameOf(task) {
  return task.suite === undefined || task.suite === task.file ? task.name : `${nameOf(task.suite)} > ${task.name}`;
}

function idOf(test) {
  return `${test.file.filepath}#${nameOf(test)}`;
}

/** What is reached by hooks of suites, and while tests are being collected. */
function aroundTests(path) {
  return `${path}#`;
}

const files = [];

/** Loads each file without running its tests; after the last one it does what runner.mjs asks until that is at its end. */
export default class Warm extends VitestTestRunner {
  async onBeforeRunTask(test) {
    test.mode = 'skip';
    await super.onBeforeRunTask(test);
  }

  async onAfterRunFiles(loaded) {
    super.onAfterRunFiles();
    files.push(...loaded.map((each) => each.filepath));
    if (files.length < this.workerState.ctx.files.length) return;
    const channel = new BroadcastChannel('mutants');
    // Whatever a mutant leaves behind fails a run of vitest too.
    let stray;
    const onStray = (error) => {
      stray ??= { message: String(error) };
    };
    process.on('unhandledRejection', onStray).on('uncaughtException', onStray);
    const answer = async (asked) => {
      stray = undefined;
      if (asked.kind === 'dry-run') return await this.#dryRun(asked);
      const told = await this.#mutantRun(asked);
      await new Promise((done) => setImmediate(done));
      return stray === undefined ? told : { ...told, failure: told.failure ?? { test: files[0], ...stray } };
    };
    await new Promise((resolve) => {
      let turn = Promise.resolve();
      channel.onmessage = ({ data }) => {
        if (data.kind === 'end') resolve();
        turn = turn
          .then(() => (data.kind === 'end' ? undefined : answer(data)))
          .catch((error) => ({ kind: 'broken', error: String(error) }))
          .then((told) => told === undefined || channel.postMessage(told));
      };
      channel.postMessage({ kind: 'ready' });
    });
    channel.close();
  }

  async #dryRun({ timeout }) {
    const coverage = (instrumented.mutantCoverage ??= { static: {}, perTest: {} });
    const atLoad = { ...coverage.static };
    // The instrumented modules hold on to this very object.
    coverage.perTest = {};
    const again = new Again(this, undefined, timeout);
    for (const file of files) await startTests([file], again);
    instrumented.currentTestId = undefined;
    return { kind: 'done', tried: again.tried, failure: again.failure, coverage, atLoad };
  }

  async #mutantRun({ mutant, files: wanted = files, tests, hitLimit, timeout }) {
    const again = new Again(this, tests && new Set(tests), timeout);
    Object.assign(instrumented, { activeMutant: mutant, hitCount: 0, hitLimit });
    for (const file of wanted) {
      await startTests([file], again);
      if (again.failure !== undefined) break;
    }
    Object.assign(instrumented, { activeMutant: undefined, hitLimit: undefined });
    return { kind: 'done', tried: again.tried, failure: again.failure, hits: instrumented.hitCount };
  }
}
