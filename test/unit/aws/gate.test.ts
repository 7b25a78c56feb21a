// The filter below the clients: identity reads, then reads, then changes, and never the other way round.
import { describe, expect, test } from 'vitest';
import { Gate, GateRefusal, HeldBack } from '../../../src/aws/gate.ts';
import { isChange, kindOf } from '../../../src/aws/services/service.ts';
import { services } from '../../../src/aws/services/index.ts';
import type { AwsService } from '../../../src/aws/services/service.ts';

const { dynamodb, ecs, elbv2, iam, route53, sts } = services;

/** A service of somebody else's, whose secrets are told by one operation always, by another one when it is asked to. */
const vault: AwsService = {
  ...sts,
  name: 'vault',
  reads: new Set(['GetParameter']),
  identityCalls: new Set(),
  secretReads: new Map<string, (input: Readonly<Record<string, unknown>>) => boolean>([
    ['GetSecretValue', () => true],
    ['GetParameter', (input) => input['WithDecryption'] === true],
  ]),
};

const reads: readonly (readonly [AwsService, string])[] = [
  [ecs, 'DescribeServices'],
  [route53, 'GetChange'],
  [route53, 'ListResourceRecordSets'],
  [route53, 'TestDNSAnswer'],
  [dynamodb, 'BatchGetItem'],
  [dynamodb, 'Query'],
  [dynamodb, 'Scan'],
  [vault, 'GetParameter'],
];
const changes: readonly (readonly [AwsService, string])[] = [
  [ecs, 'CreateService'],
  [ecs, 'UpdateService'],
  [ecs, 'DeleteService'],
  [route53, 'ChangeResourceRecordSets'],
  [dynamodb, 'PutItem'],
  [dynamodb, 'BatchWriteItem'],
  [dynamodb, 'TransactWriteItems'],
  [elbv2, 'RegisterTargets'],
  [elbv2, 'TagResource'],
  // They make credentials, and are read by their names alone.
  [sts, 'GetSessionToken'],
  [sts, 'GetFederationToken'],
  // A read of another service, and a name that nobody knows.
  [elbv2, 'DescribeServices'],
  [ecs, 'GetSecretValue'],
  [ecs, 'UnknownCommand'],
];
const secrets: readonly (readonly [AwsService, string, object])[] = [
  [vault, 'GetSecretValue', {}],
  [vault, 'GetParameter', { WithDecryption: true }],
];
const identities: readonly (readonly [AwsService, string])[] = [
  [sts, 'GetCallerIdentity'],
  [sts, 'AssumeRole'],
  [iam, 'ListAccountAliases'],
];

function check(gate: Gate, [service, operation, input = {}]: readonly [AwsService, string, object?]): void {
  gate.check({ operation, kind: kindOf(service, operation, { ...input }) });
}

describe('kinds of calls', () => {
  test.each(reads)('$0.name $1 is a read', (service, operation) => {
    expect(kindOf(service, operation, {})).toBe('read');
    expect(isChange(service, operation)).toBe(false);
  });

  test.each(changes)('$0.name $1 is a change', (service, operation) => {
    expect(kindOf(service, operation, {})).toBe('change');
    expect(isChange(service, operation)).toBe(true);
  });

  test.each(secrets)('$0.name $1 $2 reads a secret value', (service, operation, input) => {
    expect(kindOf(service, operation, { ...input })).toBe('secret-read');
    expect(isChange(service, operation)).toBe(false);
  });

  test.each(identities)('$0.name $1 says who calls', (service, operation) => {
    expect(kindOf(service, operation, {})).toBe('identity');
    expect(isChange(service, operation)).toBe(false);
  });
});

describe('gate', () => {
  test('closed, it lets identity calls pass and nothing else', () => {
    const gate = new Gate('change');
    for (const call of identities) check(gate, call);
    for (const call of [...reads, ...changes, ...secrets])
      expect(() => {
        check(gate, call);
      }).toThrow(GateRefusal);
    expect(() => {
      check(gate, [ecs, 'DescribeServices']);
    }).toThrow('DescribeServices refused: the account, alias and region have not been compared with the playbook yet');
  });

  test('open for reads, it refuses every change', () => {
    const gate = new Gate('read');
    gate.openForReads();
    for (const call of [...identities, ...reads]) check(gate, call);
    for (const call of changes) {
      expect(() => {
        check(gate, call);
      }).toThrow(`${call[1]} refused: this command only reads`);
    }
  });

  test('made for reading, it never opens for changes', () => {
    const gate = new Gate('read');
    gate.openForReads();
    expect(() => {
      gate.openForChanges();
    }).toThrow('Internal error');
    expect(() => {
      check(gate, [ecs, 'CreateService']);
    }).toThrow(GateRefusal);
  });

  test('does not open for changes before the place has been compared', () => {
    const gate = new Gate('change');
    expect(() => {
      gate.openForChanges();
    }).toThrow('Internal error');
  });

  test('open for changes, it stays so', () => {
    const gate = new Gate('change');
    gate.openForReads();
    gate.openForChanges();
    gate.openForReads();
    for (const call of [...identities, ...reads, ...changes]) check(gate, call);
  });

  test.each(['read', 'change'] as const)(
    'made for %s, it lets a secret value pass only where that was said',
    (mode) => {
      const gate = new Gate(mode);
      gate.openForReads();
      if (mode === 'change') gate.openForChanges();
      for (const [, operation] of secrets) {
        const call = { operation, kind: 'secret-read' } as const;
        expect(() => {
          gate.check(call);
        }).toThrow(`${operation} refused: it gives away a secret value`);
        gate.check({ ...call, reveals: true });
      }
    },
  );

  test('what was said of secrets is not enough where the place has not been compared', () => {
    expect(() => {
      new Gate('change').check({ operation: 'GetSecretValue', kind: 'secret-read', reveals: true });
    }).toThrow('have not been compared with the playbook yet');
  });

  test('with a guard, changes leave only while it has no objection, and reads always', () => {
    const gate = new Gate('change');
    const others = ['identity', 'read', 'secret-read'] as const;
    gate.leave('CreateService', true);
    expect(gate.timeFor('change')).toBe(Number.POSITIVE_INFINITY);
    const standing: { obstacle?: string } = {};
    gate.guardChanges({ obstacle: () => standing.obstacle, left: () => 1_234 });
    gate.leave('CreateService', true);
    gate.leave('DescribeServices', false);
    standing.obstacle = 'the lock was lost';
    gate.leave('DescribeServices', false);
    for (const kind of others) expect(gate.timeFor(kind)).toBe(Number.POSITIVE_INFINITY);
    expect(() => {
      gate.leave('CreateService', true);
    }).toThrow(HeldBack);
    expect(gate.timeFor('change')).toBe(1_234);
  });
});
