// What the types' injections do to a world directly, by the names that its services have for it.
import type { Interventions } from '../../components/contract.ts';
import { networkOf, presume, putTag, type World } from '../../sandbox/index.ts';

/** @throws Error for a trouble that no service of the world knows */
export function interventionsIn(world: World, region: string): Interventions {
  return {
    tag: (id, key, value) => putTag(world, region, id, key, value),
    afflict: (trouble, id) => {
      const bring = world.services.troubles.get(trouble);
      if (bring === undefined) throw new Error(`no service of this sandbox knows the trouble ${trouble}`);
      return bring(world, region, id);
    },
    presume: (places) => {
      presume(
        world,
        places.map((each) => ({ ...each, region })),
      );
    },
    vpcs: () => Object.keys(networkOf(world.region(region)).vpcs),
  };
}
