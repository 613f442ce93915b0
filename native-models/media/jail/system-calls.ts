/** Architectures whose system calls we know. */
export type CallArchitecture = 'x64' | 'arm64';

/** AUDIT_ARCH_… of `linux/audit.h`. */
export const auditArchitecture: Readonly<Record<CallArchitecture, number>> = {
  x64: 0xc000003e,
  arm64: 0xc00000b7,
};

/**
 * Numbers of system calls on x86-64 and on arm64 (kernel headers, `asm/unistd_64.h` and `asm-generic/unistd.h`); undefined
 * where an architecture does not have one.
 */
const numbers = {
  read: [0, 63],
  write: [1, 64],
  lseek: [8, 62],
  mmap: [9, 222],
  munmap: [11, 215],
  mprotect: [10, 226],
  madvise: [28, 233],
  mremap: [25, 216],
  brk: [12, 214],
  futex: [202, 98],
  close: [3, 57],
  openat: [257, 56],
  open: [2, undefined],
  fstat: [5, 80],
  newfstatat: [262, 79],
  stat: [4, undefined],
  lstat: [6, undefined],
  statx: [332, 291],
  readv: [19, 65],
  writev: [20, 66],
  pread64: [17, 67],
  pwrite64: [18, 68],
  preadv: [295, 69],
  pwritev: [296, 70],
  clone: [56, 220],
  clone3: [435, 435],
  execve: [59, 221],
  exit: [60, 93],
  exit_group: [231, 94],
  set_robust_list: [273, 99],
  get_robust_list: [274, 100],
  rseq: [334, 293],
  set_tid_address: [218, 96],
  arch_prctl: [158, undefined],
  prctl: [157, 167],
  prlimit64: [302, 261],
  getrandom: [318, 278],
  sched_getaffinity: [204, 123],
  sched_setaffinity: [203, 122],
  sched_yield: [24, 124],
  sched_getparam: [143, 121],
  sched_getscheduler: [145, 120],
  sched_get_priority_max: [146, 125],
  sched_get_priority_min: [147, 126],
  nanosleep: [35, 101],
  clock_nanosleep: [230, 115],
  clock_gettime: [228, 113],
  clock_getres: [229, 114],
  gettimeofday: [96, 169],
  time: [201, undefined],
  times: [100, 153],
  getrusage: [98, 165],
  getpid: [39, 172],
  gettid: [186, 178],
  getppid: [110, 173],
  getuid: [102, 174],
  geteuid: [107, 175],
  getgid: [104, 176],
  getegid: [108, 177],
  uname: [63, 160],
  sysinfo: [99, 179],
  getcpu: [309, 168],
  rt_sigaction: [13, 134],
  rt_sigprocmask: [14, 135],
  rt_sigreturn: [15, 139],
  sigaltstack: [131, 132],
  poll: [7, undefined],
  ppoll: [271, 73],
  select: [23, undefined],
  pselect6: [270, 72],
  pipe2: [293, 59],
  dup: [32, 23],
  dup2: [33, undefined],
  dup3: [292, 24],
  fcntl: [72, 25],
  ioctl: [16, 29],
  access: [21, undefined],
  faccessat: [269, 48],
  faccessat2: [439, 439],
  getcwd: [79, 17],
  readlink: [89, undefined],
  readlinkat: [267, 78],
  getdents64: [217, 61],
  ftruncate: [77, 46],
  fsync: [74, 82],
  fdatasync: [75, 83],
  fallocate: [285, 47],
  fadvise64: [221, 223],
  sync_file_range: [277, 84],
  restart_syscall: [219, 128],
  membarrier: [324, 283],
  get_mempolicy: [239, 236],
  close_range: [436, 436],
  seccomp: [317, 277],
  landlock_create_ruleset: [444, 444],
  landlock_add_rule: [445, 445],
  landlock_restrict_self: [446, 446],
  socket: [41, 198],
  kill: [62, 129],
  unlinkat: [263, 35],
} as const satisfies Record<string, readonly [number, number | undefined]>;

export type SystemCall = keyof typeof numbers;

/** Calls that the launcher makes and a decoder does not, or that only attacks make. */
const notForDecoders: ReadonlySet<SystemCall> = new Set([
  ...(['close_range', 'seccomp', 'landlock_create_ruleset', 'landlock_add_rule'] as const),
  ...(['landlock_restrict_self', 'socket', 'kill', 'unlinkat'] as const),
]);

/** The number of a call; undefined where the architecture does not have it. */
export function callNumber(call: SystemCall, architecture: CallArchitecture): number | undefined {
  return numbers[call][architecture === 'x64' ? 0 : 1];
}

/**
 * All that a decoder needs of the system: memory, threads, clocks, files that are open or may be opened, pipes. Not among
 * them: sockets, processes, other processes' memory, mounts, keys, permissions of files, devices.
 */
export const callsOfDecoders: readonly SystemCall[] = (Object.keys(numbers) as SystemCall[]).filter(
  (call) => !notForDecoders.has(call),
);
