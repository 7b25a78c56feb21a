// What people read at three in the morning: status, plan and run as plain text.
import { describe, expect, test } from 'vitest';
import { placeText } from '../../../src/report/place-text.ts';
import { plainPaint, table } from '../../../src/report/paint.ts';
import { planText } from '../../../src/report/plan-text.ts';
import { foldReport } from '../../../src/report/report.ts';
import { runText } from '../../../src/report/run-text.ts';
import { statusText } from '../../../src/report/status-text.ts';
import { valueText } from '../../../src/report/value-text.ts';
import { httpCheck } from '../../helpers/playbook.ts';
import { awsError } from '../../helpers/scripted.ts';
import { contentProber, identity, scriptedRig, type ScriptedRig } from '../../helpers/scripted-rig.ts';
import { unfinishedRun } from '../../../src/run/journal/unfinished.ts';
import { styled } from '../../../src/util/style.ts';

// The service was deleted by hand: what it left over, and one thing that nobody may see.
const text = `
  cluster shared
  lb owner=service
  service -> in=cluster.name, lb.arn
  cname owner=service -> lb.arn
  entry type=test/entry owner=service -> service.arn
  audit -> service
`;

function incident(): ScriptedRig {
  const rig = scriptedRig(text, { rto: 300_000, verify: [httpCheck('https://shop.example/health')] });
  rig.world.remove('service');
  rig.world.drift('cname', 'size', 300);
  rig.world.hide('audit');
  return rig;
}

async function status(rig: ScriptedRig): Promise<string> {
  const assessments = [...(await rig.look()).assessments.values()];
  return statusText(
    { playbook: 'shop', file: 'shop.yaml', where: ' --sandbox', assessments, awsCalls: 7, verbose: false },
    plainPaint,
  );
}

describe('status', () => {
  test('of an incident: causes before consequences', async () => {
    expect(await status(incident())).toMatchInlineSnapshot(`
      "shop: 1 unknown · 1 missing · 3 orphaned · 1 healthy

        ✓ cluster  test/node   healthy   shared · active, size 1
        ! lb       test/node   orphaned  left over by service, which is gone; fits and can stay
        ✗ service  test/node   missing   not there
        ! cname    test/node   orphaned  left over by service, which is gone; is not as the playbook wants it and cannot stay
            also: drifted: size differs
            size: 300 → 1
        ! entry    test/entry  orphaned  left over by service, which is gone; speaks of what is gone and cannot stay
            also: drifted: links.service differs
            also: dangling: links.service refers to service, which is gone
            links.service: arn:service:1 → (service's arn, known after it is there) (dangling)
        ? audit    test/node   unknown   denied: no look at audit

      root causes: service, cname, audit
      next: relight plan shop.yaml --sandbox
      7 AWS calls
      "
    `);
  });

  test('of a healthy service', async () => {
    expect(await status(scriptedRig('cluster shared; app -> cluster.name'))).toMatchInlineSnapshot(`
      "shop: 2 healthy

        ✓ cluster  test/node  healthy  shared · active, size 1
        ✓ app      test/node  healthy  active, size 1

      7 AWS calls
      "
    `);
  });
});

