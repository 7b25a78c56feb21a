// "AWS Systems Manager endpoints and quotas", Parameter Store, default throughput: 40 reads of values a second (shared by
// GetParameter, GetParameters and GetParametersByPath), 3 PutParameter. The others are not published (unverified).
import { rate } from '../../rate.ts';

export const ssmRates = [
  rate('values', 40, 40, /^GetParameter/),
  rate('put', 3, 3, /^PutParameter$/),
  rate('other', 10, 5, /^/),
];
