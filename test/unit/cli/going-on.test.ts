// Which unfinished run a command goes on with, and that it is never an older one in the place of one that is damaged.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runToGoOnWith } from '../../../src/cli/changing/going-on.ts';
import type { Io } from '../../../src/cli/terminal/io.ts';
import type { CliSession } from '../../../src/cli/place/session.ts';
import type { JournalRecord } from '../../../src/run/journal/events.ts';
import { VirtualClock } from '../../../src/util/clock.ts';
import { identity, scriptedRig, startOfTime } from '../../helpers/scripted-rig.ts';

let records: readonly JournalRecord[] = [];
let stateDirectory = '';

beforeAll(async () => {
  const rig = scriptedRig('a; b', { deployed: false });
  records = (await rig.run()).journal.records;
});

beforeEach(() => {
  stateDirectory = mkdtempSync(join(tmpdir(), 'relight-going-on-'));
});

afterEach(() => {
  rmSync(stateDirectory, { recursive: true });
});

const textOf = (list: readonly JournalRecord[]): string => list.map((each) => `${JSON.stringify(each)}\n`).join('');

/** A run that was cut off in its midst. */
function cutOff(runId: string, playbook?: string): string {
  const [first, ...rest] = records.slice(0, 5);
  if (first?.type !== 'run-started') throw new Error('the journal does not begin with the start of the run');
  const plan =
    playbook === undefined ? first.plan : { ...first.plan, playbook: { ...first.plan.playbook, name: playbook } };
  return textOf([{ ...first, runId, plan }, ...rest]);
}

function store(runId: string, content: string): void {
  mkdirSync(join(stateDirectory, 'runs', runId), { recursive: true });
  writeFileSync(join(stateDirectory, 'runs', runId, 'journal.jsonl'), content);
}

/** The id of the run that is gone on with, and what was said. */
function goingOn(): { readonly run: string | undefined; readonly said: string } {
  const [first] = records;
  if (first?.type !== 'run-started') throw new Error('the journal does not begin with the start of the run');
  let said = '';
  const session = {
    playbook: { metadata: { name: first.plan.playbook.name } },
    identity,
    observeContext: { clock: new VirtualClock(startOfTime + 60_000) },
  };
  const cli = {
    session,
    place: { ...identity, sandbox: first.sandbox, endpoint: null },
    stateDirectory,
  } as unknown as CliSession;
  const io = { err: (text: string) => (said += text) } as unknown as Io;
  return { run: runToGoOnWith(cli, 'repair', io)?.runId, said };
}

/** Damage below the first line, and in it. */
const below = (text: string): string => text.replace('"type":"step-started"', '"type":"step-st');
const above = (text: string): string => text.replace('"type":"run-started"', '"type":"run-st');

describe('an unfinished run', () => {
  test('is gone on with when it is the last one', () => {
    store('run-1', cutOff('run-1'));
    store('run-2', cutOff('run-2', 'another'));
    store('run-3', '');
    expect(goingOn()).toEqual({ run: 'run-1', said: '' });
  });

  test('is left alone when a later journal of the same service is damaged', () => {
    store('run-1', cutOff('run-1'));
    store('run-2', below(cutOff('run-2')));
    const { run, said } = goingOn();
    expect(run).toBeUndefined();
    expect(said).toContain('The journal of run run-2 is not used');
    expect(said).toContain('It is the last run of shop here, so no earlier run is gone on with');
  });

  test('is left alone when nobody can tell whose the damaged one is', () => {
    store('run-1', cutOff('run-1'));
    store('run-2', above(cutOff('run-2')));
    const { run, said } = goingOn();
    expect(run).toBeUndefined();
    expect(said).toContain('It may be the last run of shop here');
  });

  test('does not mind damage to another service’s journal, or to an older one', () => {
    store('run-0', below(cutOff('run-0')));
    store('run-1', cutOff('run-1'));
    store('run-2', below(cutOff('run-2', 'another')));
    expect(goingOn()).toEqual({ run: 'run-1', said: '' });
  });
});
