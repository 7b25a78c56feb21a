// A check that an endpoint does not have, as in many emulators, is told and fails nothing; a mistake in the playbook ends its
// step at once, and what the run itself explains is waited for.
import { describe, expect, test } from 'vitest';
import { networkOf } from '../../src/sandbox/index.ts';
import { answerAsNameServers, nobody } from '../helpers/name-servers.ts';
import { deployedRig, playbookOf, readShipped, seededRig, unfinished } from '../helpers/rig.ts';
import { standIn } from './transport.ts';
import { attackKinds, type AttackKind } from './kinds.ts';

const text = readShipped('deployer-api.yaml');

function kindOf(name: string): AttackKind {
  const found = attackKinds.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found;
}

const unknownOperation: AttackKind = {
  name: 'unknown operation',
  forge: () => ({
    status: 501,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': 'R' },
    body: '<ErrorResponse><Error><Code>UnknownOperationException</Code><Message>not recognized</Message></Error></ErrorResponse>',
  }),
};

describe('a check that is not offered', () => {
  test.each([
    { operation: 'TestDNSAnswer', kind: kindOf('HTML with 404') },
    { operation: 'TestDNSAnswer', kind: unknownOperation },
    { operation: 'TestDNSAnswer', kind: kindOf('HTML with 503') },
    { operation: 'GetHealthCheckStatus', kind: kindOf('HTML with 404') },
    { operation: 'GetHealthCheckStatus', kind: unknownOperation },
    { operation: 'GetChange', kind: unknownOperation },
  ])('$operation: $kind.name', async ({ operation, kind }) => {
    const rig = await deployedRig(text);
    // Route 53 is asked where its name servers could not be.
    answerAsNameServers(rig.sandbox, () => nobody);
    await rig.break(['cname', 'health-check'].filter((id) => rig.playbook.components.has(id)));
    const forgeries = standIn(rig.sandbox, { kind, operation, nth: 1, lasting: true });
    const { report, journal } = await rig.recover('repair');
    expect(unfinished(report)).toEqual([]);
    expect(report.result).toBe('succeeded');
    expect(forgeries.length).toBeGreaterThan(0);
    if (operation === 'GetChange') return;
    const told = journal.records.filter((each) => each.type === 'step-verified' && each.unchecked === true);
    expect(told.length).toBeGreaterThan(0);
    expect(report.steps.some((each) => each.note?.startsWith('not checked from outside: ') === true)).toBe(true);
  });
});

describe('what waiting cannot mend', () => {
  test('a certificate that is not there ends its step at once', async () => {
    const playbook = playbookOf(text);
    const rig = await seededRig(playbook);
    const planned = await rig.plan('repair', {}, 'change');
    // A plan would be blocked: it is taken away right after.
    networkOf(rig.world.region(playbook.target.region)).certificates = {};
    const { report } = await rig.run(planned);
    const step = report.steps.find((each) => each.id === 'listener.create');
    expect(step?.error?.code).toBe('CertificateNotFound');
    expect(step?.attempts).toBe(1);
    expect(step?.seconds).toBeLessThan(5);
  });
});
