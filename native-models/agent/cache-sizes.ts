/** Keeps the prefixes of planner and grounder at 2B size with the features of a video (docs/architecture.md). */
export const defaultCacheBudgetBytes = 512 * 2 ** 20;
/** Keeps one prompt of 64 frames with 256 tokens each at 2B size, so that a conversation goes on from it. */
export const reasonerCacheBudgetBytes = 2048 * 2 ** 20;
