// What `rehearse --out` wrote, told by its text in each of its formats: it may be written over, and nothing else.

export function isWrittenRehearsal(text: string): boolean {
  return isPage(text) || isMarkdown(text) || isText(text) || isJson(text);
}

function isPage(text: string): boolean {
  return text.startsWith('<!DOCTYPE html>') && text.includes('<div class="kicker">relight rehearsal ');
}

/** More than the title: to YAML that is a comment. */
function isMarkdown(text: string): boolean {
  return /^# Rehearsal: .*\n\n\*\*.*\*\* Playbook `/.test(text);
}

/** One rehearsal is shown whole; of several, the last line counts. */
function isText(text: string): boolean {
  const last = text.trimEnd().split('\n').at(-1) ?? '';
  return (
    /^Rehearsal: .*\nin an embedded AWS: no call leaves this machine/.test(text) ||
    /^\d+ rehearsals?, \d+ expectations?, /.test(last)
  );
}

function isJson(text: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  if (typeof value !== 'object' || value === null || !('version' in value)) return false;
  return 'rehearsals' in value || ('disaster' in value && 'end' in value);
}
