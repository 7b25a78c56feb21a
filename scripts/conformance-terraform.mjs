// Terraform against a served sandbox: apply, an empty plan, an update, an empty plan again, destroy, nothing left; for each of
// the configurations in test/conformance/terraform. Terraform is in no registry of npm's, so it is told:
//
//   TERRAFORM=/usr/bin/terraform TF_PLUGIN_MIRROR=/opt/terraform-plugins node scripts/conformance-terraform.mjs [configuration ...]
//
// TF_PLUGIN_MIRROR is a folder of Terraform's own layout (registry.terraform.io/hashicorp/aws/..), as `terraform providers mirror`
// fills it. Without either it says so, and ends with exit code 0: skipped is not passed.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { missing, presume, serve, terraformEnv } from './terraform-sandbox.mjs';

const { TERRAFORM: terraform = '' } = process.env;
const shapes = resolve('test/conformance/terraform');

/** Runs Terraform in a folder; its output is shown where it did not end as wanted. */
function run(folder, env, args, wanted = [0]) {
  const before = performance.now();
  const { status, stdout, stderr } = spawnSync(terraform, [...args, '-no-color'], {
    cwd: folder,
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const seconds = ((performance.now() - before) / 1000).toFixed(0);
  if (wanted.includes(status)) {
    console.log(`  ok   terraform ${args[0]} (${seconds} s)`);
    return;
  }
  const what = args.includes('-detailed-exitcode') && status === 2 ? 'the plan is not empty' : `exit code ${status}`;
  console.log(`${stdout}${stderr}`);
  throw new Error(`terraform ${args.join(' ')}: ${what}`);
}

async function conform(name) {
  console.log(name);
  const folder = mkdtempSync(join(tmpdir(), 'relight-terraform-'));
  const { stop, url } = await serve(folder);
  try {
    await presume(url);
    for (const file of ['provider.tf', `${name}/main.tf`]) {
      copyFileSync(join(shapes, file), join(folder, file.replace('/', '-')));
    }
    const env = terraformEnv(folder, url);
    run(folder, env, ['init', '-input=false']);
    for (const version of ['1', '2']) {
      const now = { ...env, TF_VAR_version_number: version };
      run(folder, now, ['apply', '-input=false', '-auto-approve']);
      run(folder, now, ['plan', '-input=false', '-detailed-exitcode']);
    }
    run(folder, { ...env, TF_VAR_version_number: '2' }, ['destroy', '-input=false', '-auto-approve']);
    await nothingLeft(url);
  } finally {
    stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a destroy must have taken away: everything that is no mere history. */
async function nothingLeft(url) {
  const { regions, route53 } = await (await fetch(`${url}/_relight/state`)).json();
  const { dynamodb, elbv2, ssm } = regions['us-east-1'];
  const left = [
    ...Object.keys(elbv2.loadBalancers),
    ...Object.keys(elbv2.targetGroups),
    ...Object.keys(route53.zones),
    ...Object.keys(dynamodb.tables).filter((name) => dynamodb.tables[name].deletedAt === null),
    ...Object.keys(ssm?.parameters ?? {}),
  ];
  if (left.length > 0) throw new Error(`destroyed, and still there: ${left.join(', ')}`);
  console.log('  ok   nothing is left');
}

const reason = missing();
if (reason === undefined) {
  const all = readdirSync(shapes).filter((name) => statSync(join(shapes, name)).isDirectory());
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : all;
  for (const name of wanted) {
    try {
      await conform(name);
    } catch (error) {
      console.error(`  NOT  ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
    }
  }
  process.exit();
} else {
  console.log(`skipped, Terraform was not tried: ${reason}`);
}
