// What is told when the scans of a schedule begin to fail, go on failing, or end again. Pure.
import type { Fleet } from '../../fleet/model.ts';
import { noticeId, type Notice } from '../../notify/notice.ts';
import { shellWord } from '../../util/shell.ts';
import type { FailureStep } from '../../watch/failures.ts';
import type { ScanEnded } from '../../watch/supervisor.ts';

export interface Failure {
  readonly change: NonNullable<FailureStep['change']>;
  readonly ended: ScanEnded;
  readonly fleet: Fleet;
  /** What came of it, in words. */
  readonly text: string;
  /** The options that reach the accounts, for the command to type next. */
  readonly where: string;
  readonly sandbox: boolean;
}

export function failureNotice({ change, ended, fleet, sandbox, text, where }: Failure): Notice {
  const { endedAt, id, schedule } = ended;
  const isOver = change === 'resolved';
  return {
    version: 1,
    id: noticeId('watch', id, change),
    about: { kind: 'watch' },
    title: isOver ? `scans work again: ${text}` : `a scan failed: ${text}`,
    groups: [
      {
        place: { account: null, alias: null, region: null, environment: null, sandbox },
        playbook: null,
        items: [
          {
            id: noticeId('scan-failed', fleet.name, schedule.name),
            text,
            details: isOver ? [] : ['what happens there meanwhile is not known'],
            severity: 'high',
            state: change,
            command: isOver ? null : `relight scan ${shellWord(fleet.file)} --schedule ${schedule.name}${where}`,
          },
        ],
      },
    ],
    link: null,
    at: new Date(endedAt).toISOString(),
  };
}
