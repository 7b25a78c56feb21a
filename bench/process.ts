// The command as a whole process against a served AWS in which nothing takes any time: what README sets beside
// Terraform's figures.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createWorld, instantTimings, serve } from '../src/sandbox/index.ts';
import { systemClock } from '../src/util/clock.ts';
import { tidy, within, type Row } from './table.ts';

const command = resolve('dist/main.js');
const playbook = resolve('playbooks/deployer-api.yaml');

interface Work {
  readonly what: string;
  /** None: nothing is there yet. */
  readonly lost: readonly string[];
  /** Seconds that Terraform takes for it, and its calls (README, "How it compares"). */
  readonly terraform: { readonly seconds: number; readonly calls: number };
}

const works: readonly Work[] = [
  { what: 'deployed for the first time', lost: [], terraform: { seconds: 79, calls: 37 } },
  { what: 'ECS service deleted', lost: ['service'], terraform: { seconds: 129, calls: 36 } },
  { what: 'load balancer and listener lost', lost: ['load-balancer'], terraform: { seconds: 84, calls: 32 } },
  { what: 'CNAME lost', lost: ['cname'], terraform: { seconds: 25, calls: 23 } },
  {
    what: 'all seven pieces lost',
    lost: ['load-balancer', 'target-group', 'listener', 'service', 'cname', 'health-check', 'state-entry'],
    terraform: { seconds: 203, calls: 60 },
  },
];
const tries = 3;

/** Look, plan, recover, probe: from the start of the process to its end. */
export async function wholeProcess(): Promise<readonly Row[]> {
  const world = createWorld({ clock: systemClock, timings: instantTimings });
  let calls = 0;
  const served = await serve(world, { port: 0, onCall: () => (calls += 1) });
  const folder = mkdtempSync(join(tmpdir(), 'relight-bench-'));
  const relight = (...args: readonly string[]): Promise<void> => run(folder, served.url, args);
  try {
    await relight('sandbox', 'seed', playbook);
    const rows: Row[] = [];
    for (const { lost, terraform, what } of works) {
      const times: number[] = [];
      for (let left = lost.length === 0 ? 1 : tries; left > 0; left -= 1) {
        if (lost.length > 0) await relight('sandbox', 'break', playbook, ...lost);
        calls = 0;
        const began = performance.now();
        await relight('recover', playbook, '--yes', '--confirm', 'deployer-api');
        times.push((performance.now() - began) / 1000);
      }
      const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Infinity;
      rows.push(
        within(`the whole process, ${what}`, median / terraform.seconds, 0.1, 'times Terraform'),
        { what: '  on the wall', figure: `${tidy(median)} s` },
        { what: '  calls (Terraform)', figure: `${calls} (${terraform.calls})` },
      );
    }
    return [...rows, ...(await startUp(relight))];
  } finally {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How much longer the command takes to start than Node itself. */
async function startUp(relight: (...args: readonly string[]) => Promise<void>): Promise<readonly Row[]> {
  const fastest = async (work: () => Promise<void>): Promise<number> => {
    const times: number[] = [];
    for (let left = 10; left > 0; left -= 1) {
      const began = performance.now();
      await work();
      times.push(performance.now() - began);
    }
    return Math.min(...times);
  };
  const version = await fastest(() => relight('--version'));
  const bare = await fastest(() => spawned(['-e', '0'], {}));
  return [
    within('relight --version against an empty Node process', version / bare, 10, 'times'),
    { what: '  on the wall', figure: `${tidy(version)} ms` },
  ];
}

function run(folder: string, url: string, args: readonly string[]): Promise<void> {
  return spawned([command, ...args, ...(args[0] === '--version' ? [] : ['--state-dir', join(folder, '.relight')])], {
    HOME: folder,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_REGION: 'eu-west-1',
    RELIGHT_LOCK_DIR: join(folder, 'locks'),
  });
}

/** @throws Error with what it said, when it does not end with 0 */
function spawned(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('error', failed);
    child.once('close', (code) => {
      if (code === 0) done();
      else failed(new Error(`${args.join(' ')} ended with ${String(code)}:\n${said}`));
    });
  });
}
