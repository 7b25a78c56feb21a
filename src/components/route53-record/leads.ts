// Where a record leads that names no piece of the playbook: through other records of its zone, to a load balancer.
import { canonicalName } from '../../util/dns.ts';
import type { Lead, ReadContext } from '../contract.ts';
import { balancerIn } from '../kit/balancer-names.ts';
import { answersBehind, nothing, outOfSight, type Answering } from '../kit/inventory.ts';
import { namesIn } from './claim.ts';
import { checkZone, listed } from './observe.ts';
import type { RecordState } from './schema.ts';

/** Longer chains than this make no sense, and resolvers give up on them. */
const longestChain = 8;

export async function leads(
  names: readonly string[],
  state: RecordState,
  context: ReadContext,
): Promise<readonly Lead[]> {
  return Promise.all(names.map(async (to) => ({ to, ...(await answeringUnder(to, state, context, longestChain)) })));
}

async function answeringUnder(
  name: string,
  state: RecordState,
  context: ReadContext,
  left: number,
): Promise<Answering> {
  if (balancerIn(name) !== undefined) return answersBehind(name, context);
  if (left === 0) return outOfSight;
  const zone = state.zone.id;
  const records = await context.once(`route53 records of ${zone}`, () => listed(zone, context));
  // Every zone has an SOA under its own name [Route 53 developer guide].
  const apex = canonicalName(records.find((each) => each.Type === 'SOA')?.Name ?? '');
  checkZone(zone, apex, records);
  if (name !== apex && !name.endsWith(`.${apex}`)) return outOfSight;
  const here = records.filter((each) => canonicalName(each.Name ?? '') === name);
  if (here.length === 0) {
    // A wildcard, or a zone of its own further down, may know the name.
    const elsewhere = records.some(
      ({ Name = '', Type }) =>
        /^(\*|\\052)\./.test(Name) ||
        (Type === 'NS' && name.endsWith(`.${canonicalName(Name)}`) && canonicalName(Name) !== apex),
    );
    return elsewhere ? outOfSight : nothing;
  }
  const answers = await Promise.all(
    here.flatMap((description) => {
      const next = namesIn({ zone: state.zone, description });
      if (next.length > 0) return next.map((each) => answeringUnder(each, state, context, left - 1));
      // What answers under an address, no inventory tells; other types take no requests.
      return description.Type === 'A' || description.Type === 'AAAA' ? [Promise.resolve(outOfSight)] : [];
    }),
  );
  return (
    answers.find(({ seen, serves }) => seen && serves !== null) ??
    answers.find(({ serves }) => serves !== null) ??
    nothing
  );
}
