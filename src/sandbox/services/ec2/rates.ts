// "Request throttling for the Amazon EC2 API": non-mutating actions that are filtered or paged, 100 at once and 20 a second.
import { rate } from '../../rate.ts';

export const ec2Rates = [rate('describe', 100, 20, /^Describe/)];
