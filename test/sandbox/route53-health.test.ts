// Health checks of the sandbox's Route 53 and what their checkers report.
import * as sdk from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import {
  apply,
  change,
  createBalancer,
  createCheck,
  failure,
  http,
  list,
  rig,
  start,
  weighted,
  zoneRig,
} from './route53-rig.ts';
import type { Rig } from './route53-rig.ts';

const alreadyExists = {
  name: 'HealthCheckAlreadyExists',
  message: 'A different health check has already been created with the specified caller reference.',
  status: 409,
};

describe('Health checks', () => {
  test('creation fills in the defaults', async () => {
    const made = rig();
    const answer = await createCheck(made);
    expect(answer.$metadata.httpStatusCode).toBe(201);
    const { HealthCheck: check } = answer;
    expect(check).toEqual({
      Id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/) as string,
      CallerReference: 'ref-1',
      HealthCheckVersion: 1,
      HealthCheckConfig: {
        ...http,
        Port: 80,
        RequestInterval: 30,
        FailureThreshold: 3,
        MeasureLatency: false,
        Inverted: false,
        Disabled: false,
        EnableSNI: false,
      },
    });
    expect(answer.Location).toBe(`https://route53.amazonaws.com/2013-04-01/healthcheck/${check?.Id ?? ''}`);
    const got = await made.client.send(new sdk.GetHealthCheckCommand({ HealthCheckId: check?.Id }));
    expect(got.HealthCheck).toEqual(check);
    const https = await createCheck(made, 'ref-2', { ...http, Type: 'HTTPS' });
    expect(https.HealthCheck?.HealthCheckConfig).toMatchObject({ Port: 443, EnableSNI: true });
  });

  test.each([
    '10.0.0.1',
    '172.31.255.1',
    '192.168.1.1',
    '127.0.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '0.0.0.0',
    '::1',
    'fd00::1',
    'fe80::1',
    'ff02::1',
    '::ffff:10.0.0.1',
  ])('the address %s is none that a checker can reach', async (IPAddress) => {
    const made = rig();
    const answer = await failure(createCheck(made, 'ref-1', { Type: 'TCP', Port: 80, IPAddress }));
    expect([answer.name, answer.status]).toEqual(['InvalidInput', 400]);
    const { HealthCheck } = await createCheck(made, 'ref-2', { Type: 'TCP', Port: 80, IPAddress: '54.1.1.1' });
    const update = new sdk.UpdateHealthCheckCommand({ HealthCheckId: HealthCheck?.Id, IPAddress });
    expect((await failure(made.client.send(update))).name).toBe('InvalidInput');
  });

  test('a caller reference stands for one check for ever', async () => {
    const made = rig();
    const { client } = made;
    const { HealthCheck: first } = await createCheck(made);
    expect((await createCheck(made)).HealthCheck).toEqual(first);
    expect((await client.send(new sdk.GetHealthCheckCountCommand({}))).HealthCheckCount).toBe(1);
    expect(await failure(createCheck(made, 'ref-1', { ...http, Port: 81 }))).toEqual(alreadyExists);
    const { HealthCheck: twin } = await createCheck(made, 'constructor');
    expect(twin?.Id).not.toBe(first?.Id);

    await client.send(new sdk.DeleteHealthCheckCommand({ HealthCheckId: first?.Id }));
    expect(await failure(createCheck(made))).toEqual(alreadyExists);
    expect(await failure(client.send(new sdk.GetHealthCheckCommand({ HealthCheckId: first?.Id })))).toEqual({
      name: 'NoSuchHealthCheck',
      message: `A health check with id ${first?.Id ?? ''} does not exist.`,
      status: 404,
    });
  });

  test.each<[why: string, config: sdk.HealthCheckConfig, text: string | undefined]>([
    [
      'TCP with address and name',
      { Type: 'TCP', IPAddress: '192.0.2.1', FullyQualifiedDomainName: 'x.test', Port: 1 },
      'TCP health checks that have IP address must not have a fully qualified domain name specified.',
    ],
    [
      'TCP with a path',
      { Type: 'TCP', IPAddress: '192.0.2.1', Port: 1, ResourcePath: '/' },
      'TCP health checks must not have a resource path specificed.',
    ],
    [
      'an alarm on a basic check',
      { ...http, AlarmIdentifier: { Region: 'us-east-1', Name: 'x' } },
      'Invalid parameter : Basic health checks must not have an metric region specified.',
    ],
    ['no endpoint', { Type: 'HTTP' }, undefined],
    ['an interval of 20 seconds', { ...http, RequestInterval: 20 }, undefined],
    ['two regions', { ...http, Regions: ['us-east-1', 'eu-west-1'] }, undefined],
    ['a string match without string', { ...http, Type: 'HTTP_STR_MATCH' }, undefined],
    ['a string without string match', { ...http, SearchString: 'ok' }, undefined],
    ['an address that is none', { Type: 'HTTP', IPAddress: '999.1.1.1' }, undefined],
    ['a calculated check without children', { Type: 'CALCULATED', HealthThreshold: 1 }, undefined],
    ['a path of 256 characters', { ...http, ResourcePath: `/${'x'.repeat(255)}` }, undefined],
  ])('refused: %s', async (_why, config, text) => {
    const refused = await failure(createCheck(rig(), 'ref', config));
    expect(refused).toMatchObject({ name: 'InvalidInput', status: 400 });
    if (text !== undefined) expect(refused.message).toBe(text);
  });

  test('an update counts the version, which is an optimistic lock', async () => {
    const made = rig();
    const { client } = made;
    const { HealthCheck: check } = await createCheck(made, 'ref-1', {
      ...http,
      IPAddress: '192.0.2.1',
      Regions: ['us-east-1', 'eu-west-1', 'us-west-2'],
    });
    const update = (more: Partial<sdk.UpdateHealthCheckCommandInput>): Promise<sdk.UpdateHealthCheckCommandOutput> =>
      client.send(new sdk.UpdateHealthCheckCommand({ HealthCheckId: check?.Id, ...more }));
    const { HealthCheck: second } = await update({ HealthCheckVersion: 1, FailureThreshold: 5, Disabled: true });
    expect(second).toEqual({
      ...check,
      HealthCheckVersion: 2,
      HealthCheckConfig: { ...check?.HealthCheckConfig, FailureThreshold: 5, Disabled: true },
    });
    expect(await failure(update({ HealthCheckVersion: 1, Port: 81 }))).toMatchObject({
      name: 'HealthCheckVersionMismatch',
      status: 409,
    });
    const { HealthCheck: third } = await update({
      ResetElements: ['FullyQualifiedDomainName', 'Regions', 'ResourcePath'],
    });
    expect(third?.HealthCheckVersion).toBe(3);
    expect(Object.keys(third?.HealthCheckConfig ?? {})).not.toEqual(
      expect.arrayContaining(['FullyQualifiedDomainName', 'Regions', 'ResourcePath']),
    );
    expect(third?.HealthCheckConfig?.FullyQualifiedDomainName).toBeUndefined();
    expect(await failure(update({ FailureThreshold: 11 }))).toMatchObject({ name: 'InvalidInput' });
    const { HealthCheck: unchanged } = await client.send(new sdk.GetHealthCheckCommand({ HealthCheckId: check?.Id }));
    expect(unchanged).toEqual(third);
  });

  test('a repeated creation is compared with what was created, not with updates since', async () => {
    const made = rig();
    const { HealthCheck: check } = await createCheck(made);
    await made.client.send(new sdk.UpdateHealthCheckCommand({ HealthCheckId: check?.Id, Port: 8080 }));
    expect((await createCheck(made)).HealthCheck).toMatchObject({ Id: check?.Id, HealthCheckVersion: 2 });
  });

  test('deletion is never refused for records, which keep the id', async () => {
    const made = await zoneRig();
    const { HealthCheck: check } = await createCheck(made);
    const record = { ...weighted('one', 1, '192.0.2.1'), HealthCheckId: check?.Id };
    await apply(made, change('CREATE', record));
    await made.client.send(new sdk.DeleteHealthCheckCommand({ HealthCheckId: check?.Id }));
    expect((await list(made)).at(-1)?.HealthCheckId).toBe(check?.Id);
    expect(await failure(apply(made, change('UPSERT', { ...record, Weight: 2 })))).toMatchObject({
      name: 'NoSuchHealthCheck',
    });
    await apply(made, change('DELETE', record));
    expect(
      await failure(made.client.send(new sdk.DeleteHealthCheckCommand({ HealthCheckId: check?.Id }))),
    ).toMatchObject({ name: 'NoSuchHealthCheck', status: 404 });
  });

  test('the list is paged by a marker', async () => {
    const made = rig();
    const ids: (string | undefined)[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.push((await createCheck(made, `ref-${String(index)}`)).HealthCheck?.Id);
    }
    const seen: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const page = await made.client.send(new sdk.ListHealthChecksCommand({ Marker, MaxItems: 2 }));
      seen.push(...(page.HealthChecks ?? []).map(({ Id }) => Id));
      Marker = page.NextMarker;
      expect(page.IsTruncated).toBe(Marker !== undefined);
    } while (Marker !== undefined);
    expect(seen).toEqual(ids);
  });
});

