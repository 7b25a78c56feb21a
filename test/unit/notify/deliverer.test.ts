// How notices arrive: on a virtual clock, with receivers that answer as they are told, and a real folder.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { secretsFrom } from '../../../src/notify/config/secrets.ts';
import {
  createDeliverer,
  type Deliverer,
  type DeliveryEvent,
  type Standing,
} from '../../../src/notify/deliver/deliverer.ts';
import type { Outcome } from '../../../src/notify/deliver/outcome.ts';
import type { Attempt } from '../../../src/notify/deliver/senders.ts';
import { openSpool } from '../../../src/notify/deliver/spool.ts';
import type { NotifyConfig, Receiver } from '../../../src/notify/receivers.ts';
import { VirtualClock } from '../../../src/util/clock.ts';
import { item, notice, tempFolder } from '../../helpers/notices.ts';

const start = Date.UTC(2026, 11, 1);
const secret = 'https://hooks.slack.example/services/T000/B000/secretsecret';
const slack = (name: string): Receiver => ({ name, kind: 'slack', timeout: 10_000, url: { kind: 'env', name: 'URL' } });
const config = (...receivers: readonly Receiver[]): NotifyConfig => ({
  file: 'n.yaml',
  receivers,
  routes: [
    {
      to: receivers.map(({ name }) => name),
      severity: 'info',
      accounts: undefined,
      playbooks: undefined,
      about: undefined,
      tell: 'changes',
    },
  ],
  link: undefined,
  giveUpAfter: 72 * 3_600_000,
});

const ok: Outcome = { kind: 'accepted', how: 'HTTP 200' };
const down: Outcome = { kind: 'failed', why: 'ECONNREFUSED', unsure: false };
const lost: Outcome = { kind: 'failed', why: 'no answer within 10 s', unsure: true };

interface Sent {
  readonly to: string;
  readonly id: string;
  readonly repeated: boolean;
  readonly at: number;
}

interface Rig {
  readonly deliverer: Deliverer;
  readonly sent: readonly Sent[];
  readonly events: readonly DeliveryEvent[];
  readonly clock: VirtualClock;
}

/** A process: what is on disk is all that two of them share. */
function rig(
  directory: string,
  own: NotifyConfig,
  answer: (attempt: Attempt, sent: readonly Sent[]) => Outcome | Promise<Outcome>,
  clock = new VirtualClock(start),
  env: Readonly<Record<string, string>> = { URL: secret },
  pid = 1,
): Rig {
  const sent: Sent[] = [];
  const events: DeliveryEvent[] = [];
  const deliverer = createDeliverer({
    config: own,
    spool: openSpool(directory),
    secrets: secretsFrom({ env, readFile: () => '' }),
    send: async (attempt) => {
      sent.push({
        to: attempt.receiver.name,
        id: attempt.notice.id,
        repeated: attempt.repeated,
        at: clock.now() - start,
      });
      return answer(attempt, sent);
    },
    clock,
    jitter: () => 1,
    claims: { pid, isAlive: () => false },
    tell: (event) => events.push(event),
  });
  return { deliverer, sent, events, clock };
}

const filesIn = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));

const standingOf = (all: readonly Standing[], name: string): Standing | undefined =>
  all.find(({ receiver }) => receiver === name);

