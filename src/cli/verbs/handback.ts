// relight handback: what those have to be told that keep a record of the pieces beside relight. Reads journals and images, and asks
// nobody.
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Scope } from '../../components/contract.ts';
import {
  cloudFormationHandback,
  resourcesToImport,
  type CloudFormationHandback,
  type StackHandback,
} from '../../handback/cloudformation.ts';
import type { ReturnedPiece, ReturnedRun } from '../../handback/returned.ts';
import { stackTemplates, type StackTemplates } from '../../handback/stack-template.ts';
import { importBlocks, terraformHandback, terraformSteps } from '../../handback/terraform.ts';
import { cloudFormationLines, stackSteps, terraformLines, type StackText } from '../../handback/text.ts';
import type { BeforeImage } from '../../run/journal/events.ts';
import { readImage } from '../../run/journal/images.ts';
import { changesMadeIn, type ChangeMade, type ImagePlace, type Records } from '../../undo/changes-made.ts';
import { shellWord } from '../../util/shell.ts';
import { jsonText, linesText } from '../../util/shown.ts';
import { readNamedFile } from '../../util/storage-read.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { handbackTools } from '../formats.ts';
import type { GlobalOptions } from '../options.ts';
import { refuseElsewhere } from '../changing/managers.ts';
import { stateDirectoryOf } from '../place/session.ts';
import { chainOf, changedAfter, readableIn, recordsOf } from '../state/run-chain.ts';
import { findRun } from '../state/run-store.ts';
import { readStateDocument } from '../state/state-document.ts';
import { cannotRead } from '../state/state-files.ts';
import { paintFor, pathIn, type Io } from '../terminal/io.ts';
import { outFileOf, writeOut } from '../terminal/out-file.ts';

export interface HandbackOptions extends Pick<GlobalOptions, 'color' | 'json' | 'quiet' | 'stateDir' | 'types'> {
  readonly to?: string;
  /** A Terraform state. */
  readonly state?: string;
  /** `component=address` */
  readonly address: Readonly<Record<string, string>>;
  /** A template of a stack, in JSON. */
  readonly template?: string;
  /** Of several stacks the one that is meant. */
  readonly stack?: string;
  readonly out?: string;
}

export function handback(name: string, options: HandbackOptions, io: Io): ExitCode {
  const tool = handbackTools.find((each) => each === options.to);
  if (tool === undefined) {
    throw new UserError(
      `handback needs --to ${handbackTools.join(' or --to ')}${options.to === undefined ? '' : `, not ${options.to}`}`,
    );
  }
  refuseOthersOptions(tool, options);
  const run = returnedRun(name, options, io);
  if (run.pieces.length === 0) {
    const text = `run ${run.runId} changed nothing: there is nothing to hand back`;
    io.out(options.json === true ? jsonText({ ...headOf(run, tool), ...nothing }) : linesText([text]));
    return exitCodes.fine;
  }
  return tool === 'terraform' ? toTerraform(run, options, io) : toCloudFormation(run, options, io);
}

const nothing = { imports: [], same: [], gone: [], untold: [], steps: [] };

/** What the other tool alone has is a mistake. */
function refuseOthersOptions(tool: (typeof handbackTools)[number], options: HandbackOptions): void {
  const given =
    tool === 'terraform'
      ? { '--template': options.template, '--stack': options.stack }
      : { '--state': options.state, '--address': Object.keys(options.address)[0] };
  const [wrong] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (wrong !== undefined) throw new UserError(`${wrong} says nothing to ${tool}`);
}

function headOf({ finished, playbook, runId }: ReturnedRun, to: string): object {
  return { version: 1, run: runId, playbook, to, finished };
}

// --- The run -------------------------------------------------------------------------------------------------------------

function returnedRun(name: string, options: HandbackOptions, io: Io): ReturnedRun {
  const directory = join(stateDirectoryOf(options, io), 'runs');
  const records = recordsOf(findRun(directory, name));
  const all = readableIn(directory, io);
  const chain = chainOf(records, all);
  const changes = changesMadeIn(chain);
  const later = changedAfter(chain, all);
  const [{ plan, runId }] = records;
  const { account, arn, region } = plan.identity;
  const scope: Scope = { account, region, partition: arn.split(':')[1] ?? 'aws', playbook: plan.playbook.name };
  const finished = records.some((each) => each.type === 'run-finished');
  if (!finished)
    io.err(linesText([`warning: run ${runId} has not come to its end: what it does after this is not told`]));
  const pieces = plan.components.flatMap(({ id }): readonly ReturnedPiece[] => {
    const change = changes.get(id);
    return change === undefined ? [] : [pieceOf(change, { chain, directory, later }, options, io)];
  });
  return { runId, playbook: plan.playbook.name, scope, plans: chain.map(([first]) => first.plan), pieces, finished };
}

interface Sources {
  readonly chain: readonly Records[];
  readonly directory: string;
  readonly later: ReadonlyMap<string, string>;
}

