// Parameters of Parameter Store: 50 names a call, without their values.
import { DescribeParametersCommand } from '@aws-sdk/client-ssm';
import { ssm } from '../../../aws/services/ssm.ts';
import type { Need, NeedSeen, ReadContext } from '../../contract.ts';
import { allPages, chunks } from '../observing.ts';
import { elsewhere, inArn, missing, there, unseen, unseenFrom } from './answers.ts';

/** Values of a filter [SSM API, ParameterStringFilter]; one need may ask for two. */
const needsPerCall = 25;

/** An ARN has no slash of its own before a name: `parameter/a` is `a` or `/a`, `parameter/a/b` is `/a/b` [SSM user guide]. */
function namesOf(name: string): readonly string[] {
  if (!name.startsWith('arn:')) return [name];
  const bare = name.slice(name.indexOf(':parameter/') + ':parameter/'.length);
  return bare.includes('/') ? [`/${bare}`] : [bare, `/${bare}`];
}

async function seeHere(needs: readonly Need[], context: ReadContext): Promise<readonly NeedSeen[]> {
  try {
    const names = [...new Set(needs.flatMap(({ name }) => namesOf(name)))];
    const found = await allPages(
      (name: string) => name,
      async (token: string | undefined) => {
        const answer = await context.limit(() =>
          context.aws.client(ssm).send(
            new DescribeParametersCommand({
              ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: names }],
              MaxResults: 50,
              NextToken: token,
            }),
          ),
        );
        return { items: (answer.Parameters ?? []).flatMap(({ Name }) => Name ?? []), next: answer.NextToken };
      },
    );
    return needs.map((need) =>
      namesOf(need.name).some((name) => found.includes(name))
        ? there
        : missing(need, `is not in ${context.scope.region}`, 'Make it again, or name another one'),
    );
  } catch (error) {
    return needs.map((need) => unseenFrom(need, error));
  }
}

/** What lies elsewhere is not asked for. */
export async function parameters(needs: readonly Need[], context: ReadContext): Promise<readonly NeedSeen[]> {
  const { account } = context.scope;
  const answers = new Map<Need, NeedSeen>();
  const here = needs.filter((need) => {
    const owner = inArn(need.name, 'account') ?? account;
    const away =
      elsewhere(need, inArn(need.name, 'region'), context) ??
      (owner === account ? undefined : unseen(need, `it is one of account ${owner}`));
    if (away !== undefined) answers.set(need, away);
    return away === undefined;
  });
  await Promise.all(
    chunks(here, needsPerCall).map(async (chunk) => {
      const seen = await seeHere(chunk, context);
      chunk.forEach((need, index) => {
        const answer = seen[index];
        if (answer !== undefined) answers.set(need, answer);
      });
    }),
  );
  return needs.map((need) => answers.get(need) ?? unseen(need, 'nobody asked'));
}