describe('plan', () => {
  test('of the repair', async () => {
    expect(planText(await incident().plan(), plainPaint)).toMatchInlineSnapshot(`
      "Plan to repair shop: 1 unknown · 1 missing · 3 orphaned · 1 healthy

      What is wrong
        unknown   audit    denied: no look at audit
        missing   service  not there
        orphaned  lb       left over by service, which is gone; fits and can stay
        orphaned  cname    left over by service, which is gone; is not as the playbook wants it and cannot stay
            size: 300 → 1
        orphaned  entry    left over by service, which is gone; speaks of what is gone and cannot stay
            links.service: arn:service:1 → (service's arn, known after it is there) (dangling)

      What cannot be done
        ? audit  could not be seen: denied: no look at audit

      What will be done
         1 - delete  entry                             test/entry  ~4 s   at once    left over by service, which is gone; speaks of what is gone and cannot stay
         2 - delete  cname                             test/node   ~4 s   at once    left over by service, which is gone; is not as the playbook wants it and cannot stay
         3 + create  service                           test/node   ~10 s  after 1    missing
         4 + create  cname                             test/node   ~10 s  after 2    left over by service, which is gone; is not as the playbook wants it and cannot stay
         5 + create  entry                             test/entry  ~10 s  after 1,3  left over by service, which is gone; speaks of what is gone and cannot stay
         6 ? verify  http https://shop.example/health              ~2 s   after 4,5  proves that the service answers
        what the playbook does not say of service is AWS's default: nothing else is known of it

      What stays as it is
        = cluster  shared · active, size 1
        = lb       left over by service, which is gone; fits and can stay · active, size 1

      What it takes
        repair   6 steps  2 deletes  about 26 s  within objective 5m00s  ← this plan
        rebuild  8 steps  3 deletes  about 40 s  within objective 5m00s
        longest chain: entry.delete → service.create → entry.create → verify-1
        3 AWS calls so far, nothing changed
      "
    `);
  });

  test('that would delete too much', async () => {
    const rig = scriptedRig('a; b -> a', { recovery: { maxDeletes: 1 } });
    expect(planText(await rig.plan('rebuild'), plainPaint)).toMatchInlineSnapshot(`
      "Plan to rebuild shop: 2 healthy

      What will be done
         1 - delete  b  test/node  ~4 s   at once    rebuild
         2 - delete  a  test/node  ~4 s   after 1    rebuild
         3 + create  a  test/node  ~10 s  after 2    rebuild
         4 + create  b  test/node  ~10 s  after 1,3  rebuild

      Why it will not be run
        the plan deletes 2 pieces, the playbook allows 1 (recovery.maxDeletes)

      What it takes
        rebuild  4 steps  2 deletes  about 28 s    ← this plan
        longest chain: b.delete → a.delete → a.create → b.create
        3 AWS calls so far, nothing changed
      "
    `);
  });

  test('with nothing to do', async () => {
    expect(planText(await scriptedRig('a').plan(), plainPaint)).toMatchInlineSnapshot(`
      "Plan to repair shop: 1 healthy

      Nothing to do.

      What stays as it is
        = a  healthy · active, size 1

      What it takes
        rebuild  2 steps  1 delete  about 14 s
        3 AWS calls so far, nothing changed
      "
    `);
  });
});

