import { evalTaskSchema } from '../../protocol/eval-task.ts';
import type { EvalTask } from '../../protocol/eval-task.ts';
import cgBench from './built-in/cgbench.json' with { type: 'json' };
import cosmoCap from './built-in/cosmo_cap.json' with { type: 'json' };
import ego4dNlq from './built-in/ego4d_nlq.json' with { type: 'json' };
import internVid from './built-in/internvid_vtime.json' with { type: 'json' };
import mlvu from './built-in/mlvu.json' with { type: 'json' };
import qvHighlights from './built-in/qvhighlights.json' with { type: 'json' };
import qvHighlightsSingle from './built-in/qvhighlights_single.json' with { type: 'json' };
import star from './built-in/star.json' with { type: 'json' };
import tacos from './built-in/tacos.json' with { type: 'json' };
import vidMorp from './built-in/vid_morp.json' with { type: 'json' };
import videoMme from './built-in/videomme.json' with { type: 'json' };

const files: readonly unknown[] = [
  ...[cgBench, cosmoCap, ego4dNlq, internVid, mlvu, qvHighlights, qvHighlightsSingle, star, tacos, vidMorp],
  videoMme,
];

/**
 * Benchmarks that are data alone, written as anybody writes a task. The others join files, draw at random, or hold forms of
 * their own: these have readers in code.
 */
export const builtInTasks: readonly EvalTask[] = files.map((file) => evalTaskSchema.parse(file));
