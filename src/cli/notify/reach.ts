// What says how receivers are reached, and where notices are kept.
import { shellWord } from '../../util/shell.ts';
import { defaultStateDir, type GlobalOptions } from '../options.ts';

export type ReachOptions = Pick<GlobalOptions, 'color' | 'endpointUrl' | 'profile' | 'sandbox' | 'stateDir'>;

/** The options that say how receivers are reached, as they were given: for commands that are to be typed next. */
export function reachWords({ endpointUrl, profile, stateDir }: ReachOptions): string {
  const words = [
    ...(stateDir === defaultStateDir ? [] : ['--state-dir', stateDir]),
    ...(profile === undefined ? [] : ['--profile', profile]),
    ...(endpointUrl === undefined ? [] : ['--endpoint-url', endpointUrl]),
  ];
  return words.map((word) => ` ${shellWord(word)}`).join('');
}
