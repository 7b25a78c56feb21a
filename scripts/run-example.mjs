// Runs examples/recover-in-a-sandbox.ts, or another one that is named, against the built package: types are stripped by
// the compiler, since Node 20 cannot. The script lies inside the package, so that `relight` means this very package. Of an
// example that is a folder, what it shows of itself is in its laws.mjs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const name = process.argv[2] ?? 'recover-in-a-sandbox';
/** @param script its path */
function run(script) {
  const { status } = spawnSync(process.execPath, [script], {
    cwd: root,
    stdio: 'inherit',
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...process.env },
  });
  process.exitCode = status ?? 1;
}

const laws = join(root, 'examples', name, 'laws.mjs');
if (existsSync(laws)) run(laws);
else await runTypeScript(join(root, 'examples', `${name}.ts`));

/** @param source its path */
async function runTypeScript(source) {
  const { default: ts } = await import('typescript');
  const { outputText } = ts.transpileModule(readFileSync(source, 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  });
  mkdirSync(join(root, '.relight'), { recursive: true });
  const folder = mkdtempSync(join(root, '.relight', 'example-'));
  try {
    writeFileSync(join(folder, `${name}.mjs`), outputText);
    run(join(folder, `${name}.mjs`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
