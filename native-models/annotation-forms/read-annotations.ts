import JSON5 from 'json5';
import { EngineError } from '../protocol/errors.ts';
import { decodeText, suppositions } from '../text-files/decode-text.ts';
import {
  isActivityNet,
  isCaptions,
  readActivityNet,
  readCaptions,
} from './benchmark-forms/read-activitynet.ts';
import { readCvat } from './cvat/read-cvat.ts';
import { readElan } from './elan/read-elan.ts';
import type { Skipped } from './findings.ts';
import { Findings, unreadable } from './findings.ts';
import type { ReadMoment } from './found-moment.ts';
import { addJsonMoment, readJsonLines } from './json-moments/read-json-moments.ts';
import { isObject } from './json-values.ts';
import { isLabelStudio, readLabelStudio } from './label-studio/read-label-studio.ts';
import { isLosslessCut, readLosslessCut } from './lossless-cut/read-lossless-cut.ts';
import { momentsByVideo, projectMomentsSchema } from './project/moments-by-video.ts';
import type { SettleOptions } from './settle-moments.ts';
import { settleMoments } from './settle-moments.ts';
import { readMomentTable } from './table/read-moment-table.ts';
import type { Delimiter } from './table/split-rows.ts';
import { isVia, readVia } from './via/read-via.ts';
import { readXml } from './xml-elements.ts';

/** Largest file that is read: far above a person's work, far below what would exhaust memory. */
export const maxAnnotationBytes = 64 * 1024 * 1024;

/** What a person may choose where a file does not tell. */
export interface ReadOptions extends SettleOptions {
  readonly encoding?: string | undefined;
  readonly delimiter?: Delimiter | undefined;
  /** Only moments with one of these labels (ELAN: tiers); '' are those without. */
  readonly labels?: readonly string[] | undefined;
}

/** What came of a file. */
export interface ReadAnnotations {
  /** `csv`, `elan`, `label-studio`, … */
  readonly form: string;
  readonly encoding: string;
  /** Of tables alone. */
  readonly delimiter?: Delimiter;
  /** True where frames had to be turned into seconds. */
  readonly countsFrames: boolean;
  /** All labels that the file has, with how many moments of each; before any were chosen. */
  readonly labels: readonly { readonly name: string; readonly moments: number }[];
  readonly moments: readonly ReadMoment[];
  readonly skipped: readonly Skipped[];
  /** What had to be supposed, in words. */
  readonly assumed: readonly string[];
}

/**
 * Reads annotations of any form that we know. What is no moment is left out and told; so is all that had to be supposed.
 * @param fileName tells the form by its extension; without a known one the text itself does.
 * @throws EngineError ANNOTATIONS_INVALID when there is nothing of use, ARGUMENT_INVALID for an unknown encoding.
 */
export function readAnnotations(
  bytes: Uint8Array,
  fileName: string,
  options: ReadOptions = {},
): ReadAnnotations {
  if (bytes.length > maxAnnotationBytes) throw unreadable(fileName, 'it is larger than 64 MiB');
  const decoded = decodeText(bytes, options.encoding);
  const { text, encoding } = decoded;
  const findings = new Findings();
  for (const supposed of suppositions(decoded)) findings.assume(supposed);
  let read: { readonly form: string; readonly delimiter?: Delimiter };
  try {
    read = readForm(text, fileName, findings, options.delimiter);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw unreadable(fileName, error instanceof Error ? error.message : String(error));
  }
  const countsFrames = findings.moments.some(({ start, end }) => {
    const times = [start, end !== undefined && 'after' in end ? end.after : end];
    return times.some((time) => time !== undefined && time.kind !== 'seconds');
  });
  const settled = settleMoments(findings, options);
  const labels = [...Map.groupBy(settled, ({ label }) => label)].map(([name, group]) => ({
    name,
    moments: group.length,
  }));
  const moments = settled.filter(({ label }) => options.labels?.includes(label) ?? true);
  const { skipped } = findings;
  if (settled.length === 0) {
    const reasons = [...new Set(skipped.map(({ place, reason }) => `${reason} (${place})`))].slice(0, 3);
    throw unreadable(fileName, reasons.length === 0 ? 'it holds no moments' : reasons.join('; '));
  }
  return { ...read, encoding, countsFrames, labels, moments, skipped, assumed: findings.assumed };
}

