import type { CallArchitecture, SystemCall } from './system-calls.ts';
import { auditArchitecture, callNumber, callsOfDecoders } from './system-calls.ts';

/** One instruction of the classic packet filter that seccomp runs (`linux/filter.h`): code, jumps, operand. */
type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number];

const load = 0x20; // BPF_LD | BPF_W | BPF_ABS
const jumpIfEqual = 0x15;
const jumpIfAtLeast = 0x35;
const jumpIfSet = 0x45;
const answer = 0x06;

/** Where `struct seccomp_data` has them. */
const offsets = { number: 0, architecture: 4, argument: (index: number): number => 16 + 8 * index };

const errorNumbers = { EPERM: 1, ENOTTY: 25, ENOSYS: 38 };
const allow = 0x7fff0000;
const killProcess = 0x80000000;
const fail = (error: keyof typeof errorNumbers): number => 0x00050000 | errorNumbers[error];

/** CLONE_THREAD */
const threadFlag = 0x10000;
/** Numbers from here on are those of the x32 calls, which nothing needs. */
const x32Calls = 0x40000000;

/** Calls that are answered by more than yes or no. */
const considered: Partial<Record<SystemCall, readonly Instruction[]>> = {
  // Threads, but no processes.
  clone: [
    [load, 0, 0, offsets.argument(0)],
    [jumpIfSet, 0, 1, threadFlag],
    [answer, 0, 0, allow],
    [answer, 0, 0, fail('EPERM')],
  ],
  // Its flags lie in memory, where no filter looks; the C library then takes `clone`.
  clone3: [[answer, 0, 0, fail('ENOSYS')]],
  // No descriptor of a decoder is a terminal or device.
  ioctl: [[answer, 0, 0, fail('ENOTTY')]],
  // Limits can be read, not set.
  prlimit64: [
    [load, 0, 0, offsets.argument(2)],
    [jumpIfEqual, 0, 3, 0],
    [load, 0, 0, offsets.argument(2) + 4],
    [jumpIfEqual, 0, 1, 0],
    [answer, 0, 0, allow],
    [answer, 0, 0, fail('EPERM')],
  ],
};

/**
 * The filter of a decoder's system calls: those of {@link callsOfDecoders} are let through, all others fail with EPERM; those
 * of another architecture end the process. Bytes of `struct sock_filter[]`.
 */
export function seccompFilter(architecture: CallArchitecture): Buffer {
  const program: Instruction[] = [
    [load, 0, 0, offsets.architecture],
    [jumpIfEqual, 1, 0, auditArchitecture[architecture]],
    [answer, 0, 0, killProcess],
    [load, 0, 0, offsets.number],
    [jumpIfAtLeast, 0, 1, x32Calls],
    [answer, 0, 0, killProcess],
  ];
  for (const call of callsOfDecoders) {
    const number = callNumber(call, architecture);
    if (number === undefined) continue;
    const reaction = considered[call] ?? [[answer, 0, 0, allow] as const];
    program.push([jumpIfEqual, 0, reaction.length, number], ...reaction);
  }
  program.push([answer, 0, 0, fail('EPERM')]);
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code, ifTrue, ifFalse, operand]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(operand >>> 0, index * 8 + 4);
  }
  return bytes;
}
