// Is what answers the place that was checked? Where an answer names the very piece that was asked for or changed, by its
// ARN, that ARN must bear the target's account and region. Once one does not, nothing is sent any more.
import { shownName } from '../../util/shown.ts';
import { partitionOf } from './aws-hosts.ts';
import { ClassifiedError } from '../classified-error.ts';
import { namesOf } from '../contract/rules.ts';
import type { AwsService } from '../services/service.ts';

/** An answer came from another account or region than the one that was checked. */
export class AnotherPlace extends ClassifiedError {
  constructor(reason: string) {
    super('denied', reason, { code: 'AnotherPlace' });
    this.name = 'AnotherPlace';
  }
}

export interface AnswerPlace {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

/** Undefined when the answer is the place's own, or names no piece. */
export function elsewhereIn(
  service: AwsService,
  operation: string,
  output: unknown,
  place: AnswerPlace,
): AnotherPlace | undefined {
  const members = service.identifyingMembers[operation];
  if (members === undefined) return undefined;
  for (const path of members) {
    const arn = alienIn(output, namesOf(path), 0, place);
    if (arn !== undefined) return new AnotherPlace(wordsFor(operation, arn, place));
  }
  return undefined;
}

/** The first ARN at the end of a path that bears another place. */
function alienIn(value: unknown, path: readonly string[], depth: number, place: AnswerPlace): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) {
    for (const each of value) {
      const arn = alienIn(each, path, depth, place);
      if (arn !== undefined) return arn;
    }
    return undefined;
  }
  const name = path[depth];
  if (name !== undefined) {
    return typeof value === 'object'
      ? alienIn((value as Readonly<Record<string, unknown>>)[name], path, depth + 1, place)
      : undefined;
  }
  if (typeof value !== 'string' || isOf(value, place)) return undefined;
  // What ECS failed to find may be told by name.
  return path[0] === 'failures' && !value.startsWith('arn:') ? undefined : value;
}

function isOf(arn: string, { account, region }: AnswerPlace): boolean {
  const [, partition, , itsRegion, itsAccount] = arn.split(':', 5);
  return itsAccount === account && itsRegion === region && partition === partitionOf(region);
}

/** [IAM, ARNs: 2048 characters at most; those of relight's services have far less] */
const longestArn = 500;

function wordsFor(operation: string, arn: string, { account, region }: AnswerPlace): string {
  const [, partition = '?', , itsRegion = '?', itsAccount = '?'] = arn.split(':', 5);
  const own = partitionOf(region);
  const other = partition === own ? '' : `, partition ${shownName(partition)}`;
  return (
    `${operation} was answered from another place: ${shownName(arn, longestArn)} lies in account ${shownName(itsAccount)}, region ${shownName(itsRegion)}${other}, ` +
    `and the work is in account ${account}, region ${region}${other === '' ? '' : `, partition ${own}`}: ` +
    'nothing more is sent'
  );
}
