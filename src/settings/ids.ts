// Ids within text: whole ones, as `web:1` is none of `web:12`. Pure.

const inName = /[a-z0-9_-]/;

/** Where an id stands in a text, whatever the case; -1 where it does not. */
export function idAt(text: string, id: string): number {
  const [all, wanted] = [text.toLowerCase(), id.toLowerCase()];
  for (let at = all.indexOf(wanted); at >= 0; at = all.indexOf(wanted, at + 1)) {
    const around = [all[at - 1], all[at + wanted.length]];
    if (around.every((each) => each === undefined || !inName.test(each))) return at;
  }
  return -1;
}
