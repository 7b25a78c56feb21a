// Names and addresses as DNS compares them.

/**
 * The form in which two spellings of a domain name are equal: lower case, no trailing dot, escapes read. Route 53 lists
 * `*` as `\052` and other odd characters likewise, as octal codes [Route 53 developer guide, "DNS domain name format"].
 */
export function canonicalName(name: string): string {
  return name
    .replace(/\\([0-3][0-7]{2})/g, (_escape, code: string) => String.fromCharCode(parseInt(code, 8)))
    .replace(/\.$/, '')
    .toLowerCase();
}

/** The form in which two spellings of an IP address are equal: `2001:DB8:0::1` and `2001:db8::1`. */
export function canonicalAddress(address: string): string {
  if (!address.includes(':') || !URL.canParse(`http://[${address}]`)) return address.toLowerCase();
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
