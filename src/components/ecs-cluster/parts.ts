// The part of a cluster that a spec says by AWS's names, and the lists of it that are sets.
import { partAt, type ListKeys } from '../kit/members/part.ts';
import { members } from './members.ts';

/** The cluster, but for its name, its settings (there is one: `containerInsights`) and its tags. */
export const clusterPart = partAt(members, '', ['clusterName', 'settings', 'tags']);

export const keys: ListKeys = { capacityProviders: [], defaultCapacityProviderStrategy: [] };
