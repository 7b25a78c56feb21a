// The Deployer API under every kind of forged answer: status, recovery of all that is lost, teardown.
import { describe, expect, test } from 'vitest';
import { deployedRig, ownedBy, playbookOf, readShipped } from '../helpers/rig.ts';
import { attackKinds } from './kinds.ts';
import { casesOf, play, undisturbed, type Scenario } from './suite.ts';

const text = readShipped('deployer-api.yaml');
const whole = await deployedRig(text);
const lost = await deployedRig(text);
await lost.break(ownedBy(playbookOf(text)));

const scenarios: readonly Scenario[] = [
  { what: 'all is well', command: 'status', rig: whole },
  { what: 'all is lost', command: 'repair', rig: lost },
  { what: 'all is well', command: 'teardown', rig: whole },
];

describe.each(scenarios)('$command', (scenario) => {
  test('x', async () => {
    const reference = await undisturbed(scenario);
    const cases = casesOf(reference, attackKinds);
    let played = 0; const broken: string[] = [];
    const t0 = process.cpuUsage();
    for (const each of cases) { try { if (await play(each, reference)) played += 1; } catch (e) { broken.push(each.name + ': ' + String(e).slice(0, 500)); } }
    console.log(scenario.command, cases.length, played, process.cpuUsage(t0).user/1e6, broken.length, broken.slice(0,60).join('\n'));
    expect(1).toBe(1);
  }, 600_000);
});
