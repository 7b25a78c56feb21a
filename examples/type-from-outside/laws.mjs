// Tries the type by the laws that all of relight's types obey: node examples/type-from-outside/laws.mjs
// Each law is `{ name, check }`: with node:test it is `for (const { name, check } of laws(...)) test(name, check);`
import { laws } from 'relight/component';
import { fixture } from './fixture.mjs';
import { logGroup } from './log-group.mjs';

let broken = 0;
const all = laws(logGroup, fixture);
for (const { check, name } of all) {
  try {
    await check();
  } catch (error) {
    broken += 1;
    console.log(`broken: ${name}\n  ${error instanceof Error ? error.message : error}`);
  }
}
console.log(`${logGroup.traits.type}: ${all.length - broken} of ${all.length} laws hold`);
if (broken > 0) process.exitCode = 1;
