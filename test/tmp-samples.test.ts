import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { deployedRig, readShipped } from './helpers/rig.ts';
import { runPage } from '../src/report/html/run-page.ts';

const save = (name: string, r: any) => {
  writeFileSync(`/tmp/ev/${name}.html`, runPage(r.report));
  writeFileSync(`/tmp/ev/${name}.jsonl`, r.journal.records.map((x: any) => JSON.stringify(x) + '\n').join(''));
  writeFileSync(`/tmp/ev/${name}.json`, JSON.stringify(r.report, null, 2));
};
test('samples', { timeout: 120000 }, async () => {
  const text = readShipped('deployer-api.yaml');
  const rig = await deployedRig(text);
  await rig.break(['service']);
  save('repair', await rig.recover('repair'));
  const two = await deployedRig(text);
  await two.break(['service', 'cname']);
  two.faults.add({ operation: 'RegisterTargets', kind: 'throttle', times: 2 });
  two.faults.add({ operation: 'DescribeServices', kind: 'throttle', times: 3 });
  two.faults.add({ operation: 'PutItem', kind: 'access-denied' });
  two.faults.add({ operation: 'CreateService', kind: 'error-500', times: 2 });
  save('partial', await two.recover('repair'));
  const three = await deployedRig(readShipped('storefront.yaml'));
  save('rebuild', await three.recover('rebuild'));
});
