// The program: argv and environment in, exit code out. Loaded by the bin, `main.ts`.
import { format } from 'node:util';
import { bugText } from './terminal/bug.ts';
import { cleanText } from './terminal/clean-text.ts';
import { processIo } from './terminal/io.ts';
import { runCli } from './program.ts';
import { linesText } from '../util/shown.ts';

// On Node 20 the SDK warns that its versions of 2027 will need Node 22; the versions used here are pinned and do not.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

// Node would write a warning, or an error that nobody caught, as it is, whatever is quoted in it.
process.removeAllListeners('warning');
process.on('warning', ({ message, name }) => {
  process.stderr.write(cleanText(linesText([`(relight) ${name}: ${message}`])));
});
// Libraries that have something to say, say it through the filter, and never among the results.
for (const method of ['log', 'info', 'debug', 'warn', 'error', 'trace'] as const) {
  // eslint-disable-next-line no-console -- this is the door
  console[method] = (...said: readonly unknown[]) => {
    process.stderr.write(cleanText(linesText([`(relight) ${format(...said)}`])));
  };
}
process.on('uncaughtException', (error) => {
  process.stderr.write(cleanText(bugText(error)));
  process.exit(1);
});

try {
  const code = await runCli(process.argv.slice(2), processIo());
  // An output that could not be written has set one already.
  if (code !== 0 || process.exitCode === undefined) process.exitCode = code;
} catch (error) {
  process.stderr.write(cleanText(bugText(error)));
  process.exitCode = 1;
}
