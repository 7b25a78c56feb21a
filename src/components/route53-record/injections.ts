// How a record is brought into each state.
import type { Hindrances, Injections, Operator } from '../contract.ts';
import {
  alwaysReady,
  byHand,
  cannot,
  dangling,
  denied,
  noTags,
  quoted,
  valueAt,
  vpcOf,
  withValueAt,
} from '../kit/injecting.ts';
import { mayEvaluate } from './alias-health.ts';
import type { RecordSpec, RecordState } from './schema.ts';

export const injections: Injections<RecordSpec, RecordState> = {
  drifted: byHand(
    {
      path: 'ttl',
      to: (spec) => (spec.ttl === undefined || spec.alias !== undefined ? undefined : { ...spec, ttl: spec.ttl + 7 }),
    },
    {
      path: 'alias.evaluateTargetHealth',
      to: (spec) => {
        const { alias } = spec;
        return alias?.evaluateTargetHealth === undefined || !mayEvaluate(alias)
          ? undefined
          : { ...spec, alias: { ...alias, evaluateTargetHealth: !alias.evaluateTargetHealth } };
      },
    },
  ),
  dangling: dangling(['values', 'alias.dnsName'], async (operator, path) => {
    const gone = path.startsWith('alias') ? await passingLoadBalancer(operator, path) : goneName(operator, path);
    if (gone === undefined) return undefined;
    await operator.change(withValueAt(operator.spec, path, gone.name));
    await gone.vanish();
    return `${path} names a load balancer that is gone`;
  }),
  unhealthy: cannot(alwaysReady),
  settling: cannot('AWS lists a changed record at once; that name servers follow later is seen by the change alone'),
  foreign: cannot(noTags),
  unreadable: denied('route53', ['ListResourceRecordSets'], (_spec, state) => quoted(state?.zone.id)),
};

interface Passing {
  readonly name: string;
  readonly vanish: () => Promise<void>;
}

/** The name that the load balancer of the same name had before it was made again; AWS takes any name in a CNAME. */
function goneName({ region, spec }: Operator<RecordSpec>, path: string): Passing {
  const current = String(valueAt(spec, path));
  const before = current.replace(/-\d+(?=\.)/, '-1234567890');
  const name = before === current ? `before-1234567890.${region}.elb.amazonaws.com` : before;
  return { name, vanish: () => Promise.resolve() };
}

/** AWS takes an alias of a load balancer only while that is there, and in the zone of its kind. */
async function passingLoadBalancer(operator: Operator<RecordSpec>, path: string): Promise<Passing | undefined> {
  const { component, playbook, region, sandbox } = operator;
  const named = component.references.find((each) => each.path === path);
  const current = named && playbook.components.get(named.component);
  if (current?.type !== 'elbv2/load-balancer') return undefined;
  const { type } = current.spec as { readonly type?: string };
  const subnets = ['subnet-by-hand-1', 'subnet-by-hand-2'];
  const vpc = vpcOf(operator);
  sandbox.presume(
    subnets.map((id, index) => ({
      kind: 'subnet',
      id,
      vpc,
      availabilityZone: `${region}${index === 0 ? 'a' : 'b'}`,
    })),
  );
  const made = [
    'elbv2/load-balancer',
    'by-hand',
    { name: 'by-hand', subnets, ...(type === undefined ? {} : { type }) },
  ] as const;
  const { dnsName } = await operator.make(...made);
  return { name: dnsName ?? '', vanish: () => operator.unmake(...made) };
}

/** AWS allows no other type beside a CNAME [Route 53 developer guide, "Supported DNS record types"]. */
export const hindrances: Hindrances<RecordSpec, RecordState> = {
  displaced: {
    kind: 'done',
    unless: ({ spec: { setIdentifier, type } }) => {
      if (setIdentifier !== undefined)
        return 'others of its group have the name, and no other type is taken beside them';
      return type === 'CNAME' ? undefined : 'records of other types may stand beside it';
    },
    inject: async (operator) => {
      const { component, spec } = operator;
      await operator.remove();
      const other = { zone: spec.zone, name: spec.name, type: 'A', ttl: 60, values: ['192.0.2.80'] };
      await operator.make('route53/record', `by-hand-${component.id}`, other);
      return 'deleted by hand, and an address put in its place';
    },
    until: 'settled',
  },
};
