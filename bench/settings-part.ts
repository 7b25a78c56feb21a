// One part of the cases, in a process of its own. Arguments: seed, cases. Prints one line of JSON.
import { playCases } from '../test/safety/settings/cases.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const [seed, numRuns] = process.argv.slice(2).map(Number);
if (seed === undefined || numRuns === undefined) throw new Error('usage: settings-part <seed> <cases>');
const { failure, sum } = await playCases({ seed, numRuns });
const { system, user } = process.cpuUsage();
console.log(
  JSON.stringify({ ...sum, cpuSeconds: (user + system) / 1e6, ...(failure === undefined ? {} : { failure }) }),
);
