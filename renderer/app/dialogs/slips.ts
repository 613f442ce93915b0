/** Shorter words are found as they are alone: with one letter changed they would mean something else. */
const shortestForgiven = 4;

/** Whether a word begins with what was typed but for one slip: a letter too many, too few, wrong, or two changed round. */
export function beginsNearly(word: string, typed: string): boolean {
  if (typed.length < shortestForgiven) return false;
  let at = 0;
  while (at < typed.length && word[at] === typed[at]) at++;
  if (at === typed.length) return true;
  const rest = typed.slice(at);
  const after = word.slice(at);
  return (
    after.startsWith(rest.slice(1)) ||
    after.slice(1).startsWith(rest) ||
    after.slice(1).startsWith(rest.slice(1)) ||
    (rest.length > 1 && after.startsWith(`${rest[1] ?? ''}${rest[0] ?? ''}${rest.slice(2)}`))
  );
}
