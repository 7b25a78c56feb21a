// relight permissions: the smallest IAM policy for a playbook. Asks nobody.
import {
  policyFor,
  policyPurposes,
  scanMemoryStatement,
  type PolicyPurpose,
  type PolicyStatement,
} from '../../permissions/policy.ts';
import { expectedTable, parseTable, tablePattern } from '../../playbook/lock.ts';
import type { Playbook } from '../../playbook/model.ts';
import { largestPolicy, policyDocument, policySize, terraformName, terraformText } from '../../permissions/render.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { readNotifier } from '../notify/notifier.ts';
import type { Io } from '../terminal/io.ts';
import type { GlobalOptions } from '../options.ts';
import { readPlaybook } from '../place/session.ts';
import { jsonText } from '../../util/shown.ts';
import { policyFormats } from '../formats.ts';

export interface PermissionsOptions extends GlobalOptions {
  readonly for: string;
  readonly format: string;
  /** For scans of what is in no playbook, too. */
  readonly beyond?: boolean;
  /** `dynamodb://relight`: where a team remembers scans. */
  readonly memory?: string;
  /** A file of receivers. */
  readonly notify?: string;
}

export function permissions(file: string, options: PermissionsOptions, io: Io): ExitCode {
  const purpose = oneOf<PolicyPurpose>('--for', options.for, policyPurposes);
  const format = oneOf('--format', options.format, policyFormats);
  const playbook = readPlaybook(file, options, io);
  const { name } = playbook.metadata;
  const statements = [
    ...policyFor(playbook, playbook.types, purpose, { beyond: options.beyond === true }),
    ...memoryStatements(options, playbook),
    ...topicStatements(options, io),
  ];
  const size = policySize(statements);
  if (options.json === true) {
    const view = { version: 1, playbook: name, for: purpose, size, policy: policyDocument(statements) };
    io.out(jsonText(view));
  } else if (format === 'terraform') {
    io.out(terraformText(statements, terraformName(name, purpose)));
  } else {
    io.out(jsonText(policyDocument(statements)));
  }
  if (size > largestPolicy) {
    io.err(
      `note: ${size} characters, and a managed policy may have ${largestPolicy} [IAM quotas]: ` +
        'make several policies of its statements (those of OptionalReads can be left out), or ask for each half of the playbook\n',
    );
  }
  return exitCodes.fine;
}

function memoryStatements({ memory }: PermissionsOptions, playbook: Playbook): readonly PolicyStatement[] {
  if (memory === undefined) return [];
  if (!tablePattern.test(memory)) throw new UserError(`--memory ${memory}: expected ${expectedTable}`);
  return [scanMemoryStatement(playbook, parseTable(memory))];
}

/** Nothing but Publish, to each topic. */
function topicStatements({ notify, ...options }: PermissionsOptions, io: Io): readonly PolicyStatement[] {
  if (notify === undefined) return [];
  const { receivers } = readNotifier(notify, options, io);
  const topics = receivers.flatMap((each) => (each.kind === 'sns' ? [each.topic] : []));
  if (topics.length === 0) return [];
  const comment =
    'Notices to the topics of the file of receivers. A topic with a key of its own needs kms:GenerateDataKey and kms:Decrypt on it, too.';
  return [
    { sid: 'Notices', comment, actions: ['sns:Publish'], resources: [...new Set(topics)].sort(), conditions: {} },
  ];
}

function oneOf<Word extends string>(flag: string, given: string, words: readonly Word[]): Word {
  const word = words.find((each) => each === given);
  if (word === undefined) throw new UserError(`${flag} ${given}: expected ${words.join(' or ')}`);
  return word;
}
