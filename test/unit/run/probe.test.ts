// Probes: what counts as a right answer, and how long one is waited for.
import { describe, expect, test } from 'vitest';
import type { Check } from '../../../src/playbook/model.ts';
import { probe, probeOnce, type Prober } from '../../../src/run/probe/probe.ts';
import { VirtualClock } from '../../../src/util/clock.ts';
import { dnsCheck, httpCheck, tcpCheck } from '../../helpers/playbook.ts';

const silent: Prober = {
  http: async () => ({ error: 'ECONNREFUSED' }),
  dns: async () => ({ error: 'ENOTFOUND' }),
  tcp: async () => ({ error: 'ETIMEDOUT' }),
};
const http = (status: number, body = ''): Prober => ({ ...silent, http: async () => ({ status, body }) });
const dns = (...values: readonly string[]): Prober => ({ ...silent, dns: async () => ({ values }) });
const open: Prober = { ...silent, tcp: async () => ({ error: undefined }) };

const health = httpCheck('http://shop/health');
const cname = dnsCheck('shop.example', ['lb.example']);

const cases: readonly (readonly [string, Check, Prober, boolean, string])[] = [
  ['the wanted status', health, http(200), true, 'GET http://shop/health: 200'],
  ['another status', health, http(503), false, 'GET http://shop/health: 503, wanted 200'],
  [
    'any of several',
    httpCheck('http://shop/', { status: [200, 204] }),
    http(500),
    false,
    'GET http://shop/: 500, wanted 200 or 204',
  ],
  ['the wanted text', httpCheck('http://shop/', { body: 'ok' }), http(200, '{"ok":1}'), true, 'GET http://shop/: 200'],
  [
    'without the wanted text',
    httpCheck('http://shop/', { body: 'ok' }),
    http(200, 'sorry'),
    false,
    'GET http://shop/: 200 without the text "ok"',
  ],
  ['no answer', health, silent, false, 'GET http://shop/health: ECONNREFUSED'],
  ['the wanted record, in other letters', cname, dns('LB.example.'), true, 'shop.example CNAME: lb.example'],
  ['another record', cname, dns('old.example'), false, 'shop.example CNAME: old.example, wanted lb.example'],
  [
    'one record too many',
    cname,
    dns('a.example', 'lb.example'),
    false,
    'shop.example CNAME: a.example, lb.example, wanted lb.example',
  ],
  ['no record', cname, dns(), false, 'shop.example CNAME: no answer, wanted lb.example'],
  ['any record', dnsCheck('shop.example', undefined), dns('x'), true, 'shop.example CNAME: x'],
  [
    'no record where any will do',
    dnsCheck('shop.example', undefined),
    dns(),
    false,
    'shop.example CNAME: no answer, wanted any answer',
  ],
  [
    'several records in any order',
    dnsCheck('shop.example', ['b', 'a']),
    dns('a', 'b'),
    true,
    'shop.example CNAME: a, b',
  ],
  ['a name that does not exist', cname, silent, false, 'shop.example CNAME: ENOTFOUND'],
  ['an open port', tcpCheck('shop', 5432), open, true, 'shop:5432: open'],
  ['a closed port', tcpCheck('shop', 5432), silent, false, 'shop:5432: ETIMEDOUT'],
];

describe('one try', () => {
  test.each(cases)('%s', async (_name, check, prober, ok, detail) => {
    expect(await probeOnce(check, prober)).toEqual({ ok, detail });
  });
});

describe('until it is right', () => {
  const goOn = new AbortController().signal;

  test('asks again every two seconds and tells each wrong answer', async () => {
    const clock = new VirtualClock(0);
    const told: string[] = [];
    let tries = 0;
    const prober: Prober = {
      ...silent,
      http: async () => {
        tries += 1;
        return { status: tries < 4 ? 503 : 200, body: '' };
      },
    };
    const outcome = await probe(health, prober, clock, goOn, ({ detail }) => told.push(`${clock.now()}: ${detail}`));
    expect(outcome.ok).toBe(true);
    expect(told).toEqual([0, 2_000, 4_000].map((at) => `${at}: GET http://shop/health: 503, wanted 200`));
    expect(clock.now()).toBe(6_000);
  });

  test('gives the last answer when the time is over, and never waits beyond it', async () => {
    const clock = new VirtualClock(0);
    const outcome = await probe({ ...health, within: 7_000 }, silent, clock, goOn, () => undefined);
    expect(outcome).toEqual({ ok: false, detail: 'GET http://shop/health: ECONNREFUSED' });
    expect(clock.now()).toBe(6_000);
  });

  test('without any time, asks once', async () => {
    const clock = new VirtualClock(0);
    expect((await probe({ ...health, within: 0 }, http(200), clock, goOn, () => undefined)).ok).toBe(true);
  });

  test('a stop ends the waiting with the last answer', async () => {
    const clock = new VirtualClock(0);
    const stop = new AbortController();
    void clock.sleep(3_000).then(() => {
      stop.abort();
    });
    const outcome = await probe(health, silent, clock, stop.signal, () => undefined);
    expect(outcome).toEqual({ ok: false, detail: 'GET http://shop/health: ECONNREFUSED' });
    expect(clock.now()).toBe(3_000);
  });
});

test('a prober that hangs is given up soon after its time, and when the run ends', async () => {
  const hanging: Prober = { ...silent, http: () => new Promise(() => undefined) };
  const clock = new VirtualClock(0);
  const told = await probe(
    { ...health, within: 30_000 },
    hanging,
    clock,
    new AbortController().signal,
    () => undefined,
  );
  expect(told).toEqual({ ok: false, detail: 'no answer' });
  expect(clock.now()).toBe(40_000);

  const stop = new AbortController();
  void clock.sleep(5_000).then(() => {
    stop.abort(new Error('over'));
  });
  expect((await probe({ ...health, within: 30_000 }, hanging, clock, stop.signal, () => undefined)).ok).toBe(false);
  expect(clock.now()).toBe(45_000);
});

test("the last answer has its time on the clock of the wire, however quickly the run's own goes", async () => {
  const clock = new VirtualClock(0);
  const wireClock = new VirtualClock(0);
  // Answers a second after it was asked; the whole time of the check has passed on the run's clock by then.
  const slow: Prober = {
    ...silent,
    wireClock,
    http: async () => {
      await clock.sleep(60_000);
      await wireClock.sleep(1_000);
      return { status: 200, body: '' };
    },
  };
  const told = await probe({ ...health, within: 30_000 }, slow, clock, new AbortController().signal, () => undefined);
  expect(told.ok).toBe(true);
});
