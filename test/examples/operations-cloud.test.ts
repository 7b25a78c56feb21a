// Templates and manifests of examples/operations are held against what AWS and Kubernetes publish of them, and Terraform's files
// against Terraform where there is one.
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CronJob } from 'kubernetes-models/batch/v1';
import { ServiceAccount } from 'kubernetes-models/v1';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { mistakesIn, readTemplate } from '../helpers/cloudformation.ts';
import { readDocument, root } from '../helpers/markdown.ts';
import { filesOf, operations, ran } from '../helpers/operations.ts';

// Its types bring those of a browser, which are not those of Node.
const { parse: parseHcl } = createRequire(import.meta.url)('@cdktf/hcl2json') as {
  readonly parse: (file: string, text: string) => Promise<Record<string, unknown>>;
};

const workspace = mkdtempSync(join(tmpdir(), 'relight-operations-'));
afterAll(() => {
  rmSync(workspace, { recursive: true, force: true });
});

describe('CloudFormation templates', () => {
  const files = filesOf('cloudformation', '.yaml');

  it.each(files)('%s has types, properties, attributes and references that there are', (file) => {
    const template = readTemplate(readDocument(file));
    expect(Object.keys(template.Resources).length).toBeGreaterThan(0);
    expect(mistakesIn(template)).toEqual([]);
  });

  const scan = `${operations}/cloudformation/scheduled-scan.yaml`;
  const mistakes: readonly (readonly [string, string, string])[] = [
    ['AWS::Scheduler::Schedule', 'AWS::Scheduler::Shedule', 'Schedule: there is no type AWS::Scheduler::Shedule'],
    ['TaskCount: 1', 'TasksCount: 1', 'Schedule.Target.EcsParameters: there is no TasksCount'],
    ["FlexibleTimeWindow: { Mode: 'OFF' }", 'GroupName: a', 'Schedule: FlexibleTimeWindow is missing'],
    ['!GetAtt SeenLog.Arn', '!GetAtt SeenLog.Name', 'Seen.Targets[0].Arn: AWS::Logs::LogGroup has no attribute Name'],
    ['!Ref Image', '!Ref Imago', 'Task.ContainerDefinitions[0].Image: there is no Imago'],
    ['- EntersOthers', '- EntersOther', 'TaskRole.Policies[1]: there is no condition EntersOther'],
    [
      'RequiresCompatibilities: [FARGATE]',
      'RequiresCompatibilities: FARGATE',
      'Task.RequiresCompatibilities: a list is expected',
    ],
    [
      'ReadonlyRootFilesystem: true',
      'ReadonlyRootFilesystem: yes-do',
      'Task.ContainerDefinitions[0].ReadonlyRootFilesystem: true or false is expected',
    ],
    [
      '${AWS::Partition}:iam::aws',
      '${AWS::Partitio}:iam::aws',
      'ExecutionRole.ManagedPolicyArns[0]: there is no AWS::Partitio',
    ],
  ];

  it.each(mistakes)('with %s as %s would be noticed', (right, wrong, told) => {
    const text = readDocument(scan);
    expect(text).toContain(right);
    expect(mistakesIn(readTemplate(text.replace(right, () => wrong)))).toContain(told);
  });

  it('with an alias would be noticed, which CloudFormation does not take', () => {
    expect(() => readTemplate('Resources: { A: &a { Type: x }, B: *a }')).toThrow('no aliases');
  });
});

