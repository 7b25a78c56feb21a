// A rehearsal file to a script and its expectations, or to every mistake in it with its place.
import type { Json } from '../../components/contract.ts';
import { sortDiagnostics, type Diagnostic } from '../../playbook/diagnostic.ts';
import { consentReasons, consentsIn, consentWord, readConsentWord } from '../../plan/consent.ts';
import { explainIssues, oneOf, pathText, type Finding } from '../../playbook/checks/issues.ts';
import { positionOf, type Playbook, type Position } from '../../playbook/model.ts';
import { placeFindings } from '../../playbook/yaml/placing.ts';
import { readSource, type Source } from '../../playbook/yaml/source.ts';
import type { Path } from '../../playbook/yaml/found.ts';
import type { Services } from '../../sandbox/index.ts';
import { cannotBe } from '../disaster/injections.ts';
import { darkName } from '../disaster/darkness.ts';
import type { PieceState } from '../disaster/disaster.ts';
import type { Command, Happening, Script, TimedHappening } from '../disaster/script.ts';
import { salvage } from './salvage.ts';
import { rehearsalSchemaFor, type CommandEntry, type Expectations, type RehearsalFile } from './schema.ts';

/** A rehearsal that can be played and judged. */
export interface Scenario {
  readonly file: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly script: Script;
  readonly expectations: Expectations;
  /** Where an expectation was written: `positionOf('plan')`. */
  readonly positionOf: (...path: Path) => Position;
  /** Where one of `given.faults` was written. */
  readonly positionOfFault: (index: number) => Position;
}

export type ScenarioResult =
  | { readonly ok: true; readonly scenario: Scenario; readonly text: string }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly text: string };

/** How a rehearsal's playbook is come by. */
export type ReadPlaybook = (
  /** As the rehearsal names it. */
  file: string,
  params: Readonly<Record<string, string>>,
) => { readonly ok: true; readonly playbook: Playbook } | { readonly ok: false; readonly why: string };

/** Reads a rehearsal. Never throws for what a file may hold. */
export function loadScenario(input: {
  readonly file: string;
  readonly bytes: Uint8Array | string;
  readonly readPlaybook: ReadPlaybook;
  /** Whose faults it may name: the sandbox's own unless told. */
  readonly services?: Services;
}): ScenarioResult {
  const { file } = input;
  const read = readSource(file, input.bytes);
  const broken = read.problems.map(({ place, ...problem }): Diagnostic => {
    return { severity: 'error', ...problem, file, ...place };
  });
  if (!read.ok) return { ok: false, diagnostics: sortDiagnostics(broken), text: read.text };
  const { source } = read;
  const failed = (findings: readonly Finding[]): ScenarioResult => ({
    ok: false,
    diagnostics: sortDiagnostics([...broken, ...placeFindings(findings, source)]),
    text: source.text,
  });
  const schema = rehearsalSchemaFor(input.services);
  const parsed = schema.safeParse(source.value);
  if (!parsed.success) {
    const issues = explainIssues(parsed.error.issues, schema, source.value, []);
    return failed([...issues, ...slips(source.value, salvage(source.value, schema), input.readPlaybook)]);
  }
  const document = parsed.data;
  const answer = playbookOf(document, input.readPlaybook);
  if (!answer.ok) {
    const path = ['given', 'playbook'];
    return failed([{ path, at: 'value', code: 'bad-playbook', message: answer.why }]);
  }
  const { playbook } = answer;
  const findings = judge(document, source.value, playbook);
  if (findings.length > 0 || broken.length > 0) return failed(findings);
  return {
    ok: true,
    text: source.text,
    scenario: {
      file,
      name: document.metadata.name,
      description: document.metadata.description,
      script: scriptOf(document, playbook, source),
      expectations: document.then,
      positionOf: (...path) => positionOf(source.locate(['then', ...path], 'key')),
      positionOfFault: (index) => positionOf(source.locate(['given', 'faults', index], 'value')),
    },
  };
}

