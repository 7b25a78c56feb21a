// A file of receivers to a value, or to every mistake in it with its place. A section `notify` of another file is read the same
// way. Secrets are named and not held: what looks like one is masked beside every mistake.
import { dirname } from 'node:path';
import { explainIssues, maskedFinding, type Finding } from '../../playbook/checks/issues.ts';
import { sortDiagnostics, type Diagnostic } from '../../playbook/diagnostic.ts';
import { maskedText, maskedUnparsed } from '../../playbook/secrets/masking.ts';
import type { Path } from '../../playbook/yaml/found.ts';
import { placeFindings } from '../../playbook/yaml/placing.ts';
import { readSource, type Source } from '../../playbook/yaml/source.ts';
import type { Json } from '../../util/json.ts';
import { nothingToRedact } from '../../util/redact.ts';
import type { NotifyConfig, Receiver, Route, SecretPlace } from '../receivers.ts';
import {
  notifyFileSchema,
  notifySchema,
  receiverKinds,
  receiverSchemas,
  secretPattern,
  type ReceiverKind,
} from './schema.ts';

export type ReadNotify =
  | { readonly ok: true; readonly config: NotifyConfig }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly text: string };

/**
 * Reads a file of receivers. Never throws for what a file may hold.
 *
 * @param path of the file, whole: commands run in its folder
 */
export function readNotifyFile(file: string, path: string, bytes: Uint8Array | string): ReadNotify {
  const read = readSource(file, bytes);
  const broken = read.problems.map(({ place, ...problem }): Diagnostic => ({
    severity: 'error',
    ...problem,
    file,
    ...place,
  }));
  if (!read.ok) return { ok: false, diagnostics: sortDiagnostics(broken), text: maskedUnparsed(read.text) };
  const { source } = read;
  const parsed = notifyFileSchema.safeParse(source.value);
  const head = parsed.success ? [] : explainIssues(parsed.error.issues, notifyFileSchema, source.value, []);
  const section = withoutHead(asMap(source.value));
  const result = readNotify(section, [], { file, folder: dirname(path) });
  const findings = result.ok ? head : [...head, ...result.findings];
  if (result.ok && findings.length === 0 && broken.length === 0) return { ok: true, config: result.config };
  const diagnostics = sortDiagnostics([...broken, ...placeNotifyFindings(findings, source)]);
  return { ok: false, diagnostics, text: maskedNotifyText(source, []) };
}

function withoutHead(document: Readonly<Record<string, Json>>): Json {
  return Object.fromEntries(Object.entries(document).filter(([key]) => key !== 'apiVersion' && key !== 'kind'));
}

export type ReadSection =
  { readonly ok: true; readonly config: NotifyConfig } | { readonly ok: false; readonly findings: readonly Finding[] };

/**
 * Reads the section that says who is told.
 *
 * @param base where it stands in its file: `['notify']`
 */
export function readNotify(
  value: Json,
  base: Path,
  { file, folder }: { readonly file: string; readonly folder: string },
): ReadSection {
  const findings: Finding[] = [];
  const parsed = notifySchema.safeParse(value);
  if (!parsed.success) findings.push(...explainIssues(parsed.error.issues, notifySchema, value, base));
  const given = asMap(asMap(value)['receivers'] ?? null);
  const receivers = Object.entries(given).flatMap(([name, each]) =>
    readReceiver(name, each, [...base, 'receivers', name], folder, findings),
  );
  const names = Object.keys(given);
  const list = asMap(value)['routes'];
  (Array.isArray(list) ? list : []).forEach((route: Json, index) => {
    const to = asMap(route)['to'];
    (Array.isArray(to) ? to : []).forEach((name: Json, at) => {
      if (typeof name !== 'string' || names.includes(name)) return;
      findings.push({
        path: [...base, 'routes', index, 'to', at],
        at: 'value',
        code: 'unknown-receiver',
        message: `there is no receiver "${name}"`,
        near: { word: name, candidates: names },
      });
    });
  });
  if (findings.length > 0 || !parsed.success) return { ok: false, findings };
  const { giveUpAfter, link, routes } = parsed.data;
  const known = routes?.map((each) => ({
    ...each,
    accounts: each.accounts,
    playbooks: each.playbooks,
    about: each.about,
  }));
  return { ok: true, config: { file, receivers, routes: known ?? [toAll(names)], link, giveUpAfter } };
}

