/**
 * How the command line ends (command-line contract). `doubtful` is `eval`'s alone: the result is there, but its figures do
 * not rest on all samples, or on damaged ones, and stderr says on which.
 */
export const exitCodes = { done: 0, failed: 1, usage: 2, doubtful: 3, cancelled: 130 } as const;
