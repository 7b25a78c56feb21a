// A fleet file to a fleet, or to every mistake in it with its place.
import { Cron } from 'croner';
import { sortDiagnostics, type Diagnostic } from '../playbook/diagnostic.ts';
import { asMap } from '../playbook/checks/entries.ts';
import { explainIssues, type Finding } from '../playbook/checks/issues.ts';
import { positionOf } from '../playbook/model.ts';
import { placeFindings } from '../playbook/yaml/placing.ts';
import { readSource, type Source } from '../playbook/yaml/source.ts';
import type { Fleet, FleetAccount, FleetSchedule } from './model.ts';
import { fleetSchema, type FleetFile } from './schema.ts';

export type FleetResult =
  | { readonly ok: true; readonly fleet: Fleet; readonly text: string }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly text: string };

/** Is this a fleet file, sound or not? Told by `kind` alone, so that its mistakes are told as a fleet's. */
export function isFleetFile(bytes: Uint8Array | string): boolean {
  const read = readSource('', bytes);
  return read.ok && asMap(read.source.value)?.['kind'] === 'Fleet';
}

/** Reads a fleet file. Never throws for what a file may hold. */
export function loadFleet(input: { readonly file: string; readonly bytes: Uint8Array | string }): FleetResult {
  const { file } = input;
  const read = readSource(file, input.bytes);
  const broken = read.problems.map(({ place, ...problem }): Diagnostic => {
    return { severity: 'error', ...problem, file, ...place };
  });
  if (!read.ok) return { ok: false, diagnostics: sortDiagnostics(broken), text: read.text };
  const { source } = read;
  const failed = (findings: readonly Finding[]): FleetResult => ({
    ok: false,
    diagnostics: sortDiagnostics([...broken, ...placeFindings(findings, source)]),
    text: source.text,
  });
  const parsed = fleetSchema.safeParse(source.value);
  if (!parsed.success) return failed(explainIssues(parsed.error.issues, fleetSchema, source.value, []));
  const findings = judged(parsed.data);
  if (findings.length > 0 || broken.length > 0) return failed(findings);
  return { ok: true, fleet: fleetOf(file, parsed.data, source), text: source.text };
}

/** What the shape alone does not tell. */
function judged(document: FleetFile): readonly Finding[] {
  return [...accountFindings(document), ...pairFindings(document), ...scheduleFindings(document)];
}

function accountFindings({ accounts, regions }: FleetFile): readonly Finding[] {
  const seen = new Map<string, number>();
  return accounts.flatMap((account, index): readonly Finding[] => {
    const path = ['accounts', index];
    const findings: Finding[] = [];
    const twin = seen.get(account.id);
    if (twin !== undefined) {
      const message = `account ${account.id} is accounts[${twin}] already`;
      findings.push({ path: [...path, 'id'], at: 'value', code: 'duplicate', message, expected: 'each account once' });
    }
    seen.set(account.id, twin ?? index);
    const inArn = /^arn:[^:]+:iam::(\d{12}):/.exec(account.role ?? '')?.[1];
    if (inArn !== undefined && inArn !== account.id) {
      const message = `the role is in account ${inArn}`;
      const expected = `a role of account ${account.id}`;
      findings.push({ path: [...path, 'role'], at: 'value', code: 'other-account', message, expected });
    }
    if (account.externalId !== undefined && account.role === undefined) {
      const message = 'an external id without a role has no effect';
      const expected = 'role beside it, or neither';
      findings.push({ path: [...path, 'externalId'], at: 'key', code: 'no-effect', message, expected });
    }
    if (account.regions === undefined && regions === undefined) {
      const message = `account ${account.id} has no regions, and the fleet has none either`;
      findings.push({ path, at: 'value', code: 'missing', message, expected: 'regions: [eu-west-1], in one of both' });
    }
    return findings;
  });
}

function pairFindings({ compare }: FleetFile): readonly Finding[] {
  return compare.flatMap(({ left, right }, index): readonly Finding[] => {
    const path = ['compare', index];
    if (left === right) {
      const message = `${left} is compared with itself, which is always alike`;
      return [{ path: [...path, 'right'], at: 'value', code: 'no-effect', message, expected: 'another playbook' }];
    }
    const twin = compare.findIndex(
      (each) => (each.left === left && each.right === right) || (each.left === right && each.right === left),
    );
    if (twin === index) return [];
    return [{ path, at: 'value', code: 'duplicate', message: `compare[${twin}] has these two already` }];
  });
}

