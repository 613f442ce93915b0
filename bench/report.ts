import type { MachineFacts } from './machine/machine-facts.ts';
import { DISTURBED_CORES } from './machine/disturbance.ts';
import { meetsTarget, type MeasureRow, type Target } from './measures/measure.ts';

/** Everything that one run of the benchmark found. */
export interface BenchReport {
  readonly schemaVersion: 1;
  readonly startedAt: string;
  readonly command: string;
  readonly machine: MachineFacts;
  readonly threads: number;
  /** One-minute load average before and after. */
  readonly loadAverage: { readonly before: number; readonly after: number };
  readonly withoutPeers?: string;
  readonly rows: readonly (MeasureRow & { readonly measure: string; readonly meetsTarget?: boolean })[];
  /** Measures that could not be taken. */
  readonly failures: readonly { readonly measure: string; readonly message: string }[];
}

/** Whether others used the machine during a row's samples; undefined where the system does not tell. */
export function wasDisturbed(row: MeasureRow): boolean | undefined {
  return row.foreignCores === undefined ? undefined : row.foreignCores > DISTURBED_CORES;
}

/** The report as text: a table, then its notes. */
export function formatReport(report: BenchReport): string {
  const { machine } = report;
  const notes: string[] = [];
  const lines = report.rows.map((row) => {
    const marks = [
      ...(row.peer?.extrapolated === true ? ['extrapolated'] : []),
      ...(wasDisturbed(row) === true ? [`disturbed: ${row.foreignCores?.toFixed(1) ?? '?'} cores`] : []),
    ];
    for (const note of row.notes) notes.push(`${row.label}: ${note}`);
    return [
      row.label,
      `${figure(row.ours)} ${row.unit}`,
      row.peer === undefined ? '' : `${figure(row.peer.value)} ${row.unit}`,
      row.peer?.name ?? '',
      row.ratio === undefined ? '' : `${row.ratio.toFixed(2)}×`,
      row.target === undefined ? '' : describeTarget(row.target, row.unit),
      verdict(meetsTarget(row)),
      marks.join(', '),
    ];
  });
  const heading = ['measure', 'ours', 'peer', 'which', 'ratio', 'target', 'met', ''];
  return [
    `${machine.processor}, ${machine.cores} cores (${report.threads} threads used), ` +
      `${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB, ${machine.instructionSets.join(' ')}`,
    `${machine.system}, Node ${machine.node}, ONNX Runtime ${machine.onnxRuntime}; ` +
      `load average ${report.loadAverage.before.toFixed(2)} before, ${report.loadAverage.after.toFixed(2)} after`,
    ...(report.withoutPeers === undefined ? [] : [`without peers: ${report.withoutPeers}`]),
    '',
    ...table([heading, ...lines]),
    ...(notes.length === 0 ? [] : ['', ...new Set(notes)]),
    ...report.failures.map(({ measure, message }) => `\n${measure} failed: ${message}`),
  ].join('\n');
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function describeTarget(target: Target, unit: string): string {
  switch (target.kind) {
    case 'ratioAtLeast':
      return `≥ ${target.value.toFixed(2)}×`;
    case 'oursAtMost':
      return `≤ ${target.value} ${unit}`;
  }
}

function verdict(meets: boolean | undefined): string {
  return meets === undefined ? '' : meets ? 'yes' : 'NO';
}

/** Columns of equal width, two spaces apart. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
