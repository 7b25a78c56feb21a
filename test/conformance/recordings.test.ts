// What was recorded is replayed: every call is answered as AWS answers it, in AWS's form, with the members that were recorded.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Names, readRecording } from './recordings.ts';
import { replay } from './replay.ts';

const folder = join(import.meta.dirname, 'recordings');
const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
describe('recordings', () => {
  test.each(files)('%s', async (file) => {
    expect(await replay(readRecording(join(folder, file)))).toEqual([]);
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
