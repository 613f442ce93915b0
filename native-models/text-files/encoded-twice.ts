/** Signs of windows-1252 at the bytes 0x80 to 0x9f, which Unicode has elsewhere. */
const windowsSigns = new Map(
  Array.from({ length: 32 }, (_, index) => {
    const byte = 0x80 + index;
    return [new TextDecoder('windows-1252').decode(Uint8Array.of(byte)), byte] as const;
  }),
);

/** Signs that belong together, of which fewer are no proof: `Â£` alone may be meant. */
const fewestSigns = 2;

/**
 * Text whose UTF-8 was once read as windows-1252 and written as UTF-8 again (`lÃ¤uft`), put right. It is that where every
 * sign above ASCII is a byte of windows-1252 and those bytes are valid UTF-8, which words of no language are.
 * @returns undefined for any other text.
 */
export function decodedOnceMore(text: string): string | undefined {
  if (!/[\u00c2-\u00f4]/u.test(text)) return undefined;
  const bytes = new Uint8Array(text.length);
  let high = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const byte = code < 0x100 ? code : windowsSigns.get(text.charAt(index));
    if (byte === undefined) return undefined;
    if (byte >= 0x80) high++;
    bytes[index] = byte;
  }
  if (high < 2 * fewestSigns) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
