import { expect, test } from 'vitest';
import { exportFileName } from './write-export.ts';

test('an export is named after its project, ends as its form does, and is a name everywhere', () => {
  expect(exportFileName('Shapes', 'otio')).toBe('Shapes.otio');
  expect(exportFileName('a/b: "c"\n', 'qvhighlights')).toBe('a_b_ _c__.jsonl');
  expect(exportFileName(' ', 'html-report')).toBe('export.html');
});
