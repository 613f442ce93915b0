/**
 * What Node 18 lacks of the language and of Node 24, for main, engine and threads of an old Electron. Loaded before
 * everything else.
 */
import 'core-js/stable';
import 'core-js/proposals/explicit-resource-management';
import { Dir, promises } from 'node:fs';
import { freemem } from 'node:os';
import process from 'node:process';
import util from 'node:util';
import zlib from 'node:zlib';
import './addresses.ts';

/** Fills in what is not there: what an engine brings itself stays. */
function fill(owner: object, name: PropertyKey, value: unknown): void {
  if (name in owner) return;
  Object.defineProperty(owner, name, { value, writable: true, configurable: true });
}

fill(process, 'availableMemory', () => freemem());
fill(util, 'styleText', (_format: unknown, text: string) => text);
fill(util, 'stripVTControlCharacters', (text: string) => text);
fill(zlib, 'crc32', (bytes: Uint8Array) => {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ ((sum & 1) === 1 ? 0xed_b8_83_20 : 0);
  }
  return ~sum >>> 0;
});

function close(this: { close(): Promise<void> }): Promise<void> {
  return this.close();
}
fill(Dir.prototype, Symbol.asyncDispose, close);
// The class of file handles is not exported; it is found on one.
void promises.open(process.execPath, 'r').then(async (handle) => {
  fill(Object.getPrototypeOf(handle) as object, Symbol.asyncDispose, close);
  await handle.close();
});
