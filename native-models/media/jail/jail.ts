/**
 * What a decoder is started in. Decoders read bytes that strangers made, in C: whoever gets into one must find nothing there
 * but the one file that it reads.
 *
 *     arguments ─► what they name (files-of-arguments.ts) ─► Jail.enclose ─► what to spawn instead
 *
 * Every ffmpeg child goes through one door (`FfmpegProcess`, ../ffmpeg-process.ts). A jail is chosen once for a binary, by
 * running the binary in it (choose-jail.ts), the strongest first; what could not be had is named, and `doctor` shows it.
 */
export interface Jail {
  readonly kind: JailKind;
  /** The mechanisms in words: `Landlock (ABI 6), seccomp and limits`. */
  readonly mechanisms: string;
  /** Why nothing stronger is in use; absent for the strongest of this system. */
  readonly shortfall?: string;
  /** What to spawn so that `program` runs enclosed. */
  readonly enclose: (inmate: Inmate) => Enclosed;
}

/** Kinds of jails, the strongest first. */
export const jailKinds = ['landlock', 'bubblewrap', 'seatbelt', 'limits', 'none'] as const;
export type JailKind = (typeof jailKinds)[number];

/** A program to be enclosed, and what it is left. */
export interface Inmate {
  readonly program: string;
  readonly args: readonly string[];
  /** Absolute paths that may be read: files, or folders with what lies in them. */
  readonly reads: readonly string[];
  /** Absolute paths of files that are there and may be written. */
  readonly writes: readonly string[];
  readonly limits: JailLimits;
}

/** Limits that the system keeps for us. */
export interface JailLimits {
  /** Private memory; the address space as a whole gets twice as much. */
  readonly memoryBytes: number;
  /** Processor time of all threads together. */
  readonly cpuSec: number;
  /** Longest file that may be written. */
  readonly outputBytes: number;
  readonly openFiles: number;
}

/** What to give to `spawn`. */
export interface Enclosed {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  /** Bytes for its standard input, which then ends. */
  readonly input?: Uint8Array;
  /** Bytes for a pipe at descriptor 3. */
  readonly filter?: Uint8Array;
}

/** Private memory for the largest pictures that are decoded (8192 × 8192, with a dozen kept for reference). */
export const decoderMemoryBytes = 4 * 2 ** 30;
export const decoderOpenFiles = 64;

/**
 * What is left of the environment: where libraries of a build lie that was installed in a place of its own, and what Windows
 * starts nothing without. Names, folders, keys and proxies of the person are nothing that a decoder needs.
 */
export function scrubbedEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const kept = process.platform === 'win32' ? ['SystemRoot', 'windir'] : ['LD_LIBRARY_PATH'];
  const scrubbed: Record<string, string> = { LC_ALL: 'C' };
  for (const name of kept) {
    const value = environment[name];
    if (value !== undefined && value !== '') scrubbed[name] = value;
  }
  return scrubbed;
}
