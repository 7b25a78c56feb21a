// What a look says of a need: the words, and the one place where a failed read becomes "I could not see".
import { classify } from '../../../aws/errors.ts';
import { isOwnFault } from '../../../aws/gate.ts';
import type { Need, NeedKind, NeedSeen, ReadContext } from '../../contract.ts';

/** Looks at needs of one kind; an answer for each, in their order. */
export type Reader = (needs: readonly Need[], context: ReadContext) => Promise<readonly NeedSeen[]>;

const kindWords: Readonly<Record<NeedKind, string>> = {
  subnet: 'subnet',
  'security-group': 'security group',
  vpc: 'VPC',
  certificate: 'certificate',
  role: 'role',
  secret: 'secret',
  parameter: 'parameter',
  image: 'image',
  key: 'key',
  'log-group': 'log group',
  cluster: 'cluster',
  'task-definition': 'task definition',
  'load-balancer': 'load balancer',
  listener: 'listener',
  'target-group': 'target group',
  untold: 'setting',
};

/** `subnet subnet-1` */
function needText({ kind, name }: Need): string {
  return `${kindWords[kind]} ${name}`;
}

export const there: NeedSeen = { kind: 'there' };

/** @param state `is not in eu-west-1` */
export function missing(need: Need, state: string, remedy: string): Extract<NeedSeen, { kind: 'missing' }> {
  return { kind: 'missing', what: `${needText(need)} ${state}`, remedy };
}

export function unseen(need: Need, why: string): NeedSeen {
  return { kind: 'unseen', detail: `whether ${needText(need)} is there: ${why}` };
}

/** What a failed read means: nobody saw it. A bug stays a bug. */
export function unseenFrom(need: Need, error: unknown): NeedSeen {
  if (isOwnFault(error)) throw error;
  const { code, message } = classify(error);
  return unseen(need, `${code}: ${message}`);
}

/** Looks at each by itself, bounded by the look. */
export function each(see: (need: Need, context: ReadContext) => Promise<NeedSeen>): Reader {
  return (needs, context) =>
    Promise.all(
      needs.map(async (need) => {
        try {
          return await see(need, context);
        } catch (error) {
          return unseenFrom(need, error);
        }
      }),
    );
}

/** The part of an ARN that names its region or account; undefined for what is no ARN, or an ARN without. */
export function inArn(text: string, part: 'region' | 'account'): string | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const found = text.split(':')[part === 'region' ? 3 : 4];
  return found === '' ? undefined : found;
}

/** Of what lies elsewhere nobody says anything: the clients are those of one region. */
export function elsewhere(need: Need, region: string | undefined, { scope }: ReadContext): NeedSeen | undefined {
  if (region === undefined || region === scope.region) return undefined;
  return unseen(need, `it lies in ${region}, and relight looks in ${scope.region} only`);
}
