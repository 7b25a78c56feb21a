// One worker thread of a proof: reads the playbook again, deploys it in a environment of its own, plays what it is sent.
import { parentPort, workerData } from 'node:worker_threads';
import { loadPlaybook } from '../engine.ts';
import { tryCase } from './one.ts';
import { outcomeOf, type Outcome } from './promises/outcome.ts';
import { openBenchFor, type Answer, type Handful, type Source } from './pool.ts';

const { file, params, text } = workerData as Source;
const loaded = loadPlaybook({ bytes: new TextEncoder().encode(text), file, params });
if (!loaded.ok) throw new Error(`Internal error: ${file} cannot be read again`);
const bench = openBenchFor(loaded.playbook);

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
