import { Columns2 } from 'lucide-react';
import { useState } from 'react';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { runsNewestFirst } from '../../app/library/selectors.ts';
import { useApp, useLibrary, useWorkspace } from '../../app/use-app.ts';
import { classNames } from '../../ui/class-names.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { formatMoment } from '../../ui/format.ts';
import { Select } from '../../ui/Select.tsx';
import { sessionTexts } from '../texts.ts';
import { compareRuns } from './compare-runs.ts';
import { runNames } from './run-names.ts';
import { MomentLink } from './MomentLink.tsx';
import styles from './CompareRuns.module.css';

const texts = sessionTexts.compare;

/** Two runs side by side: of one question with other settings, or of two models. */
export function CompareRuns() {
  const app = useApp();
  const runs = runsNewestFirst(useLibrary((state) => state.runs));
  const runId = useWorkspace((state) => state.runId);
  const otherId = useWorkspace((state) => state.otherRunId);
  const one = runs.find(({ id }) => id === runId) ?? runs[0];
  const other = runs.find(({ id }) => id === otherId && id !== one?.id) ?? partnerOf(one, runs);
  const [withSame, setWithSame] = useState(false);
  if (one === undefined || other === undefined) {
    return (
      <EmptyState icon={<Columns2 size={28} strokeWidth={1.5} />} title={texts.none}>
        {texts.noneText}
      </EmptyState>
    );
  }
  const names = runNames(runs);
  const options = runs.map((run) => ({
    value: run.id,
    label: names.get(run.id) ?? run.question.question,
    detail: `${run.modelName} · ${formatMoment(run.createdAtMs)}`,
  }));
  const lines = compareRuns(one, other);
  const differing = lines.filter(({ differs }) => differs);
  return (
    <div className={styles.panel}>
      <div className={styles.pick}>
        <Select
          label={texts.first}
          value={one.id}
          options={options}
          onChange={(id) => app.workspace.setState({ runId: id })}
        />
        <Select
          label={texts.second}
          value={other.id}
          options={options}
          onChange={(id) => app.workspace.setState({ otherRunId: id })}
        />
      </div>
      <div className={styles.moments}>
        {[one, other].map((run) => (
          <span key={run.id}>
            {run.record?.moment !== undefined && <MomentLink moment={run.record.moment} large />}
          </span>
        ))}
      </div>
      <table className={styles.table}>
        <tbody>
          {(withSame ? lines : differing).map((line) => (
            <tr key={line.name} className={classNames(line.differs && styles.differs)}>
              <th scope="row">
                {line.name}
                {line.differs && <span className="only-heard"> ({texts.differs})</span>}
              </th>
              <td colSpan={line.values[1] === '' ? 2 : 1}>{line.values[0]}</td>
              {line.values[1] !== '' && <td>{line.values[1]}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {differing.length < lines.length && (
        <Button small look="quiet" aria-expanded={withSame} onClick={() => setWithSame(!withSame)}>
          {withSame ? texts.less : texts.more(lines.length - differing.length)}
        </Button>
      )}
    </div>
  );
}

/** What a run is best compared with: the one that it repeats, one that repeats it, else one that asks the same. */
function partnerOf(run: Run | undefined, runs: readonly Run[]): Run | undefined {
  if (run === undefined) return undefined;
  const others = runs.filter(({ id }) => id !== run.id);
  return (
    others.find(({ id }) => id === run.rerunOf) ??
    others.find(({ rerunOf }) => rerunOf === run.id) ??
    others.find(({ question }) => question.question === run.question.question) ??
    others[0]
  );
}
