// Credentials that run out in mid-run: everything pauses, they are read anew, and the run goes on as the same caller, or
// not at all.
import { DeleteServiceCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import type { CredentialSource, Found } from '../../src/aws/credentials/credentials.ts';
import { ecs } from '../../src/aws/services/ecs.ts';
import { execute, look, openSession, planFrom } from '../../src/engine.ts';
import type { RunReport } from '../../src/report/report.ts';
import { createMemoryJournal } from '../../src/run/journal/journal.ts';
import type { JournalRecord } from '../../src/run/journal/events.ts';
import { deployedRig, mutations, readShipped, troubles, unfinished, type Rig } from '../helpers/rig.ts';

const text = readShipped('deployer-api.yaml');
const remedy = 'type: aws sso login --profile ops';

/** Credentials as the test wills them. */
class Source {
  key = 'AKIAFIRST';
  /** How often they were read. */
  reads = 0;
  #onRead: (() => void) | undefined;

  readonly read: CredentialSource = async () => {
    this.reads += 1;
    this.#onRead?.();
    const keys = { accessKeyId: this.key, secretAccessKey: 'secret' };
    return { keys, origin: 'profile ops (single sign-on)', remedy, fixed: false } satisfies Found;
  };

  /** Told before each read. */
  onRead(told: () => void): void {
    this.#onRead = told;
  }
}

interface Recovered {
  readonly report: RunReport;
  readonly records: readonly JournalRecord[];
}

async function brokenRig(): Promise<Rig> {
  const rig = await deployedRig(text);
  await rig.break(['service']);
  return rig;
}

async function recover(rig: Rig, source: Source, stop = new AbortController().signal): Promise<Recovered> {
  const access = { ...rig.sandbox.access('eu-west-1', 'change'), credentials: source.read };
  const opened = await openSession(rig.playbook, access);
  if (opened.kind !== 'open') throw new Error(JSON.stringify(opened));
  const { session } = opened;
  const assessed = await look(session);
  const plan = planFrom(session, assessed, { kind: 'repair' });
  const journal = createMemoryJournal(`run-${rig.clock.now()}`, rig.clock);
  const report = await execute(session, assessed, plan, {
    openJournal: (sink) => ({
      ...journal,
      record: (event) => {
        journal.record(event);
        const last = journal.records.at(-1);
        if (last !== undefined) sink(last);
      },
    }),
    prober: rig.sandbox.prober,
    verify: true,
    stop,
  });
  return { report, records: journal.records };
}

function typesOf(records: readonly JournalRecord[]): readonly string[] {
  return records
    .map((record) => record.type)
    .filter((type) => type.startsWith('credentials') || type.startsWith('run'));
}

/** From now on AWS calls the credentials expired. */
function expire(rig: Rig): void {
  rig.faults.add({ kind: 'expired-token' });
}

describe('credentials that expire when the service is to be made', () => {
  /** AWS refuses CreateService, and from then on everything. */
  function expireAtCreate(rig: Rig, source: Source, renewedAfterReads: number, key = 'AKIASECOND'): void {
    rig.faults.add({ operation: 'CreateService', kind: 'expired-token', nth: 1 });
    const already = { expired: false };
    source.onRead(() => {
      if (source.reads === 2 && !already.expired) {
        already.expired = true;
        expire(rig);
      }
      if (source.reads === renewedAfterReads) {
        rig.faults.clear();
        source.key = key;
      }
    });
  }

  test('fresh ones of the same caller: the call is made again, and the run ends well', async () => {
    const rig = await brokenRig();
    const source = new Source();
    expireAtCreate(rig, source, 6);
    const from = rig.wire.length;
    const { records, report } = await recover(rig, source);
    expect(unfinished(report)).toEqual([]);
    expect(typesOf(records)).toEqual(['run-started', 'credentials-expired', 'credentials-renewed', 'run-finished']);
    expect(records.find((record) => record.type === 'credentials-expired')).toMatchObject({
      origin: 'profile ops (single sign-on)',
      remedy,
      waitSeconds: 600,
    });
    expect(records.find((record) => record.type === 'credentials-renewed')).toMatchObject({
      arn: rig.world.data.callerArn,
    });
    const creates = rig.wire.slice(from).filter((call) => call.operation === 'CreateService');
    expect(creates.map((call) => call.outcome.kind)).toEqual(['error', 'ok']);
    expect(troubles(await rig.status())).toEqual({});
  });

  test('fresh ones of another caller: nothing more is done, for good', async () => {
    const rig = await brokenRig();
    const source = new Source();
    const mine = rig.world.data.callerArn;
    expireAtCreate(rig, source, 6);
    const theirs = 'arn:aws:iam::123456789012:user/somebody-else';
    const waiting = source.read;
    const foreign: CredentialSource = async () => {
      const found = await waiting();
      if (found.keys.accessKeyId === 'AKIASECOND') rig.world.data.callerArn = theirs;
      return found;
    };
    const from = rig.wire.length;
    const { records, report } = await recover(rig, Object.assign(source, { read: foreign }));
    expect(report.result).toBe('partial');
    expect(report.interruption).toContain(`the credentials are now those of ${theirs}`);
    expect(report.interruption).toContain(`begun as ${mine}`);
    expect(records.find((record) => record.type === 'step-failed')).toMatchObject({
      error: { class: 'denied', code: 'AnotherCaller' },
    });
    const wire = rig.wire.slice(from);
    const seen = wire.findLastIndex((call) => call.operation === 'GetCallerIdentity');
    expect(wire.slice(seen + 1)).toEqual([]);
    expect(wire.filter((call) => call.operation === 'CreateService').map((call) => call.outcome.kind)).toEqual([
      'error',
    ]);
  });

  test('none within ten minutes: the run ends, says what to type, and the next one ends the work', async () => {
    const rig = await brokenRig();
    const source = new Source();
    expireAtCreate(rig, source, Number.POSITIVE_INFINITY);
    const { records, report } = await recover(rig, source);
    expect(report.result).toBe('partial');
    expect(typesOf(records)).toEqual(['run-started', 'credentials-expired', 'run-interrupted', 'run-finished']);
    expect(report.interruption).toContain('were not renewed within 10 minutes');
    expect(report.interruption).toContain(remedy);
    expect(report.steps.find((step) => step.id === 'service.create')?.error).toMatchObject({ class: 'expired' });
    expect(report.steps.find((step) => step.id === 'verify-1')?.status).toBe('skipped');
    expect(report.durationSeconds).toBeLessThan(15 * 60);

    rig.faults.clear();
    expect((await recover(rig, new Source())).report.result).toBe('succeeded');
    expect(troubles(await rig.status())).toEqual({});
  });

  test('Ctrl-C ends the wait for them', async () => {
    const rig = await brokenRig();
    const source = new Source();
    expireAtCreate(rig, source, Number.POSITIVE_INFINITY);
    const stop = new AbortController();
    void rig.clock.sleep(60_000).then(() => {
      stop.abort(new Error('interrupted'));
    });
    const { report } = await recover(rig, source, stop.signal);
    expect(report.interruption).toContain('told to stop');
    expect(report.durationSeconds).toBeLessThan(70);
  });
});

test('all calls share one renewal, and none goes out before it', async () => {
  const rig = await brokenRig();
  await rig.break(['load-balancer', 'task-definition', 'health-check']);
  const source = new Source();
  const access = { ...rig.sandbox.access('eu-west-1', 'read'), credentials: source.read };
  const opened = await openSession(rig.playbook, access);
  if (opened.kind !== 'open') throw new Error(opened.kind);
  const { aws } = opened.session.observeContext;
  const told: string[] = [];
  aws.credentialCache.attend({
    stop: new AbortController().signal,
    patience: 600_000,
    tell: ({ kind }) => told.push(kind),
  });
  expire(rig);
  const from = rig.wire.length;
  const reads = source.reads;
  source.onRead(() => {
    if (source.reads < reads + 4) return;
    rig.faults.clear();
    source.key = 'AKIASECOND';
  });
  const seen = await look(opened.session);
  expect(told).toEqual(['expired', 'renewed']);
  expect(troubles(seen.assessments)).not.toEqual({});
  expect([...seen.observations.byId.values()].filter((each) => each.kind === 'unknown')).toEqual([]);
  const wire = rig.wire.slice(from);
  const refused = wire.filter(
    ({ operation, outcome }) =>
      operation !== 'GetCallerIdentity' && outcome.kind === 'error' && outcome.code.startsWith('ExpiredToken'),
  );
  // Those that were under way together; nobody else tried meanwhile.
  expect(refused.length).toBeGreaterThan(5);
  expect(new Set(refused.map((call) => call.at)).size).toBe(1);
});

test('a status with expired credentials waits for nobody and tells what to type', async () => {
  const rig = await deployedRig(text);
  const source = new Source();
  const opened = await openSession(rig.playbook, {
    ...rig.sandbox.access('eu-west-1', 'read'),
    credentials: source.read,
  });
  if (opened.kind !== 'open') throw new Error(opened.kind);
  expire(rig);
  const before = rig.clock.now();
  const { observations } = await look(opened.session);
  expect(rig.clock.now() - before).toBeLessThan(5_000);
  const cluster = observations.byId.get('cluster');
  expect(cluster).toMatchObject({ kind: 'unknown', reason: 'denied' });
  expect(JSON.stringify(cluster)).toContain(remedy);

  const closed = await openSession(rig.playbook, {
    ...rig.sandbox.access('eu-west-1', 'read'),
    credentials: source.read,
  });
  expect(closed).toMatchObject({ kind: 'no-identity', failure: { class: 'expired' } });
});

test('keys that are exchanged ahead of their end are used only after AWS has said whose they are', async () => {
  const rig = await deployedRig(text);
  const source = new Source();
  const soon = new Date(rig.clock.now() + 60_000);
  const opened = await openSession(rig.playbook, {
    ...rig.sandbox.access('eu-west-1', 'change'),
    credentials: async () => {
      const found = await source.read();
      return { ...found, keys: { ...found.keys, expiration: soon } };
    },
  });
  if (opened.kind !== 'open') throw new Error(opened.kind);
  const { aws } = opened.session.observeContext;
  aws.gate.openForChanges();
  await rig.clock.sleep(31_000);
  source.key = 'AKIASECOND';
  rig.world.data.callerArn = 'arn:aws:iam::123456789012:user/somebody-else';
  const from = rig.wire.length;
  await expect(
    aws.client(ecs).send(new DeleteServiceCommand({ cluster: 'wonderland', service: 'deployer-api' })),
  ).rejects.toThrow('somebody-else');
  expect(mutations(rig.wire.slice(from))).toEqual([]);
  const sent = rig.wire.length;
  const { observations } = await look(opened.session);
  expect(observations.byId.get('service')).toMatchObject({ kind: 'unknown', reason: 'denied' });
  expect(rig.wire.length).toBe(sent);
});
