/**
 * The closed set of things that can go wrong, each with the remedy that a person is shown when the thrower gives none.
 * Codes are part of the command-line contract: scripts match on them, so a code is added, never renamed.
 */
const remedies = {
  // Videos
  VIDEO_NOT_FOUND: 'Check the path of the video.',
  VIDEO_UNREADABLE: 'Check that you may read this file (ls -l).',
  VIDEO_EMPTY: 'The file has no content; copy or download it again.',
  VIDEO_NOT_RECOGNIZED: 'Give a video file that ffmpeg can read (mp4, mkv, webm, mov, avi, …).',
  VIDEO_NO_VIDEO_STREAM: 'The file holds no pictures (audio only?); give a file with a video stream.',
  VIDEO_TRUNCATED: 'The file breaks off; copy or download it again.',
  VIDEO_TOO_SHORT: 'A video needs at least 4 frames.',
  VIDEO_DECODE_FAILED: 'The video cannot be decoded; convert it with ffmpeg and try again.',
  FFMPEG_MISSING: 'Install ffmpeg, or set FFMPEG_BIN to its path; `videomind doctor` shows what was tried.',
  FFMPEG_TOO_OLD: 'Install a newer ffmpeg, or set FFMPEG_BIN to one; `videomind doctor` shows which is used.',
  SUBTITLES_INVALID: 'Give subtitles as SRT, WebVTT, SubStation Alpha, SBV or MicroDVD.',
  // Checkpoints and packages
  FOLDER_NOT_FOUND: 'Check the path of the folder.',
  NOT_A_PACKAGE:
    'Make a model package from a checkpoint with `videomind import --base DIR --adapters DIR --out DIR`.',
  PACKAGE_DAMAGED: 'Import the checkpoint again with `videomind import … --force`.',
  PACKAGE_VERSION: 'Import the checkpoint again with this version of the program.',
  CHECKPOINT_INCOMPLETE: 'Download the missing files of the checkpoint.',
  SAFETENSORS_INVALID: 'The weight file is damaged or not safetensors; download it again.',
  WEIGHTS_NOT_FINITE: 'The checkpoint holds NaN or infinite weights; download it again.',
  CONFIG_INVALID: 'The configuration file is damaged; download the checkpoint again.',
  TOKENIZER_INVALID: 'The tokenizer files are damaged; download the checkpoint again.',
  ARCHITECTURE_UNSUPPORTED:
    'Give an unquantized safetensors checkpoint of Qwen2-VL, Qwen2.5-VL or Qwen3-VL (no mixture of experts).',
  BASE_NOT_FOUND: 'Name the base checkpoint with --base.',
  ADAPTER_MISMATCH: 'Give the adapters that were trained on this base.',
  ADAPTER_UNSUPPORTED: 'Give plain LoRA adapters (PEFT, no DoRA) of the layers that this network has.',
  PROMPTS_INVALID: 'Correct the prompts file, or leave it out to use built-in prompts.',
  PROMPT_PLACEHOLDER_MISSING: 'Put the placeholder into the prompt text.',
  OUTPUT_EXISTS: 'Choose another folder, or replace the package with --force.',
  OUTPUT_UNWRITABLE: 'Check that you may write to this folder.',
  DISK_FULL: 'Free some space, or choose a folder on another disk.',
  // Asking
  QUESTION_TOO_LONG: 'Ask a shorter question.',
  QUESTION_EMPTY: 'Ask a question.',
  ARGUMENT_INVALID: 'See `videomind <command> --help`.',
  ROLES_INVALID: 'Ask for the grounder or the answerer; the verifier and the planner need the grounder.',
  TOOLS_INVALID: 'Correct the tools file; docs/tools.md describes its fields.',
  RANGE_INVALID: 'Give a range inside the video, with --start before --end.',
  // Evaluation
  PREDICTIONS_NOT_FOUND: 'Give a file or folder of predictions that holds some.',
  ANNOTATIONS_NOT_FOUND: 'Check the path of the annotation file.',
  ANNOTATIONS_INVALID: 'The annotation file is damaged or of another benchmark; download it again.',
  BENCHMARK_UNKNOWN: 'Give the key of a benchmark; `videomind eval inspect --help` lists them.',
  TASK_INVALID: 'Correct the task file; docs/evaluation-tasks.md describes its fields.',
  METRIC_FAILED: 'Run the command by hand on a line such as the one that is named.',
  SPLIT_UNKNOWN: 'Give a split that the benchmark has.',
  TRUTH_MISSING: 'Score a split whose annotations hold the truth; test splits are scored by their servers.',
  DEPENDENCY_MISSING: 'Install the program again with its optional packages: npm install.',
  QUEUE_UNREACHABLE: 'Start a Redis server there (redis-server), or name another with --redis.',
  ENDPOINT_FAILED: 'Check --endpoint, --model and the key; what has been answered is kept.',
  JUDGE_FAILED: 'Check --endpoint, --judge and the key; what has been judged is kept.',
  // Projects, libraries and shells
  NOT_FOUND: 'It may have been removed meanwhile; look at the list again.',
  STORE_DAMAGED: 'The library was set aside beside the new one; import its last export.',
  STORE_NEWER: 'The library was written by a newer version of the program; install that version.',
  STORE_BUSY: 'Another instance of the program has this library open; close it first.',
  ANNOTATION_INVALID: 'Give a moment that starts before it ends, inside the video.',
  NOTHING_TO_UNDO: 'There is nothing left to undo or redo.',
  PROJECT_FILE_INVALID: 'Export the project again where it came from, and give that file.',
  EXPORT_EMPTY: 'Choose runs or annotations to export; there are none in what was chosen.',
  DOWNLOAD_FAILED: 'Check the connection and resume the download; what has arrived is kept.',
  CHECKSUM_MISMATCH: 'The downloaded file is damaged; resume the download to get it again.',
  UPDATE_UNAVAILABLE: 'Look at the page that this program came from.',
  UPDATE_UNREACHABLE: 'Check the connection and ask again.',
  UPDATE_REFUSED:
    'Nothing was taken from it. Ask again later; if it stays so, look at the page of releases in a browser.',
  ACCESS_DENIED: 'Open the address that `videomind serve` printed, with its token.',
  MESSAGE_TOO_LARGE: 'Send less at once.',
  // Engine
  DEVICE_UNAVAILABLE: '`videomind doctor` shows what this machine has and how to add a device.',
  OUT_OF_MEMORY: 'Close other programs, import with --precision int8, or use a smaller model.',
  ENGINE_CRASHED: 'Ask again: the engine was restarted. If it happens again, run `videomind doctor`.',
  ENGINE_UNRESPONSIVE: 'Ask again: the engine did not answer and was restarted.',
  PROTOCOL_MISMATCH: 'Install the program again: its parts are of different versions.',
  PROTOCOL_INVALID: 'This is a defect of the program; please report it.',
  CANCELLED: 'Nothing to do: it was stopped on request.',
  INTERNAL: 'This is a defect of the program; please report it with the message.',
} as const;

