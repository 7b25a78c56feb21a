// ECS services as what Application Auto Scaling scales: found by resource id, moved by ECS's own UpdateService.
import { AwsError, type CallContext } from '../../model.ts';
import { advanceEcs } from '../ecs/advance.ts';
import { updateService } from '../ecs/service-update.ts';
import { ecsOf } from '../ecs/store.ts';

/** `service/<cluster>/<name>`. */
interface EcsResource {
  readonly cluster: string;
  readonly service: string;
}

function resourceOf(id: string): EcsResource | undefined {
  const [, cluster, service] = /^service\/([^/]+)\/([^/]+)$/.exec(id) ?? [];
  return cluster === undefined || service === undefined ? undefined : { cluster, service };
}

/** @throws AwsError when the service is not there [hashicorp/terraform-provider-aws#10432: `ECS service doesn't exist`] */
export function desiredCountOf(id: string, { local }: CallContext): number {
  const resource = resourceOf(id);
  const found = resource && ecsOf(local).services[`${resource.cluster}/${resource.service}`];
  if (found?.status !== 'ACTIVE') throw new AwsError('ValidationException', `ECS service doesn't exist: ${id}`);
  return found.desiredCount;
}

export function setDesiredCount(id: string, desiredCount: number, context: CallContext): void {
  const resource = resourceOf(id);
  if (resource === undefined) return;
  advanceEcs(context.world, context.region, context.now);
  updateService({ ...resource, desiredCount }, context);
  advanceEcs(context.world, context.region, context.now);
}
