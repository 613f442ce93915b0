import type { Findings } from '../findings.ts';
import type { Delimiter } from '../table/split-rows.ts';
import { splitRows } from '../table/split-rows.ts';
import { addSegment } from './read-via.ts';

const headerLine = /^#\s*CSV_HEADER\s*=\s*(.+)$/mu;

/** True for VIA's CSV export, whose header stands in a comment. */
export function isViaTable(text: string): boolean {
  return headerLine.test(text.slice(0, 5000));
}

/** VIA's CSV export: times, files and labels are JSON in cells. */
export function readViaTable(text: string, findings: Findings): Delimiter {
  const names = (headerLine.exec(text)?.[1] ?? '').split(',').map((name) => name.trim());
  for (const { line, cells, fault } of splitRows(text, ',')) {
    if (cells[0]?.startsWith('#') === true) continue;
    const place = `line ${line}`;
    if (fault !== undefined) {
      findings.skip(place, fault);
      continue;
    }
    const valueOf = (name: string): unknown => json(cells[names.indexOf(name)]);
    const files = valueOf('file_list');
    const videos = (Array.isArray(files) ? files : [files]).filter((name) => typeof name === 'string');
    addSegment(findings, place, {
      videos: videos.map((name: string) => ({ name })),
      z: valueOf('temporal_coordinates'),
      av: valueOf('metadata'),
    });
  }
  return ',';
}

function json(cell: string | undefined): unknown {
  try {
    return cell === undefined ? undefined : (JSON.parse(cell) as unknown);
  } catch {
    return cell;
  }
}
