// A scan as SARIF 2.1.0 [OASIS standard of 2020-03-27]: a result for each finding at the line of its component, told again by
// its id; what was not seen is a notification of the tool, and the run did not succeed.
import type { Severity } from '../../components/contract.ts';
import { coverageText, groupsOf, whyUnseen, type UnseenGroup } from '../coverage.ts';
import { findingKinds, scopeOf, type Finding, type FindingKind } from '../finding.ts';
import type { Unread } from '../outcome.ts';
import type { ScanReport } from '../scan-report.ts';
import { severityOf } from '../severity.ts';
import { endedText, findingText, mistakeTexts, subjectText, unseenName, whyText } from './words.ts';

type SarifLevel = 'error' | 'warning' | 'note';

const levels: Readonly<Record<Severity, SarifLevel>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
};

const rules: Readonly<Record<FindingKind, readonly [name: string, text: string]>> = {
  missing: ['PieceMissing', 'A piece of the playbook is not there.'],
  foreign: ['PieceForeign', 'What stands in the place of a piece is somebody else’s.'],
  orphaned: ['PieceOrphaned', 'A piece was left over by an owner that is gone.'],
  unhealthy: ['PieceUnhealthy', 'A piece is there, as it is to be, and not well.'],
  drifted: ['FieldDrifted', 'A field of a piece is not as the playbook wants it.'],
  dangling: ['ReferenceDangling', 'A piece refers to what is gone, or is not the current one.'],
  settling: ['PieceSettling', 'A piece is on its way: coming or going.'],
  'dangling-record': [
    'RecordDangling',
    'A record leads to a load balancer that nobody has: whoever gets its name is asked.',
  ],
  stray: ['PieceStray', 'A piece bears the tag of a playbook and is in none.'],
  unattached: ['PieceUnattached', 'A load balancer or target group is attached to nothing.'],
  'stale-state-entry': ['StateStale', 'An entry of a table speaks of a service that is gone.'],
  twin: ['ServiceTwin', 'A service has the same name in two accounts and is not alike.'],
  'idle-health-check': ['HealthCheckIdle', 'Nothing goes by a health check.'],
  'recovery-circle': ['RecoveryCircle', 'Services need each other to be recovered: none of them can be the first.'],
  difference: ['ServicesDiffer', 'Two services that are to be alike are not, and no playbook says that this is meant.'],
};

export function scanSarif(report: ScanReport): object {
  const { coverage, endedAt, findings, result, startedAt, tool, unread } = report;
  const ended = endedText(report);
  const whole = [coverageText(coverage), ...(ended === undefined ? [] : [ended])].join('; ');
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'relight',
            version: tool.replace(/^relight /, ''),
            rules: findingKinds.map((kind) => {
              const [name, text] = rules[kind];
              const severity = severityOf(kind);
              return {
                id: kind,
                name,
                shortDescription: { text },
                defaultConfiguration: { level: levels[severity] },
                properties: { severity },
              };
            }),
          },
        },
        invocations: [
          {
            executionSuccessful: result === 'fine' || result === 'findings',
            startTimeUtc: startedAt,
            endTimeUtc: endedAt,
            toolExecutionNotifications: [
              {
                level: coverage.unseen.length > 0 ? 'error' : 'note',
                message: { text: whole },
                descriptor: { id: 'coverage' },
              },
              ...groupsOf(coverage.unseen).map(unseenNotification),
            ],
            toolConfigurationNotifications: unread.map(unreadNotification),
          },
        ],
        results: findings.map(resultOf),
        columnKind: 'utf16CodeUnits',
        properties: {
          coverage: {
            pieces: coverage.pieces,
            seen: coverage.seen,
            accounts: coverage.accounts,
            unread: coverage.unread,
          },
        },
      },
    ],
  };
}

function resultOf(finding: Finding): object {
  const {
    account,
    acknowledged,
    cause,
    column,
    component,
    evidence,
    field,
    file,
    firstSeen,
    id,
    isNew,
    kind,
    line,
    piece,
    plan,
    region,
    severity,
    type,
    why,
  } = finding;
  const scope = scopeOf(finding);
  return {
    ruleId: kind,
    ruleIndex: findingKinds.indexOf(kind),
    level: levels[severity],
    message: {
      text: `${severity}: ${findingText(finding)} (${whyText(finding)}). ${piece === null ? 'Plan the repair' : 'See'}: ${plan}`,
    },
    locations: [
      {
        physicalLocation: physical(file, line, column),
        logicalLocations: [
          {
            name: component,
            fullyQualifiedName:
              scope === 'beyond' && piece !== null
                ? piece
                : `${subjectText(finding)}${field === null ? '' : `.${field}`}`,
            kind: 'resource',
          },
        ],
      },
    ],
    partialFingerprints: { 'relightFindingId/v1': id },
    // [SARIF 2.1.0, 3.35: suppression]
    ...(acknowledged === null
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: acknowledged.because }] }),
    properties: { id, severity, account, region, type, piece, evidence, why, cause, firstSeen, isNew, plan },
  };
}

function unseenNotification({ first, pieces }: UnseenGroup): object {
  const { account, api, code, detail, file, line, column, principal, reason, region } = first;
  const names = pieces.map(unseenName).join(', ');
  return {
    level: 'error',
    message: { text: `not seen: ${names}: ${whyUnseen(first)}: ${detail}` },
    descriptor: { id: 'unseen' },
    locations: [{ physicalLocation: physical(file, line, column) }],
    properties: { account, region, api, code, principal, reason, pieces: pieces.length },
  };
}

function unreadNotification({ file, mistakes }: Unread): object {
  const [first] = mistakes;
  return {
    level: 'error',
    message: { text: mistakeTexts({ file, mistakes }).join('\n') },
    descriptor: { id: 'unread' },
    locations: [{ physicalLocation: physical(file, first?.line ?? 1, first?.column ?? 1) }],
  };
}

function physical(file: string, startLine: number, startColumn: number): object {
  return { artifactLocation: { uri: uriOf(file) }, region: { startLine, startColumn } };
}

/** A path as a reference [RFC 3986]: relative ones are taken from the top of the repository by who reads them. */
function uriOf(file: string): string {
  const path = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return file.startsWith('/') ? `file://${path}` : path;
}
