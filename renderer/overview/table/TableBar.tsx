import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { useApp } from '../../app/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { SearchInput } from '../../ui/Field.tsx';
import { overviewTexts as texts } from '../texts.ts';
import { saveTable } from './save-table.ts';
import type { SavedTable } from './save-table.ts';
import styles from './TableBar.module.css';

export interface TableBarProps {
  readonly words: string;
  readonly onWords: (words: string) => void;
  /** How much of it is shown, in words. */
  readonly shown: string;
  readonly selected: number;
  /** Further choices of what is shown. */
  readonly filters?: ReactNode;
  /** What can be done with what is selected. */
  readonly actions?: ReactNode;
  /** Lets everything through again; absent: nothing is left out. */
  readonly onClear?: (() => void) | undefined;
  /** What is saved, made when it is wanted. */
  readonly table: () => SavedTable;
}

/** Above a table: what is looked for, how much of it there is, and what is done with it. */
export function TableBar(props: TableBarProps) {
  const app = useApp();
  return (
    <div className={styles.bar}>
      <div className={styles.line} role="search">
        <SearchInput
          className={styles.search}
          label={texts.search}
          words={props.words}
          onWords={props.onWords}
        />
        {props.filters}
        {props.onClear !== undefined && (
          <Button small look="quiet" onClick={props.onClear}>
            {texts.clear}
          </Button>
        )}
      </div>
      <div className={styles.line}>
        <span className={styles.count} role="status">
          {props.shown}
          {props.selected > 1 ? ` · ${texts.selected(props.selected)}` : ''}
        </span>
        {props.actions}
        <span className={styles.spring} />
        <Button
          small
          icon={<Download size={14} aria-hidden="true" />}
          onClick={() => void saveTable(app, props.table())}
        >
          {texts.csv}
        </Button>
      </div>
    </div>
  );
}
