/** How the command line ends (command-line contract). */
export const exitCodes = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const;
