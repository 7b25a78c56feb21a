// The Wonderland outage of 2016-09-05, twice, in the embedded AWS: first as the team recovered from it (tear down what is
// left, redeploy all), then by repairing only what is broken. It uses nothing but relight's public command line.
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const state = mkdtempSync(join(tmpdir(), 'relight-demo-'));
const playbook = 'playbooks/deployer-api.yaml';
const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const bold = (text) => (colour ? `\u001b[1m${text}\u001b[0m` : text);
// Watched on a terminal, AWS's minutes pass in seconds; otherwise they take no time at all.
const pace = process.stdout.isTTY ? ['--sandbox-speed', '60'] : [];

function say(text) {
  console.log(`\n${bold(`── ${text}`)}\n`);
}

/** Runs relight as a user would, in a folder of the demo's own; `codes` are the exit codes that the story expects. */
function relight(args, codes = [0], capture = false) {
  const words = [...args, '--state-dir', state];
  console.log(bold(`$ relight ${args.join(' ')}`));
  const result = spawnSync(process.execPath, ['dist/main.js', ...words], {
    stdio: ['inherit', capture ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
    env: { ...process.env, AWS_ENDPOINT_URL: '', ...(colour ? { FORCE_COLOR: '1' } : {}) },
  });
  if (!codes.includes(result.status)) {
    console.error(`the demo expected exit code ${codes.join(' or ')}, got ${result.status}`);
    process.exit(1);
  }
  return result.stdout;
}

function recover(strategy) {
  const output = relight(
    ['recover', playbook, '--sandbox', ...pace, '--strategy', strategy, '--yes', '--confirm', 'deployer-api', '--json'],
    [0],
    true,
  );
  const report = JSON.parse(output);
  if (report.result !== 'succeeded') throw new Error(`the ${strategy} did not succeed`);
  return report;
}

function minutes(seconds) {
  return `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, '0')} s`;
}

say('An AWS account as it was that morning: cluster, state table, networks, DNS zone');
relight(['sandbox', 'seed', playbook]);
say('The Deployer API is deployed');
const deploy = recover('repair');

say('09:29 UTC. Somebody deletes the ECS service in the console, in production instead of staging');
relight(['sandbox', 'break', playbook, 'service']);
say('What is there now? The service is gone; seven pieces are left over');
relight(['status', playbook, '--sandbox'], [2]);
say('What would it take? Both strategies are shown with what they cost');
relight(['plan', playbook, '--sandbox', '--strategy', 'rebuild'], [2]);

say('First as the team did it in 2016: tear down what is left, redeploy all of it, in order');
const rebuild = recover('rebuild');
relight(['plan', playbook, '--sandbox'], [0]);

say('It happens again. This time only what is broken is repaired');
relight(['sandbox', 'break', playbook, 'service']);
relight(['plan', playbook, '--sandbox', '--strategy', 'repair'], [2]);
const repair = recover('repair');
relight(['status', playbook, '--sandbox'], [0]);

say('And other disasters? The single ones, crashes and lost answers, played in an embedded AWS. Without --quick: all');
relight(['prove', playbook, '--quick']);

say('What it took, in AWS time');
const rows = [
  ['2016, by hand', '31 min', '25 of them to find out what was left over, in which order it had to go'],
  [
    'relight, rebuild',
    minutes(rebuild.durationSeconds),
    `${rebuild.steps.length} steps, ${rebuild.awsCalls} AWS calls`,
  ],
  ['relight, repair', minutes(repair.durationSeconds), `${repair.steps.length} steps, ${repair.awsCalls} AWS calls`],
  ['(first deployment)', minutes(deploy.durationSeconds), `${deploy.steps.length} steps, ${deploy.awsCalls} AWS calls`],
];
for (const [what, time, note] of rows) console.log(`  ${what.padEnd(20)} ${time.padEnd(14)} ${note}`);
say('What was done, as a page to keep');
relight(['runs', 'report', 'last', '--out', join(state, 'recovery.html')]);
console.log('\nNext: docs/concepts.md, or point it at an account of your own: relight status <your playbook>');
