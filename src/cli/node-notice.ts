// What is told of a Node that is past its end.

/** Node 20 reached its end of life on 2026-04-30; AWS SDK versions published after the first week of 2027 need 22. */
export function nodeNotice(node: string): string {
  return Number.parseInt(node, 10) >= 22
    ? ''
    : `note: Node ${node} is past its end of life, and the AWS SDK of 2027 needs Node 22: plan to upgrade\n`;
}
