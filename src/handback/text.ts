// A hand-back on the terminal: what is to be imported, what needs nothing, and what to type. Pure.
import { table, type Paint } from '../report/paint.ts';
import { shellWord } from '../util/shell.ts';
import { count, listText } from '../util/words.ts';
import type { CloudFormationHandback, StackHandback, StackImport, StackNote } from './cloudformation.ts';
import type { Untold } from './returned.ts';
import type { HandbackStep, TerraformHandback } from './terraform.ts';

function section(title: string, body: readonly string[], paint: Paint): readonly string[] {
  return body.length === 0 ? [] : [paint.bold(title), ...body, ''];
}

function stepLines(steps: readonly HandbackStep[], paint: Paint): readonly string[] {
  return steps.flatMap(({ command, text }, index) => {
    const number = String(index + 1).padStart(2);
    return command === null
      ? [`  ${number}. ${text}`]
      : [`  ${number}. ${paint.bold(command)}`, paint.dim(`      ${text}`)];
  });
}

function untoldLines(untold: readonly Untold[], paint: Paint): readonly string[] {
  const rows = untold.map(({ because, component }) => [`  ${paint.warn('?')} ${component}`, because]);
  return section('What could not be told', table(rows), paint);
}

// --- Terraform -----------------------------------------------------------------------------------------------------------

export interface TerraformText {
  readonly handback: Omit<TerraformHandback, 'elsewhere'>;
  readonly steps: readonly HandbackStep[];
  /** The blocks, and the name of their file; undefined where they stand in a file by now. */
  readonly blocks: { readonly file: string; readonly text: string } | undefined;
}

export function terraformLines({ blocks, handback, steps }: TerraformText, paint: Paint): readonly string[] {
  const { gone, imports, referrers, remarks, same, unaddressed, untold } = handback;
  const named = table(imports.map(({ address, component }) => [`  ${component}`, address]));
  const isMade = imports.length > 0 || same.some(({ because }) => because.startsWith('made again'));
  return [
    ...section(
      'To be imported: they go by new ids',
      imports.flatMap(({ id, was }, index) => [
        named[index] ?? '',
        ...(was === null ? [paint.dim('      not in the state')] : [paint.dim(`      was ${was}`)]),
        `      is  ${id}`,
      ]),
      paint,
    ),
    ...section(
      'Needs no import: the id is the same',
      table(same.map(({ address, because, component }) => [`  ${component}`, address, paint.dim(because)])),
      paint,
    ),
    ...section(
      'Deleted, and still in the state: the next apply makes them again, unless the configuration loses them too',
      table(gone.map(({ address, component }) => [`  ${component}`, address])),
      paint,
    ),
    ...section(
      'No address is known',
      unaddressed.flatMap(({ because, component, id }) => [
        `  ${id === null ? ' ' : paint.warn('?')} ${component}  ${because}`,
        ...(id === null
          ? []
          : [`      is  ${id}`, paint.dim(`      if Terraform manages it: --address ${component}=<address>`)]),
      ]),
      paint,
    ),
    ...untoldLines(untold, paint),
    ...section(
      'What else in the state names what is gone: look for it in the plan',
      table(referrers.map(({ address, names }) => [`  ${address}`, `names the old ${listText(names)}`])),
      paint,
    ),
    ...(blocks === undefined || imports.length === 0 || handback.byCommand
      ? []
      : [paint.bold(blocks.file), ...blocks.text.trimEnd().split('\n'), '']),
    ...section(
      'What to type, in the directory of the configuration',
      [
        ...(imports.length === 0
          ? []
          : [
              '  Until it is done, nobody is to run terraform apply: by ids that are gone it would make these pieces a second time.',
            ]),
        ...stepLines(steps, paint),
      ],
      paint,
    ),
    ...section(
      'What the plan may show',
      [...(isMade ? [tagsRemark] : []), ...remarks].map((each) => paint.dim(`  ${each}`)),
      paint,
    ),
  ];
}

const tagsRemark =
  'the tags relight:playbook and relight:component go, which does no harm; to keep them, say in the provider: ' +
  'ignore_tags { key_prefixes = ["relight:"] }';

// --- CloudFormation ------------------------------------------------------------------------------------------------------

/** What there is to show of one stack. */
export interface StackText {
  readonly stack: StackHandback;
  readonly steps: readonly HandbackStep[];
  /** The resources to import, and the name of their file; undefined where they stand in a file by now. */
  readonly resources: { readonly file: string; readonly text: string } | undefined;
  /** CDK's own names of what is imported, by logical id. */
  readonly cdkPaths: Readonly<Record<string, string>>;
  readonly unresolved: readonly string[];
}

export function cloudFormationLines(
  { unmanaged, untold }: Pick<CloudFormationHandback, 'unmanaged' | 'untold'>,
  stacks: readonly StackText[],
  paint: Paint,
): readonly string[] {
  return [
    ...stacks.flatMap((each) => stackLines(each, paint)),
    ...section(
      'Of no stack, as far as their tags tell',
      unmanaged.length === 0 ? [] : [`  ${unmanaged.join(', ')}`],
      paint,
    ),
    ...untoldLines(untold, paint),
  ];
}