describe('a notice', () => {
  test('is on disk before it is sent, for its owner alone, without any secret, and gone once it is taken', async () => {
    using folder = tempFolder();
    const modes: number[] = [];
    const texts: string[] = [];
    const { deliverer } = rig(join(folder.path, 'notices'), config(slack('team')), () => {
      for (const file of filesIn(folder.path)) {
        modes.push(statSync(file).mode & 0o777);
        texts.push(readFileSync(file, 'utf8'));
      }
      return ok;
    });
    expect(deliverer.put(notice())).toEqual(['team']);
    const [standing] = await deliverer.deliver({ within: 5_000 });
    expect(standing).toMatchObject({ delivered: ['rl_scan1'], repeated: [], waiting: 0, why: null });
    // The message and the claim of whoever sends.
    expect(modes).toEqual([0o600, 0o600]);
    expect(texts.join()).toContain('"attempts":1,"underWay":true');
    expect(texts.join()).not.toContain('secretsecret');
    expect(filesIn(folder.path)).toEqual([]);
    expect(statSync(join(folder.path, 'notices', 'team')).mode & 0o777).toBe(0o700);
  });

  test('of one id is one message, however often it is put', async () => {
    using folder = tempFolder();
    const { deliverer, sent } = rig(folder.path, config(slack('team')), () => ok);
    deliverer.put(notice());
    deliverer.put(notice());
    await deliverer.deliver({ within: 5_000 });
    expect(sent).toHaveLength(1);
  });

  test('that nobody could write down goes out all the same, and is told', async () => {
    using folder = tempFolder();
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    const { deliverer, events, sent } = rig(join(file, 'notices'), config(slack('team')), () => ok);
    deliverer.put(notice());
    expect(events).toMatchObject([{ kind: 'not-kept', receiver: 'team', id: 'rl_scan1' }]);
    const [standing] = await deliverer.deliver({ within: 5_000 });
    expect([sent.length, standing?.delivered]).toEqual([1, ['rl_scan1']]);
  });
});

describe('a receiver that is down', () => {
  test('delays no other, and not the end', async () => {
    using folder = tempFolder();
    const { clock, deliverer, sent } = rig(folder.path, config(slack('down'), slack('up')), ({ receiver }) =>
      receiver.name === 'up' ? ok : down,
    );
    deliverer.put(notice());
    const all = await deliverer.deliver({ within: 5_000 });
    expect(standingOf(all, 'up')).toMatchObject({ delivered: ['rl_scan1'], waiting: 0 });
    expect(standingOf(all, 'down')).toMatchObject({ delivered: [], waiting: 1, unkept: 0, why: 'ECONNREFUSED' });
    expect(sent.filter(({ to }) => to === 'up').map(({ at }) => at)).toEqual([0]);
    // With longer and longer pauses.
    expect(sent.filter(({ to }) => to === 'down').map(({ at }) => at)).toEqual([0, 1_000, 3_000]);
    expect(clock.now() - start).toBeLessThanOrEqual(5_000);
  });

  test('for a whole scan and a restart: all arrives in order, each id once', async () => {
    using folder = tempFolder();
    const first = rig(folder.path, config(slack('team'), slack('pager')), () => down);
    const ids = Array.from({ length: 25 }, (_, index) => `rl_${String(index)}`);
    for (const id of ids) first.deliverer.put(notice({ id }));
    await first.deliverer.deliver({ within: 5_000 });
    const second = rig(folder.path, config(slack('team'), slack('pager')), () => ok);
    const all = await second.deliverer.deliver({ within: 5_000 });
    for (const name of ['team', 'pager']) {
      expect(standingOf(all, name)).toMatchObject({ delivered: ids, repeated: [], waiting: 0 });
      expect(second.sent.filter(({ to }) => to === name).map(({ id }) => id)).toEqual(ids);
    }
  });

  test('is asked again for as long as somebody keeps running, at most every five minutes', async () => {
    using folder = tempFolder();
    const stop = new AbortController();
    const { deliverer, sent } = rig(folder.path, config(slack('team')), (_attempt, all) => {
      if (all.length < 14) return down;
      stop.abort(new Error('enough'));
      return ok;
    });
    deliverer.put(notice());
    await deliverer.keepDelivering(stop.signal);
    const gaps = sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0));
    expect(gaps).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300].map((each) => each * 1_000));
    expect(filesIn(folder.path)).toEqual([]);
  });

  test('and asks to be left alone is, also by the next process', async () => {
    using folder = tempFolder();
    const busy: Outcome = { kind: 'failed', why: 'HTTP 429', unsure: false, retryAfter: 60_000 };
    const first = rig(folder.path, config(slack('team')), () => busy);
    first.deliverer.put(notice());
    expect(await first.deliverer.deliver({ within: 5_000 })).toMatchObject([{ waiting: 1, why: 'HTTP 429' }]);
    const second = rig(folder.path, config(slack('team')), () => ok);
    expect(await second.deliverer.deliver({ within: 5_000 })).toMatchObject([{ waiting: 1, why: 'HTTP 429' }]);
    expect([first.sent.length, second.sent.length]).toEqual([1, 0]);
    const third = rig(folder.path, config(slack('team')), () => ok, new VirtualClock(start + 60_001));
    expect(await third.deliverer.deliver({ within: 5_000 })).toMatchObject([{ waiting: 0, delivered: ['rl_scan1'] }]);
    expect(third.sent[0]?.repeated).toBe(false);
  });

  test('whose address is not known waits, and is told why', async () => {
    using folder = tempFolder();
    const { deliverer, sent } = rig(folder.path, config(slack('team')), () => ok, undefined, {});
    deliverer.put(notice());
    const [standing] = await deliverer.deliver({ within: 5_000 });
    expect(standing).toMatchObject({ waiting: 1, why: 'the environment variable URL is not set' });
    expect(sent).toEqual([]);
  });
});