function pieceOf(
  change: ChangeMade,
  { chain, directory, later }: Sources,
  options: HandbackOptions,
  io: Io,
): ReturnedPiece {
  const { component, last, madeBy, settled } = change;
  const typeName = chain
    .flatMap(([{ plan }]) => plan.components.flatMap((each) => (each.id === component ? [each.type] : [])))
    .at(-1);
  const type = options.types.types.get(typeName ?? '');
  if (type === undefined) {
    throw new UserError(
      `${component} is of the type ${typeName ?? ''}, which is none of relight's: name its module, --types <module>`,
    );
  }
  const imageAt = (place: ImagePlace | undefined): BeforeImage | undefined => {
    if (place === undefined) return undefined;
    const read = readImage(join(directory, place.runId), { ...place, component });
    if (read.kind === 'sound') return read.image;
    // Without it one piece is untold, and the others are handed back all the same.
    io.err(linesText([`warning: ${read.trouble.replace(/\. Put back .*$/s, '')}`]));
    return undefined;
  };
  const before = imageAt(change.before);
  const made = madeBy === undefined || last === 'delete' ? last : change.before === undefined ? 'create' : 'replace';
  const after = imageAt(change.after);
  return { component, type, change: made, before, after, settled, changedSince: later.get(component) };
}

// --- Terraform -----------------------------------------------------------------------------------------------------------

/** Where Terraform keeps a state that is kept nowhere else. */
const usualState = 'terraform.tfstate';
const usualBlocks = 'relight-imports.tf';

function toTerraform(run: ReturnedRun, options: HandbackOptions, io: Io): ExitCode {
  const file = options.state ?? (existsSync(pathIn(io, usualState)) ? usualState : undefined);
  if (file === undefined) {
    throw new UserError(
      'handback --to terraform needs the state: --state terraform.tfstate. Where it is kept elsewhere, in the directory of the ' +
        'configuration: terraform show -json > state.json; and then: --state state.json',
    );
  }
  const unknown = Object.keys(options.address).find((id) => !run.pieces.some(({ component }) => component === id));
  if (unknown !== undefined) {
    const known = run.pieces.map(({ component }) => component).join(', ');
    throw new UserError(`--address ${unknown}: run ${run.runId} changed no such component; it changed ${known}`);
  }
  const state = readStateDocument(file, io);
  const addresses = new Map(Object.entries(options.address));
  const { elsewhere, ...told } = terraformHandback(run, { state, types: options.types.types, addresses });
  refuseElsewhere(file, elsewhere);
  const out =
    options.out === undefined || told.imports.length === 0
      ? undefined
      : outFileOf(options.out, { inputs: [file], only: ownBlocks }, io);
  const blocks = importBlocks(told.imports);
  const steps = terraformSteps(told, out === undefined ? usualBlocks : basename(out.shown));
  const text = `# ${blocksHead} run ${run.runId}: new ids. To be removed once terraform apply has read it.\n\n${blocks}`;
  if (out !== undefined) writeOut(out, text);
  if (options.json === true) {
    const { terraformVersion = null } = state;
    io.out(
      jsonText({
        ...headOf(run, 'terraform'),
        state: { file, terraformVersion },
        ...told,
        blocks,
        file: out?.shown ?? null,
        steps,
      }),
    );
  } else {
    const paint = paintFor(io, options.color, io.outIsTerminal);
    const version = state.terraformVersion === undefined ? '' : `, Terraform ${state.terraformVersion}`;
    const lines = terraformLines(
      { handback: told, steps, blocks: out === undefined ? { file: usualBlocks, text } : undefined },
      paint,
    );
    io.out(
      linesText([`Run ${run.runId} of ${run.playbook}, for Terraform (${file}${version})`, '', ...trimmed(lines)]),
    );
    if (out !== undefined) io.err(linesText([`import blocks written to ${out.shown}`]));
  }
  const isWhole = told.untold.length === 0 && told.unaddressed.every(({ id }) => id === null) && run.finished;
  return isWhole ? exitCodes.fine : exitCodes.incomplete;
}

const blocksHead = 'relight handback,';
const ownBlocks = {
  what: 'file of import blocks that relight wrote',
  is: (text: string): boolean => text.startsWith(`# ${blocksHead}`),
};

