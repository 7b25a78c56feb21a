// What two scans at one time remember of the same playbook, made one: nothing that either of them has seen or told is lost. Pure.
import type { FindingMemory, RememberedBlindness, RememberedFinding } from './memory.ts';

/**
 * @param theirs what somebody else has written meanwhile
 * @param ours what this scan has to write
 * @param at when this scan looked, in milliseconds since the epoch
 */
export function mergedMemory(theirs: FindingMemory, ours: FindingMemory, at: number): FindingMemory {
  const own = new Set(ours.findings.map(({ finding }) => finding.id));
  const others = new Map(theirs.findings.map((each) => [each.finding.id, each]));
  const ownBlind = new Set(ours.blind.map(({ id }) => id));
  const otherBlind = new Map(theirs.blind.map((each) => [each.id, each]));
  return {
    findings: [
      ...ours.findings.map((each) => joined(each, others.get(each.finding.id))),
      // What they have seen since then is not over because we have not seen it.
      ...theirs.findings.filter(({ finding, lastSeen }) => !own.has(finding.id) && lastSeen >= at),
    ],
    blind: [
      ...ours.blind.map((each) => {
        const other = otherBlind.get(each.id);
        return other === undefined ? each : earlier(each, other);
      }),
      ...theirs.blind.filter(({ firstSeen, id }) => !ownBlind.has(id) && firstSeen >= at),
    ],
  };
}

function joined(ours: RememberedFinding, theirs: RememberedFinding | undefined): RememberedFinding {
  if (theirs === undefined) return ours;
  const latest = theirs.lastSeen > ours.lastSeen ? theirs : ours;
  const { alarmed, firstSeen } = earlier(ours, theirs);
  return { ...latest, firstSeen, alarmed };
}

/** Since the earlier of the two, and told as late as either of them says. */
function earlier<Each extends Pick<RememberedBlindness, 'alarmed' | 'firstSeen'>>(ours: Each, theirs: Each): Each {
  const told = [ours.alarmed, theirs.alarmed]
    .flatMap((each) => each ?? [])
    .toSorted((left, right) => right.at - left.at);
  return { ...ours, firstSeen: Math.min(ours.firstSeen, theirs.firstSeen), alarmed: told[0] ?? null };
}