describe('at least once', () => {
  test('an answer that was lost is asked for again, with the same id, and told', async () => {
    using folder = tempFolder();
    const { deliverer, sent } = rig(folder.path, config(slack('team')), (_attempt, all) =>
      all.length === 1 ? lost : ok,
    );
    deliverer.put(notice());
    const [standing] = await deliverer.deliver({ within: 5_000 });
    expect(sent.map(({ id, repeated }) => [id, repeated])).toEqual([
      ['rl_scan1', false],
      ['rl_scan1', true],
    ]);
    expect(standing).toMatchObject({ delivered: ['rl_scan1'], repeated: ['rl_scan1'] });
  });

  test('a process that ended in the middle of an attempt leaves a message that is sent again', async () => {
    using folder = tempFolder();
    const first = rig(folder.path, config(slack('team')), () => new Promise<never>(() => undefined));
    first.deliverer.put(notice());
    void first.deliverer.deliver({ within: 5_000 });
    // Nothing of it goes on: its claim is that of a process that is gone.
    const second = rig(folder.path, config(slack('team')), () => ok, undefined, undefined, 2);
    const [standing] = await second.deliverer.deliver({ within: 5_000 });
    expect(standing).toMatchObject({ delivered: ['rl_scan1'], repeated: ['rl_scan1'] });
  });

  test('a receiver that never answers costs its time and no more', async () => {
    using folder = tempFolder();
    const { clock, deliverer, sent } = rig(
      folder.path,
      config(slack('team')),
      ({ signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            resolve({ kind: 'failed', why: (signal.reason as Error).message, unsure: true });
          });
        }),
    );
    deliverer.put(notice());
    const [standing] = await deliverer.deliver({ within: 5_000 });
    expect(standing).toMatchObject({ waiting: 1, why: 'no answer within 5 s' });
    expect([sent.length, clock.now() - start]).toEqual([1, 5_000]);
  });
});

describe('what will never be taken', () => {
  test('is set aside, told, and holds up nothing', async () => {
    using folder = tempFolder();
    const refused: Outcome = { kind: 'refused', why: `HTTP 400: bad ${secret}` };
    const { deliverer } = rig(folder.path, config(slack('team')), ({ notice: own }) =>
      own.id === 'rl_1' ? refused : ok,
    );
    for (const id of ['rl_1', 'rl_2']) deliverer.put(notice({ id }));
    const [standing] = await deliverer.deliver({ within: 5_000 });
    expect(standing).toMatchObject({ delivered: ['rl_2'], waiting: 0, aside: [{ id: 'rl_1' }] });
    const [aside] = standing?.aside ?? [];
    expect(aside?.why).toMatch(/^refused: HTTP 400: bad \S*\(hidden\)/);
    expect(readFileSync(aside?.file ?? '', 'utf8')).not.toContain('secretsecret');
    expect(
      openSpool(folder.path)
        .aside('team')
        .map((each) => each.notice.id),
    ).toEqual(['rl_1']);
  });

  test('is given up when it is too old, and told', async () => {
    using folder = tempFolder();
    const first = rig(folder.path, config(slack('team')), () => down);
    first.deliverer.put(notice());
    await first.deliverer.deliver({ within: 500 });
    const late = rig(folder.path, config(slack('team')), () => ok, new VirtualClock(start + 72 * 3_600_000 + 1_000));
    const [standing] = await late.deliverer.deliver({ within: 5_000 });
    expect(standing?.aside).toMatchObject([
      { id: 'rl_scan1', why: 'given up after 1 attempts; the last attempt: ECONNREFUSED' },
    ]);
    expect(late.sent).toEqual([]);
  });

  test('a file that somebody damaged is set aside, and told', async () => {
    using folder = tempFolder();
    const { deliverer, events } = rig(folder.path, config(slack('team')), () => ok);
    deliverer.put(notice({ id: 'rl_1' }));
    deliverer.put(notice({ id: 'rl_2' }));
    const [file = ''] = filesIn(folder.path).toSorted();
    writeFileSync(file, '{"version":1}');
    const [standing] = await deliverer.deliver({ within: 5_000 });
    expect(standing?.delivered).toEqual(['rl_2']);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'damaged', why: 'it is no notice of this version' }));
  });
});

