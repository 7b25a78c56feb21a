// The parts of a rule that a spec says by AWS's names, and by what the items of its lists are told apart.
import { actionKeys, actionParts } from '../kit/elbv2-action-spec.ts';
import { partAt, type ListKeys } from '../kit/members/part.ts';
import { members } from './members.ts';

const byHand = ['ListenerArn', 'Priority', 'Conditions', 'Tags'];

/** The input, but for what has short names, other forms, or stands elsewhere (`tags`); its list of actions is among it. */
export const inputPart = partAt(members, '', byHand);

/** The input without its actions: transforms. */
export const rulePart = partAt(members, '', [...byHand, 'Actions']);

export const actions = actionParts(members, [...byHand, 'Transforms']);

export const keys: ListKeys = { ...actionKeys, 'conditions.httpHeader': ['name'], transforms: ['type'] };
