// A scan as a JUnit report: a suite for each playbook, a case for each piece. A piece that was not seen is an error and never
// skipped: whoever reads only the colours is not to take it for well. The elements are those that Jenkins and GitLab read.
import { shown } from '../../util/shown.ts';
import type { BeyondReport } from '../beyond/report.ts';
import type { Unseen } from '../coverage.ts';
import type { Finding } from '../finding.ts';
import type { ScannedPlaybook, ScanReport } from '../scan-report.ts';
import { findingText, mistakeTexts, sinceText, unseenText, whyText } from './words.ts';

export function scanJunit(report: ScanReport): string {
  const { beyond, coverage, findings, playbooks, unread } = report;
  const others = findings.filter(({ piece }) => piece !== null);
  const suites = [
    ...playbooks.map((each) =>
      suite(
        each,
        findings.filter(({ file, piece }) => file === each.file && piece === null),
        coverage.unseen.filter(({ file, list }) => file === each.file && !list),
        report,
      ),
    ),
    ...(beyond === null ? [] : [beyondSuite(beyond, report)]),
    ...unread.map(({ file, mistakes }) => {
      const texts = mistakeTexts({ file, mistakes });
      const error = element('error', { message: texts[0] ?? 'could not be read', type: 'unread' }, text(texts));
      const one = element('testcase', { classname: file, name: 'can be read' }, error);
      return element(
        'testsuite',
        { name: file, tests: 1, failures: 0, errors: 1, skipped: 0, timestamp: stamp(report.startedAt), time: 0 },
        one,
      );
    }),
  ];
  const [tests, failures, errors] = [
    coverage.pieces + unread.length + (beyond?.listings.length ?? 0) + others.length,
    new Set(
      findings
        .filter((each) => each.piece === null && !isUnseen(each, coverage.unseen))
        .map((each) => `${each.file} ${each.component}`),
    ).size + others.length,
    coverage.unseen.length + unread.length,
  ];
  const seconds = secondsOf(report);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: 'relight scan', tests, failures, errors, time: seconds }, suites.join(''))}`;
}

function suite(
  { account, components, file, observedAt, playbook, principal, region }: ScannedPlaybook,
  findings: readonly Finding[],
  unseen: readonly Unseen[],
  report: ScanReport,
): string {
  const cases = components.map(({ id, type }) => {
    const missed = unseen.find((each) => each.component === id);
    const found = findings.filter((each) => each.component === id);
    const failure =
      missed === undefined
        ? failureOf(found)
        : element(
            'error',
            { message: `not seen: ${unseenText(missed)}`, type: missed.reason },
            text([...unseenLines(missed), ...found.flatMap(findingLines)]),
          );
    return {
      failure,
      kind: missed === undefined ? (found.length > 0 ? 'failure' : 'fine') : 'error',
      text: element('testcase', { classname: playbook, name: `${id} (${type})`, file }, failure),
    };
  });
  const properties = Object.entries({ file, account, region, principal: principal ?? 'unknown' })
    .map(([name, value]) => element('property', { name, value }, ''))
    .join('');
  return element(
    'testsuite',
    {
      name: playbook,
      tests: cases.length,
      failures: cases.filter(({ kind }) => kind === 'failure').length,
      errors: cases.filter(({ kind }) => kind === 'error').length,
      skipped: 0,
      timestamp: stamp(observedAt ?? report.startedAt),
      time: 0,
    },
    element('properties', {}, properties) + cases.map((each) => each.text).join(''),
  );
}

/** A case for each list, and one for each finding: what is well in an account has no case of its own. */
function beyondSuite({ listings }: BeyondReport, { coverage, findings, startedAt }: ScanReport): string {
  const unlisted = coverage.unseen.filter(({ list }) => list);
  const others = findings.filter(({ piece }) => piece !== null);
  const cases = [
    ...listings.map(({ account, region, what }) => {
      const missed = unlisted.find(
        (each) => each.component === what && each.account === account && each.region === region,
      );
      const error =
        missed === undefined
          ? ''
          : element(
              'error',
              { message: `not seen: ${unseenText(missed)}`, type: missed.reason },
              text(unseenLines(missed)),
            );
      return element('testcase', { classname: `${account} ${region}`, name: `list of ${what}` }, error);
    }),
    ...others.map((each) => {
      const { account, component, file, region, type } = each;
      const classname = `${account} ${region}`;
      return element('testcase', { classname, name: `${component} (${type})`, file }, failureOf([each]));
    }),
  ];
  return element(
    'testsuite',
    {
      name: 'beyond the playbooks',
      tests: cases.length,
      failures: others.length,
      errors: unlisted.length,
      skipped: 0,
      timestamp: stamp(startedAt),
      time: 0,
    },
    cases.join(''),
  );
}

function isUnseen({ component, file }: Finding, unseen: readonly Unseen[]): boolean {
  return unseen.some((each) => each.file === file && each.component === component);
}

/** One for all that is wrong with a piece: readers of the format take one. */
function failureOf(findings: readonly Finding[]): string {
  const [first] = findings;
  if (first === undefined) return '';
  const more = findings.length === 1 ? '' : ` (and ${findings.length - 1} more)`;
  const message = `${first.severity}: ${findingText(first)}${more}`;
  return element('failure', { message, type: first.kind }, text(findings.flatMap(findingLines)));
}

function findingLines(finding: Finding): readonly string[] {
  return [
    `${finding.severity} ${finding.id} ${findingText(finding)}`,
    `${whyText(finding)}; ${sinceText(finding)}`,
    finding.plan,
  ];
}

function unseenLines(unseen: Unseen): readonly string[] {
  const { account, api, permissions, principal, region } = unseen;
  return [
    unseenText(unseen),
    `${api === null ? '' : `${api} `}in ${account} ${region} as ${principal ?? 'unknown'}`,
    ...(permissions === null ? [] : [permissions]),
  ];
}

function secondsOf({ endedAt, startedAt }: ScanReport): number {
  return (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
}

/** Without a zone, as the format has it; in UTC. */
function stamp(instant: string): string {
  return instant.replace(/(\.\d+)?Z$/, '');
}

function element(name: string, attributes: Readonly<Record<string, string | number>>, content: string): string {
  const said = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const open = `<${name}${said.join('')}`;
  if (content === '') return `${open}/>\n`;
  return content.startsWith('<') ? `${open}>\n${content}</${name}>\n` : `${open}>${content}</${name}>\n`;
}

function text(lines: readonly string[]): string {
  return lines.map(escaped).join('\n');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escaped(value: string): string {
  return shown(value).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
