// The playbooks of a scan, and what was seen of them -> what is found of several of them together.
import { betweenId, type Acknowledged, type Finding } from '../finding.ts';
import { circlesFound } from './circles.ts';
import { judgePairs } from './differences.ts';
import {
  pairKey,
  partyOf,
  partyText,
  pieceText,
  readPiece,
  type Between,
  type BetweenAsked,
  type BetweenFound,
} from './model.ts';

/** The same, in whatever order the playbooks come. */
export function judgeBetween(asked: BetweenAsked): Between {
  const pairs = judgePairs(asked);
  const known = new Set(asked.outcomes.map(({ playbook }) => partyText(partyOf(playbook))));
  return {
    findings: [...circlesFound(asked), ...pairs.flatMap(({ found }) => found)].map(findingOf),
    compared: pairs.map(({ compared }) => compared),
    isHidden: (finding) => {
      const piece = readPiece(finding.piece);
      if (piece === undefined) return false;
      if (piece.parties.some((each) => !known.has(partyText(each)))) return !asked.whole;
      // Of circles the playbooks tell all. Two that nobody wants to be alike any more are none.
      if (finding.kind === 'recovery-circle') return false;
      return pairs.find(({ key }) => key === pairKey(piece.parties))?.isHidden(finding) ?? false;
    },
  };
}

function findingOf({ at, field, kind, piece, playbook, ...found }: BetweenFound): Finding {
  const { account, environment, region } = playbook.target;
  const observedAt = new Date(at).toISOString();
  return {
    id: betweenId({ kind, piece: pieceText(piece), field }),
    playbook: playbook.metadata.name,
    account,
    region,
    environment: environment ?? null,
    ...found,
    piece: pieceText(piece),
    kind,
    field,
    desired: null,
    actual: null,
    why: 'root-cause',
    cause: found.component,
    observedAt,
    firstSeen: observedAt,
    isNew: true,
    acknowledged: null,
  };
}

/** What earlier scans knew of it. */
export function rememberedIn(
  finding: Finding,
  known: { readonly firstSeen: string | undefined; readonly acknowledged: Acknowledged | null } | undefined,
): Finding {
  if (known === undefined) return finding;
  const { acknowledged, firstSeen } = known;
  return { ...finding, acknowledged, firstSeen: firstSeen ?? finding.firstSeen, isNew: firstSeen === undefined };
}