describe('Terraform files', () => {
  const files = filesOf('terraform', '.tf');
  type Block = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

  async function referencesOf(texts: ReadonlyMap<string, string>) {
    const known = new Set<string>();
    const asked = new Set<string>();
    for (const [file, text] of texts) {
      const {
        data = {},
        locals = [],
        output = {},
        resource = {},
        variable = {},
      } = (await parseHcl(file, text)) as {
        readonly data?: Block;
        readonly locals?: readonly Readonly<Record<string, unknown>>[];
        readonly output?: Readonly<Record<string, unknown>>;
        readonly resource?: Block;
        readonly variable?: Readonly<Record<string, unknown>>;
      };
      for (const name of Object.keys(variable)) known.add(`var.${name}`);
      for (const name of locals.flatMap((each) => Object.keys(each))) known.add(`local.${name}`);
      for (const [type, named] of Object.entries(resource))
        for (const name of Object.keys(named)) known.add(`${type}.${name}`);
      for (const [type, named] of Object.entries(data))
        for (const name of Object.keys(named)) known.add(`data.${type}.${name}`);
      for (const [, expression = ''] of JSON.stringify([data, locals, output, resource]).matchAll(
        /\$\{((?:[^{}]|\{[^{}]*\})*)\}/g,
      ))
        for (const [each] of expression.matchAll(/\b(?:(?:var|local)\.\w+|(?:data\.)?aws_\w+\.\w+)/g)) asked.add(each);
    }
    return { known, asked };
  }
  const texts = new Map(files.map((file) => [file, readDocument(file)]));

  it('are HCL, refer to what there is, and have no variable that nothing asks for', async () => {
    const { asked, known } = await referencesOf(texts);
    expect(asked.size).toBeGreaterThan(20);
    expect([...asked].filter((each) => !known.has(each))).toEqual([]);
    expect([...known].filter((each) => /^(var|local)\./.test(each) && !asked.has(each))).toEqual([]);
  });

  it('are held against what notices mistakes', async () => {
    await expect(parseHcl('x.tf', 'resource "a" "b" {\n  c = \n}\n')).rejects.toThrow();
    const { asked, known } = await referencesOf(new Map([['x.tf', 'resource "aws_a" "b" {\n  c = aws_a.d.arn\n}\n']]));
    expect([...asked].filter((each) => !known.has(each))).toEqual(['aws_a.d']);
  });

  it.skipIf(ran(workspace, 'terraform', ['-version']).code !== 0)(
    'are as terraform fmt writes them (skipped where there is no terraform: it is in no package registry)',
    () => {
      // Warnings about its own configuration are no matter of ours.
      expect(
        ran(workspace, 'terraform', ['fmt', '-check', '-diff', join(root, operations, 'terraform')]),
      ).toMatchObject({
        code: 0,
      });
    },
  );

  const { TERRAFORM: terraform = '', TF_PLUGIN_MIRROR: mirror = '' } = process.env;

  it.skipIf(terraform === '' || mirror === '')(
    "are valid for AWS's provider (skipped unless TERRAFORM and TF_PLUGIN_MIRROR name both: they are in no package registry)",
    () => {
      const folder = mkdtempSync(join(workspace, 'terraform-'));
      for (const [file, text] of texts) writeFileSync(join(folder, basename(file)), text);
      const begun = ran(workspace, terraform, [
        `-chdir=${folder}`,
        'init',
        '-input=false',
        '-backend=false',
        `-plugin-dir=${mirror}`,
      ]);
      expect(begun, begun.told).toMatchObject({ code: 0 });
      const validated = ran(workspace, terraform, [`-chdir=${folder}`, 'validate']);
      expect(validated, validated.told).toMatchObject({ code: 0 });
    },
  );
});

describe('Kubernetes manifests', () => {
  const documents = filesOf('kubernetes', '.yaml').flatMap((file) =>
    parseAllDocuments(readDocument(file)).map((each) => each.toJS() as unknown),
  );

  /** Values are for the models to judge; that a field is none is told by the compiler, of their types. */
  function compiled(values: readonly unknown[]): readonly string[] {
    const path = join(root, 'test/examples/manifests.virtual.ts');
    const lines = values.map((value, at) => {
      const { kind } = value as { readonly kind: string };
      const [module, type] = kind === 'CronJob' ? ['batch/v1', 'ICronJob'] : ['v1', 'IServiceAccount'];
      return `import type { ${type} as Type${at} } from 'kubernetes-models/${module}';\nexport const value${at}: Type${at} = ${JSON.stringify(value)};\n`;
    });
    const options: ts.CompilerOptions = {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      types: [],
    };
    const host = ts.createCompilerHost(options);
    const real = { ...host };
    const text = lines.join('');
    host.fileExists = (name) => name === path || real.fileExists(name);
    host.readFile = (name) => (name === path ? text : real.readFile(name));
    host.getSourceFile = (name, ...rest) =>
      name === path ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2023) : real.getSourceFile(name, ...rest);
    const program = ts.createProgram([path], options, host);
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((each) =>
      ts.flattenDiagnosticMessageText(each.messageText, '\n'),
    );
  }
  const text = JSON.stringify(documents);
  const changed = (right: string, wrong: string): readonly unknown[] => {
    expect(text).toContain(right);
    return JSON.parse(text.replace(right, wrong)) as readonly unknown[];
  };
  const validateAll = (values: readonly unknown[]): void => {
    for (const value of values) {
      const { kind } = value as { readonly kind: string };
      (kind === 'CronJob'
        ? new CronJob(value as ConstructorParameters<typeof CronJob>[0])
        : new ServiceAccount(value as ConstructorParameters<typeof ServiceAccount>[0])
      ).validate();
    }
  };

  it('have fields that there are, with values that they take', () => {
    expect(documents.map((each) => (each as { readonly kind: string }).kind)).toEqual(['ServiceAccount', 'CronJob']);
    validateAll(documents);
    expect(compiled(documents)).toEqual([]);
  });

  it('are held against what notices mistakes', () => {
    expect(() => {
      validateAll(changed('"Forbid"', '"Forbidden"'));
    }).toThrow('concurrencyPolicy');
    expect(compiled(changed('readOnlyRootFilesystem', 'readonlyRootFilesystem')).join()).toContain(
      'readonlyRootFilesystem',
    );
  });
});
