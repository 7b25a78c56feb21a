// Writes schema/playbook.schema.json from the built code: `npm run build && node scripts/generate-schema.mjs`.
import { mkdir, writeFile } from 'node:fs/promises';
import { componentTypes } from '../dist/components/index.js';
import { playbookJsonSchema } from '../dist/playbook/json-schema.js';

const file = new URL('../schema/playbook.schema.json', import.meta.url);
await mkdir(new URL('.', file), { recursive: true });
await writeFile(file, `${JSON.stringify(playbookJsonSchema(componentTypes), null, 2)}\n`);
