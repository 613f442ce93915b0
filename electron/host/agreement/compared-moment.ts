import type { Moment } from '../../../native-models/protocol/run-record.ts';

/** A moment as it is compared: where it is and what it is called. */
export interface ComparedMoment extends Moment {
  readonly videoId: string;
  /** What has to be equal for two to be the same moment: a label, words, or nothing. */
  readonly name: string;
  /** How sure whoever found it was; a person is. */
  readonly score: number;
  /** Of the annotation, where it is one. */
  readonly id?: string;
}

/** A video of a comparison. */
export interface ComparedVideo {
  readonly videoId: string;
  readonly durationSec: number;
}
