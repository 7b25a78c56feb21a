// Component types against the embedded AWS: what the laws stand on.
export * from '../../src/laws/bench.ts';
