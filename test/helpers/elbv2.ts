// Load balancers to hang other pieces on.
import { loadBalancer } from '../../src/components/elbv2-load-balancer/index.ts';
import { targetGroup } from '../../src/components/elbv2-target-group/index.ts';
import { presume } from '../../src/sandbox/index.ts';
import { establish, specOf, type Bench } from './aws.ts';

/** An active load balancer in two zones; its ARN. */
export async function establishLoadBalancer(name: string, where: Bench): Promise<string> {
  presume(where.world, [
    { kind: 'vpc', id: 'vpc-1' },
    { kind: 'subnet', id: 'subnet-a1', vpc: 'vpc-1' },
    { kind: 'subnet', id: 'subnet-b1', vpc: 'vpc-1' },
    { kind: 'security-group', id: 'sg-web', vpc: 'vpc-1' },
  ]);
  const raw = { name, subnets: ['subnet-a1', 'subnet-b1'], securityGroups: ['sg-web'] };
  return (await establish(loadBalancer, { id: `${name}-lb`, spec: specOf(loadBalancer, raw) }, where)).arn;
}

/** A target group for HTTP on port 8080; its ARN. */
export async function establishTargetGroup(name: string, where: Bench): Promise<string> {
  presume(where.world, [{ kind: 'vpc', id: 'vpc-1' }]);
  const raw = { name, port: 8080, protocol: 'HTTP', vpc: 'vpc-1' };
  return (await establish(targetGroup, { id: `${name}-tg`, spec: specOf(targetGroup, raw) }, where)).arn;
}
