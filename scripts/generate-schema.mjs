// Writes schema/*.schema.json from the built code: `npm run build && node scripts/generate-schema.mjs`.
import { mkdir, writeFile } from 'node:fs/promises';
import { componentTypes } from '../dist/components/index.js';
import { notifyJsonSchema } from '../dist/notify/config/json-schema.js';
import { playbookJsonSchema } from '../dist/playbook/json-schema.js';
import { fleetJsonSchema } from '../dist/fleet/json-schema.js';
import { rehearsalJsonSchema } from '../dist/rehearse/scenario/json-schema.js';
import { scanJsonSchema } from '../dist/scan/report/json-schema.js';

const folder = new URL('../schema/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const [name, schema] of [
  ['playbook', playbookJsonSchema(componentTypes)],
  ['rehearsal', rehearsalJsonSchema()],
  ['fleet', fleetJsonSchema()],
  ['notify', notifyJsonSchema()],
  ['scan', scanJsonSchema()],
]) {
  await writeFile(new URL(`${name}.schema.json`, folder), `${JSON.stringify(schema, null, 2)}\n`);
}
