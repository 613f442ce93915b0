import { TextDecoder } from 'node:util';

/** Bytes as text of an encoding; undefined where some of them are none. */
export function strictText(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
