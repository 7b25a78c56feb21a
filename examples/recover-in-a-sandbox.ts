// A recovery by library: the Deployer API is deployed into an embedded AWS, loses its ECS service, and is brought back.
// Run it with `npm run example`. It needs no credentials, and its waits take no time.
import { readFileSync } from 'node:fs';
import { DeleteServiceCommand } from '@aws-sdk/client-ecs';
import {
  createMemoryJournal,
  loadPlaybook,
  openSandbox,
  openSession,
  recover,
  services,
  type RunReport,
  type Session,
} from 'relight';

const file = 'playbooks/deployer-api.yaml';
const loaded = loadPlaybook({ bytes: readFileSync(file), file, params: { replicas: '3' } });
if (!loaded.ok) throw new Error(loaded.diagnostics.map((each) => each.message).join('\n'));
const { playbook } = loaded;

// A world of its own, with the account, networks, zone, cluster and table that the playbook takes for granted.
const sandbox = openSandbox({ startAt: Date.UTC(2016, 8, 5, 9, 29) });
await sandbox.seed(playbook);

/** Against AWS, `sandbox.access(...)` becomes `{ region, mode: 'change', clock: systemClock }`; all else is the same. */
async function open(): Promise<Session> {
  const opened = await openSession(playbook, sandbox.access(playbook.target.region, 'change'));
  if (opened.kind !== 'open') throw new Error(`the playbook's target was refused: ${JSON.stringify(opened)}`);
  return opened.session;
}

async function bringBack(runId: string): Promise<RunReport> {
  const recovery = await recover(await open(), {
    kind: 'repair',
    tell: ({ assessed, plan }) => {
      for (const each of assessed.assessments.values()) {
        if (each.verdict !== 'healthy')
          console.log(`  ${each.verdict.padEnd(9)} ${each.id}: ${each.reasons[0]?.text ?? ''}`);
      }
      console.log(`  ${plan.steps.length} steps: ${plan.steps.map((step) => step.id).join(', ')}`);
    },
    // Whoever is to be asked is asked here.
    approve: () => Promise.resolve({ kind: 'yes' }),
    openJournal: (sink) => createMemoryJournal(runId, sandbox.clock, sink),
    prober: sandbox.prober,
    verify: true,
    stop: new AbortController().signal,
  });
  if (recovery.kind !== 'ran') throw new Error(`nothing was run: ${recovery.kind}`);
  return recovery.report;
}

function print({ result, durationSeconds, awsCalls, steps }: RunReport): void {
  console.log(`  ${result} in ${durationSeconds.toFixed(0)} s of AWS time, ${awsCalls} AWS calls`);
  for (const step of steps) console.log(`    ${step.status} ${step.id} ${step.seconds?.toFixed(0) ?? '-'} s`);
}

console.log('deploy');
print(await bringBack('deploy'));

console.log('somebody deletes the ECS service, in the wrong account');
const { aws } = (await open()).observeContext;
aws.gate.openForChanges();
await aws
  .client(services.ecs)
  .send(new DeleteServiceCommand({ cluster: 'wonderland', service: 'deployer-api', force: true }));

console.log('recover');
const report = await bringBack('recover');
print(report);
if (report.result !== 'succeeded') process.exitCode = 1;
