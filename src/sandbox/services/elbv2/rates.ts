// "Elastic Load Balancing API throttling". AWS documents only the Describe rate; the other two are those that the AWS
// Load Balancer Controller keeps to.
import { rate } from '../../rate.ts';

export const elbv2Rates = [
  rate('describe', 40, 10, /^Describe/),
  rate('registration', 20, 4, /^(Register|Deregister)Targets$/),
  rate('modify', 20, 3, /^/),
];
