// Runs examples/recover-in-a-sandbox.ts, or another one that is named, against the built package: types are stripped by
// the compiler, since Node 20 cannot. The script lies inside the package, so that `relight` means this very package.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const name = process.argv[2] ?? 'recover-in-a-sandbox';
const { outputText } = ts.transpileModule(readFileSync(join(root, 'examples', `${name}.ts`), 'utf8'), {
  compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
});
mkdirSync(join(root, '.relight'), { recursive: true });
const folder = mkdtempSync(join(root, '.relight', 'example-'));
try {
  writeFileSync(join(folder, `${name}.mjs`), outputText);
  const { status } = spawnSync(process.execPath, [join(folder, `${name}.mjs`)], {
    cwd: root,
    stdio: 'inherit',
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...process.env },
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
