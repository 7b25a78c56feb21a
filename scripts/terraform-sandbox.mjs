// Terraform beside a served sandbox: what the scripts that try it share.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const { TERRAFORM: terraform = '', TF_PLUGIN_MIRROR: mirror = '' } = process.env;
const speed = '600';

/** Why Terraform cannot be tried; undefined when it can. */
export function missing() {
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
export async function serve(folder) {
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

/** Puts what the configurations take for granted into the world. */
export async function presume(url) {
  const answer = await fetch(`${url}/_relight/presume`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ region: 'us-east-1', items: presumed }),
  });
  if (!answer.ok) throw new Error(`nothing was presumed: ${await answer.text()}`);
}

/** An environment in which Terraform finds the provider in the mirror and AWS in the sandbox, and nothing else. */
export function terraformEnv(folder, url) {
  const settings = join(folder, 'terraformrc');
  writeFileSync(
    settings,
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(resolve(mirror))}\n  }\n}\n`,
  );
  const home = join(folder, 'home');
  mkdirSync(home);
  return {
    PATH: process.env.PATH,
    HOME: home,
    TF_CLI_CONFIG_FILE: settings,
    TF_IN_AUTOMATION: '1',
    TF_VAR_endpoint: url,
    CHECKPOINT_DISABLE: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