describe('run', () => {
  test('that did it', async () => {
    const rig = scriptedRig('lb; app -> lb.arn', { rto: 300_000, verify: [httpCheck('https://shop.example/health')] });
    rig.world.remove('app');
    rig.world.takes.create = 40;
    const { report } = await rig.run();
    expect(runText(report, '.relight/runs/run-1', plainPaint)).toMatchInlineSnapshot(`
      "Done: shop, repair succeeded in 45 s · objective 5m00s met

        + create  app                               done  45 s
        ? verify  http https://shop.example/health  done  0 s   GET https://shop.example/health: 200

      run run-1 · 0 AWS calls · journal and before-images in .relight/runs/run-1
      "
    `);
  });

  test('that failed: the cause once, and what waited for it', async () => {
    const rig = scriptedRig('lb; app -> lb.arn; dns -> app; other', { deployed: false });
    rig.world.on('create lb', () => {
      throw awsError('AccessDenied', 'User ann is not authorized to perform: CreateLoadBalancer');
    });
    const { report } = await rig.run('repair', { prober: contentProber });
    expect(runText(report, null, plainPaint)).toMatchInlineSnapshot(`
      "Partly done: shop, repair, after 0 s

        + create  lb     FAILED   0 s  AccessDenied: User ann is not authorized to perform: CreateLoadBalancer
        + create  other  done     0 s
        + create  app    skipped       waited for lb.create, which failed
        + create  dns    skipped       waited for lb.create, which failed

      root cause: lb.create
      next: relight status playbook.yaml; running the same command again goes on from what is there
      run run-1 · 0 AWS calls
      "
    `);
  });

  test('that AWS refused for what was asked: the same command is not what to do next', async () => {
    const rig = scriptedRig('lb; app -> lb.arn', { deployed: false });
    rig.world.on('create lb', () => {
      throw awsError('InvalidParameterException', 'Network Configuration must be provided');
    });
    const { report } = await rig.run('repair', { prober: contentProber });
    const text = runText(report, null, plainPaint);
    expect(text).toContain('the same command would be refused again: mend the playbook');
    expect(text).not.toContain('goes on from what is there');
  });

  test('that did all but what waits for somebody: what is said of that comes first', async () => {
    const rig = scriptedRig('lb; app -> lb.arn', { deployed: false });
    const { report } = await rig.run();
    const left = { ...report, result: 'partial' as const, blocked: [{ component: 'dns', because: 'nobody said so' }] };
    expect(runText(left, null, plainPaint)).toContain('dns cannot go on before what is said above is dealt with');
  });

  test('that is gone on with names what it made, not what it tried to make', async () => {
    const rig = scriptedRig('lb; app -> lb.arn; dns -> app', { deployed: false });
    rig.world.on('create app', () => {
      throw awsError('AccessDenied', 'no');
    });
    const { journal } = await rig.run();
    const [first, ...rest] = journal.records;
    if (first?.type !== 'run-started') throw new Error('a journal begins with its run');
    const left = unfinishedRun([first, ...rest]);
    expect(left?.resumption.made).toEqual(['app', 'lb']);
    const plan = await rig.plan('repair', [], left === undefined ? {} : { resumes: left.resumption });
    expect(planText(plan, plainPaint)).toContain('; what it made stays: lb (--anew');
  });

  test('that was cut off: what is known is told, and that there is no end', async () => {
    const rig = scriptedRig('lb; app -> lb.arn', { deployed: false });
    rig.world.takes.create = 40;
    const { journal } = await rig.run();
    const cut = journal.records.slice(0, 9);
    const report = foldReport(cut);
    expect(report).toMatchObject({ result: 'failed', finishedAt: null });
    expect(report.durationSeconds).toBeGreaterThan(0);
    expect(runText(report, null, plainPaint)).toMatchInlineSnapshot(`
      "No end yet: shop, repair, begun 45 s before its last word; it is under way, or was cut off

        + create  lb   done    45 s
        + create  app  no end

      next: relight lock show playbook.yaml tells whether it is under way; if not, running the same command again goes on from what is there
      run run-1 · 0 AWS calls
      "
    `);
  });

  test('a journal without its beginning is no journal', () => {
    expect(() => foldReport([])).toThrow('Internal error');
  });
});

describe('pieces', () => {
  test('the place tells two accounts apart', () => {
    const place = {
      ...identity,
      environment: 'production',
      sandbox: false,
      endpoint: null,
      through: null,
      aliasDetail: null,
    };
    expect(placeText(place, plainPaint)).toBe(
      `AWS account 123456789012 (shop-prod) · region eu-west-1 · PRODUCTION · as ${identity.arn}`,
    );
    expect(placeText({ ...place, sandbox: true, alias: null }, plainPaint)).toMatch(
      /^SANDBOX account 123456789012 \(no alias\) · region eu-west-1 · production · /,
    );
    expect(placeText({ ...place, endpoint: 'http://proxy:4566' }, plainPaint)).toMatch(
      /^ENDPOINT http:\/\/proxy:4566 account 123456789012 \(shop-prod\) · region eu-west-1 · PRODUCTION · /,
    );
    expect(placeText({ ...place, through: 'FIPS' }, plainPaint)).toMatch(/^AWS account .* · through FIPS$/);
    expect(placeText({ ...place, alias: null, aliasDetail: 'AccessDenied' }, plainPaint)).toContain(
      '(alias not readable)',
    );
  });

  test('values fit on a line', () => {
    expect(valueText(null)).toBe('(none)');
    expect(valueText('${lb.arn}')).toBe("(lb's arn, known after it is there)");
    expect(valueText({ a: [1] })).toBe('{"a":[1]}');
    expect(valueText('x'.repeat(500))).toHaveLength(120);
  });

  test('columns are as wide as they look, not as their colour codes', () => {
    expect(
      table([
        [styled('red', 'ab'), 'x'],
        ['abcd', 'y'],
      ]),
    ).toEqual([`${styled('red', 'ab')}    x`, 'abcd  y']);
  });
});