function scheduleFindings({ accounts, schedules }: FleetFile): readonly Finding[] {
  const known = new Set(accounts.map(({ id }) => id));
  return schedules.flatMap((schedule, index): readonly Finding[] => {
    const path = ['schedules', index];
    const twin = schedules.findIndex(({ name }) => name === schedule.name);
    const strange = (schedule.accounts ?? []).flatMap((id, at): readonly Finding[] => {
      if (known.has(id)) return [];
      const near = { word: id, candidates: known };
      const message = `no account ${id} in this file`;
      return [{ path: [...path, 'accounts', at], at: 'value', code: 'unknown-account', message, near }];
    });
    return [
      ...(twin === index
        ? []
        : [
            {
              path: [...path, 'name'],
              at: 'value',
              code: 'duplicate',
              message: `schedules[${twin}] has the name ${schedule.name} already`,
            } as const,
          ]),
      ...timeFindings(schedule, path),
      ...strange,
    ];
  });
}

function timeFindings(
  { cron, timeZone }: FleetFile['schedules'][number],
  path: readonly (string | number)[],
): readonly Finding[] {
  if (!isTimeZone(timeZone)) {
    const message = `timeZone is ${JSON.stringify(timeZone)}`;
    const near = { word: timeZone, candidates: Intl.supportedValuesOf('timeZone') };
    const expected = 'an IANA time zone such as Europe/Berlin';
    return [{ path: [...path, 'timeZone'], at: 'value', code: 'invalid-value', message, expected, near }];
  }
  try {
    // It is asked when it would fall, and nothing is started. From a day that is the same for everybody.
    const next = new Cron(cron, { timezone: timeZone, paused: true }).nextRun(new Date(anyDay));
    if (next !== null) return [];
    const message = `cron ${JSON.stringify(cron)} never comes about`;
    return [{ path: [...path, 'cron'], at: 'value', code: 'invalid-value', message, expected: expectedCron }];
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
    const message = `cron is ${JSON.stringify(cron)}: ${why}`;
    return [{ path: [...path, 'cron'], at: 'value', code: 'invalid-value', message, expected: expectedCron }];
  }
}

const anyDay = Date.UTC(2026, 0, 1);
const expectedCron = 'five fields (minute hour day month weekday), or six with seconds first: */15 * * * *';

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function fleetOf(file: string, document: FleetFile, source: Source): Fleet {
  const { alerts, deadline, external, metadata, playbooks, share } = document;
  const at = (...path: readonly (string | number)[]): FleetAccount['position'] =>
    positionOf(source.locate(path, 'value'));
  return {
    file,
    name: metadata.name,
    owner: metadata.owner,
    accounts: document.accounts.map((each, index): FleetAccount => ({
      id: each.id,
      alias: each.alias,
      environment: each.environment,
      owner: each.owner ?? metadata.owner,
      regions: each.regions ?? document.regions ?? [],
      role: each.role === undefined ? undefined : { arn: roleArn(each.role, each.id), externalId: each.externalId },
      profile: each.profile,
      inventory: each.inventory,
      position: at('accounts', index, 'id'),
    })),
    playbooks,
    compare: document.compare.map(({ left, right }, index) => ({
      ...{ left, right },
      position: at('compare', index),
    })),
    external,
    share,
    deadline,
    schedules: document.schedules.map((each, index): FleetSchedule => ({
      name: each.name,
      cron: each.cron,
      timeZone: each.timeZone,
      jitter: each.jitter,
      deadline: each.deadline ?? deadline,
      accounts: each.accounts,
      beyond: each.beyond,
      catchUp: each.catchUp,
      ping: each.ping,
      position: at('schedules', index, 'name'),
    })),
    alerts: { severity: alerts.severity, after: alerts.after, remind: alerts.remind },
    memory: document.memory,
    notify: document.notify,
  };
}

/** A name alone is one of the partition that all of AWS's usual regions are in. */
function roleArn(role: string, account: string): string {
  return role.startsWith('arn:') ? role : `arn:aws:iam::${account}:role/${role.replace(/^\//, '')}`;
}
