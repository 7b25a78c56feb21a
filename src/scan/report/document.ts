// A scan as a document: the page, and the Markdown for the summary of a CI job.
import { documentPage } from '../../report/document/html/page.ts';
import { documentMarkdown } from '../../report/document/markdown.ts';
import {
  badge,
  code,
  numbers,
  table,
  wide,
  type Badge,
  type Block,
  type Document,
  type Section,
  type Text,
  type Tile,
} from '../../report/document/document.ts';
import { count } from '../../util/words.ts';
import { groupedByWhy } from '../beyond/report.ts';
import { coverageText, groupsOf, whyUnseen } from '../coverage.ts';
import { comparedText } from '../between/compared.ts';
import type { Finding } from '../finding.ts';
import type { ScanReport } from '../scan-report.ts';
import { worstFirst } from '../severity.ts';
import {
  endedText,
  findingsCount,
  listedText,
  mistakeTexts,
  sinceText,
  subjectText,
  tones,
  unseenName,
  whyText,
} from './words.ts';

/** GitHub takes a summary of 1 MiB a step [Workflow commands, step isolation and limits]: a row has 2 KiB at the very most. */
const mostRows = 400;
/** Beyond these, what cannot be told says less than its number. */
const mostUnsaid = 20;

export function scanPage(report: ScanReport): string {
  return documentPage(scanDocument(report, Number.POSITIVE_INFINITY));
}

export function scanMarkdown(report: ScanReport): string {
  return documentMarkdown(scanDocument(report, mostRows));
}

function scanDocument(report: ScanReport, most: number): Document {
  const { coverage, endedAt, findings, tool } = report;
  const ended = endedText(report);
  const opening: readonly Block[] = [
    { kind: 'lead', text: coverageText(coverage) },
    ...(ended === undefined ? [] : [{ kind: 'paragraph', text: { kind: 'strong', text: ended } } as const]),
    { kind: 'tiles', tiles: tilesOf(report) },
  ];
  return {
    title: `relight scan: ${findingsCount(report)}`,
    kicker: 'scan',
    headline: 'Scan',
    verdict: verdictOf(report),
    opening,
    sections: [
      unreadSection(report),
      unseenSection(report),
      findingsSection(findings, most),
      betweenSection(report),
      beyondSection(report),
      nextSection(findings),
      playbooksSection(report),
    ],
    footer: `${tool}, ${endedAt}`,
  };
}

function verdictOf({ coverage, findings, result }: ScanReport): readonly Badge[] {
  const unseen = coverage.unseen.length;
  return [
    ...(findings.length === 0 ? [] : [badge(count(findings.length, 'finding'), 'bad')]),
    ...(unseen === 0 ? [] : [badge(`${unseen} unknown`, 'warn')]),
    ...(coverage.unread === 0 ? [] : [badge(`${coverage.unread} unreadable`, 'bad')]),
    ...(result === 'fine' ? [badge('all well', 'good')] : []),
  ];
}

function tilesOf({ counts, coverage }: ScanReport): readonly Tile[] {
  const found = worstFirst.map((each): Tile => ({
    value: String(counts[each]),
    label: each,
    tone: counts[each] === 0 ? 'quiet' : tones[each],
  }));
  const all = coverage.seen === coverage.pieces && coverage.unread === 0;
  return [
    { value: `${coverage.seen} / ${coverage.pieces}`, label: 'pieces seen', tone: all ? 'good' : 'warn' },
    ...found,
  ];
}

function unreadSection({ unread }: ScanReport): Section {
  return { title: 'Could not be read', id: 'unread', blocks: [{ kind: 'list', items: unread.flatMap(mistakeTexts) }] };
}

function unseenSection({ coverage }: ScanReport): Section {
  const items = groupsOf(coverage.unseen).map(({ first, permissions, pieces }): Text => [
    { kind: 'strong', text: whyUnseen(first) },
    `: ${pieces.map(unseenName).join(', ')}`,
    { kind: 'aside', text: `${first.principal === null ? '' : `as ${first.principal}: `}${first.detail}` },
    ...permissions.map((each) => ({ kind: 'aside', text: `what has to be allowed: ${each}` }) as const),
  ]);
  return { title: 'Not seen', id: 'unseen', blocks: [{ kind: 'list', items }] };
}

/** Two columns, so that a telephone shows them. */
function findingsSection(findings: readonly Finding[], most: number): Section {
  const shown = findings.slice(0, most);
  const rows = shown.map((each): readonly Text[] => [
    badge(each.severity, tones[each.severity]),
    [
      code(subjectText(each)),
      ` ${each.kind}: ${each.what}`,
      { kind: 'aside', text: `${whyText(each)}; ${sinceText(each)}; ${each.id}` },
    ],
  ]);
  const left = findings.length - shown.length;
  return {
    title: 'Findings',
    id: 'findings',
    blocks: [
      table(['Severity', wide('What')], rows),
      ...(left === 0 ? [] : [{ kind: 'paragraph', text: `${left} more are not listed here.` } as const]),
    ],
  };
}

function betweenSection({ compared }: ScanReport): Section {
  const items = compared.map((each): Text => {
    const { cannotTell, left, right } = each;
    const unsaid = [...cannotTell.slice(0, mostUnsaid), ...(cannotTell.length > mostUnsaid ? ['...'] : [])];
    return [
      { kind: 'strong', text: comparedText(each) },
      {
        kind: 'aside',
        text: [
          `${left.file} in ${left.account} ${left.region}, ${right.file} in ${right.account} ${right.region}`,
          ...unsaid,
        ].join('; '),
      },
    ];
  });
  return { title: 'Between the playbooks', id: 'between', blocks: [{ kind: 'list', items }] };
}

function beyondSection({ beyond }: ScanReport): Section {
  const title = 'Beyond the playbooks';
  if (beyond === null) return { title, id: 'beyond', blocks: [{ kind: 'list', items: [] }] };
  const items = groupedByWhy(beyond.cannotTell).map(({ names, why }): Text => [
    { kind: 'strong', text: `${names.length} cannot be told` },
    `: ${why}`,
    { kind: 'aside', text: names.slice(0, mostRows).join(', ') },
  ]);
  return {
    title,
    id: 'beyond',
    blocks: [
      { kind: 'paragraph', text: listedText(beyond) },
      { kind: 'list', items },
    ],
  };
}

function nextSection(findings: readonly Finding[]): Section {
  const commands = [...new Set(findings.map((each) => each.plan))];
  return { title: 'Next', id: 'next', blocks: [{ kind: 'list', items: commands.map((each) => code(each)) }] };
}

function playbooksSection({ playbooks }: ScanReport): Section {
  const rows = playbooks.map((each): readonly Text[] => [
    [each.playbook, { kind: 'aside', text: each.file }],
    [
      `${each.account} ${each.region}${each.alias === null ? '' : ` (${each.alias})`}`,
      {
        kind: 'aside',
        text: [each.environment, each.observedAt ?? 'not looked at'].filter((word) => word !== null).join(', '),
      },
    ],
    `${each.seen} / ${each.pieces}`,
    String(each.findings),
  ]);
  const columns = ['Playbook', 'Where and when', numbers('Seen'), numbers('Findings')];
  return { title: 'Playbooks', id: 'playbooks', blocks: [table(columns, rows)] };
}
