// A holder of the lock that is killed or frozen, and whoever comes after it, with real processes, signals and time: on one
// machine by the file lock, on two by a DynamoDB table. The quick run tries each story with one of them.
import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { sampled } from '../helpers/sized.ts';
import { serveSandbox, waitForText, type Folder } from './harness.ts';
import {
  as,
  brisk,
  changesBy,
  journalOf,
  leaseMs,
  midway,
  newFolder,
  pass,
  playbook,
  recovered,
  recovering,
  seeded,
  withTable,
} from './holders.ts';
import { startProxy } from './proxy.ts';

const locks = ['file', 'dynamodb'] as const;
type Lock = (typeof locks)[number];

interface Case {
  readonly what: string;
  readonly lock: Lock;
  readonly play: (both: Machines) => Promise<void>;
}

interface Machines extends Disposable {
  readonly here: Folder;
  readonly there: Folder;
}

function machines(kind: Lock): Machines {
  const here = newFolder();
  const there = kind === 'file' ? here : newFolder();
  if (kind === 'dynamodb') withTable(here, there);
  return {
    here,
    there,
    [Symbol.dispose]: () => {
      here[Symbol.dispose]();
      there[Symbol.dispose]();
    },
  };
}

const stories: readonly (readonly [string, Case['play']])[] = [
  [
    'a holder that is killed is followed after its lease, not before, and its work is finished',
    async (both) => {
      await using server = await serveSandbox(both.here, brisk);
      await seeded(both.here, server);
      await using proxy = await startProxy(server.url);
      const first = recovering(both.here, as('first', proxy.env));
      await midway(first);
      first.child.kill('SIGKILL');
      expect((await first.ended).signal).toBe('SIGKILL');
      const killed = performance.now();
      const second = recovering(both.there, as('second', proxy.env));
      await waitForText(second.child.stderr, /waiting up to 5 s for a sign of life/);
      expect(changesBy('second', proxy)).toEqual([]);
      await waitForText(second.child.stderr, /took the lock over: .* gave no sign of life for 5 s/);
      expect(performance.now() - killed).toBeGreaterThan(leaseMs);
      expect((await second.ended).code).toBe(0);
      expect(changesBy('second', proxy)).toEqual(['CreateListener']);
      expect((await both.here.relight(['plan', playbook], server.env)).code).toBe(0);
    },
  ],
  [
    'a holder that was frozen past its lease changes nothing once it goes on, and says why',
    async (both) => {
      await using server = await serveSandbox(both.here, brisk);
      await seeded(both.here, server);
      await using proxy = await startProxy(server.url);
      const first = recovering(both.here, as('first', proxy.env));
      await midway(first);
      first.child.kill('SIGSTOP');
      // The load balancer becomes ready in the meantime: the next thing to do would be to change something.
      await pass(2.5 * leaseMs);
      const before = changesBy('first', proxy);
      expect(before).toContain('CreateLoadBalancer');
      first.child.kill('SIGCONT');
      const outcome = await first.ended;
      expect(changesBy('first', proxy)).toEqual(before);
      expect(outcome.code).toBe(5);
      expect(outcome.stderr).toMatch(/the lock was lost: it could not be renewed for \d+\.\d s/);
      expect(outcome.stderr).toContain('run the same command again to go on from what is there');
      const records = journalOf(both.here);
      // Whether another step had come to its end before the freeze is chance.
      const result = expect.stringMatching(/^(partial|failed)$/) as unknown;
      expect(records.slice(-2)).toMatchObject([{ type: 'run-finished', result }, { type: 'journal-closed' }]);
      expect(records).toContainEqual(
        expect.objectContaining({
          type: 'run-interrupted',
          reason: expect.stringContaining('the lock was lost') as unknown,
        }),
      );
      expect((await recovered(both.there, proxy.env)).code).toBe(0);
    },
  ],
  [
    'a frozen holder is followed by another; when it goes on it leaves that one’s work and lock alone',
    async (both) => {
      await using server = await serveSandbox(both.here, brisk);
      await seeded(both.here, server);
      await using proxy = await startProxy(server.url);
      const first = recovering(both.here, as('first', proxy.env), '--state-dir', 'first');
      await midway(first);
      first.child.kill('SIGSTOP');
      const second = recovering(both.there, as('second', proxy.env), '--state-dir', 'second');
      await waitForText(second.child.stderr, /took the lock over/);
      const before = changesBy('first', proxy);
      first.child.kill('SIGCONT');
      expect((await first.ended).code).toBe(5);
      expect(changesBy('first', proxy)).toEqual(before);
      expect((await second.ended).code).toBe(0);
      expect((await both.here.relight(['plan', playbook], server.env)).code).toBe(0);
    },
  ],
];

const cases = stories.flatMap(([what, play]) => locks.map((lock): Case => ({ what, lock, play })));

/** Each story, and in turn each lock. */
function inTurn({ lock, what }: Case): string | undefined {
  const nth = stories.findIndex(([name]) => name === what);
  return locks[nth % locks.length] === lock ? what : undefined;
}

test.each(sampled(cases, 0, inTurn))('by a $lock lock: $what', async ({ lock, play }) => {
  using both = machines(lock);
  await play(both);
});
