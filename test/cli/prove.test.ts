// `relight prove` as a process, with real worker threads: who plays a case changes nothing of what is found. One worker
// is played in this process, so that this is also the test that both are the same (bin.sized.test.ts).
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainShop, shop } from '../helpers/shop.ts';
import { makeFolder } from './harness.ts';
import { proofJson } from './schemas.ts';

const folder = makeFolder();
beforeAll(() => {
  writeFileSync(folder.file('shop.yaml'), plainShop);
  writeFileSync(
    folder.file('wrong.yaml'),
    shop.replace('type: dynamodb/item', 'type: dynamodb/item\n    ownedBy: tasks'),
  );
});
afterAll(() => {
  folder[Symbol.dispose]();
});

test.each([
  { file: 'shop.yaml', code: 0 },
  { file: 'wrong.yaml', code: 5 },
])('$file: two workers find what one finds', async ({ code, file }) => {
  const found: unknown[] = [];
  for (const [workers, run] of [
    ['1', folder.relight],
    ['2', folder.spawned],
  ] as const) {
    const outcome = await run(['prove', file, '--quick', '--json', '--workers', workers]);
    expect({ code: outcome.code, stderr: outcome.stderr }).toMatchObject({ code });
    expect(outcome.stderr).toContain('no call leaves this machine');
    const { counterExamples, summary } = proofJson.parse(JSON.parse(outcome.stdout));
    expect(summary?.rate.workers).toBe(Number(workers));
    found.push({ counterExamples, summary: { ...summary, rate: null } });
  }
  expect(found[1]).toEqual(found[0]);
});