function playbookOf({ given }: RehearsalFile, readPlaybook: ReadPlaybook): ReturnType<ReadPlaybook> {
  const params = Object.entries(given.params).map(([name, value]) => [name, String(value)] as const);
  return readPlaybook(given.playbook, Object.fromEntries(params));
}

/** Slips in names, in the parts of a file that are sound although others are not. */
function slips(value: Json, document: RehearsalFile | undefined, readPlaybook: ReadPlaybook): readonly Finding[] {
  const answer = document && playbookOf(document, readPlaybook);
  if (document === undefined || answer?.ok !== true) return [];
  const inNames = ['unknown-component', 'unknown-consent', 'impossible-state', 'unknown-step'];
  return judge(document, value, answer.playbook).filter(({ code }) => inNames.includes(code));
}

/** What the shape alone does not tell: names that lead nowhere, states that a piece cannot be in, what contradicts itself. */
function judge(document: RehearsalFile, value: Json, playbook: Playbook): readonly Finding[] {
  return [...misnamed(document, playbook), ...contradictions(document, value)];
}

function misnamed({ given, recover, then, when }: RehearsalFile, playbook: Playbook): readonly Finding[] {
  const names = new Names(playbook);
  names.pieces(given.pieces, ['given', 'pieces']);
  names.list(recover.exclude, ['recover', 'exclude']);
  names.consents(recover.accept, ['recover', 'accept']);
  names.pieces(recover.savedPlan?.set ?? {}, ['recover', 'savedPlan', 'set']);
  when.forEach((entry, index) => {
    names.pieces(entry.set ?? {}, ['when', index, 'set']);
    names.list(entry.recover?.exclude ?? [], ['when', index, 'recover', 'exclude']);
    names.consents(entry.recover?.accept ?? [], ['when', index, 'recover', 'accept']);
    names.pieces(entry.recover?.savedPlan?.set ?? {}, ['when', index, 'recover', 'savedPlan', 'set']);
  });
  names.keys(then.before ?? {}, ['then', 'before']);
  if (typeof then.end === 'object') names.keys(then.end, ['then', 'end']);
  names.list(then.untouched ?? [], ['then', 'untouched']);
  names.steps(then.plan ?? [], ['then', 'plan']);
  names.steps(then.stepsLeft ?? [], ['then', 'stepsLeft']);
  return names.findings;
}

/** Names in a rehearsal, held against its playbook. */
class Names {
  readonly findings: Finding[] = [];
  readonly #playbook: Playbook;
  readonly #known: readonly string[];

  constructor(playbook: Playbook) {
    this.#playbook = playbook;
    this.#known = [...playbook.components.keys()];
  }