/** Who says nothing of it tells everybody of every change. */
function toAll(names: readonly string[]): Route {
  return {
    to: names,
    severity: 'info',
    accounts: undefined,
    playbooks: undefined,
    about: undefined,
    tell: 'changes',
  };
}

function readReceiver(name: string, value: Json, path: Path, folder: string, findings: Finding[]): readonly Receiver[] {
  const { kind } = asMap(value);
  const known = receiverKinds.find((each) => each === kind);
  if (known === undefined) {
    findings.push(noKind(kind, path));
    return [];
  }
  const schema = receiverSchemas[known];
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    findings.push(
      ...explainIssues(parsed.error.issues, schema, value, path).map((each) => withoutSecrets(each, known)),
    );
    return [];
  }
  return [receiverOf(name, parsed.data, folder)];
}

function noKind(kind: Json | undefined, path: Path): Finding {
  const candidates = receiverKinds;
  const expected = candidates.join(', ');
  if (kind === undefined) {
    return { path, at: 'key', code: 'missing-key', missing: ['kind'], message: '"kind" is missing', expected };
  }
  const near = typeof kind === 'string' ? { near: { word: kind, candidates } } : {};
  const message = 'there is no such kind of receiver';
  return { path: [...path, 'kind'], at: 'value', code: 'unknown-kind', message, expected, ...near };
}

/** By kind: what must not be shown. The address of a webhook may be one. */
const secretMembers: Readonly<Record<ReceiverKind, readonly string[]>> = {
  slack: ['url'],
  webhook: ['url', 'secret', 'previousSecret'],
  pagerduty: ['routingKey', 'url'],
  sns: [],
  command: [],
};

function withoutSecrets(finding: Finding, kind: ReceiverKind): Finding {
  const last = finding.path.at(-1);
  return finding.at === 'value' && typeof last === 'string' && secretMembers[kind].includes(last)
    ? maskedFinding(finding)
    : finding;
}

/** Places of findings in the text, each with its suggestion. */
export function placeNotifyFindings(findings: readonly Finding[], source: Source): readonly Diagnostic[] {
  // `${...}` has a meaning of its own here.
  return placeFindings(findings, source, { expressions: false });
}

/** The text as it may be shown beside a mistake: no word in it that could be a secret. */
export function maskedNotifyText(source: Source, base: Path): string {
  const section = base.reduce<Json>((value, part) => asMap(value)[String(part)] ?? null, source.value);
  const given = asMap(asMap(section)['receivers'] ?? null);
  const paths = Object.entries(given).flatMap(([name, each]) =>
    Object.entries(asMap(each)).flatMap(([member, text]) => {
      const isNamed = typeof text === 'string' && secretPattern.test(text);
      return isNamed || openMembers.has(member) ? [] : [[...base, 'receivers', name, member]];
    }),
  );
  return maskedText(source, paths, nothingToRedact);
}

/** All others may be a misspelt secret. */
const openMembers: ReadonlySet<string> = new Set(['kind', 'timeout', 'topic', 'alerts', 'command', 'env']);

type ParsedReceiver = ReturnType<(typeof receiverSchemas)[ReceiverKind]['parse']>;

function receiverOf(name: string, parsed: ParsedReceiver, folder: string): Receiver {
  const { timeout } = parsed;
  switch (parsed.kind) {
    case 'slack':
      return { name, timeout, kind: 'slack', url: placeOf(parsed.url) };
    case 'webhook':
      return {
        name,
        timeout,
        kind: 'webhook',
        url: secretPattern.test(parsed.url) ? placeOf(parsed.url) : parsed.url,
        secret: placeOf(parsed.secret),
        previousSecret: parsed.previousSecret === undefined ? undefined : placeOf(parsed.previousSecret),
      };
    case 'pagerduty':
      return {
        name,
        timeout,
        kind: 'pagerduty',
        url: parsed.url,
        routingKey: placeOf(parsed.routingKey),
        alerts: parsed.alerts,
      };
    case 'sns':
      return { name, timeout, kind: 'sns', topic: parsed.topic };
    case 'command': {
      const [program = '', ...rest] = parsed.command;
      return { name, timeout, kind: 'command', command: [program, ...rest], env: parsed.env, folder };
    }
  }
}

function placeOf(text: string): SecretPlace {
  const inner = text.slice(2, -1);
  const [kind = ''] = inner.split(':');
  const rest = inner.slice(kind.length + 1);
  return kind === 'env' ? { kind: 'env', name: rest } : { kind: 'file', path: rest };
}

function asMap(value: Json): Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, Json>>)
    : {};
}
