// What has the shape of a credential, wherever it stands and whatever it is called. For what others will read and nobody can take
// back: rather a setting too many is left out than a password too few. Pure.

const promising =
  'passw(?:or)?d|passwd|pwd|[_-]pass|passphrase|secret|token|credentials?|(?:api|access|private|auth)[-_]?key';

const shapes: readonly RegExp[] = [
  // A JSON Web Token [RFC 7519]: the header's first bytes are always `{"`.
  /\beyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*/,
  // curl -u user:password, but no user and group ids, as for a container.
  /(?:^|\s)(?:-u\s*|--(?:proxy-)?user[\s=]+)["']?(?!\d+:\d+\b)[^\s"':]+:[^\s"']+/,
  // `https://user:password@host`, whatever is in the password; a port is none.
  /:\/\/[^\s/:"'<>]*:(?!\d+(?:[/?#]|$))[^\s"'<>]{0,400}@/,
  // `https://token@host`
  /:\/\/[^\s/?#"'@:]{16,}@/,
  // `user:password@host:3306`, `user:password@tcp(host)`; the digest of an image is none.
  /(?:^|[\s"'=])[\w.+-]+:[^\s:/@"']{3,}@(?!sha\d+:)(?:[\w-]+[.:]|\w+\(|\[)/,
  // `?password=...`, `"token": "..."`, `--api-key ...`; a reference such as `${TOKEN}` is none.
  new RegExp(`(?:${promising})\\b(?:["']?\\s*=|["']\\s*:|:\\s)\\s*["']?[^\\s"'&;,$(){}<>]{4,}`, 'i'),
  new RegExp(`(?:^|\\s)--?(?:\\w+-)*(?:pass|${promising})\\s+["']?[^\\s"'$-][^\\s"']{3,}`, 'i'),
  // Clients of databases that take a password by one letter, as `redis-cli -a ...`, `mysql -p...`, `sshpass -p ...`.
  /\bredis-cli\b[^|;&\n]{0,200}\s-a\s*["']?[^\s"'$-]{3,}/,
  /\b(?:mysql|mariadb)[\w-]*\s(?:[^|;&\n]{0,200}\s)?-p["']?[^\s"'$-]{3,}/,
  /\b(?:mongo\w*|sshpass)\s(?:[^|;&\n]{0,200}\s)?-p\s*["']?[^\s"'$-]{3,}/,
  // What some services give a beginning of its own, so that it is found.
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bnpm_[A-Za-z0-9]{30,}/,
  /\bxox[abeprs]-[\w-]{10,}|\b[sr]k_(?:live|test)_\w{10,}|\bAIza[\w-]{30,}|\bSG\.[\w-]{16,}\.[\w-]{16,}/,
];

export function holdsCredential(text: string): boolean {
  return shapes.some((each) => each.test(text));
}

const flag = new RegExp(`^--?(?:\\w+-)*(?:u|user|proxy-user|pass|${promising})$`, 'i');

/** Of a command as a list of words: whether the one after `before` is a credential. */
export function followsFlag(before: string, word: string): boolean {
  if (!flag.test(before) || word.startsWith('-')) return false;
  return !/^--?(?:proxy-)?u(?:ser)?$/i.test(before) || (word.includes(':') && !/^\d+:\d+$/.test(word));
}
