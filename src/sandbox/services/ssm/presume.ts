// Parameters that a world is told to hold.
import { z } from 'zod';
import type { World } from '../../model.ts';
import { loseFrom, presumable, presumedArn, presumedHome, presumedRegion, presumedTags } from '../../presumable.ts';
import { arnOf } from './names.ts';
import { ssmOf } from './store.ts';

/** By name or by ARN; of an ARN that two names have, the one with a slash at its beginning is made. */
export const presumedParameter = presumable(
  'parameter',
  {
    parameter: presumedArn,
    value: z.string().min(1).max(4_096).optional(),
    tags: presumedTags,
    region: presumedRegion,
  },
  (world, item) => {
    const region = regionIn(item.parameter) ?? item.region ?? presumedHome;
    const { parameters } = ssmOf(world.region(region));
    const name = nameIn(world, region, item.parameter);
    const known = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    parameters[name] = {
      ...(known ?? {
        name,
        type: 'String',
        ciphertext: null,
        keyId: null,
        tier: 'Standard',
        description: null,
        allowedPattern: null,
        dataType: 'text',
        policies: [],
        version: 1,
        modifiedAt: world.clock.now(),
        modifiedBy: world.data.callerArn,
      }),
      value: item.value ?? known?.value ?? 'presumed',
      tags: item.tags ?? known?.tags ?? {},
    };
  },
  (world, id, region) => {
    const home = regionIn(id) ?? region;
    return loseFrom(ssmOf(world.region(home)).parameters, nameIn(world, home, id));
  },
);

function regionIn(parameter: string): string | undefined {
  return parameter.startsWith('arn:') ? parameter.split(':')[3] : undefined;
}

/** Of what is there, or as it is to be called. */
function nameIn(world: World, region: string, parameter: string): string {
  if (!parameter.startsWith('arn:')) return parameter;
  const names = Object.keys(ssmOf(world.region(region)).parameters);
  const bare = parameter.slice(parameter.indexOf(':parameter/') + ':parameter/'.length);
  return names.find((name) => arnOf(name, region, world.data) === parameter) ?? `/${bare}`;
}
