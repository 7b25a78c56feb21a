// A service that belongs to Terraform, lost and brought back by a playbook, and handed back: at the end `terraform plan` is empty.
// Against a served sandbox, with the Terraform and the providers that scripts/conformance-terraform.mjs takes:
//
//   TERRAFORM=/usr/bin/terraform TF_PLUGIN_MIRROR=/opt/terraform-plugins node scripts/handback-terraform.mjs
//
// Without either it says so, and ends with exit code 0: skipped is not passed. Played twice: with the provider as it is and a playbook
// that is captured from what Terraform made, and with a provider that ignores relight's tags and a playbook that somebody wrote.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { missing, presume, serve, terraformEnv } from './terraform-sandbox.mjs';

const shapes = resolve('test/conformance/terraform');
const main = resolve('dist/main.js');
const playbook = 'playbook.yaml';

/** Runs a program in a folder; @returns what it said. @throws Error when it ends otherwise than wanted */
function run(folder, env, [program, ...args], wanted = 0) {
  const before = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const seconds = ((performance.now() - before) / 1000).toFixed(0);
  const shown = [program === process.execPath ? 'relight' : 'terraform', ...args.filter((each) => each !== main)];
  if (status !== wanted) {
    console.log(`${stdout}${stderr}`);
    throw new Error(`${shown.join(' ')}: exit code ${status}, not ${wanted}`);
  }
  console.log(`  ok   ${shown.join(' ')} (${seconds} s)`);
  return stdout;
}

/** The line of a plan or an apply that counts. */
function countIn(text) {
  return /^(Plan: .*|No changes\..*|Apply complete!.*)$/m.exec(text)?.[0] ?? 'no count';
}

/** @param captures the playbook is captured from what Terraform made; else it is the one that somebody wrote */
async function roundTrip(title, provider, captures) {
  console.log(title);
  const folder = mkdtempSync(join(tmpdir(), 'relight-handback-'));
  const { stop, url } = await serve(folder);
  try {
    await presume(url);
    writeFileSync(join(folder, 'provider.tf'), provider(readFileSync(join(shapes, 'provider.tf'), 'utf8')));
    copyFileSync(join(shapes, 'wonderland/main.tf'), join(folder, 'main.tf'));
    if (!captures) copyFileSync(join(shapes, 'wonderland/playbook.yaml'), join(folder, playbook));
    const env = { ...terraformEnv(folder, url), AWS_ENDPOINT_URL: url, AWS_REGION: 'us-east-1' };
    const keys = { AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' };
    const terraform = (args, wanted) => run(folder, env, [process.env.TERRAFORM, ...args, '-no-color'], wanted);
    const relight = (args, wanted) => run(folder, { ...env, ...keys }, [process.execPath, main, ...args], wanted);
    const said = (text) => console.log(`       ${text}`);

    terraform(['init', '-input=false']);
    said(countIn(terraform(['apply', '-input=false', '-auto-approve'])));
    if (captures) {
      const from = ['--service', 'crims/deployer-api', '--state-table', 'deployer-state', '--environment', 'staging'];
      const told = relight(['capture', ...from, '--no-prove', '--yes', '--out', playbook]);
      for (const line of told.split('\n').filter((each) => /pieces? of its own|nothing to do/.test(each))) said(line);
      relight(['adopt', playbook, '--yes']);
    } else {
      // Whoever has never looked at the service knows its settings from the state.
      relight(['known-good', 'import', playbook, 'terraform.tfstate']);
    }
    relight(['sandbox', 'break', playbook, 'service', 'load-balancer']);
    const plan = relight(['plan', playbook, '--state', 'terraform.tfstate', '--accept', 'state-entry:ownership'], 2);
    for (const line of plan.split('\n').filter((each) => each.includes('managed by'))) said(line.trim());
    relight(['recover', playbook, '--yes', '--state', 'terraform.tfstate', '--accept', 'state-entry:ownership']);
    said(`before the hand-back: ${countIn(terraform(['plan', '-input=false', '-detailed-exitcode'], 2))}`);

    const told = JSON.parse(
      relight(['handback', 'last', '--to', 'terraform', '--json', '--out', 'relight-imports.tf']),
    );
    for (const { command } of told.steps) {
      if (command === null || command.startsWith('rm ')) continue;
      // As it is typed: by a shell.
      const line =
        command.replace(/^terraform (\w+)/, '"$TERRAFORM" $1') + (command.includes(' state ') ? '' : ' -no-color');
      const shell = spawnSync('sh', ['-c', line], {
        cwd: folder,
        env: { ...env, TERRAFORM: process.env.TERRAFORM },
        encoding: 'utf8',
      });
      if (shell.status !== 0) throw new Error(`${command}: ${shell.stdout}${shell.stderr}`);
      console.log(`  ok   ${command}`);
      if (!command.includes(' state ')) said(countIn(shell.stdout));
      if (command.startsWith('terraform plan -out') && !/, 0 to add, \d+ to change, 0 to destroy/.test(shell.stdout)) {
        throw new Error(`it would add or destroy: ${countIn(shell.stdout)}`);
      }
      if (command.startsWith('terraform apply')) rmSync(join(folder, 'relight-imports.tf'));
    }
    return { folder, terraform, said };
  } finally {
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    process.once('exit', stop);
  }
}

const reason = missing();
if (reason === undefined) {
  try {
    const plain = await roundTrip('with the provider as it is', (text) => text, true);
    plain.terraform(['plan', '-input=false', '-detailed-exitcode']);
    const ignoring = await roundTrip(
      "with a provider that ignores relight's tags",
      (text) =>
        text.replace('provider "aws" {', 'provider "aws" {\n  ignore_tags {\n    key_prefixes = ["relight:"]\n  }\n'),
      false,
    );
    // A listener and a rule that forward to one group are written anew once more: that is what the hand-back says.
    ignoring.said(countIn(ignoring.terraform(['apply', '-input=false', '-auto-approve'])));
    ignoring.terraform(['plan', '-input=false', '-detailed-exitcode']);
    console.log('the plan is empty');
  } catch (error) {
    console.error(`  NOT  ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
  process.exit();
} else {
  console.log(`skipped, Terraform was not tried: ${reason}`);
}
