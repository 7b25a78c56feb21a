// The program: argv and environment in, exit code out. Loaded by the bin, `main.ts`.
import { processIo } from './io.ts';
import { runCli } from './program.ts';

// On Node 20 the SDK warns that its versions of 2027 will need Node 22; the versions used here are pinned and do not.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

try {
  const code = await runCli(process.argv.slice(2), processIo());
  // An output that could not be written has set one already.
  if (code !== 0 || process.exitCode === undefined) process.exitCode = code;
} catch (error) {
  process.stderr.write(
    `relight: this is a bug, please report it:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
}
