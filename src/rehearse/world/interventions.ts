// What the types' injections do to a world directly, by the names that its services have for it.
import type { Interventions } from '../../components/contract.ts';
import { losableKinds, lose, networkOf, presume, putTag, type World } from '../../sandbox/index.ts';

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
    withdraw: ({ kind, name, region: where = region }) => {
      if (!losableKinds(world.services).includes(kind)) return false;
      try {
        lose(world, { kind, id: name, region: where });
        return true;
      } catch {
        return false;
      }
    },
    vpcs: () => Object.keys(networkOf(world.region(region)).vpcs),
  };
}
