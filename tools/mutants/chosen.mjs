// A Stryker checker that lets only some mutants through, which Stryker itself cannot: those of a sample
// (MUTANTS_SHARE=0.1, MUTANTS_SEED=1), or those that an earlier run did not see killed (MUTANTS_LEFT_BY=<its report>).
// The others are told as compile errors, which no score counts.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { CheckStatus } from '@stryker-mutator/api/check';

const { MUTANTS_SHARE: share = '1', MUTANTS_SEED: seed = '1', MUTANTS_LEFT_BY: leftBy } = process.env;

/** One based, as reports have it; checkers are told zero based places. */
function keyOf(file, { mutatorName, replacement, location: { start, end } }, base) {
  const place = [start.line + base, start.column + base, end.line + base, end.column + base];
  return [file, ...place, mutatorName, replacement].join(' ');
}

function leftBehind() {
  if (leftBy === undefined) return undefined;
  const { files } = JSON.parse(readFileSync(leftBy, 'utf8'));
  const left = Object.entries(files).flatMap(([file, { mutants }]) =>
    mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map((mutant) => keyOf(file, mutant, 0)),
  );
  return new Set(left);
}

const left = leftBehind();

function isChosen(mutant) {
  const key = keyOf(relative(process.cwd(), mutant.fileName), mutant, 1);
  if (left !== undefined && !left.has(key)) return false;
  const drawn = createHash('sha256').update(`${seed} ${key}`).digest().readUInt32BE(0) / 2 ** 32;
  return drawn < Number(share);
}

const checker = {
  init: () => Promise.resolve(),
  check: (mutants) =>
    Promise.resolve(
      Object.fromEntries(
        mutants.map((mutant) => [
          mutant.id,
          isChosen(mutant)
            ? { status: CheckStatus.Passed }
            : { status: CheckStatus.CompileError, reason: 'not chosen' },
        ]),
      ),
    ),
  group: (mutants) => Promise.resolve([mutants.map((each) => each.id)]),
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Checker, 'chosen', checker)];