describe('Health check status', () => {
  async function status({ client }: Rig, id: string | undefined): Promise<sdk.HealthCheckObservation[]> {
    const answer = await client.send(new sdk.GetHealthCheckStatusCommand({ HealthCheckId: id }));
    return answer.HealthCheckObservations ?? [];
  }

  test('one observation for each checker, from the first status on', async () => {
    const made = await zoneRig();
    const { client, clock } = made;
    const { HealthCheck: check } = await createCheck(made);
    clock.advance(59_999);
    expect(await status(made, check?.Id)).toEqual([]);
    clock.advance(1);
    const seen = await status(made, check?.Id);
    expect(seen).toHaveLength(16);
    expect(new Set(seen.map(({ IPAddress }) => IPAddress)).size).toBe(16);
    for (const { StatusReport } of seen) {
      expect(StatusReport?.Status).toMatch(/^Failure: DNS resolution failed/);
      const age = clock.now() - (StatusReport?.CheckedTime?.getTime() ?? 0);
      expect(age).toBeGreaterThanOrEqual(0);
      expect(age).toBeLessThan(30_000);
    }
    const reason = await client.send(new sdk.GetHealthCheckLastFailureReasonCommand({ HealthCheckId: check?.Id }));
    expect(reason.HealthCheckObservations).toEqual(seen);
  });

  test('no checker reports from the future, however new the check', async () => {
    const made = rig({ healthCheckFirstStatus: 0 });
    const { HealthCheck: check } = await createCheck(made);
    for (const seconds of [0, 1, 20, 45]) {
      made.clock.advance(seconds * 1000);
      for (const { StatusReport } of await status(made, check?.Id)) {
        expect(StatusReport?.CheckedTime?.getTime()).toBeLessThanOrEqual(made.clock.now());
        expect(StatusReport?.CheckedTime?.getTime()).toBeGreaterThanOrEqual(start);
      }
    }
  });

  test('success is seen through DNS and the load balancer behind it', async () => {
    const made = await zoneRig();
    const { dnsName, zone } = await createBalancer(made);
    const AliasTarget = { DNSName: dnsName, HostedZoneId: zone, EvaluateTargetHealth: false };
    await apply(made, change('CREATE', { Name: 'web.example.com', Type: 'A', AliasTarget }));
    const { HealthCheck: check } = await createCheck(made);
    made.clock.advance(200_000);
    const seen = await status(made, check?.Id);
    expect([...new Set(seen.map(({ StatusReport }) => StatusReport?.Status))]).toEqual([
      'Success: HTTP Status Code 200, OK',
    ]);
    const reason = await made.client.send(new sdk.GetHealthCheckLastFailureReasonCommand({ HealthCheckId: check?.Id }));
    expect(reason.HealthCheckObservations).toEqual([]);
    const { RecordData } = await made.client.send(
      new sdk.TestDNSAnswerCommand({ HostedZoneId: made.zone, RecordName: 'web.example.com', RecordType: 'A' }),
    );
    expect(RecordData).toHaveLength(2);
  });

  test('only of the regions of the check; none while it is disabled', async () => {
    const made = rig();
    const { HealthCheck: check } = await createCheck(made, 'ref', {
      ...http,
      Regions: ['us-east-1', 'eu-west-1', 'sa-east-1'],
    });
    made.clock.advance(60_000);
    const seen = await status(made, check?.Id);
    expect([...new Set(seen.map(({ Region }) => Region))].sort()).toEqual(['eu-west-1', 'sa-east-1', 'us-east-1']);
    await made.client.send(new sdk.UpdateHealthCheckCommand({ HealthCheckId: check?.Id, Disabled: true }));
    expect(await status(made, check?.Id)).toEqual([]);
  });

  test('not of calculated checks', async () => {
    const made = rig();
    const { HealthCheck: child } = await createCheck(made);
    const { HealthCheck: parent } = await createCheck(made, 'ref-2', {
      Type: 'CALCULATED',
      HealthThreshold: 1,
      ChildHealthChecks: [child?.Id ?? ''],
    });
    expect(parent?.HealthCheckConfig?.ChildHealthChecks).toEqual([child?.Id]);
    expect(await failure(status(made, parent?.Id))).toMatchObject({ name: 'InvalidInput' });
  });
});
