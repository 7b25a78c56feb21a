// A scan's report in each of its forms: as golden files, and held against the standards of those who read them.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { redactingOutput } from '../../../src/cli/terminal/redacting-output.ts';
import type { Io } from '../../../src/cli/terminal/io.ts';
import { scanFormats } from '../../../src/scan/report/format-names.ts';
import { scanFile } from '../../../src/scan/report/formats.ts';
import { scanAnnotations } from '../../../src/scan/report/github.ts';
import { scanJsonSchema, scanReportSchema } from '../../../src/scan/report/json-schema.ts';
import { isWrittenScan } from '../../../src/scan/report/written.ts';
import { scanMarkdown } from '../../../src/scan/report/document.ts';
import type { ComparedPair } from '../../../src/scan/between/compared.ts';
import type { Finding } from '../../../src/scan/finding.ts';
import type { ScanReport } from '../../../src/scan/scan-report.ts';
import { createRedactor } from '../../../src/util/redact.ts';
import { workflowCommandText } from '../../../src/util/workflow-command.ts';
import { deniedObservation, outcomeOf, reportOf } from '../../helpers/scan.ts';

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8');
const golden = (name: string): string => new URL(`../../golden/${name}`, import.meta.url).pathname;

/** What a name, a value or an error of somebody else's may hold. */
const evil = 'a & b <script>alert("x")</script> ]]>\n::error::owned ##[error]owned %0A `|` \u001b[31m, $(x)';

const drifted = [
  { path: 'scheme', desired: 'internal', actual: 'internet-facing', kind: 'changed', immutable: true },
  { path: `attributes.${evil}`, desired: evil, actual: null, kind: 'changed', immutable: false },
] as const;

/** Two accounts, all kinds of severity, what was hidden, not reached and not read. */
const report: ScanReport = reportOf(
  [
    outcomeOf(
      'load-balancer type=elbv2/load-balancer; listener type=elbv2/listener; table type=dynamodb/table; entry type=dynamodb/item',
      {
        file: 'fleet/shop, front.yaml',
        assessments: {
          'load-balancer': {
            verdict: 'drifted',
            reasons: [{ kind: 'drifted', text: 'differs' }],
            differences: drifted,
          },
          listener: { verdict: 'missing', reasons: [{ kind: 'missing', text: 'not there' }], cause: 'load-balancer' },
          table: { verdict: 'settling', reasons: [{ kind: 'settling', text: 'UPDATING' }], settling: 'coming' },
        },
      },
    ),
    outcomeOf('record type=route53/record; group type=elbv2/target-group', {
      name: 'api',
      file: 'fleet/api.yaml',
      account: '222233334444',
      assessments: { group: { verdict: 'unknown', reasons: [{ kind: 'unknown', text: evil }] } },
      observations: {
        group: { ...deniedObservation('elasticloadbalancing:DescribeTags'), detail: `AccessDenied: ${evil}` } as never,
      },
    }),
    outcomeOf('a type=dynamodb/table', {
      name: 'late',
      file: 'fleet/late.yaml',
      principal: null,
      unseen: { reason: 'not-reached', detail: 'the scan ended at its deadline of 5m (--deadline)' },
    }),
  ],
  {
    ended: 'deadline',
    unread: [{ file: 'fleet/bad.yaml', mistakes: [{ line: 3, column: 5, message: `unknown key "${evil}"` }] }],
  },
);
const fine = reportOf([outcomeOf('a type=dynamodb/table')]);