/** One of the closed set of error codes. */
export type ErrorCode = keyof typeof remedies;

/** Every error code, for schemas. */
export const errorCodes = Object.keys(remedies) as [ErrorCode, ...ErrorCode[]];

/** Facts that go with an error: plain JSON values. */
export type ErrorDetails = Readonly<
  Record<string, string | number | boolean | readonly string[] | readonly number[]>
>;

/** An error as it crosses a process border or is printed with `--json`. */
export interface SerializedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  readonly details: ErrorDetails;
}

/**
 * The one error type that crosses the engine's border. `message` says what is wrong with what (naming the file or
 * value), `remedy` what the person can do about it.
 */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly details: ErrorDetails;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly remedy?: string; readonly details?: ErrorDetails; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy ?? remedies[code];
    this.details = options.details ?? {};
  }

  /** The form that is sent and printed; the stack stays behind. */
  serialize(): SerializedError {
    return { code: this.code, message: this.message, remedy: this.remedy, details: this.details };
  }

  static deserialize(error: SerializedError): EngineError {
    return new EngineError(error.code, error.message, { remedy: error.remedy, details: error.details });
  }
}

/** Throws `CANCELLED` when the signal is aborted; called between any two pieces of work. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new EngineError('CANCELLED', 'Cancelled.');
}

/** Turns anything thrown into an EngineError, keeping typed ones and recognising full disks and lack of memory. */
export function toEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  if (error instanceof Error) {
    const code = (error as { readonly code?: unknown }).code;
    // EFBIG: the size limit of files is reached, which is a full disk to whoever set it.
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
      return new EngineError('DISK_FULL', error.message, { cause: error });
    if (error.name === 'AbortError') return new EngineError('CANCELLED', 'Cancelled.', { cause: error });
    if (/bad_alloc|failed to allocate|out of memory|array buffer allocation failed/i.test(error.message)) {
      return new EngineError('OUT_OF_MEMORY', error.message, { cause: error });
    }
    return new EngineError('INTERNAL', error.message, { cause: error });
  }
  return new EngineError('INTERNAL', String(error));
}
