/**
 * A new id that nobody else has. Pages from addresses that are not secure (another machine's over plain http) have no
 * `crypto.randomUUID`, so its form is not used anywhere.
 */
export function randomId(source: Pick<Crypto, 'getRandomValues'> = crypto): string {
  const bytes = source.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