function stackLines({ cdkPaths, resources, stack, steps, unresolved }: StackText, paint: Paint): readonly string[] {
  const { drifted, gone, imports, left, same } = stack;
  const rows = table(
    imports.map(({ component, resource: { LogicalResourceId: id, ResourceType: type } }) => [
      `  ${component}`,
      id,
      type,
      paint.dim(cdkPaths[id] ?? ''),
    ]),
  );
  return [
    `${paint.bold(`Stack ${stack.stack}`)}${stack.stackId === null ? '' : `  ${paint.dim(stack.stackId)}`}`,
    '',
    ...section(
      'To be imported: they go by new ids',
      imports.flatMap((each, index) => [rows[index] ?? '', ...idLines(each, paint)]),
      paint,
    ),
    ...section('Needs no import: the id is the same', noteLines(same), paint),
    ...section('Changed in place: drift to the stack, until its template says the same', noteLines(drifted), paint),
    ...section('Deleted: the stack goes on listing it, until its template loses it too', noteLines(gone), paint),
    ...section('With a new id, and not to be imported', noteLines(left), paint),
    ...(resources === undefined || imports.length === 0
      ? []
      : [paint.bold(resources.file), ...resources.text.trimEnd().split('\n'), '']),
    ...section(
      'To be written by hand in the templates',
      unresolved.map((each) => `  ${each}, of which nothing is known`),
      paint,
    ),
    ...section('What to type', stepLines(steps, paint), paint),
  ];
}

function idLines({ resource, was }: StackImport, paint: Paint): readonly string[] {
  const words = (id: Readonly<Record<string, string>>): string => Object.values(id).join(', ');
  return [
    ...(was === null ? [] : [paint.dim(`      was ${words(was)}`)]),
    `      is  ${words(resource.ResourceIdentifier)}`,
  ];
}

function noteLines(notes: readonly StackNote[]): readonly string[] {
  return table(notes.map(({ because, component, logicalId }) => [`  ${component}`, logicalId ?? '', because]));
}

/** Names of the files that the commands name. */
export interface StackFiles {
  readonly resources: string;
  /** Undefined where they have to be written by hand. */
  readonly templates: { readonly retain: string; readonly without: string; readonly importing: string } | undefined;
}

/** By the user guide's "Resolve drift with an import operation". @param isCdk the template is CDK's @param region of the stack */
export function stackSteps(
  { imports, stack }: StackHandback,
  files: StackFiles,
  { isCdk, region }: { readonly isCdk: boolean; readonly region: string },
): readonly HandbackStep[] {
  const name = `${shellWord(stack)} --region ${shellWord(region)}`;
  const drift: HandbackStep = {
    command: `aws cloudformation detect-stack-drift --stack-name ${name}`,
    text: 'then describe-stack-resource-drifts tells what of it is not as the template says',
  };
  if (imports.length === 0) return [drift];
  const ids = imports.map(({ resource }) => resource.LogicalResourceId);
  const templates = files.templates ?? { retain: 'retain.json', without: 'without.json', importing: 'import.json' };
  const deploy = (file: string): string =>
    `aws cloudformation deploy --stack-name ${name} --template-file ${shellWord(file)} --capabilities CAPABILITY_NAMED_IAM`;
  const byHand = files.templates === undefined;
  const change = `--stack-name ${name} --change-set-name relight-handback`;
  return [
    ...(byHand
      ? [
          {
            command: `aws cloudformation get-template --stack-name ${name} --query TemplateBody > template.json`,
            text: `with --template template.json relight writes the three templates below from it, where it is JSON`,
          },
        ]
      : []),
    {
      command: deploy(templates.retain),
      text: `${byHand ? `retain.json: the template, with "DeletionPolicy": "Retain" and some new "Metadata" on ${listText(ids)}. ` : ''}Nothing changes in AWS`,
    },
    {
      command: deploy(templates.without),
      text:
        (byHand
          ? `without.json: without ${listText(ids)}, and the new ids where others read of ${ids.length === 1 ? 'it' : 'them'}. `
          : '') +
        `The stack forgets ${count(ids.length, 'resource')}. What keeps its id stays in the template: else it is deleted`,
    },
    {
      command:
        `aws cloudformation create-change-set ${change} --change-set-type IMPORT ` +
        `--resources-to-import ${shellWord(`file://${files.resources}`)} --template-body ${shellWord(`file://${templates.importing}`)} ` +
        '--capabilities CAPABILITY_NAMED_IAM',
      text:
        (byHand ? `import.json: without.json with ${listText(ids)} again, each with its DeletionPolicy. ` : '') +
        'A template with parameters wants each of them: --parameters ParameterKey=<name>,UsePreviousValue=true',
    },
    {
      command: `aws cloudformation wait change-set-create-complete ${change} && aws cloudformation describe-change-set ${change} --query Changes`,
      text: `it must say Import of ${ids.join(', ')}, and nothing else`,
    },
    {
      command: `aws cloudformation execute-change-set ${change} && aws cloudformation wait stack-import-complete --stack-name ${name}`,
      text: 'the stack knows the new ids',
    },
    {
      command: isCdk ? `cdk deploy ${shellWord(stack)}` : null,
      text: `deploy the stack's own template again, as always: what it reads of ${listText(ids)} is what was written there; "No changes to deploy" is as good`,
    },
    drift,
  ];
}
