// Answers of another account: for each operation whose answer identifies a piece, in status, recover and teardown. Whoever
// is behind the endpoint said at first that it is the right account.
import { describe, expect, test } from 'vitest';
import type { AccessOptions } from '../../src/aws/access.ts';
import { AnotherPlace } from '../../src/aws/endpoints/answer-place.ts';
import { awsServices } from '../../src/aws/services/index.ts';
import type { AwsService } from '../../src/aws/services/service.ts';
import { look, openSession, planChange } from '../../src/engine.ts';
import { opened } from '../../src/rehearse/world/harness.ts';
import type { RunReport } from '../../src/report/report.ts';
import { deployedRig, playbookOf, readShipped, seededRig, type Rig } from '../helpers/rig.ts';

const text = readShipped('deployer-api.yaml');
const own = '123456789012';
const other = '210987654321';

type Verb = 'status' | 'recover' | 'teardown';

/** What came of a command while answers were altered. */
interface Outcome {
  /** Operations that were answered, in order; `!` behind the one that came from elsewhere. */
  readonly answered: readonly string[];
  /** Changes that were sent after that answer had arrived. */
  readonly after: readonly string[];
  readonly thrown: unknown;
  readonly report: RunReport | undefined;
}

interface Handler {
  readonly handle: (request: Request, options: unknown) => Promise<{ response: Response }>;
}

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

function operationOf({ body, headers }: Request): string {
  const target = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-amz-target')?.[1];
  return target?.split('.').at(-1) ?? /Action=(\w+)/.exec(typeof body === 'string' ? body : '')?.[1] ?? '';
}

/** @param struck the operation whose first answer comes from elsewhere; the account is another one all over it */
async function simulate(verb: Verb, struck: string, alter: (body: string) => string): Promise<Outcome> {
  const rig: Rig = verb === 'recover' ? await seededRig(playbookOf(text)) : await deployedRig(text);
  const answered: string[] = [];
  let from: number | undefined;
  const access = rig.access(verb === 'status' ? 'read' : 'change');
  const transport = (service: AwsService): object => {
    const config = access.transport?.(service) as { readonly requestHandler: Handler };
    const handle: Handler['handle'] = async (request, options) => {
      const { response } = await config.requestHandler.handle(request, options);
      const operation = operationOf(request);
      if (operation !== struck || from !== undefined || response.statusCode !== 200) {
        answered.push(operation);
        return { response };
      }
      const before = new TextDecoder().decode(response.body);
      const body = alter(before);
      if (body === before) return { response };
      answered.push(`${operation}!`);
      from = rig.wire.length;
      return { response: { ...response, body: new TextEncoder().encode(body) } };
    };
    return { ...config, requestHandler: { ...config.requestHandler, handle } };
  };
  const altered: AccessOptions = { ...access, transport };
  let thrown: unknown;
  let report: RunReport | undefined;
  try {
    const session = opened(await openSession(rig.playbook, altered));
    const assessed = await look(session);
    if (verb !== 'status') {
      const kind = verb === 'recover' ? 'repair' : 'teardown';
      const planned = await planChange(session, assessed, { kind, allowDowntime: true });
      report = (await rig.run({ session, ...planned })).report;
    }
  } catch (error) {
    thrown = error;
  }
  const after = from === undefined ? [] : rig.wire.slice(from).filter((call) => call.mutating);
  return { answered, after: after.map((each) => each.operation), thrown, report };
}

const same = (body: string): string => body;
const anotherAccount = (body: string): string => body.replaceAll(`:${own}:`, `:${other}:`);
const anotherRegion = (body: string): string => body.replaceAll(`eu-west-1:${own}:`, `us-east-1:${own}:`);

describe.each(['status', 'recover', 'teardown'] as const)('%s', (verb) => {
  test('is undisturbed by its own place', async () => {
    const { report, thrown } = await simulate(verb, '', same);
    expect(thrown).toBeUndefined();
    expect(report?.result ?? 'succeeded').toBe('succeeded');
  });

  test(
    'stops at an answer from another account or region, whichever operation gave it',
    { timeout: 300_000 },
    async () => {
      const { answered } = await simulate(verb, '', same);
      const identifying = awsServices.flatMap((each) => Object.keys(each.identifyingMembers));
      const operations = [...new Set(answered)].filter((each) => identifying.includes(each));
      expect(operations.length).toBeGreaterThan(verb === 'status' ? 6 : 8);
      let struck = 0;
      for (const operation of operations) {
        for (const alter of [anotherAccount, anotherRegion]) {
          const { after, answered: now, report, thrown } = await simulate(verb, operation, alter);
          // An answer without an ARN is nobody's.
          if (!now.includes(`${operation}!`)) continue;
          struck += 1;
          const what = `${operation}: ${now.join(' ')}`;
          expect(after, what).toEqual([]);
          const told = alter === anotherAccount ? `account ${other}` : 'region us-east-1';
          if (report === undefined) {
            expect(thrown, what).toBeInstanceOf(AnotherPlace);
            expect((thrown as Error).message, what).toContain(told);
          } else {
            const changed = now.some((each) => /^(Create|Update|Register|Modify|Delete|Deregister|Set|Put)/.test(each));
            expect(report.interruption, what).toContain(told);
            expect(report.interruption, what).toContain(`account ${own}`);
            if (changed) expect(['partial', 'failed'], what).toContain(report.result);
            else expect(report.result, what).toBe('refused');
          }
        }
      }
      expect(struck).toBeGreaterThan(operations.length);
    },
  );
});

describe('the caller', () => {
  test('whose ARN is of another account than it says: refused after the identity reads', async () => {
    const alter = (body: string): string => body.replaceAll(`iam::${own}:`, `iam::${other}:`);
    const { answered, thrown } = await simulate('recover', 'GetCallerIdentity', alter);
    expect(String(thrown)).toContain('"what":"caller"');
    expect(answered).toEqual(['GetCallerIdentity!', 'ListAccountAliases']);
  });

  test('of another partition than the region: refused', async () => {
    const rig = await deployedRig(text);
    rig.world.data.callerArn = `arn:aws-cn:iam::${own}:user/operator`;
    expect(await rig.tryOpen('change')).toMatchObject({ kind: 'refused', mismatches: [{ what: 'caller' }] });
  });
});
