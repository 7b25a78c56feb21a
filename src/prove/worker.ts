// One worker thread of a proof: reads the playbook again, deploys it in a environment of its own, plays what it is sent.
import { parentPort, workerData } from 'node:worker_threads';
import { loadPlaybook } from '../engine.ts';
import { loadTypes } from '../rehearse/world/outside.ts';
import { tryCase, type Bench } from './one.ts';
import { outcomeOf, type Outcome } from './promises/outcome.ts';
import { openBenchFor, type Answer, type Handful, type Source } from './pool.ts';

const { exhaustive, file, modules, params, text } = workerData as Source;
const bench = open();

async function open(): Promise<Bench> {
  const outside = await loadTypes(modules.map((module) => ({ word: module, file: module })));
  if (!outside.ok) throw new Error(outside.problems.join('\n'));
  const { types } = outside.set;
  const loaded = loadPlaybook({ bytes: new TextEncoder().encode(text), file, params, types });
  if (!loaded.ok) throw new Error(`Internal error: ${file} cannot be read again`);
  return openBenchFor(loaded.playbook, undefined, exhaustive);
}

parentPort?.on('message', (message: Handful) => {
  void simulate(message).then((answer) => {
    parentPort?.postMessage(answer);
  });
});

async function simulate({ cases }: Handful): Promise<Answer> {
  try {
    const outcomes: Outcome[] = [];
    for (const each of cases) outcomes.push(outcomeOf(await tryCase(await bench, each)));
    return { kind: 'outcomes', outcomes };
  } catch (error) {
    return { kind: 'bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
