// The parts of a listener that a spec says by AWS's names, and by what the items of its lists are told apart.
import { actionKeys, actionParts } from '../kit/elbv2-action-spec.ts';
import { partAt, type ListKeys } from '../kit/members/part.ts';
import { members } from './members.ts';

const byHand = ['LoadBalancerArn', 'Port', 'Protocol', 'SslPolicy', 'Certificates', 'Tags'];

/** The input, but for what has short names, other forms, or stands elsewhere (`tags`); its list of actions is among it. */
export const inputPart = partAt(members, '', byHand);

/** The input without its actions. */
export const listenerPart = partAt(members, '', [...byHand, 'DefaultActions']);

export const actions = actionParts(members, [...byHand, 'AlpnPolicy', 'MutualAuthentication']);

export const keys: ListKeys = {
  ...actionKeys,
  // Texts: each is its own key, and one that only AWS has stays.
  certificates: ['certificateArn'],
};
