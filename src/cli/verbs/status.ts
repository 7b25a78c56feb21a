// relight status: what is there, judged. Cannot change anything.
import { statusText } from '../../report/status-text.ts';
import { openKnownGood } from '../state/known-good.ts';
import { noteKnownGood } from '../state/known-good-noting.ts';
import { lookKnowingly } from '../state/earlier-writes.ts';
import { tellDenied } from '../changing/denied.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import { whereWords, type GlobalOptions } from '../options.ts';
import { openCliSession, readPlaybook } from '../place/session.ts';
import { jsonText } from '../../util/shown.ts';

export async function status(file: string, options: GlobalOptions, io: Io): Promise<ExitCode> {
  const playbook = readPlaybook(file, options, io);
  const cli = await openCliSession(playbook, 'read', options, io);
  const { paint, session } = cli;
  const assessed = await lookKnowingly(cli);
  const assessments = [...assessed.assessments.values()];
  const { account, alias, arn, region } = session.identity;
  if (options.json === true) {
    const view = {
      version: 1,
      playbook: { name: playbook.metadata.name, digest: playbook.digest, file },
      identity: { account, alias, region, arn },
      environment: playbook.target.environment ?? null,
      sandbox: cli.place.sandbox,
      endpoint: cli.place.endpoint,
      observedAt: new Date(assessed.observations.at).toISOString(),
      components: assessments,
      awsCalls: assessed.awsCalls,
    };
    io.out(jsonText(view));
  } else {
    io.out(
      statusText(
        {
          playbook: playbook.metadata.name,
          file,
          where: whereWords(options),
          assessments,
          awsCalls: assessed.awsCalls,
          verbose: options.verbose === true,
        },
        paint,
      ),
    );
  }
  tellDenied(playbook, assessed.observations.byId, new Set(), io);
  const keeper = openKnownGood(cli, { ahead: false });
  try {
    await noteKnownGood(cli, keeper, assessed, io);
  } finally {
    keeper.close();
  }
  if (assessments.some((each) => each.verdict === 'unknown')) return exitCodes.incomplete;
  return assessments.every((each) => each.verdict === 'healthy') ? exitCodes.fine : exitCodes.pending;
}
