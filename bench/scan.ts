// A thousand services of the Deployer API's shape in ten accounts, scanned by the command as a whole process against a served AWS
// whose rates hold.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openSandbox, type OpenSandbox } from '../src/rehearse/world/sandbox.ts';
import type { ScanReport } from '../src/scan/scan-report.ts';
import { accountWorld, createWorld, defaultAccount, Faults, presume, serve, snapshot } from '../src/sandbox/index.ts';
import { scaledClock } from '../src/util/clock.ts';
import { head, serviceName, servicePieces, sharedPieces } from './estate.ts';
import { tidy, within, type Row } from './table.ts';
import { beginning, lose, playbookOf, recover } from './world.ts';

const command = resolve('dist/main.js');
const accounts = 10;
/** Load balancers that an account may have [quota "Application Load Balancers per Region"]: the others lodge with these. */
const loadBalancers = 50;
/** AWS seconds per real second. */
const speed = 20;
/** One in so many services is lost. */
const lossEvery = 20;

function numberOf(account: number): string {
  return account === 0 ? defaultAccount : String(210_000_000_000 + account);
}

/** One service's playbook; from the 51st on its load balancer is another one's. */
function textOf(index: number, account: string): string {
  const service = serviceName(index);
  const host = serviceName(index % loadBalancers);
  const own = servicePieces(service, 'wonderland', 'deployer-state');
  const pieces =
    index < loadBalancers
      ? own
      : own
          .replace(
            new RegExp(`\\n  ${service}-lb:[^]*(?=\\n  ${service}-tg:)`),
            `\n  ${service}-lb: { type: elbv2/load-balancer, shared: true, spec: { name: ${host} } }\n`,
          )
          .replace('port: 443\n', `port: ${String(8000 + index)}\n`);
  return (
    head.replace('name: estate', `name: ${service}`) +
    sharedPieces('wonderland', ['deployer-state']) +
    pieces
  ).replaceAll(defaultAccount, account);
}

/** One account with all its services; some are lost then. */
async function accountWith(services: number): Promise<OpenSandbox> {
  const sandbox = openSandbox({ startAt: beginning });
  for (let index = 0; index < services; index += 1) {
    const playbook = playbookOf(textOf(index, defaultAccount));
    await sandbox.seed(playbook);
    await recover(playbook, sandbox);
  }
  for (let index = 0; index < services; index += lossEvery) {
    await lose(playbookOf(textOf(index, defaultAccount)), sandbox, [serviceName(index)]);
  }
  return sandbox;
}

export async function fleetScan(services = 1_000): Promise<readonly Row[]> {
  const each = Math.ceil(services / accounts);
  const home = await accountWith(each);
  const data = snapshot(home.world);
  const copies = Array.from({ length: accounts - 1 }, (_, at) => {
    const number = numberOf(at + 1);
    return [number, JSON.parse(JSON.stringify(data).replaceAll(defaultAccount, number)) as typeof data] as const;
  });
  const faults = new Faults([{ kind: 'request-rates' }]);
  const world = createWorld({
    clock: scaledClock(speed, home.clock.now()),
    data: { ...data, accounts: Object.fromEntries(copies) },
  });
  for (const [number] of copies) presume(accountWorld(world, number), [{ kind: 'role', role: 'scan' }]);
  const folder = mkdtempSync(join(tmpdir(), 'relight-bench-'));
  mkdirSync(join(folder, 'books'));
  for (let account = 0; account < accounts; account += 1) {
    for (let index = 0; index < each; index += 1) {
      const number = numberOf(account);
      writeFileSync(join(folder, `books/${number}-${serviceName(index)}.yaml`), textOf(index, number));
    }
  }
  writeFileSync(join(folder, 'fleet.yaml'), fleetText());
  let throttled = 0;
  const served = await serve(world, {
    port: 0,
    speed,
    faults,
    onCall: ({ outcome }) => {
      if (outcome.kind === 'error' && /Thrott|TooMany|RequestLimit/.test(outcome.code)) throttled += 1;
    },
  });
  try {
    const { report, said, usage, wall } = await scanned(folder, served.url);
    const { awsCalls, bound, coverage, findings } = report;
    const lost = Math.ceil(each / lossEvery) * accounts;
    const missing = findings.filter(({ kind, component }) => kind === 'missing' && component.startsWith('svc-')).length;
    const [foreseen = ''] = said.split('\n').filter((line) => line.includes('at most'));
    return [
      { what: `a scan of ${tidy(each * accounts)} services in ${String(accounts)} accounts`, figure: foreseen },
      within('  pieces that it did not see', coverage.pieces - coverage.seen, 0, 'pieces'),
      {
        what: '  services lost, and found missing',
        figure: `${String(lost)}, ${String(missing)}`,
        ok: lost === missing,
      },
      within('  calls a service', awsCalls / (each * accounts), 5, 'calls'),
      within('  calls against what was foreseen', awsCalls / bound.calls, 1, 'times'),
      within('  calls throttled', throttled, 0, 'calls'),
      within('  peak memory', usage.maxRSS / 1_024, 500, 'MB'),
      { what: '  CPU a service', figure: `${tidy((usage.cpu / (each * accounts)) * 1_000)} ms` },
      { what: '  on the wall, AWS seconds', figure: `${tidy(wall * speed)} s, foreseen ${tidy(bound.seconds)} s` },
    ];
  } finally {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function fleetText(): string {
  const all = Array.from({ length: accounts }, (_, at) =>
    at === 0 ? `  - { id: '${numberOf(at)}' }` : `  - { id: '${numberOf(at)}', role: scan }`,
  );
  return `apiVersion: relight/v1
kind: Fleet
metadata: { name: wonderland }
regions: [eu-west-1]
deadline: 30m
accounts:
${all.join('\n')}
playbooks: ['books/*.yaml']
`;
}

interface Usage {
  /** Seconds. */
  readonly cpu: number;
  /** Kilobytes. */
  readonly maxRSS: number;
}

interface Scan {
  readonly report: ScanReport;
  readonly said: string;
  readonly usage: Usage;
  /** Seconds. */
  readonly wall: number;
}

/** Says on its end what it has used. */
const telling = `data:text/javascript,process.on('exit',()=>{const u=process.resourceUsage();process.stderr.write('\\nUSAGE '+JSON.stringify({cpu:(u.userCPUTime+u.systemCPUTime)/1e6,maxRSS:u.maxRSS}))})`;

function scanned(folder: string, url: string): Promise<Scan> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_REGION: 'eu-west-1',
  };
  const began = performance.now();
  return new Promise((done, failed) => {
    const args = ['--import', telling, command, 'scan', 'fleet.yaml', '--json'];
    const child = spawn(process.execPath, args, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let told = '';
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('error', failed);
    child.once('close', (code) => {
      const [, usage] = /USAGE (.*)/.exec(said) ?? [];
      if ((code !== 0 && code !== 2 && code !== 4) || usage === undefined) {
        failed(new Error(`the scan ended with ${String(code)}: ${said.slice(0, 4_000)}`));
        return;
      }
      const wall = (performance.now() - began) / 1_000;
      done({ report: JSON.parse(told) as ScanReport, said, usage: JSON.parse(usage) as Usage, wall });
    });
  });
}
