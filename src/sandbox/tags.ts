// The two ways in which AWS's services write tags, as one record.

/** `[{ key, value }]`, as ECS and Route 53 have them. */
export function lowerTags(tags: readonly { readonly key: string; readonly value: string }[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

/** `[{ Key, Value }]`, as Elastic Load Balancing has them. */
export function upperTags(tags: readonly { readonly Key: string; readonly Value: string }[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
