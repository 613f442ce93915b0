import type { Candidate, ToolRefusal } from '../../../protocol/run-record.ts';
import type { JsonValue } from '../../../python-text/json-value.ts';
import { refusalText } from './tool-words.ts';
import type { ImageClip } from './image-clip.ts';
import type { ToolProtocol } from './read-protocol.ts';

/** What came of a call. */
export interface ToolResult {
  readonly ok: boolean;
  readonly refusal?: ToolRefusal;
  /** What the model is told, after the frames. */
  readonly text: string;
  /** The frames that it is shown. */
  readonly clip?: ImageClip;
  /** The stretch that was looked at, in seconds. */
  readonly spanSec?: readonly [number, number];
  /** What a package found or judged. */
  readonly candidates?: readonly Candidate[];
}

/** A call that is not done: the model is told why, in the protocol's words. */
export class Refusal extends Error {
  readonly refusal: ToolRefusal;
  readonly values: Readonly<Record<string, JsonValue>>;

  constructor(refusal: ToolRefusal, values: Readonly<Record<string, JsonValue>> = {}) {
    super(refusal);
    this.refusal = refusal;
    this.values = values;
  }
}

/** The result that a refusal is. */
export function refused(
  protocol: ToolProtocol,
  refusal: ToolRefusal,
  values: Readonly<Record<string, JsonValue>> = {},
): ToolResult {
  return { ok: false, refusal, text: refusalText(protocol, refusal, values) };
}
