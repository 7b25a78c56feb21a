// What goes into a journal: words that can only be read, and nothing more once a line could not be written.
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/components/contract.ts';
import type { BeforeImage, RunEvent } from '../../../src/run/journal/events.ts';
import type { Journal } from '../../../src/run/journal/journal.ts';
import { redactedEvent, redactingJournal } from '../../../src/run/journal/redacting-journal.ts';
import { isUnwritten, stoppingJournal, unwrittenReason } from '../../../src/run/journal/written.ts';
import type { Redactor } from '../../../src/util/redact.ts';
import { StorageFailure } from '../../../src/util/storage.ts';
import { scriptedRig } from '../../helpers/scripted-rig.ts';

const redactor: Redactor = {
  text: (text) => text.replaceAll('secret', '(hidden)'),
  masked: (text) => text,
  json: (json) => JSON.parse(JSON.stringify(json).replaceAll('secret', '(hidden)')) as Json,
};
const error = { class: 'denied', code: 'AccessDenied', message: 'a secret\nof two lines' } as const;
const image = {} as BeforeImage;

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap((each: Json) => textsIn(each)) : [];
}

describe('an event', () => {
  test.each<readonly [string, RunEvent]>([
    ['an answer', { type: 'step-acted', step: 'a', receipt: { piece: 'secret' } }],
    ['a try', { type: 'step-retrying', step: 'a', error, inSeconds: 1 }],
    ['a failure', { type: 'step-failed', step: 'a', error }],
    ['a wait', { type: 'step-waiting', step: 'a', detail: 'for secret\n' }],
    ['a check', { type: 'step-verified', step: 'a', detail: 'secret\n' }],
    ['a note', { type: 'step-succeeded', step: 'a', note: 'as secret\n' }],
    ['a step left out', { type: 'step-skipped', step: 'a', because: 'of secret\n', rootCauses: [] }],
    ['a no', { type: 'approval-refused', component: 'a', by: 'ann', because: 'secret\n' }],
    ['an end', { type: 'run-interrupted', reason: 'secret\n' }],
    ['credentials gone', { type: 'credentials-expired', origin: 'secret\n', remedy: 'say secret', waitSeconds: 1 }],
    ['credentials back', { type: 'credentials-renewed', origin: 'secret\n', arn: 'arn' }],
  ])('%s is told without secrets, each text on one line', (_what, event) => {
    const told = redactedEvent(event, redactor);
    const words = textsIn(told as unknown as Json).join(' ');
    expect(words).not.toMatch(/secret|\n/);
    expect(words).toContain('(hidden)');
    expect(Object.keys(told)).toEqual(Object.keys(event));
  });

  test('without words of others is told as it is', () => {
    const events: readonly RunEvent[] = [
      { type: 'step-started', step: 'secret' },
      { type: 'step-succeeded', step: 'secret' },
      { type: 'step-settled', step: 'secret' },
    ];
    for (const event of events) expect(redactedEvent(event, redactor)).toBe(event);
  });

  test('that begins a run has a plan without secrets', async () => {
    const rig = scriptedRig('a');
    rig.world.drift('a', 'size', 'secret');
    const plan = await rig.plan();
    const event: RunEvent = {
      type: 'run-started',
      version: 1,
      runId: 'r',
      tool: 't',
      plan,
      verify: true,
      sandbox: false,
    };
    expect(JSON.stringify(event)).toContain('secret');
    expect(JSON.stringify(redactedEvent(event, redactor))).not.toContain('secret');
  });
});

/** A journal that writes into lists, and fails from the n-th line on. */
function journalFailingAt(line: number, failure: Error = new StorageFailure('ENOSPC', 'journal')) {
  const [written, watched]: [RunEvent[], RunEvent[]] = [[], []];
  const save = () => {
    if (written.length >= line) throw failure;
    return { file: 'image', digest: 'digest' };
  };
  const journal: Journal = {
    runId: 'run-1',
    place: 'journal',
    record: (event) => {
      if (written.length >= line) throw failure;
      written.push(event);
    },
    unwritten: (event) => {
      watched.push(event);
    },
    saveBeforeImage: save,
    saveAfterImage: save,
    close: () => undefined,
  };
  return { journal, written, watched, failure };
}

test('a journal that hides secrets hides them from those who watch, too', () => {
  const { journal, written, watched } = journalFailingAt(9);
  const hiding = redactingJournal(journal, redactor);
  const event: RunEvent = { type: 'run-interrupted', reason: 'secret' };
  hiding.record(event);
  hiding.unwritten?.(event);
  expect([written, watched]).toEqual([
    [{ type: 'run-interrupted', reason: '(hidden)' }],
    [{ type: 'run-interrupted', reason: '(hidden)' }],
  ]);
});

describe('a journal that cannot be written any more', () => {
  const started = (step: string): RunEvent => ({ type: 'step-started', step });
  const intended: RunEvent = { type: 'step-intended', step: 'a', action: 'delete', attempt: 1, token: 't' };

  function stopped(line: number, failure?: Error) {
    const inner = journalFailingAt(line, failure);
    const told: StorageFailure[] = [];
    return { ...inner, told, stopping: stoppingJournal(inner.journal, (each) => told.push(each)) };
  }

  test('tells so once; what needs no line goes on before those who watch', () => {
    const { stopping, told, written, watched } = stopped(1);
    for (const step of ['a', 'b', 'c']) stopping.record(started(step));
    expect(written).toEqual([started('a')]);
    expect(watched).toEqual([started('b'), started('c')]);
    expect(told).toHaveLength(1);
    expect(isUnwritten(unwrittenReason(told[0] ?? new StorageFailure('EIO', 'x')))).toBe(true);
    expect(isUnwritten('told to stop')).toBe(false);
  });

  test.each<readonly [string, RunEvent]>([
    ['a change', intended],
    ['an image', { type: 'before-image', step: 'a', file: 'before/a' }],
  ])('announces nothing: %s is refused, at the first failure and after it', (_what, event) => {
    const first = stopped(0);
    expect(() => {
      first.stopping.record(event);
    }).toThrow(StorageFailure);
    const later = stopped(0);
    later.stopping.record(started('a'));
    expect(() => {
      later.stopping.record(event);
    }).toThrow(StorageFailure);
    expect(later.watched).toEqual([started('a')]);
    expect(later.told).toHaveLength(1);
  });

  test('keeps no image either, and whoever is first to fail tells it', () => {
    const { stopping, told } = stopped(0);
    expect(() => stopping.saveBeforeImage(image)).toThrow(StorageFailure);
    expect(() => stopping.saveAfterImage(image)).toThrow(StorageFailure);
    expect(told).toHaveLength(1);
    const sound = stopped(9);
    expect(sound.stopping.saveBeforeImage(image)).toEqual({ file: 'image', digest: 'digest' });
    expect(sound.stopping.saveAfterImage(image)).toEqual({ file: 'image', digest: 'digest' });
    expect(sound.told).toEqual([]);
  });

  test('a bug is no failure of the disk: it is thrown as it is', () => {
    const bug = new TypeError('no such member');
    const { stopping, told } = stopped(0, bug);
    expect(() => {
      stopping.record(started('a'));
    }).toThrow(bug);
    expect(told).toEqual([]);
  });
});
