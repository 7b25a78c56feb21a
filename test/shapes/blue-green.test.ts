// After a deployment of AWS CodeDeploy: what it has moved is in AWS and in the known good, and in no playbook.
import { expect, test } from 'vitest';
import { playbookOf } from '../helpers/rig.ts';
import { recover, sources, trouble, worldOf } from './suite.ts';
import { blueGreen, greenLive } from './worlds/blue-green.ts';

test('a listener is made again where requests went, and not where the playbook began', async () => {
  const { before, memory, rig } = await worldOf(greenLive);
  await rig.break(['production']);
  const { after } = await recover(rig, { memory });
  expect(JSON.stringify(after['listener checkout:443'])).toContain('<target group checkout-green>');
  expect(after['listener checkout:443']).toEqual(before['listener checkout:443']);
});

test('where nobody knows that, a recovery does not say that it has succeeded', async () => {
  const { rig } = await worldOf(greenLive);
  await rig.break(['production']);
  const recovered = await recover(rig);
  expect(sources(recovered)['production']).toBe('defaults');
  expect(recovered.report?.result).not.toBe('succeeded');
  expect(trouble(recovered).join()).toContain('0 of 2 targets healthy in checkout-green');
});

test('another image is told to be for CodeDeploy to deploy, and nothing is taken down for it', async () => {
  const { before, rig } = await worldOf(blueGreen);
  const image = rig.withPlaybook(playbookOf(blueGreen.playbook.replace('checkout:5', 'checkout:6')));
  const recovered = await recover(image);
  const service = recovered.plan.components.find((each) => each.id === 'service');
  expect(service?.disposition).toBe('blocked');
  expect(service?.because).toMatch(/AWS does not change taskDefinition .* a deployment of AWS CodeDeploy does/);
  expect(recovered.plan.steps.filter((each) => each.destructive)).toEqual([]);
  expect(recovered.after['service shop/checkout']).toEqual(before['service shop/checkout']);
});
