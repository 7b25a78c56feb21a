// How calls name a service.
import type { Naming, Subjects } from '../contract.ts';
import { anySpec, byId, isNamed } from '../kit/naming.ts';

function byService(parameter: string): Naming {
  return {
    names: (input, piece, place) =>
      anySpec(
        piece,
        (spec) =>
          isNamed(input[parameter], spec['name'], 'service', place) &&
          isNamed(input['cluster'] ?? 'default', spec['cluster'] ?? 'default', 'cluster', place),
      ),
  };
}

export const subjects: Subjects = {
  'ecs:CreateService': byService('serviceName'),
  'ecs:UpdateService': byService('service'),
  'ecs:DeleteService': byService('service'),
  'ecs:TagResource': byId('resourceArn'),
};
