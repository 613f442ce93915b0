/**
 * What the grounder is asked to find: whitespace collapsed, surrounding dots stripped (VideoMind's query rule). A text
 * of nothing but dots stays as it is, since something has to be asked.
 */
export function normalizeQuery(text: string): string {
  const collapsed = text.replace(/\s+/gu, ' ').trim();
  let start = 0;
  let end = collapsed.length;
  while (start < end && collapsed[start] === '.') start++;
  while (end > start && collapsed[end - 1] === '.') end--;
  const stripped = collapsed.slice(start, end).trim();
  return stripped === '' ? collapsed : stripped;
}
