import type { Box } from './iso-boxes.ts';
import { find, readBoxes } from './iso-boxes.ts';

/**
 * Where each sample of a track starts in the file, from its chunks (ISO/IEC 14496-12, sections 8.7.4 and 8.7.5).
 * Undefined when the tables do not cover exactly these samples.
 */
export function sampleOffsets(table: readonly Box[], sizes: Uint32Array): Float64Array | undefined {
  const runs = find(table, 'stsc');
  const short = find(table, 'stco');
  const chunks = short ?? find(table, 'co64');
  if (runs === undefined || chunks === undefined || sizes.length === 0) return undefined;
  const runCount = runs.getUint32(4);
  const chunkCount = chunks.getUint32(4);
  const offsets = new Float64Array(sizes.length);
  let sample = 0;
  for (let run = 0; run < runCount; run++) {
    const first = runs.getUint32(8 + 12 * run);
    const next = run + 1 < runCount ? runs.getUint32(8 + 12 * (run + 1)) : chunkCount + 1;
    const perChunk = runs.getUint32(12 + 12 * run);
    if (first < 1 || next > chunkCount + 1 || perChunk === 0) return undefined;
    for (let chunk = first - 1; chunk < next - 1; chunk++) {
      let offset =
        short === undefined ? Number(chunks.getBigUint64(8 + 8 * chunk)) : chunks.getUint32(8 + 4 * chunk);
      if (perChunk > sizes.length - sample) return undefined;
      for (let place = 0; place < perChunk; place++, sample++) {
        offsets[sample] = offset;
        offset += sizes[sample] ?? 0;
      }
    }
  }
  return sample === sizes.length ? offsets : undefined;
}

/** How many bytes tell the length of a NAL unit, of a track that is H.264 throughout; undefined for every other. */
export function avcLengthBytes(table: readonly Box[]): number | undefined {
  const descriptions = find(table, 'stsd');
  if (descriptions === undefined || descriptions.getUint32(4) !== 1) return undefined;
  const start = descriptions.byteOffset + 8;
  const entries = readBoxes(new DataView(descriptions.buffer, start, descriptions.byteLength - 8));
  const [entry] = entries;
  if (entry?.type !== 'avc1') return undefined;
  const settings = avcSettings(entry.content);
  // Byte 4 ends in the size of lengths, less one (ISO/IEC 14496-15, section 5.3.3).
  return settings === undefined ? undefined : (settings.getUint8(4) & 3) + 1;
}

/** Fields of every visual sample entry, before the boxes that follow them. */
const visualEntryBytes = 78;

function avcSettings(entry: DataView): DataView | undefined {
  if (entry.byteLength <= visualEntryBytes) return undefined;
  const rest = entry.byteLength - visualEntryBytes;
  const boxes = readBoxes(new DataView(entry.buffer, entry.byteOffset + visualEntryBytes, rest));
  return boxes.find((box) => box.type === 'avcC')?.content;
}
