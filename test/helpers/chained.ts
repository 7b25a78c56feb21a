// Journals as somebody would forge them who knows how they are chained: other words, and a chain that fits.
import { chainStart, linkTo } from '../../src/run/journal/chain.ts';

/** The text of a journal, edited and chained again; its closing line is left out. */
export function chainedAgain(text: string, edit: (body: string) => string): string {
  const bodies = text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/,"chain":"[0-9a-f]{64}"\}$/, '}'))
    .filter((line) => !line.includes('"type":"journal-closed"'));
  const { runId } = JSON.parse(bodies[0] ?? '{}') as { readonly runId?: string };
  let digest = chainStart(runId ?? '');
  return bodies
    .map((body) => {
      const link = linkTo(digest, edit(body));
      ({ digest } = link);
      return `${link.line}\n`;
    })
    .join('');
}
