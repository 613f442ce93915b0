import type { CallArchitecture, SystemCall } from './system-calls.ts';
import { callNumber } from './system-calls.ts';

/*
 * Some locks of Linux can only be put on by the process itself, between fork and exec, where no JavaScript runs. What runs
 * there is this launcher: a program of 111 (arm64: 116) bytes that reads a list of system calls from its standard input, makes
 * them one after another, and stops with a message at the first that must not fail and does. The last one is `execve`.
 * It decides nothing: what is called is composed here, in TypeScript, for each child. It starts in under a millisecond, where
 * a second Node (which cannot be had at all inside the packaged app) takes forty.
 *
 *     record: number, six arguments, address and length of the message of failure (0: may fail); 9 × 8 bytes
 *
 *     r ← data; while (n = read(0, r, 65536)) > 0: r += n
 *     for r ← data; ; r += 72:
 *       if syscall(r[0]; r[1] … r[6]) < 0 and r[7] ≠ 0: write(2, r[7], r[8]); exit_group(120)
 */
const machineCode: Readonly<Record<CallArchitecture, string>> = {
  // mov ebx,data; 1: xor eax,eax; xor edi,edi; mov rsi,rbx; mov edx,65536; syscall; test rax,rax; jle 2f; add rbx,rax; jmp 1b
  // 2: mov ebx,data; 3: mov rax,[rbx]; mov rdi,[rbx+8]; rsi, rdx, r10, r8, r9 likewise; syscall; test rax,rax; jns 4f
  // mov rsi,[rbx+56]; test rsi,rsi; jz 4f; mov rdx,[rbx+64]; mov edi,2; mov eax,1; syscall; mov edi,120; mov eax,231; syscall
  // 4: add rbx,72; jmp 3b
  x64: `bb0000001031c031ff4889deba000001000f054885c07e054801c3ebe8
        bb00000010488b03488b7b08488b7310488b53184c8b53204c8b43284c8b4b300f054885c07925
        488b73384885f6741c488b5340bf02000000b8010000000f05bf78000000b8e70000000f05
        4883c348ebb3`,
  // mov x19,data; 1: mov x0,0; mov x1,x19; mov x2,65536; mov x8,63; svc 0; cmp x0,0; b.le 2f; add x19,x19,x0; b 1b
  // 2: mov x19,data; 3: ldr x8,[x19]; ldp x0,x1,[x19,8]; ldp x2,x3,[x19,24]; ldp x4,x5,[x19,40]; svc 0; tbz x0,63,4f
  // ldp x1,x2,[x19,56]; cbz x1,4f; mov x0,2; mov x8,64; svc 0; mov x0,120; mov x8,94; svc 0; 4: add x19,x19,72; b 3b
  arm64: `1300a2d2000080d2e10313aa2200a0d2e80780d2010000d41f0000f16d0000547302008bf8ffff17
          1300a2d2680240f9608640a9628e41a9649642a9010000d42001f8b6
          618a43a9e10000b4400080d2080880d2010000d4000f80d2c80b80d2010000d4
          73220191f1ffff17`,
};

const elfMachine: Readonly<Record<CallArchitecture, number>> = { x64: 62, arm64: 183 };
const codeAddress = 0x400000;
const dataAddress = 0x10000000;
/** Longest list of calls with all they point to. */
const dataBytes = 1024 * 1024;
const elfHeaderBytes = 64;
const programHeaderBytes = 56;
const recordBytes = 72;

/** How the launcher ends when a call fails that must not. */
export const launcherFailure = 120;

/**
 * The launcher as an ELF executable without libraries: one segment of code, one of empty memory, which may hold a list of
 * calls already.
 */