const party = (name: string, account: string): readonly [string, string, string] => [name, account, 'eu-west-1'];
const ofSeveral = (more: Partial<Finding> & Pick<Finding, 'kind' | 'what' | 'component'>): Finding => ({
  ...{ id: 'aaaaaaaaaaaaaaaa', playbook: 'orders', file: 'orders.yaml', line: 12, column: 3, account: '123456789012' },
  ...{
    region: 'eu-west-1',
    environment: null,
    type: 'playbook',
    piece: '{"parties":[]}',
    field: null,
    severity: 'high',
  },
  ...{ evidence: [], desired: null, actual: null, why: 'root-cause', cause: more.component },
  ...{ observedAt: '2026-12-01T03:00:00.000Z', firstSeen: '2026-12-01T03:00:00.000Z', isNew: true, acknowledged: null },
  plan: 'relight validate licence.yaml orders.yaml',
  ...more,
});
const side = (playbook: string, account: string, label: string): ComparedPair['left'] => ({
  ...{ playbook, file: `${playbook}.yaml`, account, region: 'eu-west-1', label },
});
const shops = [party('shop', '123456789012'), party('shop', '210987654321')];
/** A circle, two services that are not alike, two that are, and two of which not all was seen. */
const several = reportOf(
  [
    outcomeOf('a type=dynamodb/table', { name: 'orders', file: 'orders.yaml' }),
    outcomeOf('a type=dynamodb/table', { name: 'licence', file: 'licence.yaml' }),
  ],
  {
    between: {
      findings: [
        ofSeveral({
          kind: 'recovery-circle',
          component: 'licence and orders',
          what: 'they need each other to be recovered, so that none of them can be the first',
          evidence: ['licence needs orders to be recovered (recovery.needs in licence.yaml:7)', evil],
        }),
        ofSeveral({
          kind: 'difference',
          id: 'bbbbbbbbbbbbbbbb',
          component: 'tasks',
          type: 'ecs/task-definition',
          field: 'containers[web].image',
          piece: JSON.stringify({ parties: shops, ids: ['tasks', 'tasks'] }),
          what: 'containers[web].image: staging is ahead of production',
          evidence: ['staging (staging.yaml:12): shop:1.43.0', `production (production.yaml:14): ${evil}`],
          plan: 'relight compare staging.yaml production.yaml',
        }),
      ],
      compared: [
        {
          left: side('shop', '210987654321', 'staging'),
          right: side('shop', '123456789012', 'production'),
          ...{ result: 'differs', differences: 1, expected: 2, cannotTell: [] },
        },
        {
          left: side('api', '210987654321', 'staging'),
          right: side('api', '123456789012', 'production'),
          ...{ result: 'alike', differences: 0, expected: 0, cannotTell: [] },
        },
        {
          left: side('pay', '210987654321', 'staging'),
          right: side('pay', '123456789012', 'production'),
          ...{ result: 'not-seen', differences: 0, expected: 0, cannotTell: [`url of staging: ${evil}`] },
        },
      ],
      isHidden: () => false,
    },
  },
);

const endings = {
  text: 'txt',
  json: 'json',
  ndjson: 'ndjson',
  junit: 'xml',
  sarif: 'sarif.json',
  markdown: 'md',
  github: 'github.txt',
  html: 'html',
};

/** The look of pages is no matter of a scan. */
const plain = (text: string): string => text.replace(/<style>[^]*<\/style>/, '<style></style>');

describe('golden', () => {
  test.each(scanFormats)('%s', async (format) => {
    await expect(plain(scanFile(report, format))).toMatchFileSnapshot(golden(`scan.${endings[format]}`));
  });

  test.each(scanFormats)('%s of what is found of several playbooks together', async (format) => {
    await expect(plain(scanFile(several, format))).toMatchFileSnapshot(golden(`scan-several.${endings[format]}`));
  });

  test.each(scanFormats)('%s of a scan that found nothing', async (format) => {
    await expect(plain(scanFile(fine, format))).toMatchFileSnapshot(golden(`scan-fine.${endings[format]}`));
  });
});

test('a file is told to be a report of its form, and nothing else is', () => {
  for (const written of scanFormats) {
    const ours = [report, fine].map((each) =>
      scanFormats.filter((format) => isWrittenScan(scanFile(each, written), format)),
    );
    expect(ours).toEqual([[written], [written]]);
    for (const other of ['# Read me\n', '{ "version": 1 }', '<html></html>', 'apiVersion: relight/v1\n']) {
      expect(isWrittenScan(other, written)).toBe(false);
    }
  }
});

describe('JSON', () => {
  const published = JSON.parse(
    readFileSync(new URL('../../../schema/scan.schema.json', import.meta.url), 'utf8'),
  ) as object;
  const accepts = new Ajv().compile(published);

  test('has a schema that is published as it is', () => {
    expect(published).toEqual(scanJsonSchema());
  });

  test('is as the published schema says, with no member more', () => {
    for (const each of [report, fine, several]) {
      const value: unknown = JSON.parse(scanFile(each, 'json'));
      expect([accepts(value), accepts.errors]).toEqual([true, null]);
      expect(scanReportSchema.safeParse(value).error).toBeUndefined();
      expect(accepts({ ...(value as object), more: 1 })).toBe(false);
    }
  });

  test('as a stream says the same, a value a line', () => {
    const lines = scanFile(report, 'ndjson')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly event: string; readonly id?: string });
    const of = (event: string): readonly { readonly id?: string }[] => lines.filter((each) => each.event === event);
    expect([lines[0]?.event, lines.at(-1)?.event]).toEqual(['scan-started', 'scan-ended']);
    expect(new Set(of('finding').map(({ id }) => id))).toEqual(new Set(report.findings.map(({ id }) => id)));
    expect([of('unseen').length, of('playbook').length, of('unread').length]).toEqual([2, 3, 1]);
  });
});