test('two processes do not send the same at once', async () => {
  using folder = tempFolder();
  let finish = (): void => undefined;
  const first = rig(
    folder.path,
    config(slack('team')),
    () =>
      new Promise((resolve) => {
        finish = () => {
          resolve(ok);
        };
      }),
  );
  first.deliverer.put(notice());
  const sending = first.deliverer.deliver({ within: 5_000 });
  const alive = createDeliverer({
    config: config(slack('team')),
    spool: openSpool(folder.path),
    secrets: secretsFrom({ env: { URL: secret }, readFile: () => '' }),
    send: async () => ok,
    clock: new VirtualClock(start),
    jitter: () => 1,
    claims: { pid: 2, isAlive: () => true },
  });
  expect(await alive.deliver({ within: 5_000 })).toMatchObject([
    { waiting: 1, why: 'another process is sending to it' },
  ]);
  finish();
  expect(await sending).toMatchObject([{ delivered: ['rl_scan1'], waiting: 0 }]);
});

describe('routes', () => {
  const pager: Receiver = {
    name: 'pager',
    kind: 'pagerduty',
    timeout: 1_000,
    url: 'https://e.example',
    routingKey: { kind: 'env', name: 'URL' },
    alerts: 'finding',
  };
  const route = {
    severity: 'low',
    accounts: undefined,
    playbooks: undefined,
    about: undefined,
    tell: 'changes',
  } as const;

  function told(more: object, items = [item()], own: Partial<NotifyConfig> = {}): readonly string[] {
    using folder = tempFolder();
    const whole = { ...config(slack('team')), routes: [{ ...route, to: ['team'], ...more }], ...own };
    return rig(folder.path, whole, () => ok).deliverer.put(notice({}, items));
  }

  test.each([
    ['at least as grave', { severity: 'high' }, [item({ severity: 'high' })], true],
    ['less grave', { severity: 'high' }, [item({ severity: 'medium' })], false],
    ['its end, as grave as it was', { severity: 'high' }, [item({ severity: 'high', state: 'resolved' })], true],
    ['what is as it was', {}, [item({ state: 'unchanged' })], false],
    ['what is as it was, where all is told', { tell: 'all' }, [item({ state: 'unchanged' })], true],
    ['a reminder', {}, [item({ state: 'reminder' })], true],
    ['an account by its id', { accounts: ['123456789012'] }, [item()], true],
    ['an account by its alias', { accounts: ['deployer-prod'] }, [item()], true],
    ['another account', { accounts: ['shop-prod'] }, [item()], false],
    ['a playbook by a pattern', { playbooks: ['d*-api'] }, [item()], true],
    ['a pattern that overlaps itself', { playbooks: ['deployer-a*api'] }, [item()], false],
    ['runs alone', { about: ['run'] }, [item()], false],
  ] as const)('%s', (_what, more, items, isTold) => {
    expect(told(more, [...items])).toEqual(isTold ? ['team'] : []);
  });

  test('a pager gets an alert for each finding, each with an id of its own that stays', async () => {
    using folder = tempFolder();
    const { deliverer, sent } = rig(folder.path, config(pager), () => ok);
    deliverer.put(notice({}, [item({ id: 'a' }), item({ id: 'b' })]));
    await deliverer.deliver({ within: 5_000 });
    expect(new Set(sent.map(({ id }) => id)).size).toBe(2);
  });
});
