// A counter-example as a rehearsal file: `relight rehearse` replays it, and it stays as a test once its cause is mended.
import { stringify } from 'yaml';
import { disasterText } from '../../rehearse/disaster/disaster.ts';
import { writeFault } from '../../sandbox/index.ts';
import type { Playbook } from '../../playbook/model.ts';
import { faultsOf, scriptOf, variationText, type Case } from './case.ts';
import { promises, type BrokenPromise } from '../promises/promises.ts';

export interface ScenarioFile {
  /** What the rehearsal is called. */
  readonly name: string;
  /** The playbook as seen from the file. */
  readonly playbook: string;
  readonly params: Readonly<Record<string, string>>;
  readonly tried: Case;
  readonly broken: BrokenPromise;
}

/** YAML of kind Rehearsal. What it expects is what the proof expects: that all promises are kept. */
export function scenarioText(file: ScenarioFile, playbook: Playbook): string {
  const { broken, name, params, tried } = file;
  const { command } = scriptOf(tried, playbook);
  const variation = variationText(tried.variation);
  const faults = faultsOf(tried.variation);
  const document = {
    apiVersion: 'relight/v1',
    kind: 'Rehearsal',
    metadata: {
      name,
      description: `${disasterText(tried.disaster)}${variation === undefined ? '' : `, and ${variation}`}`.slice(
        0,
        1000,
      ),
    },
    given: {
      playbook: file.playbook,
      ...(Object.keys(params).length === 0 ? {} : { params }),
      ...(Object.keys(tried.disaster).length === 0 ? {} : { pieces: tried.disaster }),
      ...(faults.length === 0 ? {} : { faults: faults.map(writeFault) }),
      ...(tried.variation.kind === 'rival' ? { lock: true } : {}),
    },
    recover: {
      strategy: tried.strategy,
      ...(command.attempts === 1 ? {} : { attempts: command.attempts }),
      ...(command.attempts === 1 && command.dieAfter === undefined ? {} : { pause: `${command.pause / 1000}s` }),
      ...(command.untilIdle === true ? { untilIdle: true } : {}),
      ...(tried.accepted.length === 0 ? {} : { accept: [...tried.accepted] }),
      ...(command.dieAfter === undefined ? {} : { dieAfter: command.dieAfter }),
      ...(command.maxDeletes === undefined ? {} : { maxDeletes: command.maxDeletes }),
      ...(command.saved === undefined ? {} : { savedPlan: command.saved }),
    },
    ...whenOf(tried),
    then: { promises: 'kept' },
  };
  const comment = [
    'A counter-example found by relight prove.',
    `expected: ${promises[broken.promise]}`,
    `seen: ${broken.seen}`,
  ]
    .map((line) => `# ${line.replaceAll(/\s+/g, ' ')}\n`)
    .join('');
  return comment + stringify(document, { lineWidth: 120 });
}

function whenOf({ accepted, strategy, variation }: Case): object {
  switch (variation.kind) {
    case 'loss':
      return { when: [{ at: `${variation.at / 1000}s`, set: { [variation.component]: 'lost' } }] };
    case 'rival': {
      const accept = accepted.length === 0 ? {} : { accept: [...accepted] };
      return { when: [{ at: `${variation.at / 1000}s`, recover: { strategy, ...accept } }] };
    }
    case 'none':
    case 'crash':
    case 'lost-answer':
    case 'limit':
    case 'stale-plan':
    case 'used-plan':
      return {};
  }
}
