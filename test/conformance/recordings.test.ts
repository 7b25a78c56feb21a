// What was recorded is replayed: every call is answered as AWS answers it, in AWS's form, with the members that were recorded.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createWorld, presume, VirtualClock } from '../../src/sandbox/index.ts';
import { Names, readRecording, type Exchange } from './recordings.ts';
import { sendTo } from './sdk-clients.ts';

const folder = join(import.meta.dirname, 'recordings');
const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
const start = Date.UTC(2026, 8, 5, 10);

/** What is not as it was recorded, one line each. */
async function replay(file: string): Promise<readonly string[]> {
  const { exchanges, presumes, region } = readRecording(join(folder, file));
  const clock = new VirtualClock(start);
  const world = createWorld({ clock });
  presume(world, presumes);
  const names = new Names();
  const problems: string[] = [];
  const told = async ({ after = 0, error, input, operation, output, service }: Exchange): Promise<readonly string[]> => {
    clock.advance(after * 1000);
    const reply = await sendTo(world, region, { service, operation, input: names.fill(input) });
    if (reply.kind === 'refusal') {
      if (error === reply.code) return [];
      return [`${reply.code} (HTTP ${String(reply.status)}) ${reply.message}`];
    }
    if (error !== undefined) return [`answered instead of refused with ${error}`];
    if (reply.wrong !== undefined) return [`an answer that AWS does not send: ${reply.wrong}`];
    return names.differences(output, reply.output);
  };
  for (const [index, exchange] of exchanges.entries()) {
    for (const problem of await told(exchange).catch((thrown: unknown) => [String(thrown)])) {
      problems.push(`line ${String(index + 2)} ${exchange.service}:${exchange.operation}: ${problem}`);
    }
  }
  return problems;
}

describe('recordings', () => {
  test.each(files)('%s', async (file) => {
    expect(await replay(file)).toEqual([]);
  });

  test("hold every request of Terraform's AWS provider in its usual shapes", () => {
    const { exchanges } = readRecording(join(folder, 'terraform-aws-5.100.jsonl'));
    const recorded = exchanges.filter(({ added = '' }) => added === '' || added.startsWith('the recording ends'));
    expect(recorded.length).toBe(94);
  });

  test('a name is bound by the first answer, and held to it', () => {
    const names = new Names();
    expect(names.differences({ arn: 'arn:<id>/x' }, { arn: 'arn:7/x', more: 1 })).toEqual([]);
    expect(names.fill(['<id>'])).toEqual(['7']);
    expect(names.differences({ arn: 'arn:<id>/x' }, { arn: 'arn:8/x' })).toEqual([
      'the answer.arn is "arn:8/x" instead of "arn:<id>/x"',
    ]);
    expect(() => names.fill('<other>')).toThrow('nothing told what <other> is');
  });
});
