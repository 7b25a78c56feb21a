// A scan as a JUnit report: a suite for each playbook, a case for each piece. A piece that was not seen is an error and never
// skipped: whoever reads only the colours is not to take it for well. The elements are those that Jenkins and GitLab read.
import { shown } from '../../util/shown.ts';
import type { BeyondReport } from '../beyond/report.ts';
import type { Unseen } from '../coverage.ts';
import { comparedText, pairText, type ComparedPair } from '../between/compared.ts';
import { pairKey, readPiece, type PartyKey } from '../between/model.ts';
import { scopedIn, type Finding } from '../finding.ts';
import type { ScannedPlaybook, ScanReport } from '../scan-report.ts';
import { findingText, mistakeTexts, sinceText, unseenText, whyText } from './words.ts';

export function scanJunit(report: ScanReport): string {
  const { beyond, coverage, findings, playbooks, unread } = report;
  const others = scopedIn(findings, 'beyond');
  const between = betweenCases(report);
  const suites = [
    ...playbooks.map((each) =>
      suite(
        each,
        scopedIn(findings, 'playbook').filter(({ file }) => file === each.file),
        coverage.unseen.filter(({ file, list }) => file === each.file && !list),
        report,
      ),
    ),
    ...(between.length === 0 ? [] : [betweenSuite(between, report)]),
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
    coverage.pieces + unread.length + (beyond?.listings.length ?? 0) + others.length + between.length,
    new Set(
      scopedIn(findings, 'playbook')
        .filter((each) => !isUnseen(each, coverage.unseen))
        .map((each) => `${each.file} ${each.component}`),
    ).size +
      others.length +
      ofKind(between, 'failure'),
    coverage.unseen.length + unread.length + ofKind(between, 'error'),
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

interface Case {
  readonly kind: 'failure' | 'error' | 'fine';
  readonly text: string;
}

function ofKind(cases: readonly Case[], kind: Case['kind']): number {
  return cases.filter((each) => each.kind === kind).length;
}

/** A case for each circle, and one for each two services that are to be alike. */
function betweenCases({ compared, findings }: ScanReport): readonly Case[] {
  const between = scopedIn(findings, 'between');
  const classname = 'between the playbooks';
  return [
    ...between
      .filter(({ kind }) => kind === 'recovery-circle')
      .map((each): Case => {
        const { component: name, file } = each;
        return { kind: 'failure', text: element('testcase', { classname, name, file }, failureOf([each])) };
      }),
    ...compared.map((pair): Case => {
      const { left, result } = pair;
      const found = between.filter((each) => each.kind === 'difference' && isOf(each, pair));
      const attributes = { classname, name: pairText(pair) };
      const file = { file: left.file };
      if (found.length > 0) {
        return { kind: 'failure', text: element('testcase', { ...attributes, ...file }, failureOf(found)) };
      }
      if (result !== 'not-seen') return { kind: 'fine', text: element('testcase', { ...attributes, ...file }, '') };
      const message = comparedText(pair);
      const error = element('error', { message, type: 'not-seen' }, text([message, ...pair.cannotTell]));
      return { kind: 'error', text: element('testcase', { ...attributes, ...file }, error) };
    }),
  ];
}

function isOf({ piece }: Finding, { left, right }: ComparedPair): boolean {
  const parties = [left, right].map(({ account, playbook, region }): PartyKey => [playbook, account, region]);
  return pairKey(readPiece(piece)?.parties ?? []) === pairKey(parties);
}

function betweenSuite(cases: readonly Case[], { startedAt }: ScanReport): string {
  return element(
    'testsuite',
    {
      name: 'between the playbooks',
      tests: cases.length,
      failures: ofKind(cases, 'failure'),
      errors: ofKind(cases, 'error'),
      skipped: 0,
      timestamp: stamp(startedAt),
      time: 0,
    },
    cases.map((each) => each.text).join(''),
  );
}

/** A case for each list, and one for each finding: what is well in an account has no case of its own. */
function beyondSuite({ listings }: BeyondReport, { coverage, findings, startedAt }: ScanReport): string {
  const unlisted = coverage.unseen.filter(({ list }) => list);
  const others = scopedIn(findings, 'beyond');
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
