/** Encodings that a person may choose for a file that does not tell its own. */
export { offeredEncodings } from '../../../native-models/text-files/decode-text.ts';
