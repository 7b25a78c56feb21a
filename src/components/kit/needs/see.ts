// Looks whether what pieces need is there: each thing once, those of a kind together. A reader, and the SDK's client with it,
// is loaded when something of its kind is asked for.
import { loadClients } from '../../../aws/loading.ts';
import { acm } from '../../../aws/services/acm.ts';
import { ec2 } from '../../../aws/services/ec2.ts';
import { ecr } from '../../../aws/services/ecr.ts';
import { ecs } from '../../../aws/services/ecs.ts';
import { elbv2 } from '../../../aws/services/elbv2.ts';
import { iam } from '../../../aws/services/iam.ts';
import { kms } from '../../../aws/services/kms.ts';
import { logs } from '../../../aws/services/logs.ts';
import { secretsmanager } from '../../../aws/services/secretsmanager.ts';
import type { AwsService } from '../../../aws/services/service.ts';
import { ssm } from '../../../aws/services/ssm.ts';
import { groupBy } from '../../../util/group-by.ts';
import type { Need, NeedKind, NeedSeen, ReadContext } from '../../contract.ts';
import { loading, whenUsed, type WhenUsed } from '../when-used.ts';
import { each, missing, unseen, type Reader } from './answers.ts';

interface Looking {
  readonly read: Reader;
  /** None where nothing is asked. */
  readonly module?: Pick<WhenUsed<unknown>, 'load'>;
  readonly service?: AwsService;
}

const network = whenUsed(() => import('./network.ts'));
const certificates = whenUsed(() => import('./certificates.ts'));
const roles = whenUsed(() => import('./roles.ts'));
const secrets = whenUsed(() => import('./secrets.ts'));
const parameters = whenUsed(() => import('./parameters.ts'));
const images = whenUsed(() => import('./images.ts'));
const keys = whenUsed(() => import('./keys.ts'));
const groups = whenUsed(() => import('./log-groups.ts'));
const tasks = whenUsed(() => import('./ecs.ts'));
const balancing = whenUsed(() => import('./load-balancing.ts'));

const readers: Readonly<Record<NeedKind, Looking>> = {
  subnet: { read: network.call('subnets'), module: network, service: ec2 },
  'security-group': { read: network.call('securityGroups'), module: network, service: ec2 },
  vpc: { read: network.call('vpcs'), module: network, service: ec2 },
  certificate: { read: certificates.call('certificates'), module: certificates, service: acm },
  role: { read: roles.call('roles'), module: roles, service: iam },
  secret: { read: secrets.call('secrets'), module: secrets, service: secretsmanager },
  parameter: { read: parameters.call('parameters'), module: parameters, service: ssm },
  image: { read: images.call('images'), module: images, service: ecr },
  key: { read: keys.call('keys'), module: keys, service: kms },
  'log-group': { read: groups.call('logGroups'), module: groups, service: logs },
  cluster: { read: tasks.call('clusters'), module: tasks, service: ecs },
  'task-definition': { read: tasks.call('taskDefinitions'), module: tasks, service: ecs },
  'load-balancer': { read: balancing.call('loadBalancers'), module: balancing, service: elbv2 },
  listener: { read: balancing.call('listeners'), module: balancing, service: elbv2 },
  'target-group': { read: balancing.call('targetGroups'), module: balancing, service: elbv2 },
  untold: { read: each((need) => Promise.resolve(untold(need))) },
};

/** Whoever needs it has not said it. */
function untold(need: Need): NeedSeen {
  const remedy = `Say ${need.name} in the playbook, by a sensitive parameter, or leave the component out`;
  return missing(need, 'is not in the playbook, and AWS tells it to nobody', remedy);
}

function keyOf({ kind, name, region = '' }: Need): string {
  return `${kind} ${region} ${name}`;
}

/** An answer for each need, in their order. */
export async function see(needs: readonly Need[], context: ReadContext): Promise<readonly NeedSeen[]> {
  const once = [...new Map(needs.map((need) => [keyOf(need), need])).values()];
  const answers = new Map<string, NeedSeen>();
  await Promise.all(
    [...groupBy(once, ({ kind }) => kind)].map(async ([kind, group]) => {
      const seen = await readers[kind].read(group, context);
      group.forEach((need, index) => {
        const answer = seen[index];
        if (answer !== undefined) answers.set(keyOf(need), answer);
      });
    }),
  );
  return needs.map((need) => answers.get(keyOf(need)) ?? unseen(need, 'nobody asked'));
}

/** Loads what looking at needs of these kinds takes: the readers and their clients. */
export async function load(kinds: Iterable<NeedKind>): Promise<void> {
  const wanted = [...new Set(kinds)].map((kind) => readers[kind]);
  await Promise.all([
    loading(...wanted.flatMap(({ module }) => module ?? []))(),
    loadClients([...new Set(wanted.flatMap(({ service }) => service ?? []))]),
  ]);
}
