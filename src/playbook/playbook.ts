// YAML text to Playbook: the way in. Finds every mistake at once; a playbook that comes out is sound, and every
// reference in it leads somewhere.
import type { ComponentType, Json } from '../components/contract.ts';
import { readCheck, toCheck, type ReadCheck } from './checks/checks.ts';
import { sortDiagnostics, type Diagnostic } from './diagnostic.ts';
import { digestOf } from './digest.ts';
import { asMap, readEntry, type Entry, type MetReference, type Report } from './checks/entries.ts';
import { hint } from './checks/hints.ts';
import { explainIssues, maskedFinding, type Finding } from './checks/issues.ts';
import { checkDifferences } from './checks/differences.ts';
import { checkLinks, checkReference, ownerOf, type LinkContext } from './checks/links.ts';
import { positionOf, type Component, type Playbook, type Provision, type Reference } from './model.ts';
import { readNames, type ReadName } from './checks/names.ts';
import { namedEntry, needEntry } from './names.ts';
import type { Path } from './yaml/found.ts';
import { placeFindings } from './yaml/placing.ts';
import { resolveParams, type ResolvedParams } from './params.ts';
import { shellSchema, type Shell } from './schema.ts';
import { maskedText, maskedUnparsed } from './secrets/masking.ts';
import {
  isSensitivePath,
  publicDocument,
  publicParams,
  redactorFor,
  secretsOf,
  sensitivePaths,
  type ReadParts,
} from './secrets/sensitive.ts';
import { readSource, type Source } from './yaml/source.ts';
import { shellWord } from '../util/shell.ts';

export type LoadInput = ({ readonly text: string } | { readonly bytes: Uint8Array }) & {
  /** Its name, for messages. */
  readonly file: string;
  /** `--param name=value` */
  readonly params: Readonly<Record<string, string>>;
  readonly types: ReadonlyMap<string, ComponentType>;
  /** Names that may be read wherever they stand, such as those that others provide; none unless told. */
  readonly open?: readonly string[];
};

/** `text` is what `formatDiagnostics` shows lines of. */
export type LoadResult =
  | {
      readonly ok: true;
      readonly playbook: Playbook;
      /** Warnings only. */
      readonly diagnostics: readonly Diagnostic[];
      readonly text: string;
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly text: string };

/** Reads and judges a playbook. Never throws for what a file may hold. */
export function loadPlaybook(input: LoadInput): LoadResult {
  const { file, types } = input;
  const read = readSource(file, 'text' in input ? input.text : input.bytes);
  const diagnostics = read.problems.map(({ place, ...problem }): Diagnostic => {
    return { severity: 'error', ...problem, file, ...place };
  });
  if (!read.ok) return { ok: false, diagnostics: sortDiagnostics(diagnostics), text: maskedUnparsed(read.text) };

  const { source } = read;
  const findings: Finding[] = [];
  const report: Report = (finding) => findings.push(finding);
  const document = asMap(source.value);
  if (document?.['kind'] === 'Rehearsal') {
    // Another language: what is wrong with it as a playbook is of no interest.
    const problem = { code: 'invalid-value', message: 'this is a rehearsal, not a playbook' };
    const expected = `kind: Playbook; to play the rehearsal: relight rehearse ${shellWord(file)}`;
    const place = source.locate(['kind'], 'value');
    const told = { severity: 'error', ...problem, expected, file, ...place } as const;
    return { ok: false, diagnostics: [told], text: maskedUnparsed(source.text) };
  }
  const shell = shellSchema.safeParse(source.value);
  if (!shell.success) explainIssues(shell.error.issues, shellSchema, source.value, []).forEach(report);
  const params = resolveParams(document?.['params'], input.params);
  params.findings.forEach(report);

  const context = { types, params, report, written: (path: Path) => source.written(path) };
  const entries = readEntries(document?.['components'], (id, declared) => readEntry(id, declared, context), report);
  const verify = document?.['verify'];
  const checks = Array.isArray(verify) ? verify.map((each: Json, index) => readCheck(index, each, context)) : [];
  const links: LinkContext = {
    entries,
    root: typeof document?.['root'] === 'string' ? document['root'] : undefined,
    report,
    positionText: (path, at) => {
      const { line, column } = source.locate(path, at);
      return `${line}:${column}`;
    },
  };
  checkLinks(links);
  for (const check of checks) for (const each of check.references) checkReference(each, links);
  checkDifferences(document?.['expected'], links);
  const recovers = asMap(document?.['recovery']);
  const names: ReadNames = {
    provides: readNames(document?.['provides'], ['provides'], namedEntry, context),
    needs: readNames(recovers?.['needs'], ['recovery', 'needs'], needEntry, context),
  };
  if (shell.success) checkTeamLock(shell.data, report);
  hint(document?.['target'], report);

  const parts: ReadParts = { document, params, entries, checks, open: input.open ?? [] };
  const shown = findings.map((each) => (isSensitivePath(each.path, parts) ? maskedFinding(each) : each));
  const sorted = sortDiagnostics([...diagnostics, ...placeFindings(shown, source)]);
  const { told, text } = sorted.length === 0 ? { told: sorted, text: source.text } : readable(sorted, source, parts);
  if (!shell.success || sorted.some((each) => each.severity === 'error')) {
    return { ok: false, diagnostics: told, text };
  }
  const playbook = assemble({ source, shell: shell.data, params, entries, checks, names, parts, types });
  return { ok: true, playbook, diagnostics: told, text };
}