  pieces(states: Readonly<Record<string, PieceState>>, base: Path): void {
    for (const [id, state] of Object.entries(states)) {
      const component = this.#playbook.components.get(id);
      if (!this.#isKnown(id, [...base, id], 'key') || component === undefined) continue;
      const because = cannotBe(component, state, this.#playbook);
      if (because === undefined) continue;
      this.findings.push({
        path: [...base, id],
        at: 'value',
        code: 'impossible-state',
        message: `${id} cannot be ${state}: ${because}`,
      });
    }
  }

  list(ids: readonly string[], base: Path): void {
    ids.forEach((id, index) => this.#isKnown(id, [...base, index], 'value'));
  }

  keys(map: object, base: Path): void {
    for (const id of Object.keys(map)) this.#isKnown(id, [...base, id], 'key');
  }

  consents(words: readonly string[], base: Path): void {
    words.forEach((text, index) => {
      const path = [...base, index];
      const word = readConsentWord(text);
      if (!this.#isKnown(word.component, path, 'value') || word.kind === 'consent') return;
      const own = consentReasons.map((reason) => consentWord(word.component, reason));
      this.findings.push({
        path,
        at: 'value',
        code: 'unknown-consent',
        message:
          word.kind === 'bare'
            ? `"${text}" does not say what it accepts`
            : `"${text}" accepts nothing that there is: "${word.word}" is no reason`,
        expected: oneOf(own),
        ...(word.kind === 'bare' ? {} : { near: { word: text, candidates: own } }),
      });
    });
  }

  steps(ids: readonly string[], base: Path): void {
    const right = new Set([
      ...this.#known.flatMap((each) => actions.map((action) => `${each}.${action}`)),
      ...this.#playbook.verify.map((_each, index) => `verify-${index + 1}`),
    ]);
    ids.forEach((id, index) => {
      if (right.has(id)) return;
      this.findings.push({
        path: [...base, index],
        at: 'value',
        code: 'unknown-step',
        message: `"${id}" is no step of ${this.#playbook.metadata.name}`,
        expected: 'a component, a dot and one of wait, delete, create and update; or verify-1 for the first probe',
        near: { word: id, candidates: right },
      });
    });
  }

  #isKnown(id: string, path: Path, at: 'key' | 'value'): boolean {
    if (this.#playbook.components.has(id)) return true;
    this.findings.push({
      path,
      at,
      code: 'unknown-component',
      message: `${this.#playbook.metadata.name} has no component "${id}"`,
      near: { word: id, candidates: this.#known },
    });
    return false;
  }
}

function contradictions({ given, then, when }: RehearsalFile, value: Json): readonly Finding[] {
  const findings: Finding[] = [];
  const say = (path: Path, code: string, message: string): void => {
    findings.push({ path, at: 'key', code, message });
  };
  if (!given.deployed && Object.keys(given.pieces).length > 0)
    say(['given', 'pieces'], 'nothing-deployed', 'nothing is deployed, so no piece can be in any state');
  const path = ['then', 'others'];
  const commands = when.filter((entry) => entry.recover !== undefined).length;
  if (then.others !== undefined && then.others.length !== commands) {
    const message = `${pathText(path)} speaks of ${then.others.length} commands, ${commands} are typed in when`;
    say(path, 'other-commands', message);
  }
  if (Object.keys((value as { readonly then?: object }).then ?? {}).length === 0)
    say(['then'], 'nothing-expected', 'nothing is expected: this rehearsal could not fail');
  return findings;
}

const actions = ['wait', 'delete', 'create', 'update'] as const;

function scriptOf(document: RehearsalFile, playbook: Playbook, source: Source): Script {
  const { given, recover, when } = document;
  return {
    playbook,
    disaster: given.pieces,
    deployed: given.deployed,
    faults: given.faults,
    dark: [...new Set(given.dark.flatMap((each) => darkName(each) ?? []))],
    locked: given.lock,
    command: commandOf(recover, playbook),
    happenings: when.flatMap((entry, index): readonly TimedHappening[] => {
      const position = positionOf(source.locate(['when', index], 'value'));
      return happeningsOf(entry, playbook).map((happening) => ({ at: entry.at, happening, entry: index, position }));
    }),
  };
}

function happeningsOf(entry: RehearsalFile['when'][number], playbook: Playbook): readonly Happening[] {
  const { calm, fault, kill, recover, set } = entry;
  if (set !== undefined) {
    return Object.entries(set).map(([component, state]) => ({ kind: 'disruption', disruption: { component, state } }));
  }
  if (fault !== undefined) return [{ kind: 'fault', fault }];
  if (recover !== undefined) return [{ kind: 'command', command: commandOf(recover, playbook) }];
  if (kill !== undefined) return [{ kind: 'kill', restartAfter: kill.restart }];
  return calm === undefined ? [] : [{ kind: 'calm' }];
}

function commandOf(
  {
    accept,
    allowDowntime,
    attempts,
    caller,
    dieAfter,
    exclude,
    maxDeletes,
    pause,
    savedPlan,
    strategy,
    untilIdle,
  }: CommandEntry,
  playbook: Playbook,
): Command {
  return {
    kind: strategy ?? playbook.recovery.strategy,
    attempts,
    untilIdle,
    pause,
    excluded: new Set(exclude),
    accepted: consentsIn(accept),
    allowDowntime,
    dieAfter,
    maxDeletes,
    saved: savedPlan,
    caller: caller === undefined ? undefined : { account: caller.account, alias: caller.alias },
  };
}
