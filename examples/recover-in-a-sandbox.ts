// A recovery by library: the Deployer API is deployed into an embedded AWS, loses its ECS service, and is brought back.
// Run it with `npm run example`. It needs no credentials, and its waits take no time.
import { readFileSync } from 'node:fs';
import { DeleteServiceCommand } from '@aws-sdk/client-ecs';
import {
  createMemoryJournal,
  execute,
  loadPlaybook,
  look,
  openSandbox,
  openSession,
  planFrom,
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

async function recover(runId: string): Promise<RunReport> {
  const session = await open();
  const assessed = await look(session);
  for (const each of assessed.assessments.values()) {
    if (each.verdict !== 'healthy')
      console.log(`  ${each.verdict.padEnd(9)} ${each.id}: ${each.reasons[0]?.text ?? ''}`);
  }
  const plan = planFrom(session, assessed, { kind: 'repair' });
  console.log(`  ${plan.steps.length} steps: ${plan.steps.map((step) => step.id).join(', ')}`);
  return execute(session, assessed, plan, {
    openJournal: (sink) => createMemoryJournal(runId, sandbox.clock, sink),
    prober: sandbox.prober,
    verify: true,
    stop: new AbortController().signal,
  });
}

function print({ result, durationSeconds, awsCalls, steps }: RunReport): void {
  console.log(`  ${result} in ${durationSeconds.toFixed(0)} s of AWS time, ${awsCalls} AWS calls`);
  for (const step of steps) console.log(`    ${step.status} ${step.id} ${step.seconds?.toFixed(0) ?? '-'} s`);
}

console.log('deploy');
print(await recover('deploy'));

console.log('somebody deletes the ECS service, in the wrong account');
const { aws } = (await open()).observeContext;
aws.gate.openForChanges();
await aws
  .client(services.ecs)
  .send(new DeleteServiceCommand({ cluster: 'wonderland', service: 'deployer-api', force: true }));

console.log('recover');
const report = await recover('recover');
print(report);
if (report.result !== 'succeeded') process.exitCode = 1;