/** Mistakes, and the text whose lines are shown beside them, without secret values. */
function readable(
  diagnostics: readonly Diagnostic[],
  source: Source,
  parts: ReadParts,
): { readonly told: readonly Diagnostic[]; readonly text: string } {
  const redactor = redactorFor(parts);
  const told = diagnostics.map(({ message, expected, suggestion, notes, ...rest }): Diagnostic => {
    return {
      ...rest,
      message: redactor.text(message),
      ...(expected === undefined ? {} : { expected: redactor.text(expected) }),
      ...(suggestion === undefined ? {} : { suggestion: redactor.text(suggestion) }),
      ...(notes === undefined ? {} : { notes: notes.map(redactor.text) }),
    };
  });
  return { told, text: maskedText(source, sensitivePaths(parts), redactor) };
}

/** A guard that every command would be refused by. */
function checkTeamLock({ guards, lock }: Shell, report: Report): void {
  if (guards.teamLock === undefined || lock.kind !== 'file') return;
  report({
    path: ['guards', 'teamLock'],
    at: 'value',
    code: 'contradiction',
    message: 'the playbook insists on the lock of a team, and its own lock is a file on one machine',
    expected: 'lock: dynamodb://<table>',
  });
}

function readEntries(
  declared: Json | undefined,
  read: (id: string, declared: Json) => Entry,
  report: Report,
): ReadonlyMap<string, Entry> {
  const components = asMap(declared);
  if (components === undefined) return new Map();
  const ids = Object.entries(components);
  if (ids.length === 0) {
    report({
      path: ['components'],
      at: 'key',
      code: 'empty',
      message: 'the playbook has no components',
      expected: 'at least one',
    });
  }
  return new Map(ids.map(([id, each]) => [id, read(id, each)]));
}

interface ReadNames {
  readonly provides: readonly ReadName[];
  readonly needs: readonly ReadName[];
}

interface Sound {
  readonly source: Source;
  readonly shell: Shell;
  readonly params: ResolvedParams;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly checks: readonly ReadCheck[];
  readonly names: ReadNames;
  readonly parts: ReadParts;
  readonly types: LoadInput['types'];
}

/** The value, of parts that have no mistakes. */
function assemble({ source, shell, params, entries, checks, names, parts, types }: Sound): Playbook {
  const document = publicDocument(parts);
  const secrets = secretsOf(parts, document);
  const { metadata, objectives, target, recovery, guards, lock, root } = shell;
  // Places are worked out when somebody asks: in a sound playbook hardly anybody does.
  const reference = (from: string, { path, component, output, encounter }: MetReference): Reference => ({
    from,
    path,
    component,
    output,
    get position() {
      return positionOf(source.locateText(encounter.path, encounter.raw, encounter.occurrence));
    },
  });
  const component = (entry: Entry): Component => {
    const { id, type, spec, description, shared, protect, approval, dependsOn, ignore } = entry;
    const { onOrphan, ownership, sensitive, tainted, exact, cleared } = entry;
    if (type === undefined || spec === undefined) throw new Error(`Internal error: component "${id}" is not sound`);
    return {
      id,
      type: type.traits.type,
      description,
      spec:
        ownership === undefined || type.judging.marked === undefined
          ? spec.value
          : type.judging.marked(spec.value, { playbook: metadata.name, component: id }),
      shared,
      protect,
      ...(approval === undefined ? {} : { approval }),
      dependsOn: dependsOn.length < 2 ? dependsOn : [...new Set(dependsOn)],
      ownedBy: ownerOf(entry, root),
      ignore,
      sensitive: tainted.length === 0 ? sensitive : [...sensitive, ...tainted],
      onOrphan,
      ...(ownership === undefined ? {} : { ownership }),
      exact,
      cleared,
      references: entry.references.map((each) => reference(id, each)),
      get position() {
        return positionOf(source.locate(entry.path, 'key'));
      },
    };
  };
  const placeOf: Playbook['placeOf'] = (path) => positionOf(source.locate(path, 'value'));
  const provision = ({ named, path }: ReadName): Provision => ({
    named,
    get position() {
      return placeOf(path);
    },
  });
  return {
    file: source.file,
    placeOf,
    digest: digestOf({ document, params: publicParams(params) }),
    get documentDigest() {
      return digestOf(document);
    },
    secrets,
    metadata: {
      name: metadata.name,
      description: metadata.description,
      owner: metadata.owner,
      labels: metadata.labels ?? {},
    },
    objectives: { rto: objectives.rto },
    target: {
      account: target.account,
      alias: target.alias,
      region: target.region,
      environment: target.environment,
    },
    params: params.values,
    recovery: {
      ...recovery,
      maxDeletes: recovery.maxDeletes,
      knownGood: recovery.knownGood,
      needs: names.needs.map((each) => ({ ...provision(each), because: each.because })),
    },
    guards: { requireProof: guards.requireProof, teamLock: guards.teamLock === 'required' },
    lock,
    provides: names.provides.map(provision),
    root,
    types,
    components: new Map([...entries.values()].map((entry) => [entry.id, component(entry)])),
    verify: checks.flatMap(({ index, references, entry }) => {
      const from = `verify[${index}]`;
      const position = positionOf(source.locate(['verify', index], 'value'));
      const base = { references: references.map((each) => reference(from, each)), position };
      if (entry === undefined) return [];
      const check = toCheck(entry, base);
      // A name that was made from an address is shown everywhere.
      const name = secrets.redactor.text(check.name);
      return [name === check.name ? check : { ...check, name }];
    }),
    expected: shell.expected.map(({ as, because, component, field, is, with: other }) => {
      return { component, field, is, as, because: secrets.redactor.text(because), with: other };
    }),
    inventory:
      shell.inventory === undefined
        ? undefined
        : {
            table: shell.inventory.table,
            attribute: shell.inventory.attribute,
            keyPrefix: shell.inventory.keyPrefix,
            position: positionOf(source.locate(['inventory'], 'value')),
          },
  };
}
