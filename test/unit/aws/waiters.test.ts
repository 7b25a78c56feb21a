// The SDK's waiters repeat for ever what AWS refuses, and pass over failed states [SDK for JavaScript, waiters]: nobody may
// use them. The linter refuses the import; so does this, wherever the linter is not run.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const waiter = /\bimport\b[^;]*\b(wait(Until|For)\w*|createWaiter)\b[^;]*from '@(aws-sdk|smithy)\//;

test('no source imports a waiter of the SDK', () => {
  expect(waiter.test("import { ECSClient, waitUntilServicesStable } from '@aws-sdk/client-ecs';")).toBe(true);
  expect(waiter.test("import { ECSClient } from '@aws-sdk/client-ecs';")).toBe(false);
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.filter((name) => waiter.test(readFileSync(`src/${name}`, 'utf8')))).toEqual([]);
});
