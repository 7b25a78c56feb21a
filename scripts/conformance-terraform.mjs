// Terraform against a served sandbox: apply, an empty plan, an update, an empty plan again, destroy, nothing left; for each of
// the configurations in test/conformance/terraform. Terraform is in no registry of npm's, so it is told:
//
//   TERRAFORM=/usr/bin/terraform TF_PLUGIN_MIRROR=/opt/terraform-plugins node scripts/conformance-terraform.mjs [configuration ...]
//
// TF_PLUGIN_MIRROR is a folder of Terraform's own layout (registry.terraform.io/hashicorp/aws/..), as `terraform providers mirror`
// fills it. Without either it says so, and ends with exit code 0: skipped is not passed.
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const { TERRAFORM: terraform = '', TF_PLUGIN_MIRROR: mirror = '' } = process.env;
const shapes = resolve('test/conformance/terraform');
const speed = '600';

function missing() {
  if (terraform === '') return 'TERRAFORM names no binary';
  const version = spawnSync(terraform, ['version', '-json'], { encoding: 'utf8' });
  if (version.status !== 0) return `TERRAFORM=${terraform} does not run`;
  if (mirror === '') return 'TF_PLUGIN_MIRROR names no folder of providers';
  if (!existsSync(join(mirror, 'registry.terraform.io/hashicorp/aws'))) {
    return `TF_PLUGIN_MIRROR=${mirror} holds no registry.terraform.io/hashicorp/aws`;
  }
  if (!existsSync('dist/main.js')) return 'there is no dist/main.js: npm run build';
  return undefined;
}

const presumed = [
  { kind: 'vpc', id: 'vpc-1' },
  { kind: 'subnet', id: 'subnet-a', vpc: 'vpc-1' },
  { kind: 'subnet', id: 'subnet-b', vpc: 'vpc-1' },
  { kind: 'security-group', id: 'sg-1', vpc: 'vpc-1' },
  { kind: 'certificate', arn: 'arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555' },
  { kind: 'role', role: 'arn:aws:iam::123456789012:role/exec' },
  { kind: 'key', key: 'alias/aws/dynamodb' },
];

/** The address of a sandbox of its own, which ends with this process. */
async function serve(folder) {
  const main = resolve('dist/main.js');
  const server = spawn(process.execPath, [main, 'sandbox', 'serve', '--port', '0', '--speed', speed], { cwd: folder });
  process.once('exit', () => server.kill());
  let told = '';
  server.stdout.on('data', (chunk) => (told += chunk));
  server.stderr.pipe(process.stderr);
  for (let tries = 0; tries < 200; tries += 1) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(told)?.[0];
    if (url !== undefined) return { url, stop: () => server.kill() };
    await setTimeout(100);
  }
  throw new Error(`the sandbox did not begin: ${told}`);
}

async function presume(url) {
  const answer = await fetch(`${url}/_relight/presume`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ region: 'us-east-1', items: presumed }),
  });
  if (!answer.ok) throw new Error(`nothing was presumed: ${await answer.text()}`);
}

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
    const settings = join(folder, 'terraformrc');
    writeFileSync(
      settings,
      `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(resolve(mirror))}\n  }\n}\n`,
    );
    const home = join(folder, 'home');
    mkdirSync(home);
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      TF_CLI_CONFIG_FILE: settings,
      TF_IN_AUTOMATION: '1',
      TF_VAR_endpoint: url,
      CHECKPOINT_DISABLE: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
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
