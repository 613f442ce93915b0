/** Pieces of text laid out for a terminal; pure. */

/** Seconds as a player shows them: `0:07.5`, `12:03.0`, `1:02:03.0`; to tenths. */
export function clockTime(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const [hours, minutes] = [Math.floor(tenths / 36_000), Math.floor(tenths / 600) % 60];
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** A moment: `0:07.5 – 0:12.0`. */
export function clockRange(moment: { readonly startSec: number; readonly endSec: number }): string {
  return `${clockTime(moment.startSec)} – ${clockTime(moment.endSec)}`;
}

/** How long something took: `0.34 s`, `12.5 s`, `3 min 05 s`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** A size in the units that file managers show: `12 kB`, `3.4 GB`. */
export function byteSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 9.95 && unit > 0 ? value.toFixed(1) : value.toFixed(0)} ${units[unit] ?? ''}`;
}

/** Breaks text at spaces into lines of at most `columns`; line breaks of the text stay. */
export function wrap(text: string, columns: number): string[] {
  return text.split(/\r\n|\r|\n/).flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (longer.length <= columns) {
        line = longer;
        continue;
      }
      if (line !== '') lines.push(line);
      line = word;
      for (; line.length > columns; line = line.slice(columns)) lines.push(line.slice(0, columns));
    }
    return [...lines, line];
  });
}

/** A label with text beside it, hanging when it takes several lines. */
export function labelled(label: string, text: string, columns: number, indent = 11): string[] {
  return wrap(text, columns - indent).map(
    (line, index) => `${index === 0 ? label.padEnd(indent) : ' '.repeat(indent)}${line}`,
  );
}

/** Rows of cells under headings, columns as wide as they need; numbers to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const numeric = headings.map((_, column) => rows.every((row) => /^[-–\d.\s%]*$/.test(row[column] ?? '')));
  return all.map((row) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        return numeric[column] ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

/** A bar of `columns` characters, filled in proportion. */
export function bar(done: number, total: number, columns: number): string {
  const filled = total > 0 ? Math.round(Math.min(1, done / total) * columns) : 0;
  return '█'.repeat(filled) + '░'.repeat(columns - filled);
}

/** Text of others made safe to print: control characters would let it move the cursor or recolour the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) =>
    character === '\n' ? '\n' : character === '\t' ? ' ' : '�',
  );
}
