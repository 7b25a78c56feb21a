// A scan as annotations of GitHub Actions: at the line of the component, the worst first, since GitHub shows ten of each kind
// a step [Workflow commands, limits].
import type { Severity } from '../../components/contract.ts';
import type { WorkflowCommand } from '../../util/workflow-command.ts';
import { coverageText, groupsOf, whyUnseen } from '../coverage.ts';
import type { ScanReport } from '../scan-report.ts';
import {
  countsText,
  endedText,
  findingsCount,
  findingText,
  mistakeTexts,
  sinceText,
  subjectText,
  unseenName,
  whyText,
} from './words.ts';

const commands: Readonly<Record<Severity, WorkflowCommand['command']>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'notice',
};

export function scanAnnotations(report: ScanReport): readonly WorkflowCommand[] {
  const { counts, coverage, findings, result, unread } = report;
  const ended = endedText(report);
  const said = [findingsCount(report), countsText(counts)].filter((each) => each !== '').join(': ');
  return [
    {
      command: result === 'incomplete' || result === 'error' ? 'error' : 'notice',
      properties: { title: 'relight scan' },
      message: [coverageText(coverage), ...(ended === undefined ? [] : [ended]), said].join('\n'),
    },
    ...unread.map(({ file, mistakes }): WorkflowCommand => ({
      command: 'error',
      properties: { file, line: mistakes[0]?.line ?? 1, title: 'could not be read' },
      message: mistakeTexts({ file, mistakes }).join('\n'),
    })),
    ...groupsOf(coverage.unseen).map(({ first, permissions, pieces }): WorkflowCommand => {
      const names = pieces.map(unseenName).join(', ');
      const as = first.principal === null ? '' : `as ${first.principal}: `;
      return {
        command: 'error',
        properties: { file: first.file, line: first.line, title: `not seen: ${whyUnseen(first)}` },
        message: [names, `${as}${first.detail}`, ...permissions].join('\n'),
      };
    }),
    ...findings.map((each): WorkflowCommand => ({
      command: commands[each.severity],
      properties: {
        file: each.file,
        line: each.line,
        col: each.column,
        title: `${each.severity}: ${subjectText(each)} ${each.kind}`,
      },
      message: `${findingText(each)}\n${whyText(each)}; ${sinceText(each)}\n${each.plan}`,
    })),
  ];
}
