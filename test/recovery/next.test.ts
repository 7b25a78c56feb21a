// What a report says to type next helps, for each kind of ending that consent can mend.
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { consentsIn } from '../../src/plan/consent.ts';
import { plainPaint } from '../../src/report/paint.ts';
import type { RunReport } from '../../src/report/report.ts';
import { runText } from '../../src/report/run-text.ts';
import { deployedRig, playbookOf, readShipped, troubles, unfinished, type Rig } from '../helpers/rig.ts';
import { overwriteCname } from './hands.ts';

const text = readShipped('deployer-api.yaml');

/** The line with what to type, or nothing. */
function suggested(report: RunReport): string {
  return /^or, if that is right: (relight .*)$/m.exec(runText(report, null, plainPaint))?.[1] ?? '';
}

/** What the suggested command accepts. */
function words(command: string): readonly string[] {
  return [...command.matchAll(/--accept (\S+)/g)].map(([, word = '']) => word);
}

async function typed(rig: Rig, command: string): Promise<RunReport> {
  const kind = /--strategy (repair|rebuild)/.exec(command)?.[1] === 'rebuild' ? 'rebuild' : 'repair';
  const { report } = await rig.recover(kind, {
    allowDowntime: false,
    verify: false,
    accepted: consentsIn(words(command)),
  });
  return report;
}

describe('what to type next', () => {
  test('a record that nothing proves to be ours: its ownership, and then the recovery is whole', async () => {
    const rig = await deployedRig(text);
    await overwriteCname(rig, 'somewhere.else.example');
    await rig.break(['state-entry']);
    const { report } = await rig.recover('repair', { allowDowntime: false, verify: false });
    expect(report.result).toBe('partial');
    const command = suggested(report);
    expect(command).toContain('relight recover playbook.yaml --strategy repair');
    expect(words(command)).toContain('cname:ownership');
    const next = await typed(rig, command);
    // Nobody can see what answers there: that is a reason of its own, and no consent to ownership.
    expect([next.result, ...unfinished(next)].join()).toBe('succeeded');
    expect(troubles(await rig.status())).toEqual({});
  });

  test('items that have come between plan and run: their loss', async () => {
    const table = `${text.slice(0, text.indexOf('root: service'))}components:
  table:
    type: dynamodb/table
    spec: { name: notes, hashKey: { name: id } }
`;
    const rig = await deployedRig(table);
    const planned = await rig.plan('teardown', {}, 'change');
    await rig.operator
      .client(dynamodb)
      .send(new PutItemCommand({ TableName: 'notes', Item: { id: { S: 'a stranger' } } }));
    const { report } = await rig.run(planned, { verify: false });
    expect(report.steps[0]?.error).toMatchObject({ class: 'holds-data' });
    const command = suggested(report);
    expect(command).toBe('relight teardown playbook.yaml --accept table:loss');
    const again = await rig.recover('teardown', { accepted: consentsIn(words(command)), verify: false });
    expect(unfinished(again.report)).toEqual([]);
  });

  test('nothing is suggested where consent would not help, or nothing is left', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service']);
    expect(suggested((await rig.recover('repair', { verify: false })).report)).toBe('');
    const whole = rig.withPlaybook(playbookOf(text));
    await whole.break(['state-entry']);
    expect(suggested((await whole.recover('repair', { verify: false })).report)).toBe('');
  });
});
