// Ten thousand histories of playbooks that name the same pieces: none is changed by whom it does not belong to.
import { playOwnership } from '../test/safety/ownership-game.ts';
import type { Row } from './table.ts';

const cases = 10_000;
const seed = 5_092_016;

export async function ownershipHolds(): Promise<readonly Row[]> {
  const before = process.cpuUsage();
  const broken: string[] = [];
  let [own, accepted, blocked, undone] = [0, 0, 0, 0];
  for (let index = 0; index < cases; index += 1) {
    const verdict = await playOwnership(seed + index);
    broken.push(...verdict.broken.map((each) => `RELIGHT_SEED=${seed + index}: ${each}`));
    own += verdict.own;
    accepted += verdict.accepted;
    blocked += verdict.blocked;
    undone += verdict.undone;
  }
  for (const each of broken) console.error(each);
  const { system, user } = process.cpuUsage(before);
  return [
    { what: 'ownership: playbooks that name the same pieces', figure: `${cases} histories` },
    {
      what: '  changes to what another playbook wrote, or serves by',
      figure: String(broken.length),
      ok: broken.length === 0,
    },
    { what: '  changes to the own, accepted ones to others', figure: `${own}, ${accepted}` },
    { what: '  runs taken back', figure: String(undone) },
    { what: '  pieces left alone for want of proof', figure: String(blocked) },
    { what: '  CPU', figure: `${Math.round((user + system) / 1e6)} s` },
  ];
}
