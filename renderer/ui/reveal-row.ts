import type { Virtualizer } from '@tanstack/react-virtual';

/**
 * Scrolls a row into sight. One that is there already costs nothing: the virtualizer's own way lays the page out to find
 * that out.
 * @param covered pixels at the top that something lies over.
 */
export function revealRow(rows: Virtualizer<HTMLDivElement, Element>, index: number, covered = 0): void {
  const { scrollOffset, scrollRect } = rows;
  const row = rows.measurementsCache[index];
  if (scrollOffset !== null && scrollRect !== null && row !== undefined) {
    if (row.start >= scrollOffset && row.end + covered <= scrollOffset + scrollRect.height) return;
  }
  rows.scrollToIndex(index);
}
