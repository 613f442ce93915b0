/** Keys and what each does, on one line; what has no key is left out. */
export function keyLine(keys: readonly (readonly [shown: string | undefined, does: string])[]): string {
  return keys.flatMap(([shown, does]) => (shown === undefined ? [] : [`${shown} ${does}`])).join(' · ');
}
