import type { ErrorCode } from '../../protocol/errors.ts';
import type { StoredTensor } from '../safetensors/stored-tensor.ts';

/** Where a task writes: `offset` bytes into `file`, which exists. */
export interface Target {
  readonly file: string;
  readonly offset: number;
}

/** One piece of conversion, plain data for a worker thread: read a tensor (or some of its rows), write what is made of it. */
export type ConversionTask =
  | {
      readonly kind: 'float32';
      readonly tensor: StoredTensor;
      /** Places of values that are divided by `outlierDigits.step`. */
      readonly divided: readonly number[];
      readonly target: Target;
    }
  /** The values rounded to float16; refused where one is beyond its range. */
  | { readonly kind: 'float16'; readonly tensor: StoredTensor; readonly target: Target }
  | {
      readonly kind: 'int8';
      readonly tensor: StoredTensor;
      readonly outlierInputs: readonly number[];
      readonly outlierOutputs: readonly number[];
      readonly pairLimited: boolean;
      readonly target: Target;
      readonly scales: Target;
    }
  | {
      readonly kind: 'blocks';
      readonly tensor: StoredTensor;
      readonly bits: 4 | 8;
      readonly blockSize: number;
      readonly target: Target;
      readonly scales: Target;
    }
  /** The bytes as they are, refused if a value is not finite. */
  | { readonly kind: 'copy'; readonly tensor: StoredTensor; readonly target: Target }
  /** sha256 of a whole file, as hexadecimal digits. */
  | { readonly kind: 'hash'; readonly file: string };

/** What a worker thread answers. */
export type ConversionReply =
  | { readonly ok: true; readonly sha256?: string }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };
