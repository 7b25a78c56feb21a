// The filter below the clients: identity reads, then reads, then changes, and never the other way round.
import { describe, expect, test } from 'vitest';
import { Gate, GateRefusal, HeldBack } from '../../../src/aws/gate.ts';
import { isRead } from '../../../src/aws/rates.ts';

const reads = ['DescribeServices', 'GetChange', 'ListResourceRecordSets', 'BatchGetItem', 'TestDNSAnswer', 'Scan'];
const changes = [
  'CreateService',
  'UpdateService',
  'DeleteService',
  'ChangeResourceRecordSets',
  'PutItem',
  'BatchWriteItem',
  'TransactWriteItems',
  'RegisterTargets',
  'TagResource',
  'UnknownCommand',
];

describe('gate', () => {
  test.each(reads)('%s is a read', (operation) => {
    expect(isRead(operation)).toBe(true);
  });

  test.each(changes)('%s is not', (operation) => {
    expect(isRead(operation)).toBe(false);
  });

  test('closed, it lets identity reads pass and nothing else', () => {
    const gate = new Gate('change');
    gate.check('GetCallerIdentity');
    gate.check('ListAccountAliases');
    for (const operation of [...reads, ...changes])
      expect(() => {
        gate.check(operation);
      }).toThrow(GateRefusal);
    expect(() => {
      gate.check('DescribeServices');
    }).toThrow('DescribeServices refused: the account, alias and region have not been compared with the playbook yet');
  });

  test('open for reads, it refuses every change', () => {
    const gate = new Gate('read');
    gate.openForReads();
    for (const operation of reads) gate.check(operation);
    for (const operation of changes) {
      expect(() => {
        gate.check(operation);
      }).toThrow(`${operation} refused: this command only reads`);
    }
  });

  test('made for reading, it never opens for changes', () => {
    const gate = new Gate('read');
    gate.openForReads();
    expect(() => {
      gate.openForChanges();
    }).toThrow('Internal error');
    expect(() => {
      gate.check('CreateService');
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
    for (const operation of [...reads, ...changes]) gate.check(operation);
  });

  test('with a guard, changes leave only while it has no objection, and reads always', () => {
    const gate = new Gate('change');
    for (const operation of changes) {
      gate.leave(operation);
      expect(gate.timeFor(operation)).toBe(Number.POSITIVE_INFINITY);
    }
    const standing: { obstacle?: string } = {};
    gate.guardChanges({ obstacle: () => standing.obstacle, left: () => 1_234 });
    for (const operation of [...reads, ...changes]) gate.leave(operation);
    standing.obstacle = 'the lock was lost';
    for (const operation of reads) {
      gate.leave(operation);
      expect(gate.timeFor(operation)).toBe(Number.POSITIVE_INFINITY);
    }
    for (const operation of changes) {
      expect(() => {
        gate.leave(operation);
      }).toThrow(HeldBack);
      expect(gate.timeFor(operation)).toBe(1_234);
    }
  });
});
