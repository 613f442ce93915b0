import { scoreColumns } from './score-columns.ts';
import type { ScoreRow } from './score-columns.ts';
import { overviewTexts } from '../texts.ts';
import styles from './ScoreTable.module.css';

const texts = overviewTexts.agreement;

export interface ScoreTableProps {
  readonly caption: string;
  readonly rows: readonly ScoreRow[];
}

/** How two sides agree, row by row. */
export function ScoreTable({ caption, rows }: ScoreTableProps) {
  return (
    <table className={styles.table}>
      <caption className={styles.caption}>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.of}</th>
          <th scope="col">{texts.counts}</th>
          {scoreColumns.map(({ title }) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, scores }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              {scores.one} / {scores.other}
            </td>
            {scoreColumns.map(({ title, valueOf }) => (
              <td key={title}>{shownNumber(valueOf(scores))}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** To two places; what rounds to nothing has no sign. */
function shownNumber(value: number | null): string {
  if (value === null) return '–';
  return (Math.abs(value) < 0.005 ? 0 : value).toFixed(2);
}
