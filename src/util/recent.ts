// Texts that were found right a moment ago, so that the same ones are not gone through again: a poll asks the same and is
// answered the same hundreds of times.

/** Longer ones are rare, and would take much memory. */
const longest = 65_536;
const most = 32;

export interface Recent {
  has(text: string): boolean;
  add(text: string): void;
}

/** Forgets the oldest beyond 32. */
export function recentTexts(): Recent {
  const texts: string[] = [];
  let oldest = 0;
  return {
    has: (text) => text.length <= longest && texts.includes(text),
    add: (text) => {
      if (text.length > longest) return;
      texts[oldest] = text;
      oldest = (oldest + 1) % most;
    },
  };
}