export function launcherProgram(architecture: CallArchitecture, list: Uint8Array = new Uint8Array()): Buffer {
  const code = Buffer.from(machineCode[architecture].replaceAll(/\s/g, ''), 'hex');
  const codeOffset = elfHeaderBytes + 2 * programHeaderBytes;
  const listOffset = Math.ceil((codeOffset + code.length) / 0x10000) * 0x10000;
  const bytes = Buffer.alloc(list.length === 0 ? codeOffset + code.length : listOffset + list.length);
  bytes.write('\x7fELF\x02\x01\x01', 'latin1');
  bytes.writeUInt16LE(2, 16); // an executable
  bytes.writeUInt16LE(elfMachine[architecture], 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(BigInt(codeAddress + codeOffset), 24);
  bytes.writeBigUInt64LE(BigInt(elfHeaderBytes), 32);
  bytes.writeUInt16LE(elfHeaderBytes, 52);
  bytes.writeUInt16LE(programHeaderBytes, 54);
  bytes.writeUInt16LE(2, 56);
  const loaded = (index: number, flags: number, ...numbers: readonly number[]): void => {
    const start = elfHeaderBytes + index * programHeaderBytes;
    bytes.writeUInt32LE(1, start);
    bytes.writeUInt32LE(flags, start + 4);
    for (const [place, number] of numbers.entries()) {
      bytes.writeBigUInt64LE(BigInt(number), start + 8 + 8 * place);
    }
  };
  // offset, virtual and physical address, bytes in the file and in memory, alignment
  const codeBytes = codeOffset + code.length;
  loaded(0, 4 | 1, 0, codeAddress, codeAddress, codeBytes, codeBytes, 0x10000);
  loaded(1, 4 | 2, list.length && listOffset, dataAddress, dataAddress, list.length, dataBytes, 0x10000);
  code.copy(bytes, codeOffset);
  if (list.length > 0) bytes.set(list, listOffset);
  return bytes;
}

/** A number, bytes to point to, bytes that end in such a pointer, or a table of pointers, ended by none, as `argv` is. */
export type CallArgument =
  number | Uint8Array | { readonly head: Uint8Array; readonly target: Uint8Array } | readonly Uint8Array[];

/** A list of system calls as the launcher takes it. Numbers, or bytes that are put beside the list and pointed to. */
export class CallList {
  readonly #architecture: CallArchitecture;
  readonly #records: { readonly number: number; readonly words: readonly CallArgument[] }[] = [];

  constructor(architecture: CallArchitecture) {
    this.#architecture = architecture;
  }

  /** Adds a call that must not fail: `else` is said then. */
  must(call: SystemCall, args: readonly CallArgument[], otherwise: string): void {
    this.#add(call, args, Buffer.from(`${otherwise}\n`));
  }

  /** Adds a call that may fail. */
  may(call: SystemCall, args: readonly CallArgument[]): void {
    this.#add(call, args, undefined);
  }

  /** The list's bytes. @throws RangeError when they are too many */
  encode(): Buffer {
    const pieces: Uint8Array[] = [];
    let end = this.#records.length * recordBytes;
    const places = new Map<Uint8Array, bigint>();
    // The same bytes twice are one place: what one call writes there, the next may read.
    const place = (bytes: Uint8Array): bigint => {
      const known = places.get(bytes);
      if (known !== undefined) return known;
      const start = Math.ceil(end / 8) * 8;
      pieces.push(new Uint8Array(start - end), bytes);
      end = start + bytes.length;
      const address = BigInt(dataAddress + start);
      places.set(bytes, address);
      return address;
    };
    const word = (value: CallArgument): bigint => {
      if (typeof value === 'number') return BigInt(value);
      if (value instanceof Uint8Array) return place(value);
      if ('head' in value) {
        const address = Buffer.alloc(8);
        address.writeBigUInt64LE(place(value.target));
        return place(Buffer.concat([value.head, address]));
      }
      const addresses = value.map(place);
      const table = Buffer.alloc(8 * (addresses.length + 1));
      for (const [index, address] of addresses.entries()) table.writeBigUInt64LE(address, 8 * index);
      return place(table);
    };
    const records = Buffer.alloc(end);
    for (const [index, { number, words }] of this.#records.entries()) {
      const values = [BigInt(number), ...words.map(word)];
      for (const [position, value] of values.entries()) {
        records.writeBigInt64LE(BigInt.asIntN(64, value), index * recordBytes + 8 * position);
      }
    }
    if (end > dataBytes) throw new RangeError(`A list of ${end} bytes is more than the launcher takes.`);
    return Buffer.concat([records, ...pieces]);
  }

  #add(call: SystemCall, args: readonly CallArgument[], message: Uint8Array | undefined): void {
    const number = callNumber(call, this.#architecture);
    if (number === undefined) throw new RangeError(`${this.#architecture} has no ${call}.`);
    const padded = [...args, ...Array.from({ length: 6 - args.length }, () => 0)];
    this.#records.push({ number, words: [...padded, message ?? 0, message?.length ?? 0] });
  }
}