/** Sections end with an empty line; the last one need not. */
function trimmed(lines: readonly string[]): readonly string[] {
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

// --- CloudFormation ------------------------------------------------------------------------------------------------------

function toCloudFormation(run: ReturnedRun, options: HandbackOptions, io: Io): ExitCode {
  const told = cloudFormationHandback(run);
  const stacks = chosen(told, options);
  const [only, ...others] = stacks;
  if (others.length > 0 && (options.out !== undefined || options.template !== undefined)) {
    const names = stacks.map(({ stack }) => stack).join(', ');
    throw new UserError(`the run concerns several stacks: name one, --stack <name>; there are ${names}`);
  }
  const shown = stacks.map((each) => preparedStack(each, run.scope, options, io));
  if (options.json === true) {
    const all = shown.map(({ files, text }) => ({
      ...text.stack,
      resourcesToImport: resourcesToImport(text.stack),
      cdkPaths: text.cdkPaths,
      unresolved: text.unresolved,
      steps: text.steps,
      files,
    }));
    const { unmanaged, untold } = told;
    io.out(jsonText({ ...headOf(run, 'cloudformation'), stacks: all, unmanaged, untold }));
  } else {
    const paint = paintFor(io, options.color, io.outIsTerminal);
    const lines = cloudFormationLines(
      told,
      shown.map(({ text }) => text),
      paint,
    );
    const none = only === undefined ? [noStack, ''] : [];
    io.out(linesText([`Run ${run.runId} of ${run.playbook}, for CloudFormation`, '', ...none, ...trimmed(lines)]));
    for (const file of shown.flatMap(({ files }) => files)) io.err(linesText([`written: ${file}`]));
  }
  const isWhole = only !== undefined && told.untold.length === 0 && stacks.every(({ left }) => left.length === 0);
  return isWhole && run.finished ? exitCodes.fine : exitCodes.incomplete;
}

const noStack =
  'No stack is known to manage any of its pieces. A piece tells its stack by tags that CloudFormation alone may write: one that was ' +
  'gone before relight had seen it healthy, or that relight made, has none.';

function chosen({ stacks }: CloudFormationHandback, { stack: name }: HandbackOptions): readonly StackHandback[] {
  if (name === undefined) return stacks;
  const found = stacks.filter(({ stack, stackId }) => stack === name || stackId === name);
  if (found.length > 0) return found;
  const names = stacks.map(({ stack }) => stack).join(', ');
  throw new UserError(
    `--stack ${name}: the run concerns no such stack; ${names === '' ? 'it concerns none' : `there are ${names}`}`,
  );
}

const usualResources = 'resources-to-import.json';

/** What is shown of a stack, its files written. */
function preparedStack(
  stack: StackHandback,
  { region }: Scope,
  options: HandbackOptions,
  io: Io,
): { readonly text: StackText; readonly files: readonly string[] } {
  const inputs = options.template === undefined ? [] : [options.template];
  const isWritten = options.out !== undefined && stack.imports.length > 0;
  const out = isWritten ? outFileOf(options.out ?? '', { inputs, only: ownResources }, io) : undefined;
  const templates = templatesFor(stack, options, io);
  if (templates !== undefined && out === undefined && stack.imports.length > 0) {
    throw new UserError(
      `--template makes three templates, and they need a place: --out ${usualResources}, beside which they are put`,
    );
  }
  const text = JSON.stringify(resourcesToImport(stack), null, 2);
  const files: string[] = [];
  if (out !== undefined) {
    writeOut(out, `${text}\n`);
    files.push(out.shown);
  }
  const made =
    templates === undefined || out === undefined ? undefined : templateFiles(templates, stack, dirname(out.shown));
  for (const { shown, value } of made?.all ?? []) {
    // A template says nothing that its owner does not know; a secret in one is its author's doing.
    writeOut(outFileOf(shown, { inputs, only: ownTemplate }, io), `${JSON.stringify(value, null, 2)}\n`, 0o600);
    files.push(shown);
  }
  const cdkPaths = templates?.cdkPaths ?? {};
  const names = { resources: out?.shown ?? usualResources, templates: made?.names };
  return {
    files,
    text: {
      stack,
      steps: stackSteps(stack, names, { isCdk: Object.keys(cdkPaths).length > 0, region }),
      resources: out === undefined ? { file: usualResources, text } : undefined,
      cdkPaths,
      unresolved: templates?.unresolved ?? [],
    },
  };
}

const ownResources = {
  what: 'file of resources to import that relight wrote',
  is: (text: string): boolean => /^\[\s*\{\s*"ResourceType": /.test(text),
};

const ownTemplate = { what: 'template in JSON', is: (text: string): boolean => /^\{[^]*"Resources": \{/.test(text) };

function templatesFor(stack: StackHandback, { template }: HandbackOptions, io: Io): StackTemplates | undefined {
  if (template === undefined) return undefined;
  const path = pathIn(io, template);
  let bytes: Uint8Array;
  try {
    bytes = readNamedFile(path);
  } catch (error) {
    throw new UserError(cannotRead(error, template, path));
  }
  const made = stackTemplates(new TextDecoder().decode(bytes), stack.imports);
  if (made.kind === 'made') return made.templates;
  throw new UserError(
    `${template} ${made.what}. The template of the stack, in JSON: ` +
      `aws cloudformation get-template --stack-name ${shellWord(stack.stack)} --query TemplateBody > template.json`,
  );
}

function templateFiles(
  { importing, retain, without }: StackTemplates,
  { stack }: StackHandback,
  folder: string,
): {
  readonly all: readonly { readonly shown: string; readonly value: object }[];
  readonly names: { readonly retain: string; readonly without: string; readonly importing: string };
} {
  const named = (word: string): string => join(folder, `${stack}-${word}.json`);
  const names = { retain: named('1-retain'), without: named('2-without'), importing: named('3-import') };
  return {
    names,
    all: [
      { shown: names.retain, value: retain },
      { shown: names.without, value: without },
      { shown: names.importing, value: importing },
    ],
  };
}
