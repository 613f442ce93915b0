import type { Findings } from '../findings.ts';
import { addPair } from '../json-moments/read-json-moments.ts';
import type { JsonObject as Json } from '../json-values.ts';
import { isObject } from '../json-values.ts';

/** True for ActivityNet's file of annotations: a database by video. */
export function isActivityNet(value: unknown): value is Json & { readonly database: Json } {
  return isObject(value) && isObject(value['database']);
}

export function readActivityNet({ database }: { readonly database: Json }, findings: Findings): void {
  for (const [video, entry] of Object.entries(database)) {
    const annotations =
      isObject(entry) && Array.isArray(entry['annotations']) ? entry['annotations'] : undefined;
    if (annotations === undefined) findings.skip(video, 'it has no list of annotations');
    for (const [index, annotation] of (annotations ?? []).entries()) {
      const { segment, label, sentence } = isObject(annotation) ? annotation : {};
      const text = typeof sentence === 'string' ? sentence : typeof label === 'string' ? label : '';
      addPair(findings, `${video}, annotation ${index + 1}`, segment, {
        ...{ video, text },
        ...(typeof label === 'string' && label !== text && { label }),
      });
    }
  }
}

/** True for ActivityNet Captions: times and sentences beside each other, by video. */
export function isCaptions(value: unknown): value is Readonly<Record<string, Json>> {
  if (!isObject(value)) return false;
  const entries = Object.values(value);
  return (
    entries.length > 0 && entries.every((entry) => isObject(entry) && Array.isArray(entry['timestamps']))
  );
}

export function readCaptions(value: Readonly<Record<string, Json>>, findings: Findings): void {
  for (const [video, { timestamps, sentences }] of Object.entries(value)) {
    for (const [index, pair] of (timestamps as readonly unknown[]).entries()) {
      const sentence: unknown = Array.isArray(sentences) ? sentences[index] : undefined;
      if (typeof sentence !== 'string') findings.assume('a moment without a sentence has no text', video);
      addPair(findings, `${video}, moment ${index + 1}`, pair, {
        video,
        ...(typeof sentence === 'string' && { text: sentence.trim() }),
      });
    }
  }
}
