// What the types' injections do to a world directly, by the names that they know.
import type { Interventions } from '../../components/contract.ts';
import { failLoadBalancer, hangTasks, networkOf, presume, putTag, type World } from '../../sandbox/index.ts';

/** States that no call of AWS brings about, by name. */
const troubles: Readonly<Record<string, (world: World, region: string, arn: string) => boolean>> = {
  'tasks-hang': hangTasks,
  'load-balancer-fails': failLoadBalancer,
};

export function interventionsIn(world: World, region: string): Interventions {
  return {
    tag: (id, key, value) => putTag(world, region, id, key, value),
    afflict: (trouble, arn) => {
      const bring = troubles[trouble];
      if (bring === undefined) throw new Error(`Internal error: the sandbox knows no trouble ${trouble}`);
      return bring(world, region, arn);
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
