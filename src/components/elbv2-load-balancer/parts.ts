// The parts of a load balancer that a spec says by AWS's names, and by what the items of its lists are told apart.
import { partAt, type ListKeys, type Part } from '../kit/members/part.ts';
import { members } from './members.ts';

/** The input, but for what has short names, other forms, or stands elsewhere (`tags`). */
export const balancerPart = partAt(members, '', [
  'Name',
  'Subnets',
  'SubnetMappings',
  'SecurityGroups',
  'Scheme',
  'Type',
  'IpAddressType',
  'Tags',
]);

export const mappingPart: Part = { data: members, shape: 'SubnetMapping', except: [] };

export const keys: ListKeys = { subnetMappings: ['subnetId'] };