describe('SARIF', () => {
  const ajv = new Ajv({ schemaId: 'id', meta: false, unknownFormats: 'ignore' });
  ajv.addMetaSchema(
    JSON.parse(
      readFileSync(new URL('../../../node_modules/ajv/lib/refs/json-schema-draft-04.json', import.meta.url), 'utf8'),
    ) as object,
  );
  const accepts = ajv.compile(JSON.parse(fixture('sarif/sarif-2.1.0-rtm.5.json')) as object);

  interface Log {
    readonly runs: readonly {
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly partialFingerprints: object;
        readonly locations: readonly {
          readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
        }[];
      }[];
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly invocations: readonly { readonly executionSuccessful: boolean }[];
    }[];
  }
  const logOf = (each: ScanReport): Log => JSON.parse(scanFile(each, 'sarif')) as Log;

  test('is valid by the schema of 2.1.0, which refuses what is not', () => {
    for (const each of [report, fine, several]) expect([accepts(logOf(each)), accepts.errors]).toEqual([true, null]);
    expect(accepts({ ...logOf(report), version: '2.0.0' })).toBe(false);
    expect(accepts({ ...logOf(report), runs: [{}] })).toBe(false);
  });

  test('a result names its rule, its file as a reference, and itself by the id that stays', () => {
    const [run] = logOf(report).runs;
    expect(run?.results).toHaveLength(report.findings.length);
    run?.results.forEach(({ locations, partialFingerprints, ruleId, ruleIndex }, index) => {
      expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(partialFingerprints).toEqual({ 'relightFindingId/v1': report.findings[index]?.id });
      expect(locations[0]?.physicalLocation.artifactLocation.uri).toBe('fleet/shop%2C%20front.yaml');
    });
  });

  test('a scan that could not see all did not succeed', () => {
    expect([report, fine].map((each) => logOf(each).runs[0]?.invocations[0]?.executionSuccessful)).toEqual([
      false,
      true,
    ]);
  });
});

describe('JUnit', () => {
  test('is valid, and counts what it says', async () => {
    for (const each of [report, fine, several]) {
      const contents = scanFile(each, 'junit');
      const { errors, valid } = await validateXML({
        xml: [{ fileName: 'scan.xml', contents }],
        schema: [fixture('junit/junit.xsd')],
      });
      expect([valid, errors]).toEqual([true, []]);
      const said = /<testsuites [^>]*tests="(\d+)" failures="(\d+)" errors="(\d+)"/
        .exec(contents)
        ?.slice(1)
        .map(Number);
      const count = (name: string): number => contents.split(`<${name} `).length - 1;
      expect(said).toEqual([count('testcase'), count('failure'), count('error')]);
    }
  });

  test('is refused where it is not', async () => {
    const contents = scanFile(report, 'junit').replace('<testcase ', '<case ');
    const { valid } = await validateXML({
      xml: [{ fileName: 'scan.xml', contents }],
      schema: [fixture('junit/junit.xsd')],
    });
    expect(valid).toBe(false);
  });

  test('what was not seen is an error, never skipped', () => {
    const contents = scanFile(report, 'junit');
    expect(contents).not.toContain('<skipped');
    expect(contents).toMatch(/name="group \(elbv2\/target-group\)"[^>]*>\n<error message="not seen: /);
  });
});

describe('annotations of GitHub', () => {
  test('are a line each, whatever is in them', () => {
    const annotations = scanAnnotations(report);
    const lines = scanFile(report, 'github').trimEnd().split('\n');
    expect(lines).toHaveLength(annotations.length);
    for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) [a-z]+=[^\n:]*::/);
    expect(lines.filter((line) => /##(?=[a-z]*\[)/.test(line))).toEqual([]);
  });

  test('escape as GitHub reads it', () => {
    const text = workflowCommandText({
      command: 'error',
      properties: { file: 'a,b:c%.yaml', line: 3 },
      message: 'one\n::two 100%',
    });
    expect(text).toBe('::error file=a%2Cb%3Ac%25.yaml,line=3::one%0A\\u003a:two 100%25\n');
  });

  test('pass the filter of the terminal, without secrets, where no other text is taken for a command', () => {
    let out = '';
    const io = redactingOutput({
      env: {},
      out: (text: string) => (out += text),
      err: () => undefined,
    } as unknown as Io);
    io.hide?.(createRedactor(() => ({ strong: ['hunter2-hunter2'], implied: [], open: [] })));
    io.outCommands?.([
      { command: 'notice', properties: { title: 'hunter2-hunter2' }, message: 'it is hunter2-hunter2' },
    ]);
    io.out('::error::forged\n');
    expect(out).not.toContain('hunter2');
    expect(out.split('\n')).toEqual([expect.stringMatching(/^::notice title=.*::it is /), '\\u003a:error::forged', '']);
  });
});

describe('the page and the summary', () => {
  test('load nothing from anywhere and run nothing', () => {
    const page = scanFile(report, 'html');
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|@import|url\(/i);
    expect(page).toContain('name="viewport"');
  });

  test('a summary stays below what GitHub takes, and says what it leaves out', () => {
    const pieces = Array.from({ length: 3_000 }, (_, index) => `piece-${index} type=dynamodb/table`).join('; ');
    const lost = { verdict: 'missing', reasons: [{ kind: 'missing', text: 'x'.repeat(300) }] } as const;
    const assessments = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`piece-${index}`, lost]));
    const text = scanMarkdown(reportOf([outcomeOf(pieces, { assessments })]));
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
    expect(text).toContain('2600 more are not listed here');
  });
});