/** A project of LosslessCut under any name: JSON5, which may begin with a remark. */
const losslessCut = /^\s*(?:\/[/*]|\{)[^]*?\bcutSegments\s*:/u;

function readForm(
  text: string,
  fileName: string,
  findings: Findings,
  delimiter: Delimiter | undefined,
): { readonly form: string; readonly delimiter?: Delimiter } {
  const extension = /\.([^.]*)$/u.exec(fileName)?.[1]?.toLowerCase() ?? '';
  const start = text.trimStart().charAt(0);
  if (start === '<' || extension === 'eaf') return { form: readMarkup(text, findings) };
  if (['csv', 'tsv', 'tab'].includes(extension)) return readMomentTable(text, findings, delimiter);
  if (['jsonl', 'ndjson'].includes(extension)) return { form: readLines(text, findings) };
  if (extension === 'llc' || losslessCut.test(text)) {
    return { form: readJson(JSON5.parse(text), findings) };
  }
  const isOfWhisper = /^\[[\d:.,]+ ?-->/u.test(text.trimStart().slice(0, 40));
  if (isOfWhisper || (start !== '{' && start !== '[')) {
    if (/-->/u.test(text)) throw new Error('these are subtitles, which are opened beside a video');
    return readMomentTable(text, findings, delimiter);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // A file with a value on each line is no JSON as a whole.
    if (/^[[{].*[\]}]\s*[\r\n]+\s*[[{]/u.test(text.trimStart())) return { form: readLines(text, findings) };
    throw error;
  }
  return { form: readJson(value, findings) };
}

function readMarkup(text: string, findings: Findings): string {
  const root = readXml(text);
  if (root.name === 'annotations') {
    readCvat(root, findings);
    return 'cvat';
  }
  readElan(root, findings);
  return 'elan';
}

function readLines(text: string, findings: Findings): string {
  readJsonLines(text, findings);
  return /"(?:pred_)?relevant_windows"/u.test(text) ? 'qvhighlights' : 'jsonl';
}

/** A JSON document: a project of ours, ActivityNet, Label Studio, VIA, LosslessCut, or a list of moments. */
function readJson(value: unknown, findings: Findings): string {
  const project = projectMomentsSchema.safeParse(value);
  if (project.success) {
    for (const { video, moments } of momentsByVideo(project.data, { withPlaces: true })) {
      for (const { startSec, endSec, text, label, note, state, provenance, region, id } of moments) {
        findings.add(id, {
          ...{ text, label, note, state, provenance, region },
          videos: [{ name: video.name }],
          start: { kind: 'seconds', sec: startSec },
          end: { kind: 'seconds', sec: endSec },
        });
      }
    }
    return 'json';
  }
  if (isActivityNet(value)) {
    readActivityNet(value, findings);
    return 'activitynet';
  }
  if (isVia(value)) {
    readVia(value, findings);
    return 'via';
  }
  if (isLosslessCut(value)) {
    readLosslessCut(value, findings);
    return 'lossless-cut';
  }
  if (isLabelStudio(value)) {
    readLabelStudio(value, findings);
    return 'label-studio';
  }
  if (isCaptions(value)) {
    readCaptions(value, findings);
    return 'activitynet-captions';
  }
  const listed = isObject(value)
    ? Object.values(value).find((entry) => Array.isArray(entry) && entry.some(isObject))
    : value;
  const list: unknown[] = Array.isArray(listed) ? listed : [value];
  for (const [index, item] of list.entries()) addJsonMoment(findings, `entry ${index + 1}`, item);
  return 'moments';
}
