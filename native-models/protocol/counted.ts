/** A number with its noun, as a sentence has it: "1 sample", "3 samples". */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}

/** "the first 3 of 10 samples" */
export function firstSamples(limit: number, available: number | undefined): string {
  return available === undefined
    ? `the first ${counted(limit, 'sample')}`
    : `the first ${limit} of ${counted(available, 'sample')}`;
}
