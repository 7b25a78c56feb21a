// TagResource, UntagResource, ListTagsForResource for clusters, services, task definitions, tasks, task sets and
// capacity providers.
import type { CallContext, Input, Output } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { own } from '../../records.ts';
import { afterKind, lastPart, serviceKey } from './arns.ts';
import { capacityProviderOf } from './capacity-store.ts';
import { invalidParameter, mergeTags, tagsOf, textOf, textsOf } from './input.ts';
import { ecsOf, type Tag } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

function holderOf(local: RegionData, arn: string): { tags: Tag[] } {
  const kind = /^arn:aws[\w-]*:ecs:[^:]*:[^:]*:([a-z-]+)\//.exec(arn)?.[1];
  const path = afterKind(arn);
  const { clusters, services, taskDefinitions, tasks } = ecsOf(local);
  switch (kind) {
    case 'cluster': {
      const cluster = own(clusters, path);
      if (cluster?.status === 'ACTIVE') return cluster;
      break;
    }
    case 'service': {
      const service = services[path.includes('/') ? path : serviceKey('default', path)];
      if (service?.status === 'INACTIVE') throw invalidParameter(unverifiedTexts.tagHolderInactive);
      if (service !== undefined) return service;
      break;
    }
    case 'task-definition': {
      const definition = taskDefinitions[arn];
      if (definition !== undefined) return definition;
      break;
    }
    case 'capacity-provider': {
      const provider = capacityProviderOf(ecsOf(local), lastPart(arn));
      if (provider?.status === 'ACTIVE') return provider;
      break;
    }
    case 'task-set': {
      const [cluster = '', service = ''] = path.split('/');
      const set = services[serviceKey(cluster, service)]?.taskSets?.find(({ id }) => id === lastPart(arn));
      if (set !== undefined) return set;
      break;
    }
    case 'task': {
      const task = tasks[arn];
      if (task !== undefined) return task;
      break;
    }
    default:
      throw invalidParameter(`Invalid identifier: ${arn}`);
  }
  throw invalidParameter(unverifiedTexts.tagHolderMissing);
}

export function tagResource(input: Input, { local }: CallContext): Output {
  const holder = holderOf(local, textOf(input, 'resourceArn') ?? '');
  holder.tags = mergeTags(holder.tags, tagsOf(input));
  return {};
}

export function untagResource(input: Input, { local }: CallContext): Output {
  const holder = holderOf(local, textOf(input, 'resourceArn') ?? '');
  const keys = textsOf(input, 'tagKeys') ?? [];
  holder.tags = holder.tags.filter(({ key }) => !keys.includes(key));
  return {};
}

export function listTagsForResource(input: Input, { local }: CallContext): Output {
  return { tags: holderOf(local, textOf(input, 'resourceArn') ?? '').tags };
}
